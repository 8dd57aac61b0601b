"""What a round is waiting for, and which key places have a team."""

from uuid import UUID

from pydantic import BaseModel

from shared.http.shapes import First, Out, Time


class WaitingOut(Out):
    """How many orders of a round wait for the same one to do the same; ``link`` lists them."""

    code: str
    zh: str
    en: str
    role: str
    who: str
    person_id: UUID | None
    unit: str | None
    division: str | None
    count: int
    oldest_since: Time
    due: Time | None
    link: str


class WaitingList(First[WaitingOut]):
    """The longest wait first."""


class CoveredPlace(Out):
    """A key place: its orders by how far they came. ``without_team_since`` is when the oldest published order that
    nobody has was published; null once a team is there, or while nothing is published."""

    division: str
    place: str
    orders: int
    published: int
    unclaimed: int
    teams: int
    team_ids: list[UUID]
    without_team_since: Time | None


class Coverage(BaseModel):
    """``declared``: the round names its key places; else they are those of its orders."""

    declared: bool
    places: int
    with_team: int
    without_team: int
    without_orders: int
    items: list[CoveredPlace]
