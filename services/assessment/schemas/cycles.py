"""Cycles, their editions and corrections."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.assessment.schemas.assessments import PartIn
from services.assessment.schemas.base import ReasonText
from shared.contracts.assessment import Grade
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


class CorrectIn(BaseModel):
    """What was wrong: ratings handed in wrongly, a grade, or facts that changed since (then neither)."""

    assessment_id: UUID
    parts: Annotated[list[PartIn], Field(max_length=5)] = []
    grade: Grade | None = None
    reason: ReasonText

    @model_validator(mode="after")
    def _each_part_once(self) -> "CorrectIn":
        if len({p.part for p in self.parts}) < len(self.parts):
            raise ValueError("每项材料只能更正一次 / each part once")
        return self
