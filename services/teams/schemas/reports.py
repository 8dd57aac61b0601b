"""Values of indicators as they are reported."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.teams.schemas.base import Measure, Text
from shared.http.shapes import Name, Resource, Time


class IndicatorReport(BaseModel):
    """``attachments``: evidence, files of the team or of its entries."""

    name: Name
    actual: Measure
    note: Text = ""
    attachments: Annotated[list[UUID], Field(max_length=20)] = []


class IndicatorReports(BaseModel):
    reports: Annotated[list[IndicatorReport], Field(min_length=1, max_length=50)]


class ReportOut(Resource):
    team_id: UUID
    name: str
    unit: str
    actual: Decimal
    note: str
    attachments: list[UUID]
    reported_at: Time
    reported_by: str
    words: str
    settled_at: Time | None
