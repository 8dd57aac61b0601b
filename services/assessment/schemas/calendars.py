"""Declared working calendars."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.assessment.schemas.base import Days
from shared.http.shapes import Out


class CalendarIn(BaseModel):
    """Holidays in the week, and weekend days that are worked."""

    holidays: Days = []
    workdays: Days = []


class CalendarOut(Out):
    id: UUID
    version: int
    year: int
    holidays: list[date]
    workdays: list[date]
