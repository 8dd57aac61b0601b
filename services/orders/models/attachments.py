"""Files of orders: sealed scans, photos, evidence."""

from services.orders.models.base import Base
from shared.files.attachments import AttachmentRow


class Attachment(AttachmentRow, Base):
    """A file of an order."""

    __tablename__ = "attachments"
    NOUNS = ("order",)
