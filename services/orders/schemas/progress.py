"""How far a round has come towards its yearly targets."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel


class Measure(BaseModel):
    """``target`` 0: the round's policy sets none."""

    name: str
    zh: str
    en: str
    target: int
    reached: int
    percent: int | None


class ActionProgress(BaseModel):
    """One action of the calendar."""

    id: UUID
    name: str
    status: str
    starts_on: date
    ends_on: date
    counties_planned: int
    orders: int
    experts: int
    counties: int
    firms: int


class ProgressOut(BaseModel):
    round_id: UUID
    measures: list[Measure]
    actions: list[ActionProgress]
