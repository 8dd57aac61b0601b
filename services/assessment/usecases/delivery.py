"""Deliveries: written with what happened, replayed by people. The worker sends them (``sending``)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Delivery, Subscription
from services.assessment.rules import delivery as rules
from services.assessment.rules import happening as happenings
from services.assessment.rules import scope
from services.assessment.rules.delivery import DeliveryFacts
from services.assessment.rules.happening import PING, Happening
from shared.actor import Actor
from shared.contracts.assessment import DeliveryGivenUp, DeliveryReplayed
from shared.db import load, new_id
from shared.errors import NotFound
from shared.outbox import publish

MOST_REPLAYED = 2000

_NUMBER = sa.text("""
    insert into delivery_orders as known (subscription_id, subject, sequence)
    select a.subscription, a.subject, a.more
      from unnest(cast(:subscriptions as uuid[]), cast(:subjects as text[]), cast(:more as bigint[]))
           as a (subscription, subject, more)
     order by a.subscription, a.subject
    on conflict (subscription_id, subject) do update set sequence = known.sequence + excluded.sequence
    returning subscription_id, subject, sequence
""")


async def tell(session: AsyncSession, said: Sequence[Happening]) -> None:
    """A delivery to every subscription that wants it, in the transaction that makes it true. Subscriptions are held
    against ending meanwhile, so that none gets a message after its end."""
    if not said:
        return
    standing = sa.select(Subscription).where(Subscription.status.in_(("active", "paused"))).order_by(Subscription.id)
    to = (await session.scalars(standing.with_for_update(read=True, key_share=True))).all()
    await write(session, [(row, one) for one in said for row in to if row.wanted.takes(one)])


async def write(session: AsyncSession, told: Sequence[tuple[Subscription, Happening]]) -> list[UUID]:
    """The next numbers of their subjects, taken under lock: the order of a subject is the order of the commits. The
    ids of what was written."""
    if not told:
        return []
    counts = Counter((row.id, one.subject) for row, one in told)
    columns: dict[str, Any] = {
        "subscriptions": [key for key, _subject in counts],
        "subjects": [subject for _key, subject in counts],
        "more": list(counts.values()),
    }
    last = {(key, subject): number for key, subject, number in await session.execute(_NUMBER, columns)}
    upcoming = {key: last[key] - count for key, count in counts.items()}
    written = []
    for row, one in told:
        upcoming[row.id, one.subject] += 1
        written.append(_delivery(row, one, upcoming[row.id, one.subject]))
    await session.execute(sa.insert(Delivery), written)
    return [one["id"] for one in written]


def _delivery(row: Subscription, one: Happening, sequence: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "subscription_id": row.id,
        "kind": one.kind,
        "subject": one.subject,
        "sequence": sequence,
        "team_id": one.team_id,
        "happened_at": one.at,
        "body": happenings.message(one, sequence),
        "status": rules.waiting(),
    }


def give_up(session: AsyncSession, to: Subscription, row: Delivery, now: datetime | None) -> None:
    """Not sent any more; a person may replay it. ``now``: of the last try, None when there was none."""
    row.status = rules.give_up(facts_of(row, to))
    row.settled_at, row.next_try_at = now or row.settled_at, None
    publish(session, DeliveryGivenUp(**_about(row, to)))


async def replay(session: AsyncSession, delivery_id: UUID, actor: Actor) -> Delivery:
    """Once more, with ten tries of its own; whoever has it already knows it by its id."""
    key = await session.scalar(sa.select(Delivery.subscription_id).where(Delivery.id == delivery_id))
    to = await _kept(session, key, actor, "delivery")
    row = await load(session, Delivery, delivery_id, "delivery")
    _again(session, to, row, actor)
    return row


async def replay_range(
    session: AsyncSession, subscription_id: UUID, since: datetime, until: datetime, failed: bool, actor: Actor
) -> tuple[int, int]:
    """What happened from ``since`` to before ``until`` (``failed``: only what was given up), the earliest first. How
    many were taken up, and how many are left for another request."""
    to = await _kept(session, subscription_id, actor, "subscription")
    settled = ("given_up",) if failed else ("delivered", "given_up")
    within = [
        Delivery.subscription_id == to.id,
        Delivery.status.in_(settled),
        Delivery.kind != PING,
        Delivery.happened_at >= since,
        Delivery.happened_at < until,
    ]
    count = await session.scalar(sa.select(sa.func.count()).select_from(Delivery).where(*within)) or 0
    earliest = sa.select(Delivery).where(*within).order_by(Delivery.id).limit(MOST_REPLAYED).with_for_update()
    rows = (await session.scalars(earliest)).all()
    for row in rows:
        _again(session, to, row, actor)
    return len(rows), max(0, count - len(rows))


def _again(session: AsyncSession, to: Subscription, row: Delivery, actor: Actor) -> None:
    row.status = rules.replay(facts_of(row, to), actor)
    row.tries, row.next_try_at, row.settled_at = 0, None, None
    publish(session, DeliveryReplayed(**_about(row, to)))


async def _kept(session: AsyncSession, key: UUID | None, actor: Actor, noun: str) -> Subscription:
    to = await load(session, Subscription, key, noun) if key else None
    if to is None or not scope.keeps(to.unit_code, to.division, actor):
        raise NotFound(noun)
    return to


def facts_of(row: Delivery, to: Subscription) -> DeliveryFacts:
    """As the rules see it."""
    return DeliveryFacts(row.status, row.tries, to.status)


def _about(row: Delivery, to: Subscription) -> dict[str, Any]:
    return {"delivery_id": row.id, "subscription_id": to.id, "unit_code": to.unit_code}
