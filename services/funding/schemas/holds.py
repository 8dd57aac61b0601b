"""Holds."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.shapes import ActionOut, Day, Resource, Time


class HoldIn(BaseModel):
    """Why money waits: the whole award, or one instalment; ``until`` is the last day, without one it stands until
    somebody lifts it."""

    source: Literal["person", "suspension", "objection"] = "person"
    reason: Annotated[str, Field(max_length=500)]
    instalment_id: UUID | None = None
    until: Day | None = None


class HoldOut(Resource):
    award_id: UUID
    instalment_id: UUID | None
    source: str
    reason: str
    until: date | None
    placed_as: str
    placed_by: str
    placed_at: Time
    ended_by: str | None
    ended_at: Time | None
    ended_reason: str | None


class HoldDetail(HoldOut):
    actions: list[ActionOut]
