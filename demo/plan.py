"""On which day what happens: the year of a round, from the folder's own dates."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from demo.folder import RoundFolder

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Plan:
    """The days that people choose; what falls due in between (notices, deadlines) the system says itself."""

    year: int
    opens_at: datetime
    closes_at: datetime
    review_at: datetime
    notice_at: datetime
    reporting: tuple[date, ...]
    """Days on which members hand in the visits since the last such day."""
    cycle_at: datetime
    grading_at: datetime
    """After the reminder of the parts, before they are due."""


def years_to_shift(folder_year: int, now: datetime) -> int:
    """By how many whole years a folder must move so that its window has not begun yet. Never backwards."""
    years = 0
    while _opens_at(folder_year + years) < now:
        years += 1
    return years


def make(folder: RoundFolder) -> Plan:
    """The plan of a (shifted) folder. Cycles open in mid-December, or when the last visit was made."""
    year = folder.year
    cycle_on = max(date(year, 12, 16), folder.last_entry + timedelta(days=1))
    reporting = {date(year, 9, 30), cycle_on}
    if folder.last_entry.year > year:
        reporting.add(date(year, 12, 31))
    return Plan(
        year=year,
        opens_at=_opens_at(year),
        closes_at=_at(date(year, 3, 16), 18),
        review_at=_at(date(year, 3, 17), 9),
        notice_at=_at(date(year, 3, 18), 9),
        reporting=tuple(sorted(reporting)),
        cycle_at=_at(cycle_on, 17),
        grading_at=_at(cycle_on + timedelta(days=25), 10),
    )


def past(moment: datetime) -> datetime:
    """Just past a moment: what falls due then has fallen due."""
    return moment + timedelta(minutes=1)


def _opens_at(year: int) -> datetime:
    return _at(date(year, 3, 2), 9)


def _at(on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour), SHANGHAI)


def moment(text: str) -> datetime:
    """A time as the system writes it."""
    return datetime.fromisoformat(text)
