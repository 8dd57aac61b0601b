"""Benefit cards."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from shared.http.shapes import ActionOut, Day, Name, Out, Resource, Time


class CardIn(BaseModel):
    """``team_id``: the team whose round's policy the card follows."""

    team_id: UUID
    person_id: UUID


class CardOut(Resource):
    number: str
    person_id: UUID
    name: str
    team_id: UUID
    round_id: UUID
    entitles: list[str]
    valid_from: date
    valid_until: date
    reason: str


class CardUseIn(BaseModel):
    """``service`` is one of what the card entitles to."""

    service: Name
    purpose: Name
    place: Name
    used_on: Day
    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class CardUseOut(Out):
    id: UUID
    service: str
    purpose: str
    place: str
    used_on: date
    reference: str
    office: str
    withdrawn_at: Time | None
    withdrawn_reason: str


class CardDetail(CardOut):
    uses: list[CardUseOut]
    actions: list[ActionOut]


class CardFigures(BaseModel):
    """``issued`` and ``used`` (by service) in the year; ``standing``: all cards by where they stand today."""

    year: int
    issued: int
    standing: dict[str, int]
    used: dict[str, int]
