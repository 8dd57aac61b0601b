"""Corrections of published ratings."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.assessment.schemas.assessments import PartIn
from services.assessment.schemas.base import ReasonText
from shared.contracts.assessment import Grade
from shared.http.shapes import ActionOut, Out, Resource, Time


class CorrectionIn(BaseModel):
    """What was wrong: ratings handed in wrongly, a grade, or facts that changed since (then neither). ``reason`` stands in
    the edition; ``evidence``: papers that it rests on; ``objection_id``: an objection to a grade of the cycle that was
    upheld."""

    assessment_id: UUID
    parts: Annotated[list[PartIn], Field(max_length=5)] = []
    grade: Grade | None = None
    reason: ReasonText
    evidence: Annotated[str, Field(max_length=2000)] = ""
    objection_id: UUID | None = None

    @model_validator(mode="after")
    def _each_part_once(self) -> "CorrectionIn":
        if len({p.part for p in self.parts}) < len(self.parts):
            raise ValueError("每项材料只能更正一次 / each part once")
        return self


class CorrectionOut(Resource):
    cycle_id: UUID
    assessment_id: UUID
    round_id: UUID
    team_id: UUID
    reason: str
    proposed_by: str
    proposed_at: Time
    decided_by: str | None
    decided_at: Time | None
    edition: int | None


class PlaceOut(Out):
    """``rank``: the place in the cycle by total, results and satisfaction; equal ones share theirs."""

    total: Decimal
    rank: int
    grade: Grade


class WordsOut(Out):
    zh: str
    en: str


class CorrectionLine(Out):
    """One published line that changes; ``follows``: what its new grade brings."""

    assessment_id: UUID
    order_number: str
    team: str
    before: PlaceOut
    after: PlaceOut
    follows: list[WordsOut]


class CorrectionDetail(CorrectionOut):
    """``lines``: what was shown to change when it was proposed; it is confirmed as long as that still holds."""

    evidence: str
    objection_id: UUID | None
    parts: list[PartIn]
    grade: Grade | None
    decided_reason: str
    lines: list[CorrectionLine]
    actions: list[ActionOut] = []
