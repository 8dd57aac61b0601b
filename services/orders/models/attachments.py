"""Files of orders: sealed scans, photos, evidence."""

from services.orders.models.base import Base
from shared.files.attachments import AttachmentRow
from shared.files.versions import FormRow


class Attachment(AttachmentRow, Base):
    """A file of an order."""

    __tablename__ = "attachments"
    NOUNS = ("order",)


class FormVersion(FormRow, Base):
    """A text of a printed form of an order that was downloaded."""

    __tablename__ = "form_versions"
