"""Deliveries: signed, in order, tried over three days, the same id whatever dies in between."""

import asyncio
import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.assessment.rules.delivery import PAUSES
from services.assessment.usecases import delivery, sending, subscription
from shared.contracts.assessment import DeliveryGivenUp, SubscriptionPaused
from shared.outbox import outbox
from shared.webhooks import Courier
from shared.webhooks.courier import LEASE, PER_RECEIVER
from tests.assessment.factories import codes, done
from tests.assessment.post import DEPARTMENT, Post, rating
from tests.shared.receiver import Got, Receiver


async def test_what_is_told_is_signed_and_the_log_says_so(post: Post) -> None:
    made = await post.subscribe()
    team = uuid4()
    await post.tell(rating(team))
    assert await post.work() == 1
    [got] = post.receiver.got
    said = got.verified(made["secret"])
    assert said == {
        "type": "rating.published",
        "timestamp": "2020-03-10T09:00:00+08:00",
        "subject": f"team/{team}",
        "sequence": 1,
        "data": {"team_id": str(team), "grade": "qualified"},
    }
    [row] = await post.deliveries()
    assert (row["status"], row["message_id"], row["tries"], row["next_try_at"]) == ("delivered", got.id, 1, None)
    detail = await done(await post.api(DEPARTMENT).get(f"/v1/deliveries/{row['id']}"))
    assert detail["body"] == said
    [tried] = detail["tried"]
    assert (tried["number"], tried["status_code"], tried["failure"], tried["answer"]) == (1, 200, "", "")
    assert tried["took_ms"] >= 0
    assert made["secret"] not in str(detail)


async def test_nothing_is_sent_of_what_did_not_happen(post: Post) -> None:
    await post.subscribe()

    async def fails() -> None:
        async with post.database.transaction() as session:
            await delivery.tell(session, [rating()])
            raise RuntimeError("the publication failed after all")

    with pytest.raises(RuntimeError):
        await fails()
    assert await post.work() == 0
    await post.tell(rating())
    assert await post.work() == 1
    assert [one["sequence"] for one in await post.deliveries()] == [1]


async def test_of_one_team_a_later_one_waits_and_other_teams_do_not(post: Post) -> None:
    await post.subscribe("rating.published", "rating.corrected")
    first, other = uuid4(), uuid4()
    refused = str(first)
    post.receiver.answer = lambda got: (503 if refused in got.body.decode() else 200, {}, b"")
    await post.tell(rating(first), rating(other))
    await post.tell(rating(first, "rating.corrected"), rating(other, "rating.corrected"))
    await post.work()
    assert post.order() == {f"team/{first}": [1], f"team/{other}": [1, 2]}
    refused = "nobody"
    post.now += timedelta(minutes=1)
    await post.work()
    assert post.order() == {f"team/{first}": [1, 1, 2], f"team/{other}": [1, 2]}


async def test_ten_tries_over_more_than_75_hours_then_it_is_given_up_and_looked_at(post: Post) -> None:
    made = await post.subscribe()
    post.receiver.always(500, b"broken")
    await post.tell(rating())
    began, tries = post.now, 0
    for number in range(1, 11):
        assert await post.work() == 1
        [row] = await post.deliveries()
        tries += 1
        if number < 10:
            pause = PAUSES[number - 1]
            planned = await _next_try(post) - post.now
            assert pause <= planned <= pause * 1.11
            post.now += planned - timedelta(seconds=1)
            assert await post.work() == 0
            post.now += timedelta(seconds=1)
    assert (tries, len(post.receiver.got), post.now - began >= timedelta(hours=75)) == (10, 10, True)
    assert len({got.id for got in post.receiver.got}) == 1
    assert len({got.body for got in post.receiver.got}) == 1
    [row] = await post.deliveries()
    assert (row["status"], row["tries"], row["next_try_at"]) == ("given_up", 10, None)
    paused = await post.subscription(made["id"])
    assert paused["status"] == "paused"
    assert "look at the receiver" in paused["reason"]
    async with post.database.reading() as session:
        told = await session.scalar(sa.select(outbox.c.data).where(outbox.c.type == SubscriptionPaused.type))
    said = SubscriptionPaused.model_validate_json(told)
    assert (said.by_system, said.name, said.reason) == (True, paused["name"], paused["reason"])
    detail = await done(await post.api(DEPARTMENT).get(f"/v1/deliveries/{row['id']}"))
    assert [(one["status_code"], one["answer"]) for one in detail["tried"]] == [(500, "broken")] * 10


