"""When promised money will probably be paid, month by month. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from services.funding.rules.policy import Policy

DUE = ("due", "requested", "reissued", "approved", "in_batch", "unknown", "returned")
"""Statuses of an instalment whose gates are open: nothing but the desk and the bank stands before its payment."""


@dataclass(frozen=True, slots=True)
class PartFacts:
    """One unpaid instalment, or an award that has none yet (status ``""``): fen, its gates that are not open, the
    agreed term and when in it the milestone is planned (percent)."""

    status: str
    amount_fen: int
    closed: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    planned_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """``kind`` is due, planned, held or unknown; ``month`` its first day, for what is due or planned; ``why`` a code:
    what the date follows from, or what keeps it from being known."""

    kind: str
    month: date | None
    why: str


def expect(part: PartFacts, today: date, policy: Policy) -> Expected:
    """What is due is expected now; what waits for gates in the month of the last of them; a day that has passed without
    its gate opening counts as now."""
    if part.status == "held":
        return Expected("held", None, "held")
    if not part.status:
        return Expected("unknown", None, "agreed")
    if part.status in DUE or not part.closed:
        return Expected("due", _month(today), part.status)
    planned = {gate: _planned(gate, part, policy) for gate in part.closed}
    if undated := [gate for gate, day in planned.items() if day is None and gate != "documents"]:
        return Expected("unknown", None, undated[0])
    dated = [(day, gate) for gate, day in planned.items() if day]
    if not dated:
        return Expected("unknown", None, "documents")
    last, gate = max(dated)
    return Expected("planned", _month(max(last, today)), gate)


def _planned(gate: str, part: PartFacts, policy: Policy) -> date | None:
    """Documents are handed in when the other gates open. The first grade follows the end of the year in which service
    begins."""
    if part.starts_on is None or part.ends_on is None:
        return None
    match gate:
        case "agreed" | "begun":
            return part.starts_on
        case "milestone":
            return milestone_day(part.starts_on, part.ends_on, part.planned_percent or 0)
        case "grade":
            return date(part.starts_on.year, 12, 31) + timedelta(days=policy.grade_days_after_year)
    return None


def milestone_day(starts_on: date, ends_on: date, percent: int) -> date:
    """When this share of the term's days is over, rounded down to the day."""
    return starts_on + timedelta(days=(ends_on - starts_on).days * percent // 100)


def _month(day: date) -> date:
    return day.replace(day=1)


def by_month(expected: Iterable[tuple[Expected, int]]) -> dict[date, dict[str, int]]:
    """Fen per month and kind, of what has a month; in order."""
    found: dict[date, dict[str, int]] = {}
    for one, amount_fen in expected:
        if one.month:
            kinds = found.setdefault(one.month, {"due": 0, "planned": 0})
            kinds[one.kind] += amount_fen
    return dict(sorted(found.items()))
