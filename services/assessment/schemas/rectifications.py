"""Rectifications."""

from uuid import UUID

from pydantic import BaseModel

from services.assessment.schemas.base import ReasonText, Text
from shared.http.shapes import ActionOut, Day, Out, Resource, Time


class ExtendIn(BaseModel):
    due_on: Day
    reason: ReasonText


class PlanIn(BaseModel):
    plan: Text


class InspectIn(BaseModel):
    in_order: bool
    finding: ReasonText


class InspectionOut(Out):
    in_order: bool
    finding: str
    inspected_at: Time
    inspected_by: str


class RectificationOut(Resource):
    round_id: UUID
    team_id: UUID
    assessment_id: UUID
    due_at: Time
    overdue_at: Time | None
    inspected: bool | None
    reason: str


class RectificationDetail(RectificationOut):
    """``inspections``: newest last."""

    plan: str
    planned_at: Time | None
    inspections: list[InspectionOut] = []
    actions: list[ActionOut] = []
