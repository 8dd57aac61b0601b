"""Another department: it subscribes to what is published of the round, and verifies every message that it gets."""

import asyncio
import time
from typing import Any

from demo.client import DemoFailed, Person
from demo.receiver import Receiver
from demo.year import Year

UNIT = "115000000092758608"
WANTS = (
    "notice.posted",
    "edition.published",
    "rating.published",
    "rating.corrected",
    "rectification.passed",
    "rectification.failed",
    "rectification.cancelled",
    "certificate.issued",
    "certificate.revoked",
)
PATIENCE = 150.0
"""Seconds in which everything must have arrived, also when a worker was killed with messages in hand."""
SUBSCRIPTIONS, DELIVERIES = "/assessment/v1/subscriptions", "/assessment/v1/deliveries"


def department(year: Year) -> Person:
    """Of the same province: what is nobody's business outside, it sees there."""
    division = year.folder.division
    return Person("department", sub="department:organisation", division=division, unit=UNIT, scopes=("webhooks:write",))


async def subscribe(year: Year, receiver: Receiver) -> str:
    """To everything of this round; the id of the subscription, once its receiver answered the first ping."""
    wish = {"name": "演示：组织部门", "address": receiver.url, "wants": WANTS, "round_id": year.round_id}
    made = await year.system.post(department(year), SUBSCRIPTIONS, wish)
    receiver.trust(made["secret"])

    async def active() -> bool:
        found = await year.system.get(department(year), f"{SUBSCRIPTIONS}/{made['id']}")
        return bool(found["status"] == "active")

    await _until(year, active, f"the receiver at {receiver.url} was not verified; the system must be able to reach it")
    return str(made["id"])


async def verify(year: Year, receiver: Receiver, subscription: str) -> None:
    """Every message came, was verified and is in its place. Raises DemoFailed when one did not or was not."""
    with year.stage.act("推送 Another department verifies what it was told", 1):
        of = {"subscription_id": subscription}

        async def arrived() -> bool:
            return not await year.system.every(department(year), DELIVERIES, status="waiting", **of)

        await _until(year, arrived, "messages to another department are still on their way")
        sent = await year.system.every(department(year), DELIVERIES, **of)
        _compare(receiver, sent)
        await year.system.post(department(year), f"{SUBSCRIPTIONS}/{subscription}/end", {"reason": "演示结束"})
        year.tally["webhooks_verified"] = receiver.book.told
        year.stage.step()


def _compare(receiver: Receiver, sent: list[Any]) -> None:
    book = receiver.book
    wrong = [f"refused: {reason}" for reason in book.refused] + book.faults
    wrong += [f"{one['message_id']} is {one['status']}" for one in sent if one["status"] != "delivered"]
    wrong += [f"{key} was never received" for key in {one["message_id"] for one in sent} - set(book.verified)]
    if wrong or not book.told:
        raise DemoFailed("webhooks: " + ("; ".join(wrong[:5]) or "nothing was told"))


async def _until(year: Year, holds: Any, otherwise: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not await holds():
        if time.monotonic() > ends:
            raise DemoFailed(otherwise)
        await asyncio.sleep(0.1)
        await year.system.settle()
