"""City review: assessors, who is given what, sheets."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.assessment.schemas.base import Score, Text
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


class SheetOut(Resource):
    """``person_id`` is shown to the assessor and the bureau, who alone see sheets."""

    cycle_id: UUID
    assessment_id: UUID
    person_id: UUID
    order_number: str
    team: str
    place: str
    score: Decimal | None
    scores: int
    scored_at: Time | None
    due_at: Time | None
    reason: str
    actions: list[ActionOut] = []


class SheetIn(BaseModel):
    """From 0 to 100 with at most two decimals."""

    score: Score
    text: Text = ""
