"""Tables of the assessment service, a file per noun."""

from services.assessment.models.attachments import Attachment, FormVersion
from services.assessment.models.base import Base, Points
from services.assessment.models.benefits import Benefit, BenefitUse
from services.assessment.models.calendars import WorkingYear
from services.assessment.models.cards import Card, CardUse, Serial
from services.assessment.models.cases import Case
from services.assessment.models.certificates import Certificate
from services.assessment.models.commendations import Commendation
from services.assessment.models.corrections import Correction
from services.assessment.models.cycles import Assessment, Cycle, ManualPoints, Part
from services.assessment.models.editions import Edition
from services.assessment.models.follow_ups import FollowUp
from services.assessment.models.known import (
    KnownEntry,
    KnownIndicator,
    KnownMember,
    KnownMerge,
    KnownOrder,
    KnownPayment,
    KnownRating,
    KnownRound,
    KnownStand,
    KnownSuspension,
    KnownTeam,
)
from services.assessment.models.log import Checkpoint, LogEntry
from services.assessment.models.notices import Notice, NoticeEntry, Objection
from services.assessment.models.rectifications import Inspection, Rectification
from services.assessment.models.reports import Report, ReportPicture
from services.assessment.models.reviews import Assessor, Sheet, SheetVersion
from services.assessment.models.subscriptions import Delivery, DeliveryOrder, DeliveryTry, Subscription

__all__ = [
    "Assessment",
    "Assessor",
    "Attachment",
    "Base",
    "Benefit",
    "BenefitUse",
    "Card",
    "CardUse",
    "Case",
    "Certificate",
    "Checkpoint",
    "Commendation",
    "Correction",
    "Cycle",
    "Delivery",
    "DeliveryOrder",
    "DeliveryTry",
    "Edition",
    "FollowUp",
    "FormVersion",
    "Inspection",
    "KnownEntry",
    "KnownIndicator",
    "KnownMember",
    "KnownMerge",
    "KnownOrder",
    "KnownPayment",
    "KnownRating",
    "KnownRound",
    "KnownStand",
    "KnownSuspension",
    "KnownTeam",
    "LogEntry",
    "ManualPoints",
    "Notice",
    "NoticeEntry",
    "Objection",
    "Part",
    "Points",
    "Rectification",
    "Report",
    "ReportPicture",
    "Serial",
    "Sheet",
    "SheetVersion",
    "Subscription",
    "WorkingYear",
]