async def _next_try(post: Post) -> Any:
    async with post.database.reading() as session:
        return await session.scalar(sa.text("select min(next_try_at) from deliveries where status = 'waiting'"))


async def test_what_was_given_up_lets_the_next_of_its_team_go_on(post: Post) -> None:
    made = await post.subscribe("rating.published", "rating.corrected")
    team = uuid4()
    post.receiver.always(500)
    await post.tell(rating(team))
    await post.tell(rating(team, "rating.corrected"))
    await post.fail_out()
    assert set(post.order()[f"team/{team}"]) == {1}
    post.receiver.always(200)
    post.receiver.got.clear()
    await post.act(made["id"], "resume")
    await post.work()
    assert post.order() == {f"team/{team}": [2]}
    [given_up, _delivered] = await post.deliveries()
    await done(await post.api(DEPARTMENT).post(f"/v1/deliveries/{given_up['id']}/replay"))
    await post.work()
    assert post.order() == {f"team/{team}": [2, 1]}
    assert post.receiver.got[-1].id == given_up["message_id"]


async def test_a_receiver_that_is_gone_ends_its_subscription(post: Post) -> None:
    made = await post.subscribe()
    post.receiver.always(410)
    await post.tell(rating(), rating())
    await post.work()
    ended = await post.subscription(made["id"])
    assert (ended["status"], "410" in ended["reason"]) == ("ended", True)
    assert {one["status"] for one in await post.deliveries()} == {"given_up"}
    post.now += timedelta(days=30)
    assert await post.work() == 0


async def test_a_receiver_that_asks_for_a_pause_gets_it_for_everything(post: Post) -> None:
    await post.subscribe()
    post.receiver.always(429, retry_after="3600")
    await post.tell(rating())
    assert await post.work() == 1
    post.receiver.always(200)
    await post.tell(rating())
    post.now += timedelta(minutes=59)
    assert await post.work() == 0
    post.now += timedelta(minutes=2)
    assert await post.work() == 2


async def test_a_worker_that_dies_after_sending_sends_it_again_under_the_same_id(post: Post) -> None:
    made = await post.subscribe("rating.published", "rating.corrected")
    team = uuid4()
    await post.tell(rating(team))
    await post.tell(rating(team, "rating.corrected"))

    async def dies(*_: Any) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Courier(sending.claim, dies, now=lambda: post.now).send_due(post.database)
    assert await post.work() == 0  # leased: nobody knows yet that it died
    post.now += LEASE
    assert await post.work() == 2
    first, again, second = post.receiver.got
    assert (first.id, first.body) == (again.id, again.body)
    assert post.order() == {f"team/{team}": [1, 1, 2]}
    assert [got.verified(made["secret"])["sequence"] for got in (first, again, second)] == [1, 1, 2]
    assert [(one["status"], one["sent"]) for one in await post.deliveries()] == [("delivered", 2), ("delivered", 1)]


async def test_a_note_that_comes_late_counts_when_it_was_taken_and_not_when_it_failed(post: Post) -> None:
    await post.subscribe()
    await post.tell(rating())
    late = post.courier()
    [parcel] = await late.claim(post.database)
    taken = await late.send(parcel)
    post.now += LEASE
    post.receiver.always(500)
    [again] = await late.claim(post.database)
    failed = await late.send(again)
    async with post.database.transaction() as session:
        await sending.note(session, parcel, taken, post.now)
    async with post.database.transaction() as session:
        await sending.note(session, again, failed, post.now)
    [row] = await post.deliveries()
    assert row["status"] == "delivered"


