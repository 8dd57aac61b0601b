"""Tables of the orders service, a file per noun."""

from services.orders.models.actions import Action
from services.orders.models.attachments import Attachment, FormVersion
from services.orders.models.base import Base
from services.orders.models.divisions import Division
from services.orders.models.duplicates import DismissedDuplicate
from services.orders.models.filters import Filter
from services.orders.models.imports import Import, ImportFile, ImportProgress
from services.orders.models.known import KnownClaim, TimelineEntry
from services.orders.models.orders import Order
from services.orders.models.progress import ProgressExpert, ProgressFirm, ProgressTeam
from services.orders.models.returns import OrderReturn
from services.orders.models.rounds import Round

__all__ = [
    "Action",
    "Attachment",
    "Base",
    "DismissedDuplicate",
    "FormVersion",
    "Import",
    "ImportFile",
    "ImportProgress",
    "KnownClaim",
    "Order",
    "OrderReturn",
    "ProgressExpert",
    "ProgressFirm",
    "ProgressTeam",
    "Round",
    "TimelineEntry",
]
__all__ = ["Base", "Division", "Filter", "KnownClaim", "Order", "Round", "TimelineEntry"]
