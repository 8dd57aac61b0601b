"""Files of notices, and the papers that were downloaded."""

from services.assessment.models.base import Base
from shared.files.attachments import AttachmentRow
from shared.files.versions import FormRow


class Attachment(AttachmentRow, Base):
    """A file of a notice, such as the sealed scan of what hung on the wall; of a case its pictures."""

    __tablename__ = "attachments"
    NOUNS = ("notice", "case")


class FormVersion(FormRow, Base):
    """A text of a notice's paper that was downloaded."""

    __tablename__ = "form_versions"