async def test_two_couriers_never_hold_the_same_message(post: Post) -> None:
    await post.subscribe()
    await post.tell(*(rating() for _ in range(3)))
    here, there = await asyncio.gather(post.courier().claim(post.database), post.courier().claim(post.database))
    assert sorted(p.number for p in (*here, *there)) == [1, 1, 1]
    assert len({p.id for p in (*here, *there)}) == 3


async def test_a_slow_receiver_gets_a_few_at_once_and_holds_up_nobody(post: Post) -> None:
    quick = Receiver()
    await post.subscribe()
    await post.subscribe(receiver=quick)
    post.receiver.seconds = 0.5
    await post.tell(*(rating() for _ in range(12)))
    running = asyncio.create_task(post.courier().run(post.database))
    for _ in range(1000):
        await asyncio.sleep(0.02)
        if len(quick.got) >= 12:
            break
    slow_by_then = len(post.receiver.got)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    quick.close()
    assert (len(quick.got), slow_by_then < 12) == (12, True)
    assert post.receiver.most_at_once <= PER_RECEIVER


async def test_the_order_is_that_of_the_commits(post: Post) -> None:
    """Two transactions about one team: the second to commit is the second to be told, whoever began first."""
    await post.subscribe("rating.published", "rating.corrected")
    team, said = uuid4(), asyncio.Event()

    async def first() -> None:
        async with post.database.transaction() as session:
            await delivery.tell(session, [rating(team)])
            said.set()
            await asyncio.sleep(0.3)

    async def second() -> None:
        async with post.database.transaction() as session:
            await session.execute(sa.text("select 1"))
            await said.wait()
            await delivery.tell(session, [rating(team, "rating.corrected")])

    await asyncio.gather(first(), second())
    assert [(one["sequence"], one["kind"]) for one in await post.deliveries()] == [
        (1, "rating.published"),
        (2, "rating.corrected"),
    ]


async def test_a_span_is_replayed_in_its_order_with_the_same_ids(post: Post) -> None:
    made = await post.subscribe("rating.published", "rating.corrected")
    team = uuid4()
    for day in range(3):
        kind = "rating.corrected" if day else "rating.published"
        await post.tell(rating(team, kind, at=rating().at + timedelta(days=day)))
    await post.work()
    before = [got.id for got in post.receiver.got]
    post.receiver.got.clear()
    span = {"since": "2020-03-11T00:00:00+08:00", "until": "2020-03-13T00:00:00+08:00"}
    answer = await post.act(made["id"], "replay", span)
    assert answer == {"replayed": 2, "left": 0}
    await post.work()
    assert [got.id for got in post.receiver.got] == before[1:]
    assert await post.act(made["id"], "replay", {**span, "failed": True}) == {"replayed": 0, "left": 0}
    seen = await done(await post.api(DEPARTMENT).get(f"/v1/deliveries/{(await post.deliveries())[1]['id']}/history"))
    assert [one["type"] for one in seen] == ["assessment.delivery.replayed.v1"]


async def test_what_still_waits_is_not_replayed(post: Post) -> None:
    await post.subscribe()
    post.receiver.always(500)
    await post.tell(rating())
    await post.work()
    [row] = await post.deliveries()
    refused = await post.api(DEPARTMENT).post(f"/v1/deliveries/{row['id']}/replay")
    assert codes(refused) == ["delivery.status"]
    where, day = f"/v1/subscriptions/{row['subscription_id']}/replay", "2020-03-10T09:00:00+08:00"
    backwards = await post.api(DEPARTMENT).post(where, json={"since": day, "until": day})
    assert (backwards.status_code, backwards.json()["detail"]) == (422, "until must come after since")


