"""Cycles and their editions."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.shapes import ActionOut, Out, Resource, Time


class CycleIn(BaseModel):
    round_id: UUID
    year: Annotated[int, Field(ge=2000, le=2200)]


class EditionOut(Out):
    id: UUID
    number: int
    published_at: Time
    content_hash: str


class CycleOut(Resource):
    """``statuses`` and ``grades`` count the cycle's assessments."""

    round_id: UUID
    year: int
    statuses: dict[str, int]
    grades: dict[str, int]


class CycleDetail(CycleOut):
    editions: list[EditionOut]
    actions: list[ActionOut] = []
