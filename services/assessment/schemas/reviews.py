"""City review: assessors, who is given what, sheets."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.assessment.schemas.assessments import LineOut
from services.assessment.schemas.base import Score, Text
from shared.contracts.assessment import PartName
from shared.http.shapes import ActionOut, CreditCode, Out, ReasonOut, Resource, Time

Name = Annotated[str, Field(min_length=1, max_length=100)]


class AssessorIn(BaseModel):
    """``most``: the teams to be given at most; none: as the policy says."""

    person_id: UUID
    name: Name
    unit_code: CreditCode
    unit_name: Name
    most: Annotated[int, Field(ge=0, le=10_000)] | None = None


class AssessorsIn(BaseModel):
    assessors: Annotated[list[AssessorIn], Field(min_length=1, max_length=500)]


class AssessorOut(Out):
    """``load``: the teams that this person has."""

    person_id: UUID
    name: str
    unit_code: str
    most: int
    load: int


class ConflictOut(Out):
    person_id: UUID
    assessor: str
    assessment_id: UUID
    order_number: str
    reasons: list[ReasonOut]


class AssignedOut(BaseModel):
    """``made``: how many sheets; whoever may not score a team is named with the reasons."""

    made: int
    assessors: list[AssessorOut]
    conflicts: list[ConflictOut]
    conflicts_left: int


class SheetOut(Resource):
    """Seen by the assessor, the bureau and its supervisor. ``scores``: how often a score was handed in; ``score`` is the
    last one; ``reason``: of a conflict or a withdrawal."""

    cycle_id: UUID
    assessment_id: UUID
    person_id: UUID
    assessor: str
    order_number: str
    team: str
    place: str
    score: Decimal | None
    scores: int
    scored_at: Time | None
    due_at: Time | None
    reason: str
    actions: list[ActionOut] = []


class VisitOut(Out):
    """A visit that the host confirmed."""

    served_on: date
    days: Decimal
    form: str
    beneficiaries: int
    served_units: list[str]


class IndicatorOut(Out):
    """From the baseline to the last report; ``reached``: the share of the way to the target, 0 to 1."""

    name: str
    unit: str
    baseline: Decimal
    target: Decimal
    actual: Decimal | None
    reached: Decimal


class SaidOut(Out):
    """A part as it was last handed in, without the account that did."""

    part: PartName
    score: Decimal | None
    answer: str
    text: str
    submitted_at: Time


class Material(BaseModel):
    """What is to be judged. ``lines`` and ``points``: what it comes to so far without any assessor's score."""

    order_title: str
    tasks: list[str]
    host: str
    lead: str
    unit: str
    starts_on: date | None
    ends_on: date | None
    agreed_days: Decimal
    agreed_visits: int
    confirmed_days: Decimal
    confirmed_visits: int
    visits: list[VisitOut]
    indicators: list[IndicatorOut]
    parts: list[SaidOut]
    lines: list[LineOut]
    points: Decimal


class SheetVersionOut(Out):
    number: int
    score: Decimal
    text: str
    handed_in_at: Time


class SheetDetail(SheetOut):
    """``versions``: every score handed in, with what was said to it. ``material``: while the sheet counts."""

    versions: list[SheetVersionOut]
    material: Material | None


class SheetIn(BaseModel):
    """From 0 to 100 with at most two decimals. ``text``: why; read by the bureau and its supervisor, not by the team."""

    score: Score
    text: Text = ""
