"""Declaring the working days of a year that the table does not know yet (or knows wrongly)."""

from collections.abc import Collection, Iterator
from datetime import date

from shared.errors import Reason, require

_SATURDAY = 5


def declare(year: int, holidays: Collection[date], workdays: Collection[date]) -> None:
    """Raises :class:`shared.errors.Refused` with everything that is wrong with the declaration."""
    require(declare_obstacles(year, holidays, workdays))


def declare_obstacles(year: int, holidays: Collection[date], workdays: Collection[date]) -> Iterator[Reason]:
    """Days of that year, off or worked but not both, worked only at weekends."""
    for name, days in (("holidays", holidays), ("workdays", workdays)):
        for day in sorted(d for d in days if d.year != year):
            yield Reason("calendar.year", f"{day}不在{year}年", f"{day} is not in {year}", f"/{name}")
    for day in sorted(set(holidays) & set(workdays)):
        yield Reason("calendar.both", f"{day}不能既放假又上班", f"{day} is off and worked", "/workdays")
    for day in sorted(d for d in workdays if d.weekday() < _SATURDAY):
        yield Reason("calendar.workday", f"{day}本是工作日", f"{day} is in the week anyway", "/workdays")
