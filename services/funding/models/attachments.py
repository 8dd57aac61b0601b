"""Files of awards and of what belongs to them: documents of an instalment, receipts, sealed papers."""

from services.funding.models.base import Base
from shared.files.attachments import AttachmentRow
from shared.files.versions import FormRow


class Attachment(AttachmentRow, Base):
    """A file of an award, or of something that belongs to one."""

    __tablename__ = "attachments"
    NOUNS = ("award", "instalment", "expense", "final_account")


class FormVersion(FormRow, Base):
    """A text of a printed form that was downloaded."""

    __tablename__ = "form_versions"
