"""Files of teams, of service entries and of people: sealed scans, photos, evidence."""

from services.teams.models.base import Base
from shared.files.attachments import AttachmentRow
from shared.files.versions import FormRow


class Attachment(AttachmentRow, Base):
    """A file of a team (its claim, agreement and decision), of a service entry or of an expert."""

    __tablename__ = "attachments"
    NOUNS = ("team", "entry", "person")


class FormVersion(FormRow, Base):
    """A text of a printed form of a team that was downloaded."""

    __tablename__ = "form_versions"
