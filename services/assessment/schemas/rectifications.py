"""Rectifications."""

from uuid import UUID

from pydantic import BaseModel

from services.assessment.schemas.base import ReasonText
from shared.http.shapes import ActionOut, Day, Resource, Time


class ExtendIn(BaseModel):
    due_on: Day
    reason: ReasonText


class RectificationOut(Resource):
    round_id: UUID
    team_id: UUID
    assessment_id: UUID
    due_at: Time
    reason: str


class RectificationDetail(RectificationOut):
    actions: list[ActionOut] = []
