"""Half-year and final summaries."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.shapes import ActionOut, Resource, Time

Section = Annotated[str, Field(max_length=5000)]


class SummaryIn(BaseModel):
    """``sections``: text by the name of its section. ``attachments``: files of the team or of its entries."""

    sections: Annotated[dict[str, Section], Field(max_length=20)] | None = None
    attachments: Annotated[list[UUID], Field(max_length=50)] | None = None


class SummaryOut(Resource):
    team_id: UUID
    kind: str
    number: int
    period_from: date
    period_to: date
    due_at: Time
    late: bool
    sections: dict[str, str]
    attachments: list[UUID]
    submitted_at: Time | None
    reason: str
    actions: list[ActionOut] = []
