"""Every event is applied exactly once and in its aggregate's order, or it waits visibly."""

import asyncio
import random

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared.contracts.orders import OrderCompleted, OrderMatched, OrderStarted, OrderSubmitted, RoundClosed
from shared.db import Database, new_id
from shared.envelope import Envelope
from shared.errors import NotYet
from shared.inbox import Handlers, Inbox, list_parked, process_batch
from shared.inbox.tables import Key
from shared.journal import drained_state, read_aggregate
from shared.outbox import publish
from shared.relay import Relay
from tests.shared.conftest import (
    ROUND,
    completed,
    effects,
    effects_of,
    inbox_of,
    matched,
    noting,
    started,
    submitted,
    told,
    waiting_in,
)


async def test_a_duplicate_changes_nothing(orders: Database, relay: Relay, teams: Database) -> None:
    order = new_id()
    events = await told(orders, relay, submitted(order), started(order))
    inbox = inbox_of(teams, noting())
    for batch in (events, events, events[:1], events[::-1]):
        await inbox.process(batch)
    assert await effects_of(teams) == [(f"order/{order}", 1), (f"order/{order}", 2)]
    assert await waiting_in(teams) == []


async def test_events_in_any_order_and_number_are_applied_once_each_in_order(
    orders: Database, relay: Relay, teams: Database
) -> None:
    names = [new_id() for _ in range(5)]
    events = await told(orders, relay, *(started(name) for _ in range(8) for name in names))
    for seed in range(6):
        dice = random.Random(seed)
        arriving = [event for event in events for _ in range(dice.choice((1, 1, 2, 3)))]
        dice.shuffle(arriving)
        inbox = inbox_of(teams, noting())
        while arriving:
            size = dice.randint(1, 9)
            await inbox.process(arriving[:size])
            del arriving[:size]
        for name in names:
            got = [number for aggregate, number in await effects_of(teams) if aggregate == f"order/{name}"]
            assert got == list(range(1, 9)), f"seed {seed}"
        assert await waiting_in(teams) == []
        async with teams.engine.begin() as connection:
            await connection.execute(sa.text("truncate effects, inbox_mark, inbox_waiting, inbox_progress"))


async def test_effects_and_own_events_commit_with_the_mark_or_not_at_all(
    orders: Database, relay: Relay, teams: Database
) -> None:
    on = Handlers()

    @on(OrderSubmitted)
    async def answer(session, event, now) -> None:
        await session.execute(
            effects.insert().values(event_id=event.order_id, aggregate="x", sequence=1, type="x", position=1)
        )
        publish(session, started(event.order_id))
        if broken:
            raise KeyError("mistake")

    async def state() -> tuple[int, int, int]:
        async with teams.reading() as session:
            return tuple(
                (
                    await session.execute(
                        sa.text(
                            "select (select count(*) from effects), (select count(*) from outbox),"
                            " (select coalesce(sum(sequence), 0) from inbox_mark)"
                        )
                    )
                ).one()
            )

    events = await told(orders, relay, submitted(new_id()))
    broken = True
    inbox = inbox_of(teams, on)
    await inbox.process(events)
    assert await state() == (0, 0, 0)
    broken = False
    await inbox.retry_parked()
    assert await state() == (1, 1, 1)


async def test_a_type_without_handler_only_moves_the_mark(orders: Database, relay: Relay, teams: Database) -> None:
    events = await told(orders, relay, *(started(new_id()) for _ in range(50)))
    await process_batch(teams, "teams", Handlers(), events)
    async with teams.reading() as session:
        assert await session.scalar(sa.text("select count(*) from inbox_mark where sequence = 1")) == 50
        assert (await drained_state(session))["handled"] == {"orders": 50}


async def test_a_gap_is_filled_from_the_door(orders: Database, relay: Relay, teams: Database) -> None:
    order = new_id()
    events = await told(orders, relay, submitted(order), matched(order), started(order), completed(order))
    asked = []

    async def door(key: Key, after: int) -> list[Envelope]:
        asked.append((key, after))
        return [Envelope(orjson.dumps(event)) for event in await read_aggregate(orders, key.aggregate, after)]

    inbox = inbox_of(teams, noting(), fetch=door)
    await inbox.process([events[0], events[3]])
    assert await waiting_in(teams) == [(4, "held")]
    await inbox.tend()
    assert asked == [(Key("orders", 1, f"order/{order}"), 1)]
    assert [number for _, number in await effects_of(teams)] == [1, 2, 3, 4]
    assert await waiting_in(teams) == []


