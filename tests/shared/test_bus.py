"""The broker: what a service may do, batches, the pull loop through crashes."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import nats.errors
import pytest

from shared import tasks
from shared.bus import BrokerRefused, Bus, Message, NoStream, Unavailable, permissions, stream_of
from shared.pull import Puller
from tests.shared.conftest import Broker, until


def message(position: int, producer: str = "orders", tag: str = "") -> Message:
    return Message(position, f"{tag}{position}", f"evt.{producer}.order.{position}.said", b"%d" % position)


async def count(bus: Bus, producer: str = "orders") -> int:
    return int((await bus.stream_info(producer))["state"]["messages"])


class Ear:
    """Collects what a pull loop brings."""

    def __init__(self, bus: Bus, **how: float) -> None:
        self.got: list[int] = []
        self.task = asyncio.create_task(Puller(bus, "orders", "teams", **how).run(self.handle))  # type: ignore[arg-type]

    async def handle(self, messages) -> None:
        self.got += [int(message.data) for message in messages]

    async def heard(self, number: int, seconds: float = 10) -> None:
        await until(lambda: len(set(self.got)) >= number, seconds)

    async def stop(self) -> None:
        await tasks.cancel([self.task])


@pytest.fixture
async def ear(bus: Bus) -> AsyncIterator[Ear]:
    await bus.ensure_stream("orders")
    listening = Ear(bus)
    yield listening
    await listening.stop()


async def test_a_stream_and_a_consumer_can_be_made_again_and_again(bus: Bus) -> None:
    assert await bus.ensure_stream("orders")
    assert not await bus.ensure_stream("orders")
    for _ in range(2):
        await bus.ensure_consumer("orders", "teams")
    with pytest.raises(NoStream):
        await bus.ensure_consumer("funding", "teams")


async def test_a_batch_is_stored_in_order_with_positions(bus: Bus) -> None:
    await bus.ensure_stream("orders")
    await bus.publish([message(n) for n in range(1, 501)])
    assert [(at, position) async for at, position, _body in bus.stored("orders")] == [(n, n) for n in range(1, 501)]


async def test_a_batch_that_is_partly_there_already_adds_only_the_rest(bus: Bus) -> None:
    await bus.ensure_stream("orders")
    await bus.publish([message(n) for n in range(1, 6)])
    await bus.publish([message(n) for n in range(1, 6)])
    await bus.publish([message(n) for n in range(3, 9)])
    assert [position async for _at, position, _body in bus.stored("orders")] == list(range(1, 9))


async def test_publishing_without_a_stream_says_so(bus: Bus) -> None:
    with pytest.raises(NoStream):
        await bus.publish([message(1)])
    with pytest.raises(Unavailable):
        await bus.publish([message(1), message(2)])


async def test_a_kill_in_the_middle_of_batches_leaves_none_by_halves(bus: Bus, broker: Broker) -> None:
    await bus.ensure_stream("orders")
    acknowledged: list[int] = []

    async def publish(start: int) -> None:
        for batch in range(start, start + 100_000, 20):
            await bus.publish([message(n) for n in range(batch, batch + 20)])
            acknowledged.extend(range(batch, batch + 20))

    for round_ in range(3):
        publishing = asyncio.create_task(publish(round_ * 100_000))
        await asyncio.sleep(0.15 + round_ * 0.07)
        broker.kill()
        with pytest.raises(Unavailable):
            await publishing
        broker.start()
        await until(lambda: bus.connected)
    stored = [position async for _at, position, _body in bus.stored("orders")]
    assert len(acknowledged) > 100
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))
    assert len(stored) % 20 == 0


async def test_the_pull_loop_goes_on_within_two_seconds_of_a_killed_broker(bus: Bus, broker: Broker, ear: Ear) -> None:
    await bus.publish([message(1)])
    await ear.heard(1)
    for number in (2, 3):
        broker.kill()
        await asyncio.sleep(0.3)
        broker.start()
        async with asyncio.timeout(2):
            while True:
                try:
                    await bus.publish([message(number)])
                    break
                except Unavailable:
                    await asyncio.sleep(0.02)
            await ear.heard(number)


async def test_the_pull_loop_comes_back_when_its_consumer_is_deleted(bus: Bus, ear: Ear) -> None:
    await bus.publish([message(1)])
    await ear.heard(1)
    await bus.delete_consumer("orders", "teams")
    await bus.publish([message(2)])
    await ear.heard(2, seconds=4)


async def test_more_than_one_request_is_asked_for(bus: Bus) -> None:
    await bus.ensure_stream("orders")
    await bus.publish([message(n) for n in range(1, 301)])
    ear = Ear(bus, batch=7, expires=1)
    await ear.heard(300)
    await asyncio.sleep(1.2)  # requests expire and are asked anew
    await bus.publish([message(301)])
    await ear.heard(301)
    await ear.stop()
    assert ear.got == list(range(1, 302))


@pytest.mark.parametrize("turns", range(6))
async def test_a_stop_at_the_moment_when_something_arrives_is_heard(bus: Bus, turns: int) -> None:
    await bus.ensure_stream("orders")

    async def ignore(_messages) -> None:
        pass

    listening = asyncio.create_task(Puller(bus, "orders", "teams").run(ignore))
    await until(lambda: bus.on_reconnect)
    await asyncio.sleep(0.2)  # until it waits for what comes
    for arrives in bus.on_reconnect:
        arrives()
    for _ in range(turns):
        await asyncio.sleep(0)
    listening.cancel()
    ended, _still = await asyncio.wait([listening], timeout=5)
    assert ended


async def test_what_a_stopped_listener_had_in_hand_comes_again_soon(bus: Bus) -> None:
    await bus.ensure_stream("orders")
    stuck = asyncio.Event()

    async def hang(_messages) -> None:
        stuck.set()
        await asyncio.sleep(60)

    hanging = asyncio.create_task(Puller(bus, "orders", "teams").run(hang))
    await bus.publish([message(1), message(2)])
    await stuck.wait()
    await tasks.cancel([hanging])
    ear = Ear(bus)
    await ear.heard(2, seconds=2)
    await ear.stop()


# -- rights: each service is a user of its own

RIGHTS = {"orders": ("teams",), "teams": ("orders",), "funding": ("teams",)}


@pytest.fixture
def guarded() -> Iterator[Broker]:
    users = ["{user: admin, password: secret}"] + [
        f"{{user: {name}, password: secret, permissions: {json.dumps(permissions(name, listens))}}}"
        for name, listens in RIGHTS.items()
    ]
    with tempfile.TemporaryDirectory(prefix="jiedan-nats-") as folder:
        server = Broker(Path(folder), "authorization {\n users: [\n" + "\n".join(users) + "\n]\n}").start()
        yield server
        server.kill()


@pytest.fixture
async def as_user(guarded: Broker) -> AsyncIterator:
    opened = []

    async def connect(name: str) -> Bus:
        bus = Bus(guarded.url, name, user=name, password="secret")
        await bus.connect()
        opened.append(bus)
        return bus

    yield connect
    for bus in opened:
        await bus.close()


async def test_a_service_makes_its_stream_publishes_audits_and_hears_with_its_own_rights(as_user) -> None:
    orders, teams = await as_user("orders"), await as_user("teams")
    await orders.ensure_stream("orders")
    await orders.publish([message(n) for n in range(1, 4)])
    assert [position async for _at, position, _body in orders.stored("orders")] == [1, 2, 3]
    ear = Ear(teams)
    await ear.heard(3)
    nudges = []

    async def nudged(payload: bytes) -> None:
        nudges.append(payload)

    await orders.on_nudge(nudged)
    await orders.nudge(b"x")
    await orders.client.flush()
    await until(lambda: nudges, 2)
    await ear.stop()
    assert (await orders.stream_info("orders"))["state"]["messages"] == 3


@pytest.mark.parametrize(
    "subject",
    [
        "evt.orders.order.1.published",
        "nudge.orders",
        "$JS.API.STREAM.DELETE.EVT_TEAMS",
        "$JS.API.STREAM.PURGE.EVT_TEAMS",
        "$JS.API.STREAM.UPDATE.EVT_TEAMS",
        "$JS.API.STREAM.MSG.DELETE.EVT_TEAMS",
        "$JS.API.STREAM.CREATE.EVT_ORDERS",
        "$JS.API.STREAM.CREATE.OTHER",
        "$JS.API.CONSUMER.CREATE.EVT_ORDERS.funding",
        "$JS.API.CONSUMER.CREATE.EVT_ORDERS",
        "$JS.API.CONSUMER.DURABLE.CREATE.EVT_ORDERS.teams",
        "$JS.API.CONSUMER.DELETE.EVT_ORDERS.teams",
        "$JS.API.CONSUMER.MSG.NEXT.EVT_TEAMS.funding",
        "$JS.ACK.EVT_TEAMS.funding.1.1.1.1.0",
        "$JS.API.DIRECT.GET.EVT_ORDERS",
        "$SYS.REQ.SERVER.PING",
    ],
)
async def test_a_service_cannot_touch_what_is_not_its_own(as_user, subject: str) -> None:
    admin, teams = await as_user("admin"), await as_user("teams")
    for name in RIGHTS:
        await admin.ensure_stream(name)
    refused = asyncio.Event()

    async def complain(error: Exception) -> None:
        if "permissions violation" in str(error).lower():
            refused.set()

    teams.client._error_cb = complain
    await teams.client.publish(subject, b"{}")
    await teams.client.flush()
    async with asyncio.timeout(2):
        await refused.wait()
    assert await count(admin, "orders") == await count(admin, "teams") == 0


@pytest.mark.parametrize(
    "subject", ["evt.>", "evt.orders.>", "_INBOX_funding.>", "_INBOX.>", "nudge.orders", "$JS.ACK.>"]
)
async def test_a_service_cannot_listen_in(as_user, subject: str) -> None:
    teams = await as_user("teams")
    refused = asyncio.Event()

    async def complain(error: Exception) -> None:
        if "permissions violation" in str(error).lower():
            refused.set()

    teams.client._error_cb = complain
    await teams.client.subscribe(subject)
    await teams.client.flush()
    async with asyncio.timeout(2):
        await refused.wait()


async def test_a_service_cannot_change_the_configuration_of_its_own_stream(as_user) -> None:
    teams, admin = await as_user("teams"), await as_user("admin")
    await teams.ensure_stream("teams")
    config = (await admin.stream_info("teams"))["config"]
    with pytest.raises(BrokerRefused):
        await teams.request(
            f"$JS.API.STREAM.CREATE.{stream_of('teams')}", json.dumps(config | {"max_msgs": 1}).encode()
        )
    with pytest.raises((Unavailable, nats.errors.Error)):
        await teams.request(
            f"$JS.API.STREAM.UPDATE.{stream_of('teams')}", json.dumps(config | {"max_msgs": 1}).encode(), timeout=0.5
        )
    assert (await admin.stream_info("teams"))["config"]["max_msgs"] == -1
