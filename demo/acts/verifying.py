"""Somebody without an account checks that nothing published was altered, with the one file that anybody may take along."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.client import DemoFailed, System
from demo.year import Year
from deploy.site.verify_published import Difference, Site, Unreadable, verify

PATIENCE, AGAIN = 60.0, 1.5
"""Seconds for which a site that does not answer is asked again, and in between: public answers are kept for one."""
FRESH = timedelta(hours=3)
"""How old the newest checkpoint may be."""


async def look(system: System) -> dict[str, Any]:
    """What is published before the year, kept as a visitor would."""
    return (await _read(system, None, timedelta.max)).known()


async def verify_log(year: Year, seen: dict[str, Any]) -> None:
    """The log goes on from where it was, every entry of the year is in its place, every document as it was published."""
    with year.stage.act("核对 A visitor verifies everything published against the public log", 1):
        site = await _read(year.system, seen, FRESH)
        year.tally["log_entries_verified"] = len(site.log) - seen["size"]
        year.stage.step()


async def _read(system: System, seen: dict[str, Any] | None, most_age: timedelta) -> Site:
    """Everything, twice where it differs: what is being published at that moment is no difference."""
    ends, looked = time.monotonic() + PATIENCE, False
    while True:
        try:
            return await verify(system.visitor, seen, (), datetime.now(UTC), most_age)
        except Difference as difference:
            if looked:
                raise DemoFailed(f"published: {difference.en}") from difference
            looked = True
        except Unreadable as silence:
            if time.monotonic() > ends:
                raise DemoFailed(f"what is published cannot be read: {silence}") from silence
        await asyncio.sleep(AGAIN)
