"""What the broker loses is found and published again; what it cannot promise is said."""

import asyncio
import contextlib
import random
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa

from shared.auditor import Auditor
from shared.bus import Bus, Message, Unavailable, stream_config, stream_of
from shared.db import Database, new_id
from shared.envelope import body
from shared.relay import Relay
from tests.shared.conftest import Broker, say, submitted, url_of


@contextlib.asynccontextmanager
async def relaying(database: Database, bus: Bus) -> AsyncIterator[Relay]:
    """A relay that leads and publishes when told to."""
    relay = Relay(url_of(database), bus, "orders")
    await relay.open()
    yield relay
    await relay.close()


async def publish(database: Database, relay: Relay, count: int) -> None:
    await say(database, *(submitted(new_id()) for _ in range(count)))
    while await relay.journal_once():
        await relay.publish_once()


async def stored(bus: Bus) -> list[int]:
    return [position async for _at, position, _body in bus.stored("orders")]


async def again(broker: Broker, bus: Bus) -> None:
    """Start the killed broker again and wait for the connection."""
    broker.start()
    for _ in range(300):
        with contextlib.suppress(Unavailable):
            await bus.request("$JS.API.INFO", b"", timeout=0.2)
            return
        await asyncio.sleep(0.02)
    raise AssertionError("not connected again")


async def test_a_stream_that_agrees_is_not_read_again(orders: Database, bus: Bus, broker: Broker) -> None:
    await bus.ensure_stream("orders")
    async with relaying(orders, bus) as relay:
        await publish(orders, relay, 30)
        auditor = Auditor(bus, relay, broker.monitor_url)
        report = await auditor.audit()
        assert (report.ok, report.messages, report.published_to, report.missing) == (True, 30, 30, 0)
        assert report.sync_always is True
        await publish(orders, relay, 30)
        assert (await auditor.audit()).ok


async def test_a_wiped_broker_is_filled_again_by_the_service_itself(orders: Database, bus: Bus, broker: Broker) -> None:
    await bus.ensure_stream("orders")
    async with relaying(orders, bus) as relay:
        await publish(orders, relay, 1200)
        broker.kill()
        broker.wipe()
        await again(broker, bus)
        report = await Auditor(bus, relay).audit()
        assert (report.ok, report.missing, report.messages) == (True, 1200, 1200)
        assert await stored(bus) == list(range(1, 1201))
        assert (await Auditor(bus, relay).audit()).missing == 0


@pytest.mark.parametrize("damage", ["flip", "truncate"])
async def test_damaged_files_are_found_and_repaired(orders: Database, bus: Bus, broker: Broker, damage: str) -> None:
    await bus.ensure_stream("orders")
    async with relaying(orders, bus) as relay:
        await publish(orders, relay, 500)
        await Auditor(bus, relay).audit()
        broker.kill()
        block = max(broker.folder.glob("store/**/*.blk"), key=lambda path: path.stat().st_size)
        content = bytearray(block.read_bytes())
        if damage == "flip":
            content[len(content) // 2] ^= 1
        else:
            del content[random.Random(1).randrange(len(content)) :]
        block.write_bytes(content)
        for index in broker.folder.glob("store/**/index.db"):
            index.unlink()
        await again(broker, bus)
        auditor = Auditor(bus, relay)
        report = await auditor.audit()
        assert report.missing > 0
        assert report.ok, report.problems
        assert sorted(set(await stored(bus))) == list(range(1, 501))
        await publish(orders, relay, 10)
        assert (await auditor.audit()).missing == 0


async def test_one_lost_event_is_found_although_a_doubled_one_hides_it(orders: Database, bus: Bus) -> None:
    """The number of messages is as expected; it is the stream's last sequence that gives it away."""
    config = stream_config("orders") | {"deny_delete": False}
    await bus.request(f"$JS.API.STREAM.CREATE.{stream_of('orders')}", orjson.dumps(config))
    async with relaying(orders, bus) as relay:
        await publish(orders, relay, 20)
        auditor = Auditor(bus, relay)
        await auditor.audit()
        await bus.request(f"$JS.API.STREAM.MSG.DELETE.{stream_of('orders')}", orjson.dumps({"seq": 7}))
        async with orders.engine.connect() as connection:
            row = (await connection.execute(sa.text("select head, data from journal where position = 8"))).one()
        await bus.publish([Message(8, "another-id", f"evt.orders.order.{new_id()}.submitted", body(row[0], 8, row[1]))])
        assert (await bus.stream_info("orders"))["state"]["messages"] == 20
        report = await auditor.audit()
        assert report.missing == 1
        assert set(await stored(bus)) == set(range(1, 21))
        assert (await auditor.audit()).missing == 0


async def test_a_stream_of_other_configuration_is_reported_and_not_changed(orders: Database, bus: Bus) -> None:
    config = stream_config("orders") | {"max_age": 3600 * 10**9}
    await bus.request(f"$JS.API.STREAM.CREATE.{stream_of('orders')}", orjson.dumps(config))
    async with relaying(orders, bus) as relay:
        report = await Auditor(bus, relay).audit()
    assert not report.ok
    assert "max_age" in report.problems[0]
    assert (await bus.stream_info("orders"))["config"]["max_age"] == 3600 * 10**9


async def test_a_stream_beyond_the_journal_is_reported(orders: Database, bus: Bus, make_database) -> None:
    """A database was put back from a backup and nobody said so."""
    await bus.ensure_stream("orders")
    async with relaying(orders, bus) as relay:
        await publish(orders, relay, 12)
    older = await make_database("orders")
    async with relaying(older, bus) as relay:
        report = await Auditor(bus, relay).audit()
    assert not report.ok
    assert "12 events beyond the journal" in report.problems[0]


async def test_a_broker_that_does_not_sync_is_found(orders: Database) -> None:
    with tempfile.TemporaryDirectory(prefix="jiedan-nats-") as folder:
        lax = Broker(Path(folder), sync="").start()
        bus = Bus(lax.url, "orders")
        await bus.connect()
        async with relaying(orders, bus) as relay:
            assert (await Auditor(bus, relay, lax.monitor_url).audit()).sync_always is False
            assert (await Auditor(bus, relay).audit()).sync_always is None
        await bus.close()
        lax.kill()


async def test_what_was_published_and_not_remembered_is_learned_not_repaired(orders: Database, bus: Bus) -> None:
    """The relay's memory of what is published was lost in a power cut, after the broker's duplicate window."""
    config = stream_config("orders") | {"duplicate_window": 100_000_000}
    await bus.request(f"$JS.API.STREAM.CREATE.{stream_of('orders')}", orjson.dumps(config))
    async with relaying(orders, bus) as relay:
        await publish(orders, relay, 10)
    await asyncio.sleep(0.3)
    async with relaying(orders, bus) as relay:
        while await relay.publish_once():
            pass
        auditor = Auditor(bus, relay)
        report = await auditor.audit()
        assert (report.messages, report.published_to, report.missing) == (20, 10, 0)
        async with orders.engine.connect() as connection:
            assert (await connection.execute(sa.text("select stream_extra, stream_offset from relay_state"))).one() == (
                10,
                10,
            )
