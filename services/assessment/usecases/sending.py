"""What the worker does with deliveries: claims what is due, and notes what came of each try."""

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Delivery, DeliveryTry, Subscription
from services.assessment.rules import delivery as rules
from services.assessment.rules.happening import PING
from services.assessment.usecases import delivery, subscription
from shared.actor import SYSTEM
from shared.db import load
from shared.queries import among
from shared.webhooks import Outcome, Parcel
from shared.webhooks.courier import LEASE, PER_RECEIVER

GIVEN_UP = "多次推送均未送达，请检查接收端后恢复 / no try was answered: look at the receiver, then resume"
GONE = "接收端答复已停用（410） / the receiver answered that it is gone (410)"
_CHANCE = secrets.SystemRandom()


async def claim(session: AsyncSession, busy: Mapping[UUID, int], free: int, now: datetime) -> list[Parcel]:
    """What is due, leased: nobody else takes it until the lease is over. ``now`` is wall time."""
    chosen: list[UUID] = []
    taken = Counter(busy)
    for key, receiver in await queries.due_deliveries(session, now, PER_RECEIVER):
        if len(chosen) < free and taken[receiver] < PER_RECEIVER:
            chosen.append(key)
            taken[receiver] += 1
    if not chosen:
        return []
    still = sa.select(Delivery).where(among(Delivery.id, chosen), *queries.due(now))
    rows = (await session.scalars(still.order_by(Delivery.id).with_for_update(skip_locked=True))).all()
    to = sa.select(Subscription).where(Subscription.id.in_({row.subscription_id for row in rows}))
    of = {row.id: row for row in await session.scalars(to)}
    return [_parcel(row, of[row.subscription_id], session.info["now"], now) for row in rows]


def _parcel(row: Delivery, to: Subscription, business: datetime, now: datetime) -> Parcel:
    row.tries, row.sent, row.next_try_at = row.tries + 1, row.sent + 1, now + LEASE
    return Parcel(
        id=row.id,
        number=row.sent,
        receiver=to.id,
        address=to.address,
        message_id=row.message_id,
        body=row.body,
        keys=to.keys(business),
    )


async def note(session: AsyncSession, parcel: Parcel, outcome: Outcome, now: datetime) -> None:
    """What came of a try. One that was overtaken (its lease was over) counts only when it was taken."""
    lock = sa.select(Subscription).where(Subscription.id == parcel.receiver)
    to = (await session.scalars(lock.with_for_update(key_share=True))).one()
    row = await load(session, Delivery, parcel.id, "delivery")
    await _log(session, parcel, outcome, now)
    if row.status != "waiting" or not (outcome.taken or row.sent == parcel.number):
        return
    if outcome.taken:
        await deliver(session, to, row, now)
    elif outcome.gone and to.status != "ended":
        row.settled_at = now
        await subscription.end(session, to.id, GONE, SYSTEM)
    else:
        _try_later(session, to, row, outcome.retry_after, now)


async def _log(session: AsyncSession, parcel: Parcel, outcome: Outcome, now: datetime) -> None:
    tried = {
        "delivery_id": parcel.id,
        "number": parcel.number,
        "at": now,
        "status_code": outcome.status,
        "failure": outcome.failure,
        "took_ms": outcome.took_ms,
        "answer": outcome.answer,
    }
    await session.execute(insert(DeliveryTry).values(tried).on_conflict_do_nothing())


async def deliver(session: AsyncSession, to: Subscription, row: Delivery, now: datetime) -> None:
    """Taken. An answered ping verifies a new subscription."""
    row.status = rules.deliver(delivery.facts_of(row, to))
    row.settled_at, row.next_try_at = now, None
    if row.kind == PING and to.status == "created":
        subscription.verify(session, to)


def _try_later(session: AsyncSession, to: Subscription, row: Delivery, asked: float, now: datetime) -> None:
    """Later, or never again: then its subscription is paused, for somebody to look. A receiver that asks for a pause
    gets it for everything."""
    if asked:
        to.rests_until = now + timedelta(seconds=asked)
    row.next_try_at = rules.next_try(row.tries, now, _CHANCE.random(), asked)
    if row.next_try_at is None:
        delivery.give_up(session, to, row, now)
        if to.status == "active":
            subscription.stop(session, to, GIVEN_UP, SYSTEM)
