"""The calendar of a round's actions."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.shapes import ActionOut, Day, Division, Name, Out, Resource

Counties = Annotated[list[Division], Field(min_length=1, max_length=200)]


class PlannedAction(BaseModel):
    """``divisions``: 12-digit codes of its counties."""

    name: Name
    kind: Annotated[str, Field(max_length=100)] = ""
    starts_on: Day
    ends_on: Day
    divisions: Counties


class PlannedActions(BaseModel):
    actions: Annotated[list[PlannedAction], Field(min_length=1, max_length=200)]


class PlannedActionPatch(BaseModel):
    name: Name | None = None
    kind: Annotated[str, Field(max_length=100)] | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    divisions: Counties | None = None


class PlannedActionOut(Resource):
    round_id: UUID
    name: str
    kind: str
    starts_on: date
    ends_on: date
    divisions: list[str]
    places: list[str] = []
    status_reason: str


class PlannedActionDetail(PlannedActionOut):
    actions: list[ActionOut] = []


class PublicAction(Out):
    """What everybody may read. ``places``: the counties by name."""

    id: UUID
    name: str
    kind: str
    status: str
    starts_on: date
    ends_on: date
    divisions: list[str]
    places: list[str] = []
