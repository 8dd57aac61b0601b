"""Suggestions of who suits what. Every part of a score lies between 0 and 1."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from shared.http.shapes import ReasonOut


class PartsOut(BaseModel):
    expertise: float
    subjects: float
    words: float
    nearness: float
    freedom: float


class SuggestedLead(BaseModel):
    person_id: UUID
    name: str
    unit_name: str
    title: str
    score: float
    parts: PartsOut
    reasons: list[ReasonOut]


class LeadsOut(BaseModel):
    """The best leads for an order. ``considered`` experts were looked at, ``eligible`` of them may lead it."""

    order_id: UUID
    considered: int
    eligible: int
    items: list[SuggestedLead]


class SuggestedOrder(BaseModel):
    order_id: UUID
    number: str
    title: str
    place: str
    key_place: bool
    starts_on: date | None
    ends_on: date | None
    score: float
    parts: PartsOut
    reasons: list[ReasonOut]


class OrdersOut(BaseModel):
    """The best orders for an expert; ``obstacles`` say why the expert could not lead any now."""

    person_id: UUID
    considered: int
    obstacles: list[ReasonOut]
    items: list[SuggestedOrder]


class MatchingIn(BaseModel):
    """``with_claims``: also orders that somebody has claimed already."""

    with_claims: bool = False


class Assigned(BaseModel):
    order: SuggestedOrder
    lead: SuggestedLead


class LeftOver(BaseModel):
    order_id: UUID
    number: str
    title: str
    place: str
    key_place: bool
    reasons: list[ReasonOut]


class MatchingOut(BaseModel):
    """A round-wide suggestion that changes nothing: who could lead what, and which orders stay without a lead."""

    round_id: UUID
    orders: int
    experts: int
    key_places: int
    key_places_served: int
    items: list[Assigned]
    left_over: list[LeftOver]
