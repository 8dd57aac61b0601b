"""Unqualified: the right to apply is suspended for one year from publication, and ends by itself ★."""

from datetime import datetime

from services.teams.rules.member import LEAD, MemberFacts
from services.teams.rules.policy import TeamsPolicy
from shared.actor import SYSTEM
from shared.calendar import end_of, months_later
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "suspension",
    {"started": "暂停中", "ended": "已期满", "lifted": "已撤销"},
    (
        Step("end", ("started",), "ended", ("system",), "期满", "End"),
        Step("lift", ("started", "ended"), "lifted", ("system",), "撤销", "Lift"),
    ),
)


def due(grade: str) -> bool:
    """Only 不合格 suspends."""
    return grade == "unqualified"


def suspended(roster: tuple[MemberFacts, ...], lead_id: str, policy: TeamsPolicy) -> list[str]:
    """Whom the policy suspends: the people who serve in the roles it names (default: the lead). ``lead_id`` is the
    lead that was graded: who has taken over since did not earn it."""
    lead = [lead_id] if LEAD in policy.suspended_roles else []
    return lead + [m.person_id for m in roster if m.serving and m.role != LEAD and m.role in policy.suspended_roles]


def ends(starts_at: datetime, policy: TeamsPolicy) -> datetime:
    """The midnight that ends the same day, the policy's years later (29 February becomes 28 February): eligible again
    the morning after. ``starts_at`` in the zone of the business clock."""
    return end_of(months_later(starts_at.date(), 12 * policy.suspension_years), starts_at)


def start() -> str:
    """From the publication of the grade."""
    return "started"


def end(status: str) -> str:
    """The year is over."""
    return LIFECYCLE.after("end", status, SYSTEM)


def lift(status: str) -> str:
    """A corrected edition took its ground away."""
    return LIFECYCLE.after("lift", status, SYSTEM)
