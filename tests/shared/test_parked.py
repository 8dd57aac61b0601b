"""What cannot be applied is parked with its aggregate; an operator can see, retry, skip and replay."""

import pytest
import sqlalchemy as sa

from shared.contracts.orders import OrderMatched
from shared.db import Database, new_id
from shared.envelope import Envelope, unreadable
from shared.errors import Forbidden, NotYet, Reason, Refused
from shared.inbox import Handlers, confirm_skip, list_parked, replay, request_skip, retry, show
from shared.relay import Relay
from tests.shared.conftest import (
    completed,
    effects_of,
    inbox_of,
    matched,
    noting,
    started,
    submitted,
    told,
    waiting_in,
)


async def test_a_mistake_parks_its_aggregate_and_nothing_else(orders: Database, relay: Relay, teams: Database) -> None:
    bad, good = new_id(), new_id()
    on = noting()
    mended = False

    @on(OrderMatched)
    async def fail(session, event, now) -> None:
        if event.order_id == bad and not mended:
            raise Refused(Reason("order.impossible", "不可能", "Impossible"))

    events = await told(orders, relay, matched(bad), started(bad), matched(good), completed(bad), completed(good))
    inbox = inbox_of(teams, on)
    await inbox.process(events)
    assert await effects_of(teams) == [(f"order/{good}", 1), (f"order/{good}", 2)]
    assert await waiting_in(teams) == [(1, "parked"), (2, "behind"), (3, "behind")]
    async with teams.reading() as session:
        (first, *_behind) = await list_parked(session)
        assert first["reason"] == "refused: order.impossible"
        assert (await show(session, "orders", f"order/{bad}"))[0]["envelope"]["data"]["team_id"] == "T1"
    mended = True
    await inbox_of(teams, on).retry_parked()
    assert (await effects_of(teams))[2:] == [(f"order/{bad}", n) for n in (1, 2, 3)]
    assert await waiting_in(teams) == []


async def test_an_event_of_unknown_type_is_parked_not_lost(orders: Database, relay: Relay, teams: Database) -> None:
    (event,) = await told(orders, relay, submitted(new_id()))
    newer = Envelope(event.raw.replace(b"order.submitted.v1", b"order.submitted.v9"))
    await inbox_of(teams, Handlers()).process([newer])
    async with teams.reading() as session:
        (parked,) = await list_parked(session)
    assert (parked["state"], parked["reason"]) == (
        "parked",
        "UnknownType: unknown event type orders.order.submitted.v9",
    )


async def test_what_is_no_event_is_kept_and_holds_nothing_up(orders: Database, relay: Relay, teams: Database) -> None:
    (event,) = await told(orders, relay, submitted(new_id()))
    await inbox_of(teams, noting()).process([unreadable("orders", 7, b"\xff not json"), event])
    assert len(await effects_of(teams)) == 1
    assert await waiting_in(teams) == [(1, "parked")]


async def test_waiting_does_not_count_for_ten_minutes_and_then_parks_at_the_fifth_attempt(
    orders: Database, relay: Relay, teams: Database
) -> None:
    on = Handlers()

    @on(OrderMatched)
    async def never(session, event, now) -> None:
        raise NotYet("orders", "round/unheard-of")

    inbox = inbox_of(teams, on)
    await inbox.process(await told(orders, relay, matched(new_id())))

    async def try_again(times: int) -> None:
        for _ in range(times):
            async with teams.engine.begin() as connection:
                await connection.execute(sa.text("update inbox_waiting set retry_at = now()"))
            await inbox.tend()

    await try_again(10)
    assert await waiting_in(teams) == [(1, "held")]
    async with teams.engine.begin() as connection:
        await connection.execute(sa.text("update inbox_waiting set since = now() - interval '11 minutes'"))
    await try_again(4)
    assert await waiting_in(teams) == [(1, "held")]
    await try_again(1)
    assert await waiting_in(teams) == [(1, "parked")]


async def test_a_producer_that_was_put_back_without_saying_so_is_parked(
    orders: Database, relay: Relay, teams: Database, make_database
) -> None:
    """The same number for another event: one of the two histories is wrong, and a person has to look."""
    order = new_id()
    inbox = inbox_of(teams, noting())
    await inbox.process(await told(orders, relay, submitted(order), started(order)))
    other = await make_database("orders")
    again = Relay(other.engine.url.render_as_string(hide_password=False), None, "orders")
    await again.open()
    await inbox.process(await told(other, again, submitted(order), completed(order)))
    await again.close()
    assert await effects_of(teams, "sequence") == [1, 2]
    assert await waiting_in(teams) == [(2, "parked")]


async def test_skipping_takes_a_reason_and_two_persons(orders: Database, relay: Relay, teams: Database) -> None:
    order = new_id()
    on = noting()

    @on(OrderMatched)
    async def fail(session, event, now) -> None:
        raise ValueError("never")

    inbox = inbox_of(teams, on)
    await inbox.process(await told(orders, relay, matched(order), started(order)))
    with pytest.raises(Refused):
        async with teams.transaction() as session:
            await request_skip(session, "orders", f"order/{order}", " ", "anna")
    async with teams.transaction() as session:
        request = await request_skip(session, "orders", f"order/{order}", "sent by mistake", "anna")
    with pytest.raises(Forbidden):
        async with teams.transaction() as session:
            await confirm_skip(session, request, "anna")
    assert await waiting_in(teams) == [(1, "parked"), (2, "behind")]
    async with teams.transaction() as session:
        assert await confirm_skip(session, request, "bert") == "orders.order.matched.v1"
    await inbox.tend()
    assert await effects_of(teams) == [(f"order/{order}", 2)]
    with pytest.raises(Refused):
        async with teams.transaction() as session:
            await confirm_skip(session, request, "bert")


async def test_a_parked_aggregate_can_be_tried_again_by_an_operator(
    orders: Database, relay: Relay, teams: Database
) -> None:
    order, mended = new_id(), []
    on = noting()

    @on(OrderMatched)
    async def fail(session, event, now) -> None:
        if not mended:
            raise ValueError("not yet mended")

    inbox = inbox_of(teams, on)
    await inbox.process(await told(orders, relay, matched(order)))
    mended.append(True)
    async with teams.transaction() as session:
        assert await retry(session, "orders", f"order/{order}") == 1
    await inbox.tend()
    assert await effects_of(teams) == [(f"order/{order}", 1)]


async def test_a_replay_applies_what_was_missed_and_nothing_twice(
    orders: Database, relay: Relay, teams: Database
) -> None:
    events = await told(orders, relay, *(submitted(new_id()) for _ in range(7)))
    inbox = inbox_of(teams, noting())
    await inbox.process([events[0], events[4]])

    async def door(after: int, limit: int) -> list[Envelope]:
        return [event for event in events if event.position > after][:limit]

    assert await replay(inbox, door, 1, 6) == 6
    assert sorted(await effects_of(teams, "position")) == [1, 2, 3, 4, 5, 6]
