"""Whose things are whose: offices act within their division, units, hosts and leads on their own team."""

from dataclasses import dataclass

from shared.actor import Actor
from shared.errors import NotFound

OVERSEERS = ("supervisor", "department", "operator", "finance_maker", "finance_checker", "service")
"""Roles that read of their division what its offices read; one whose token names no division reads what is public."""

OFFICES = ("bureau", "supervisor", "operator", "department", "service")
"""Roles that read notices before society does."""


@dataclass(frozen=True, slots=True)
class TeamScope:
    """Whom a team belongs to: its order's district, its host, its lead and the lead's unit."""

    division: str
    host_code: str | None
    unit_code: str
    lead_id: str


def oversees(division: str, actor: Actor) -> bool:
    """Who reads everything of this division that is not somebody's own: its offices, and overseers of it."""
    return actor.has("bureau", "district", *OVERSEERS) and actor.covers(division)


def runs(division: str, actor: Actor) -> bool:
    """The office of this division, or one above it."""
    return actor.has("system") or actor.covers(division)


def check_division(division: str, actor: Actor, noun: str) -> None:
    """Not yours to see answers like not there."""
    if not runs(division, actor):
        raise NotFound(noun)


def check_part(team: TeamScope, part: str, actor: Actor) -> None:
    """Each part comes from the one it belongs to: the lead, the lead's unit, the host, the order's district."""
    own = {
        "self_report": actor.person == team.lead_id,
        "unit_opinion": actor.unit == team.unit_code,
        "host_rating": bool(actor.unit) and actor.unit == team.host_code,
    }
    if not own.get(part, actor.covers(team.division)):
        raise NotFound("assessment")


def keeps(unit_code: str, division: str, actor: Actor) -> bool:
    """Whose subscription it is: the department's own, its bureau's on behalf, and the system's."""
    if actor.has("system"):
        return True
    return (actor.has("department") and actor.unit == unit_code) or (actor.has("bureau") and actor.covers(division))
