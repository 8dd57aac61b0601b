"""Events of a team's service: entries put right, what the host says of it, summaries."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from shared.contracts.base import OfTeam


class EntryEdited(OfTeam, type="teams.entry.edited.v1"):
    """Put right by the team before the host confirmed it, or as the answer to a dispute: it waits for the host."""

    entry_id: UUID
    served_on: date
    days: Decimal


class EntryWithdrawn(OfTeam, type="teams.entry.withdrawn.v1"):
    """Taken back by the team before the host confirmed it."""

    entry_id: UUID


class TeamRatedByHost(OfTeam, type="teams.team.rated_by_host.v1"):
    """How satisfied the host is, 0 to 100, said by its liaison from the phone while the rating of the year is due, with
    what it wants to add. A later one takes its place."""

    rating_id: UUID
    satisfaction: int
    comment: str = ""


class OfAbsence(OfTeam):
    absence_id: UUID
    expected_on: date


class TeamAbsenceReported(OfAbsence, type="teams.team.absence_reported.v1"):
    """The host says that the team did not come on the day it was expected."""


class TeamAbsenceAnswered(OfAbsence, type="teams.team.absence_answered.v1"):
    pass


class TeamAbsenceSettled(OfAbsence, type="teams.team.absence_settled.v1"):
    """The district's finding: whether the team stayed away without a good reason."""

    upheld: bool


class OfSummary(OfTeam):
    summary_id: UUID
    kind: str
    """``half_year`` or ``final``."""
    period_to: date


class SummaryOpened(OfSummary, type="teams.summary.opened.v1"):
    """A period has ended, or the lead began to sum up: the summary is owed."""


class SummarySubmitted(OfSummary, type="teams.summary.submitted.v1"):
    late: bool


class SummaryAccepted(OfSummary, type="teams.summary.accepted.v1"):
    pass


class SummaryReturned(OfSummary, type="teams.summary.returned.v1"):
    """The office's words stay with the summary."""


class OfReport(OfTeam):
    report_id: UUID
    name: str
    """The indicator's."""


class ReportConfirmed(OfReport, type="teams.report.confirmed.v1"):
    """The host confirmed a reported value of an indicator."""


class ReportDisputed(OfReport, type="teams.report.disputed.v1"):
    """The host's words stay with the report."""
