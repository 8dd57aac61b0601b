"""Tables of the teams service, a file per noun."""

from services.teams.models.absences import Absence, HostRating
from services.teams.models.agreements import Agreement
from services.teams.models.amendments import Amendment
from services.teams.models.attachments import Attachment, FormVersion
from services.teams.models.base import Base
from services.teams.models.decisions import Appeal, Decision, Remark
from services.teams.models.entries import ConfirmationLink, Entry, Indicator
from services.teams.models.filters import Filter
from services.teams.models.known import KnownDuty, KnownGrade, KnownOrder, KnownRound
from services.teams.models.messages import Message
from services.teams.models.nominations import Nomination
from services.teams.models.people import Person, Suspension
from services.teams.models.registry import Availability, Credential, Employment, ToldApart
from services.teams.models.reminders import Reminder
from services.teams.models.reports import Report
from services.teams.models.reviews import Finding, Panel, Panelist, Review, Score, ScoreSheet
from services.teams.models.sharing import Delegate, Draft
from services.teams.models.summaries import Summary
from services.teams.models.teams import Continuation, Member, Team
from services.teams.models.trainings import Training

__all__ = [
    "Absence",
    "Agreement",
    "Amendment",
    "Appeal",
    "Attachment",
    "Availability",
    "Base",
    "ConfirmationLink",
    "Continuation",
    "Credential",
    "Decision",
    "Delegate",
    "Draft",
    "Employment",
    "Entry",
    "Filter",
    "Finding",
    "FormVersion",
    "HostRating",
    "Indicator",
    "KnownDuty",
    "KnownGrade",
    "KnownOrder",
    "KnownRound",
    "Member",
    "Message",
    "Nomination",
    "Panel",
    "Panelist",
    "Person",
    "Remark",
    "Reminder",
    "Report",
    "Review",
    "Score",
    "ScoreSheet",
    "Summary",
    "Suspension",
    "Team",
    "ToldApart",
    "Training",
]
