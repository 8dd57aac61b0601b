"""Digests of what someone owes: one message at most per day or week, none when nothing waits."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from shared.errors import Reason

EVERY = {"day": timedelta(days=1), "week": timedelta(days=7)}
HOUR = time(8)
"""When a digest is sent: at the start of an office's day, Asia/Shanghai."""


def set_obstacles(every: str, email: str) -> Iterable[Reason]:
    """A digest needs an address."""
    if every in EVERY and not email:
        yield Reason("reminder.email", "须填写电子邮箱", "A mail address is needed", "/email")


def last_day(due_at: datetime) -> date:
    """The day that ends at this midnight, Asia/Shanghai time."""
    return (due_at - timedelta(microseconds=1)).date()


def report_your_year(team: str, last: date) -> str:
    """The text message to a lead."""
    return f"【接单】{team}的年度自评请于{last.month}月{last.day}日前（含当日）登录系统提交，逾期不再受理。"


def next_digest(every: str, now: datetime) -> datetime | None:
    """The next morning, for weekly ones the next Monday's; None for who wants none. ``now`` is Asia/Shanghai time."""
    if every not in EVERY:
        return None
    today = now.replace(hour=HOUR.hour, minute=0, second=0, microsecond=0)
    morning = today if now < today else today + timedelta(days=1)
    return morning if every == "day" else morning + timedelta(days=-morning.weekday() % 7)