async def test_an_event_that_comes_too_early_waits_for_the_other_producers(
    orders: Database, relay: Relay, teams: Database
) -> None:
    """A handler that misses a local copy says which aggregate it waits for, and is woken by it."""
    known = set()
    on = Handlers()

    @on(RoundClosed)
    async def learn(session, event, now) -> None:
        known.add(event.round_id)

    @on(OrderMatched, OrderStarted)
    async def need(session, event, now) -> None:
        if event.round_id not in known:
            raise NotYet("orders", f"round/{event.round_id}")
        await note_order(session, event)

    async def note_order(session, event) -> None:
        await session.execute(
            effects.insert().values(
                event_id=event.order_id, aggregate=f"order/{event.order_id}", sequence=0, type=event.verb, position=0
            )
        )

    order = new_id()
    early = await told(orders, relay, matched(order), started(order))
    (round_closed,) = await told(orders, relay, RoundClosed(round_id=ROUND))
    inbox = inbox_of(teams, on)
    await inbox.process(early)
    assert await waiting_in(teams) == [(1, "held"), (2, "behind")]
    await inbox.process([round_closed])
    assert await effects_of(teams, "type") == ["matched", "started"]
    assert await waiting_in(teams) == []


async def test_two_producers_that_wait_for_each_other_never_miss_the_wake_up(
    orders: Database, relay: Relay, teams: Database
) -> None:
    """The one is held while the other one, unseen, commits: many times, at the same moment."""
    on = Handlers()

    @on(RoundClosed)
    async def learn(session, event, now) -> None:
        await session.execute(
            effects.insert().values(event_id=event.round_id, aggregate="round", sequence=0, type="closed", position=0)
        )

    @on(OrderMatched)
    async def need(session, event, now) -> None:
        if not await session.scalar(sa.select(effects.c.id).where(effects.c.event_id == event.round_id)):
            await asyncio.sleep(0.01)
            raise NotYet("orders", f"round/{event.round_id}")
        await session.execute(
            effects.insert().values(event_id=event.order_id, aggregate="order", sequence=0, type="matched", position=0)
        )

    inbox = inbox_of(teams, on)
    for _ in range(15):
        round_id = new_id()
        needs, gives = await told(
            orders,
            relay,
            OrderMatched(order_id=new_id(), round_id=round_id, team_id="T"),
            RoundClosed(round_id=round_id),
        )
        await asyncio.gather(inbox.process([needs]), inbox.process([gives]))
    assert await waiting_in(teams) == []
    assert len(await effects_of(teams)) == 30


async def test_a_deadlock_with_a_request_is_tried_again_event_by_event(
    orders: Database, relay: Relay, teams: Database
) -> None:
    """Two batches lock the same rows in opposite order."""
    first, second = new_id(), new_id()
    on = Handlers()

    @on(OrderStarted, OrderCompleted)
    async def lock(session, event, now) -> None:
        await session.execute(sa.text("select pg_advisory_xact_lock(:n)"), {"n": event.order_id.int % 1_000_003})
        await asyncio.sleep(0.15)
        await session.execute(
            effects.insert().values(event_id=event.order_id, aggregate="x", sequence=0, type=event.verb, position=0)
        )

    events = await told(orders, relay, started(first), started(second))
    others = await make_other(orders, relay, first, second)
    inbox = inbox_of(teams, on)
    await asyncio.gather(inbox.process(events), inbox.process(others))
    assert len(await effects_of(teams)) == 4
    assert await waiting_in(teams) == []


async def make_other(orders: Database, relay: Relay, first, second) -> list[Envelope]:
    """The same orders in opposite order, as another producer's events: nothing else serialises the two batches."""
    events = await told(orders, relay, completed(second), completed(first))
    return [
        Envelope(event.raw.replace(b'"orders",', b'"others",').replace(b'"sequence":2', b'"sequence":1'))
        for event in events
    ]


async def test_an_event_whose_transaction_cannot_commit_is_parked_and_lets_the_others_pass(
    orders: Database, relay: Relay, teams: Database
) -> None:
    bad = new_id()
    async with teams.engine.begin() as connection:
        await connection.execute(
            sa.text("create table late (id uuid primary key, ok boolean, unique (ok) deferrable initially deferred)")
        )
        await connection.execute(sa.text("insert into late values (:id, true)"), {"id": new_id()})
    on = noting()

    @on(OrderStarted)
    async def violate_at_commit(session, event, now) -> None:
        if event.order_id == bad:
            await session.execute(sa.text("insert into late values (:id, true)"), {"id": event.order_id})

    events = await told(orders, relay, submitted(new_id()), started(bad), submitted(new_id()))
    await inbox_of(teams, on).process(events)
    assert await waiting_in(teams) == [(1, "parked")]
    assert len(await effects_of(teams)) == 2
    async with teams.reading() as session:
        assert "late_ok_key" in (await list_parked(session))[0]["reason"]


async def test_while_the_database_is_away_nothing_is_parked(orders: Database, relay: Relay, teams: Database) -> None:
    """The worker keeps the batch in hand and tries again; the connection dies in the middle of a handler."""
    on = noting()
    deaths = 0

    @on(OrderSubmitted)
    async def die(session, event, now) -> None:
        nonlocal deaths
        if deaths < 2:
            deaths += 1
            await session.execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))

    events = await told(orders, relay, submitted(new_id()), submitted(new_id()))
    inbox = Inbox(teams, "teams", on)
    for _ in range(2):
        with pytest.raises(DBAPIError):
            await inbox.process(events)
    await inbox.process(events)
    assert len(await effects_of(teams)) == 2
    assert await waiting_in(teams) == []
