"""Public notices: drafted, posted for some working days, outlived."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from demo.cast import Cast
from demo.client import DemoFailed
from demo.plan import moment, past
from demo.year import Year

FIXED_HOLIDAYS = ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")
"""Public holidays whose date the law fixes; the others follow the moon and the State Council's yearly notice."""


async def outlive_notice(
    year: Year | Cast, wanted: dict[str, str], meanwhile: Callable[[str], Awaitable[None]] | None = None
) -> None:
    """Draft and post a notice; the clock moves past its last working day. ``meanwhile`` happens while it is posted."""
    system, bureau = year.system, year.bureau
    notice = await system.post(bureau, "/assessment/v1/notices", wanted)
    path = f"/assessment/v1/notices/{notice['id']}"
    while unknown := _undeclared(notice):
        await declare_calendar(year, unknown)
        notice = await system.get(bureau, path)
    posted = await system.post(bureau, f"{path}/post")
    if meanwhile:
        await meanwhile(notice["id"])
    await system.move_to(past(moment(posted["closes_at"])))
    closed = await system.get(bureau, path)
    if closed["status"] != "confirmed":
        raise DemoFailed(f"the notice of {wanted['kind']} is {closed['status']}, not confirmed")


def _undeclared(notice: Any) -> int | None:
    """The year whose holidays the system says it does not know and therefore cannot count working days in."""
    reasons = [one for action in notice["actions"] if action["action"] == "post" for one in action["reasons"]]
    for reason in reasons:
        if reason["code"] == "calendar.undeclared" and (named := re.search(r"\d{4}", reason["en"])):
            return int(named.group())
    return None


async def declare_calendar(year: Year | Cast, number: int) -> None:
    """The bureau declares a year that the system lacks; here only the holidays with a fixed date, for the demo."""
    days = [f"{number}-{day}" for day in FIXED_HOLIDAYS]
    path = f"/assessment/v1/calendars/{number}"
    await year.system.put(year.bureau, path, {"holidays": days, "workdays": []})
    year.stage.say(f"          {number}: demo declaration of holidays (1 January, 1-2 May, 1-3 October only)")