async def test_each_hears_only_what_it_wants(post: Post) -> None:
    here, elsewhere = Receiver(), Receiver()
    await post.subscribe("rating.published", receiver=here, division="500101000000")
    await post.subscribe("rating.published", "notice.posted", receiver=elsewhere, division="500102000000")
    city = replace(rating(kind="notice.posted", subject="notice/1", division="500000000000"), team_id=None)
    await post.tell(rating(), rating(division="500102004000"), city)
    await post.work()
    heard = [sorted(_kind(got) for got in one.got) for one in (here, elsewhere)]
    here.close()
    elsewhere.close()
    assert heard == [["rating.published"], ["notice.posted", "rating.published"]]


def _kind(got: Got) -> str:
    return str(json.loads(got.body)["type"])


async def test_giving_up_is_an_event_and_no_secret_is_in_it(post: Post) -> None:
    await post.subscribe()
    post.receiver.always(500)
    await post.tell(rating())
    await post.fail_out()
    async with post.database.reading() as session:
        found = await session.execute(sa.text("select type, data from outbox where type like '%delivery%'"))
        [(kind, data)] = found.all()
    assert kind == DeliveryGivenUp.type
    assert set(json.loads(data)) == {"subscription_id", "unit_code", "delivery_id"}


async def test_whatever_fails_or_dies_each_team_is_heard_in_order_and_nothing_is_lost(post: Post) -> None:
    made = await post.subscribe("rating.published", "rating.corrected")
    teams, chance = [uuid4() for _ in range(4)], random.Random(20)
    post.receiver.answer = lambda got: (chance.choice((200, 200, 503, 429)), {}, b"")

    async def dies_at_times(session: Any, parcel: Any, outcome: Any, now: Any) -> None:
        if chance.random() < 0.2:
            raise OSError("the worker is gone")
        await sending.note(session, parcel, outcome, now)

    for number in range(5):
        await post.tell(*(rating(team, "rating.corrected" if number else "rating.published") for team in teams))
        await post.work(Courier(sending.claim, dies_at_times, now=lambda: post.now))
        post.now += LEASE
    post.receiver.always(200)
    for _ in range(5):
        await post.work()
        post.now += timedelta(hours=3)
    heard: dict[str, list[int]] = {}
    for got in post.receiver.got:
        said = got.verified(made["secret"])
        seen = heard.setdefault(said["subject"], [])
        if said["sequence"] not in seen:
            seen.append(said["sequence"])
    assert heard == {f"team/{team}": [1, 2, 3, 4, 5] for team in teams}
    assert {one["status"] for one in await post.deliveries()} == {"delivered"}
    assert len(post.receiver.got) > 20


async def test_what_is_published_while_a_subscription_ends_is_not_left_waiting(post: Post) -> None:
    """Whoever comes first: told and then given up, or not told at all."""
    for ends_first in (True, False):
        made, said = await post.subscribe(), asyncio.Event()

        async def end(key: str = made["id"], wait: bool = not ends_first, told: asyncio.Event = said) -> None:
            async with post.database.transaction(DEPARTMENT) as session:
                if wait:
                    await told.wait()
                await subscription.end(session, UUID(key), "停用", DEPARTMENT)
                told.set()
                await asyncio.sleep(0.2)

        async def tell(wait: bool = ends_first, told: asyncio.Event = said) -> None:
            async with post.database.transaction() as session:
                if wait:
                    await told.wait()
                await delivery.tell(session, [rating()])
                told.set()
                await asyncio.sleep(0.2)

        await asyncio.gather(end(), tell())
    left = await post.deliveries()
    assert [one["status"] for one in left] == ["given_up"]
    assert await post.work() == 0


async def test_a_courier_that_lost_the_lead_takes_everything_up_again(post: Post) -> None:
    await post.subscribe()
    post.receiver.seconds = 1.0
    await post.tell(*(rating() for _ in range(6)))
    courier = post.courier()
    for _ in range(3):
        running = asyncio.create_task(courier.run(post.database))
        await asyncio.sleep(0.1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    post.receiver.seconds = 0.0
    post.now += LEASE
    assert len(await courier.claim(post.database)) == PER_RECEIVER
