"""Declared working calendars."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.assessment.schemas.base import Days
from shared.http import Page
from shared.http.shapes import Out


class CalendarIn(BaseModel):
    """Holidays in the week, and weekend days that are worked."""

    holidays: Days = []
    workdays: Days = []


class CalendarOut(Out):
    """As the bureau declared it. ``replaced``: built-in days of the year that it decides otherwise; the other built-in
    days go on counting."""

    id: UUID
    version: int
    year: int
    holidays: list[date]
    workdays: list[date]
    declared: bool = True
    replaced: list[date]


class BuiltInYear(BaseModel):
    """Holidays and worked weekends that count without a declaration."""

    year: int
    holidays: list[date]
    workdays: list[date]
    declared: bool = False


class Calendars(Page[CalendarOut]):
    """``items``: the declared years; ``built_in``: those that are known besides, whole on every page."""

    built_in: list[BuiltInYear]
