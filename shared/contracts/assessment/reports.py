"""Reports of a year, exemplary cases, commendations, and follow-up visits. Their texts stay here."""

from datetime import date
from uuid import UUID

from shared.contracts.base import AboutFile, Division, Event, OfTeam


class OfReport(Event):
    """``sector``: the industry that it is about, empty for all of them."""

    report_id: UUID
    division: Division
    sector: str = ""
    year: int


class ReportDrafted(OfReport, type="assessment.report.drafted.v1"):
    pass


class ReportSubmitted(OfReport, type="assessment.report.submitted.v1"):
    """Its figures are frozen from now on."""


class ReportReturned(OfReport, type="assessment.report.returned.v1"):
    pass


class ReportAccepted(OfReport, type="assessment.report.accepted.v1"):
    pass


class ReportWithdrawn(OfReport, type="assessment.report.withdrawn.v1"):
    """Begun by mistake, and dropped before it was handed in."""


class ReportIssued(OfReport, type="assessment.report.issued.v1"):
    """``content_hash``: SHA-256 of the frozen content in canonical JSON."""

    content_hash: str


class OfCase(Event):
    case_id: UUID
    division: Division
    year: int


class CaseHandedIn(OfCase, type="assessment.case.handed_in.v1"):
    pass


class CaseSelected(OfCase, type="assessment.case.selected.v1"):
    pass


class CaseDeclined(OfCase, type="assessment.case.declined.v1"):
    pass


class CaseWithdrawn(OfCase, type="assessment.case.withdrawn.v1"):
    pass


class CaseAttachmentAdded(OfCase, AboutFile, type="assessment.case.attachment_added.v1"):
    pass


class CaseAttachmentRemoved(OfCase, AboutFile, type="assessment.case.attachment_removed.v1"):
    """No longer handed out; the file and who removed it stay known to the service."""


class OfCommendation(Event):
    """``kind``: person or unit; who it is stays here."""

    commendation_id: UUID
    division: Division
    kind: str


class CommendationEntered(OfCommendation, type="assessment.commendation.entered.v1"):
    granted_on: date


class CommendationWithdrawn(OfCommendation, type="assessment.commendation.withdrawn.v1"):
    pass


class OfFollowUp(OfTeam):
    """``months`` after the team's end; ``due_on``: until when it is to be recorded."""

    follow_up_id: UUID
    months: int
    due_on: date


class FollowUpOpened(OfFollowUp, type="assessment.follow_up.opened.v1"):
    pass


class FollowUpRecorded(OfFollowUp, type="assessment.follow_up.recorded.v1"):
    pass
