"""Working days of mainland China. Pure: the table of ``chinesecalendar`` plus what a bureau has declared.

The State Council announces holidays and worked weekends late in the year before, so the table ends with the
current year. A later year counts only once it is declared; until then every question about it is refused.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from chinese_calendar.constants import holidays as TABLE_HOLIDAYS
from chinese_calendar.constants import workdays as TABLE_WORKDAYS

from shared.errors import Reason, Refused

TABLE_YEARS = range(min(TABLE_HOLIDAYS).year, max(TABLE_HOLIDAYS).year + 1)
"""Years whose holidays the table knows."""

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DeclaredYear:
    """What a bureau declared for one year: ``holidays`` off although in the week, ``workdays`` worked
    although at the weekend. For a year of the table the declared days go before the table's."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Answers in whole days; the caller turns an aware time into its Asia/Shanghai date."""

    overrides: Mapping[int, DeclaredYear] = field(default_factory=lambda: MappingProxyType({}))

    def is_working_day(self, day: date) -> bool:
        """Raises :class:`Refused` naming the year when it is neither in the table nor declared."""
        declared = self.overrides.get(day.year)
        if declared is None and day.year not in TABLE_YEARS:
            raise Refused(undeclared(day.year))
        if declared is not None and day in declared.workdays:
            return True
        if declared is not None and day in declared.holidays:
            return False
        if day in TABLE_WORKDAYS:
            return True
        return day.weekday() < _SATURDAY and day not in TABLE_HOLIDAYS

    def replaced(self, year: int) -> list[date]:
        """The table's days of the year that what was declared for it decides otherwise; all others go on counting."""
        declared = self.overrides.get(year, DeclaredYear())
        return sorted(declared.workdays & TABLE_HOLIDAYS.keys() | declared.holidays & TABLE_WORKDAYS.keys())

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``; the day itself does not count (Civil Code 201)."""
        while count > 0:
            day += _DAY
            count -= self.is_working_day(day)
        return day


def table_years() -> list[tuple[int, list[date], list[date]]]:
    """The years of the table, each with its holidays and its worked weekends."""
    return [(year, _of(year, TABLE_HOLIDAYS), _of(year, TABLE_WORKDAYS)) for year in TABLE_YEARS]


def _of(year: int, days: Iterable[date]) -> list[date]:
    return sorted(day for day in days if day.year == year)


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of(day: date, like: datetime) -> datetime:
    """The end of ``day`` (its midnight) in the zone of ``like``: what comes at or after it is late."""
    return datetime.combine(day + timedelta(days=1), time.min, like.tzinfo)


def last_day(end: datetime) -> date:
    """The day that ends with this midnight."""
    return (end - _DAY).date()


def undeclared(year: int) -> Reason:
    """Why a period that reaches into ``year`` cannot be computed."""
    return Reason(
        "calendar.undeclared",
        f"{year}年的节假日安排尚未公布或申报，请先申报该年工作日历",
        f"Holidays of {year} are not known yet: declare the working calendar of {year} first",
    )
