"""Assessments, their parts and how a grade came about."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.assessment.schemas.base import ReasonText, Score, Text
from shared.contracts.assessment import Grade, PartName
from shared.http.shapes import ActionOut, Out, Resource, Time

Answer = Literal["agree", "reservations", "disagree"]


class PartIn(BaseModel):
    """A rating carries a score from 0 to 100 with at most two decimals; the others carry a text, the unit's opinion an
    answer besides."""

    part: PartName
    score: Score | None = None
    answer: Answer | None = None
    text: Text = ""


class PartOut(Out):
    """``counts``: it carries points on the round's scorecard; what does not is read by those who grade."""

    part: PartName
    counts: bool = False
    attempt: int
    score: Decimal | None
    answer: str
    text: str
    submitted_by: str
    submitted_as: str
    submitted_at: Time


class PointsIn(BaseModel):
    """Points for a manual item of the scorecard (by its code), at most its weight."""

    code: Annotated[str, Field(max_length=60)]
    points: Score
    reason: ReasonText


class PointsOut(Out):
    """Shown to offices; of an item, those given last count."""

    code: str
    points: Decimal
    reason: str
    given_by: str
    given_at: Time


class SectionOut(Out):
    """``points``: to four decimals, of at most ``most``."""

    code: str
    zh: str
    en: str
    points: Decimal
    most: int


class AssessmentOut(Resource):
    """Points and grades are shown to offices; to the team, its unit and its host from the notice on. ``sections``: those
    of the round's card, which added up, cut at 100 and rounded once give ``total``; empty before it is scored."""

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
    sections: list[SectionOut]
    total: Decimal | None
    computed: Grade | None
    given: Grade | None
    edition: int | None
    published_at: Time | None


class AssessmentDetail(AssessmentOut):
    override_reason: str
    parts: list[PartOut]
    points: list[PointsOut]
    actions: list[ActionOut] = []


class LineOut(Out):
    """``section``: of the card, or ``total``, ``grade``; ``item``: what within it, none for its sum."""

    section: str
    item: str = ""
    points: Decimal
    of: int
    zh: str
    en: str


class JudgementOut(Out):
    """An assessor's score and what was said to it."""

    score: Decimal
    text: str


class Explanation(BaseModel):
    """How each point came about. ``preview``: not scored yet, computed from what is known now. ``judgements``: shown to
    the bureau and its supervisor only."""

    assessment_id: UUID
    scorecard: str
    scorecard_version: int
    preview: bool
    lines: list[LineOut]
    total: Decimal
    computed: Grade | None
    given: Grade | None
    override_reason: str
    measures: dict[str, Any]
    judgements: list[JudgementOut] = []


class OverrideIn(BaseModel):
    grade: Grade
    reason: ReasonText
