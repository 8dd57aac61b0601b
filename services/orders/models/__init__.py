"""Tables of the orders service, a file per noun."""

from services.orders.models.attachments import Attachment
from services.orders.models.base import Base
from services.orders.models.known import KnownClaim, TimelineEntry
from services.orders.models.orders import Order
from services.orders.models.rounds import Round

__all__ = ["Attachment", "Base", "KnownClaim", "Order", "Round", "TimelineEntry"]
