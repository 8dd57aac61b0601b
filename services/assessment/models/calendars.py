"""Declared working calendars."""

from datetime import date

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from shared.calendar import Calendar, DeclaredYear
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class WorkingYear(Row, Base):
    """The working calendar of a year, as a bureau declared it. Dates as ISO text."""

    __tablename__ = "working_years"

    year: Mapped[int] = mapped_column(unique=True)
    holidays: Mapped[list[str]] = mapped_column(JSONB)
    workdays: Mapped[list[str]] = mapped_column(JSONB)

    @property
    def days(self) -> DeclaredYear:
        return DeclaredYear(
            frozenset(map(date.fromisoformat, self.holidays)),
            frozenset(map(date.fromisoformat, self.workdays)),
        )

    @property
    def replaced(self) -> list[date]:
        """The built-in days that it decides otherwise."""
        return Calendar({self.year: self.days}).replaced(self.year)


constraint_reasons(
    {
        "uq_working_years_year": Reason("calendar.exists", "该年日历正在被申报", "Being declared", "/year"),
    }
)
