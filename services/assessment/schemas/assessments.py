"""Assessments, their parts and how a grade came about."""

from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.assessment.schemas.base import ReasonText, Score, Text
from shared.contracts.assessment import Grade
from shared.http.shapes import ActionOut, Out, Resource, Time

PartName = Literal["self_report", "unit_opinion", "host_rating", "beneficiary_rating", "district_score"]


class PartIn(BaseModel):
    """A rating carries a score from 0 to 100 with at most two decimals; the others carry a text."""

    part: PartName
    score: Score | None = None
    text: Text = ""


class PartOut(Out):
    part: PartName
    attempt: int
    score: Decimal | None
    text: str
    submitted_by: str
    submitted_as: str
    submitted_at: Time


class AssessmentOut(Resource):
    """Points and grades are shown to offices; to the team, its unit and its host from the notice on."""

    cycle_id: UUID
    round_id: UUID
    team_id: UUID
    order_id: UUID
    order_number: str
    team: str
    parts_due_at: Time | None
    service: Decimal | None
    results: Decimal | None
    satisfaction: Decimal | None
    total: Decimal | None
    computed: Grade | None
    given: Grade | None
    edition: int | None
    published_at: Time | None


class AssessmentDetail(AssessmentOut):
    override_reason: str
    parts: list[PartOut]
    actions: list[ActionOut] = []


class LineOut(Out):
    section: str
    points: Decimal
    of: int
    zh: str
    en: str


class Explanation(BaseModel):
    """How each point came about. ``preview``: not scored yet, computed from what is known now."""

    assessment_id: UUID
    preview: bool
    lines: list[LineOut]
    total: Decimal
    computed: Grade | None
    given: Grade | None
    override_reason: str
    measures: dict[str, Any]


class OverrideIn(BaseModel):
    grade: Grade
    reason: ReasonText
