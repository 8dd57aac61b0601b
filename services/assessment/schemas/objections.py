"""Objections."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.assessment.schemas.base import Text
from shared.http.shapes import ActionOut, Resource, Time


class ObjectionIn(BaseModel):
    """In writing, by a person (name and phone) or a unit (name and its 18-character code)."""

    team_id: UUID
    text: Annotated[str, Field(min_length=1, max_length=5000)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    phone: Annotated[str, Field(max_length=30)] | None = None
    unit_code: Annotated[str, Field(max_length=18)] | None = None


class Receipt(BaseModel):
    """``answer_by``: the last working day on which an answer is due."""

    receipt: str
    answer_by: date


class ObjectionStanding(Receipt):
    """What whoever knows the number may read: how far it is, and the answer. ``status`` is raised, extended or
    answered; ``answer_by`` moves with an extension."""

    status: str
    raised_at: Time
    overdue: bool
    upheld: bool | None
    answer: str | None
    answered_at: Time | None


class ObjectionOut(Resource):
    notice_id: UUID
    team_id: UUID
    team: str
    order_number: str
    receipt: str
    raised_at: Time
    due_at: Time
    overdue_at: Time | None
    extensions: int
    upheld: bool | None
    answered_at: Time | None


class ObjectionDetail(ObjectionOut):
    """The objector is shown to supervisors only."""

    text: str
    name: str
    phone: str | None
    unit_code: str | None
    answer: str | None
    answered_by: str | None
    actions: list[ActionOut] = []


class AnswerIn(BaseModel):
    upheld: bool
    text: Text
