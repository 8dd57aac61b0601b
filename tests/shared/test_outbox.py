"""What a transaction says: all of it or nothing, numbered in the order of commits."""

import asyncio
import contextlib
import random

import pytest
import sqlalchemy as sa

from shared import tasks
from shared.db import Database, new_id, savepoint
from shared.journal import aggregate_history, drained_state, erase, read_after, read_aggregate, verify
from shared.outbox import publish
from shared.relay import Relay
from tests.shared.conftest import Databases, completed, journaled, matched, say, started, submitted, until, url_of


async def test_events_of_a_rolled_back_transaction_are_never_said(orders: Database, relay: Relay) -> None:
    async def fail() -> None:
        async with orders.transaction() as session:
            publish(session, submitted(new_id()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await relay.journal_once() == 0


async def test_events_of_a_rolled_back_savepoint_are_not_said_and_leave_no_gap(orders: Database, relay: Relay) -> None:
    order = new_id()
    async with orders.transaction() as session:
        publish(session, submitted(order))
        with contextlib.suppress(ZeroDivisionError):
            async with savepoint(session):
                publish(session, matched(order))
                raise ZeroDivisionError
        publish(session, completed(order))
    await relay.journal_once()
    assert [(event.sequence, event.verb) for event in await journaled(orders)] == [(1, "submitted"), (2, "completed")]


async def test_an_envelope_carries_what_readers_need_without_joins(orders: Database, relay: Relay) -> None:
    order = new_id()
    async with orders.transaction() as session:
        session.info["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        publish(session, matched(order, "T7"))
    await relay.journal_once()
    (event,) = await journaled(orders)
    assert (event.type, event.producer, event.aggregate) == ("orders.order.matched.v1", "orders", f"order/{order}")
    assert (event.sequence, event.position, event.incarnation, event.actor) == (1, 1, 1, "system")
    assert event.order_id == order
    assert event.data["team_id"] == "T7"
    assert event.traceparent == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert event.event() == matched(order, "T7")
    assert event.attributes["specversion"] == "1.0"
    assert event.business_time.tzinfo is not None


async def test_many_writers_leave_no_gap_and_no_disorder_within_an_aggregate(orders: Database, relay: Relay) -> None:
    """While a transaction in another database of the same server stays open all the time."""
    names = [new_id() for _ in range(10)]
    done = 0

    async def write(seed: int) -> None:
        nonlocal done
        dice = random.Random(seed)
        for _ in range(15):
            chosen = dice.sample(names, dice.choice((1, 1, 2)))
            try:
                async with orders.transaction() as session:
                    for name in chosen:
                        publish(session, started(name))
                    await session.execute(sa.text("select pg_sleep(:s)"), {"s": dice.random() / 100})
                    if dice.random() < 0.1:
                        raise ZeroDivisionError
                done += len(chosen)
            except ZeroDivisionError:
                pass

    writing = asyncio.gather(*(write(seed) for seed in range(8)))
    while not writing.done():
        await relay.journal_once(20)
        await asyncio.sleep(0.002)
    while await relay.journal_once():
        pass
    events = await journaled(orders)
    assert len(events) == done
    assert [event.position for event in events] == list(range(1, done + 1))
    for name in names:
        of = [event for event in events if event.order_id == name]
        assert [event.sequence for event in of] == list(range(1, len(of) + 1))
        assert [event.id for event in of] == sorted(event.id for event in of)


async def test_a_second_relay_does_not_lead_until_the_first_one_is_gone(orders: Database, relay: Relay) -> None:
    other = Relay(url_of(orders), None, "orders")
    assert not await other.open(wait=False)
    await relay.close()
    assert await other.open(wait=False)
    await other.close()


async def test_the_chain_shows_a_changed_event_and_survives_an_erased_one(orders: Database, relay: Relay) -> None:
    await say(orders, *(matched(new_id()) for _ in range(5)))
    await relay.journal_once()
    async with orders.transaction() as session:
        await erase(session, 2, "asked for by the person", "operator-1")
    async with orders.reading() as session:
        assert await verify(session) == {"positions": 5, "erased": 1, "intact": True, "first_bad": None}
    async with orders.engine.begin() as connection:
        await connection.execute(sa.text("alter table journal disable trigger all"))
        await connection.execute(sa.text("update journal set data = replace(data, 'T1', 'T2') where position = 4"))
    async with orders.reading() as session:
        assert (await verify(session))["first_bad"] == 4


@pytest.mark.parametrize(
    "change", ["delete from journal", "update journal set head = '{}'", "update journal set data = null"]
)
async def test_the_journal_cannot_be_changed_without_a_tombstone(orders: Database, relay: Relay, change: str) -> None:
    await say(orders, submitted(new_id()))
    await relay.journal_once()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        async with orders.engine.begin() as connection:
            await connection.execute(sa.text(change))


async def test_the_door_reads_by_position_and_by_aggregate(orders: Database, relay: Relay) -> None:
    first, second = new_id(), new_id()
    await say(orders, submitted(first), submitted(second), started(first), completed(first))
    await relay.journal_once()
    assert [event["position"] for event in await read_after(orders, 1, limit=2)] == [2, 3]
    found = await read_aggregate(orders, f"order/{first}", after_sequence=1)
    assert [(event["sequence"], event["type"]) for event in found] == [
        (2, "orders.order.started.v1"),
        (3, "orders.order.completed.v1"),
    ]


async def test_the_door_waits_for_the_next_event(orders: Database, relay: Relay) -> None:
    waiting = asyncio.create_task(read_after(orders, 0, wait=5))
    await asyncio.sleep(0.15)
    assert not waiting.done()
    await say(orders, submitted(new_id()))
    await relay.journal_once()
    assert len(await waiting) == 1


async def test_a_history_shows_what_the_relay_has_not_taken_yet(orders: Database, relay: Relay) -> None:
    order = new_id()
    await say(orders, submitted(order))
    await relay.journal_once()
    await say(orders, completed(order), submitted(new_id()))
    async with orders.reading() as session:
        assert [event.verb for event in await aggregate_history(session, f"order/{order}")] == [
            "submitted",
            "completed",
        ]
        state = await drained_state(session)
    assert (state["journal_head"], state["outbox"], state["published_to"], state["handled"]) == (1, 2, 0, {})


async def test_numbers_begin_anew_in_the_next_incarnation(orders: Database, relay: Relay) -> None:
    order = new_id()
    await say(orders, submitted(order), started(order))
    async with orders.engine.begin() as connection:
        await connection.execute(sa.text("update relay_state set incarnation = 2"))
    await say(orders, completed(order))
    await relay.journal_once()
    assert [(event.incarnation, event.sequence) for event in await journaled(orders)] == [(1, 1), (1, 2), (2, 1)]


async def test_a_relay_that_dies_in_its_transaction_loses_and_doubles_nothing(
    orders: Database, make_database: Databases
) -> None:
    """Its connection is ended from outside again and again while it works."""
    await say(orders, *(submitted(new_id()) for _ in range(300)))
    relay = Relay(url_of(orders), None, "orders")
    running = asyncio.create_task(relay.run())

    async def all_journaled() -> bool:
        async with orders.reading() as session:
            return int((await drained_state(session))["journal_head"]) == 375

    ended = 0
    for round_ in range(6):
        await asyncio.sleep(random.random() * 0.05)
        async with orders.engine.begin() as connection:
            ended += await connection.scalar(
                sa.text(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    " where application_name = 'jiedan-orders-relay' and datname = current_database()"
                )
            )
        await say(orders, *(submitted(new_id()) for _ in range(10 + round_)))
    assert ended
    await until(all_journaled)
    await tasks.cancel([running])
    events = await journaled(orders)
    assert [event.position for event in events] == list(range(1, 376))
    assert len({event.id for event in events}) == 375
    async with orders.reading() as session:
        assert (await verify(session))["intact"]
