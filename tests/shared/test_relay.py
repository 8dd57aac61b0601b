"""Outbox → journal → stream → inbox → effects, on real servers."""

import asyncio
import contextlib

from shared import tasks
from shared.bus import Bus
from shared.db import Database, new_id
from shared.envelope import Envelope
from shared.pull import Puller
from shared.relay import Relay
from tests.shared.conftest import Broker, completed, effects_of, inbox_of, noting, say, submitted, until, url_of


@contextlib.asynccontextmanager
async def running(*coroutines):
    started = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        yield
    finally:
        await tasks.cancel(started)


async def test_what_is_published_reaches_the_handlers_of_another_service(
    orders: Database, teams: Database, broker: Broker, bus: Bus
) -> None:
    relay = Relay(url_of(orders), bus, "orders")
    ear = Bus(broker.url, "teams")
    await ear.connect()
    inbox = inbox_of(teams, noting())

    async def handle(messages):
        await inbox.process([Envelope(message.data) for message in messages])

    order = new_id()
    await say(orders, submitted(order), completed(order))
    async with running(relay.run(), Puller(ear, "orders", "teams").run(handle)):

        async def handled() -> bool:
            return len(await effects_of(teams)) == 2

        await until(handled)
        await say(orders, completed(order))

        async def all_handled() -> bool:
            return len(await effects_of(teams)) == 3

        await until(all_handled)
    await ear.close()
    assert await effects_of(teams) == [(f"order/{order}", n) for n in (1, 2, 3)]
