"""Departments' subscriptions, one function per verb."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Delivery, Subscription
from services.assessment.rules import scope
from services.assessment.rules import subscription as rules
from services.assessment.rules.happening import PING, Happening
from services.assessment.rules.subscription import SubscriptionFacts
from services.assessment.usecases import delivery, known
from shared import webhooks
from shared.actor import SYSTEM, Actor
from shared.contracts.assessment import (
    SubscriptionCreated,
    SubscriptionEdited,
    SubscriptionEnded,
    SubscriptionPaused,
    SubscriptionPinged,
    SubscriptionResumed,
    SubscriptionRotated,
    SubscriptionVerified,
)
from shared.db import load, new_id
from shared.errors import Changed, NotFound
from shared.outbox import publish


@dataclass(frozen=True)
class Wish:
    """What a subscription is to hear: kinds of happenings; of one division or round, or of all."""

    kinds: Sequence[str]
    division: str = ""
    round_id: UUID | None = None


async def create(
    session: AsyncSession, unit_code: str, name: str, address: str, wish: Wish, actor: Actor, now: datetime
) -> Subscription:
    """With a new secret, and a first ping under way; whoever receives it must answer before anything is told."""
    unit_code = unit_code or actor.unit
    against = await webhooks.guard().check(address)  # asks the network, so before anything is locked
    status = rules.create(unit_code, await _standing(session, unit_code, actor), wish.kinds, against, actor)
    row = Subscription(
        id=new_id(),
        unit_code=unit_code,
        division=actor.division,
        name=name,
        address=address,
        secret=webhooks.new_secret(),
        created_by=actor.id,
        status=status,
    )
    await _hear(session, row, wish)
    session.add(row)
    await session.flush()
    publish(session, SubscriptionCreated(**about(row), wants=row.wants))
    await _ping(session, row, now)
    return row


async def _standing(session: AsyncSession, unit_code: str, actor: Actor) -> int:
    """How many the department has; how many another one has is none of the caller's business."""
    if any(rules.unit_obstacles(unit_code, actor)):
        return 0
    standing = sa.select(sa.func.count()).where(Subscription.unit_code == unit_code, Subscription.status != "ended")
    return await session.scalar(standing) or 0


async def _hear(session: AsyncSession, row: Subscription, wish: Wish) -> None:
    if wish.round_id is not None:
        await known.round_of(session, wish.round_id)
    row.wants, row.of_division, row.of_round = list(dict.fromkeys(wish.kinds)), wish.division, wish.round_id


async def edit(session: AsyncSession, subscription_id: UUID, seen: int, wish: Wish, actor: Actor) -> Subscription:
    """From now on it hears this; what waits already is still sent."""
    row = await _get(session, subscription_id, actor)
    if row.version != seen:
        raise Changed
    row.status = rules.edit(await facts_of(session, row), wish.kinds, actor)
    await _hear(session, row, wish)
    publish(session, SubscriptionEdited(**about(row), wants=row.wants))
    return row


async def rotate(session: AsyncSession, subscription_id: UUID, actor: Actor, now: datetime) -> Subscription:
    """A new secret; the former one signs beside it for a day, so that the receiver changes over without a loss."""
    row = await _get(session, subscription_id, actor)
    row.status = rules.rotate(await facts_of(session, row), actor)
    row.former_secret, row.former_until = row.secret, now + rules.OVERLAP
    row.secret = webhooks.new_secret()
    publish(session, SubscriptionRotated(**about(row)))
    return row


async def ping(session: AsyncSession, subscription_id: UUID, actor: Actor, now: datetime) -> Delivery:
    """A signed test message, sent as all others are; of a subscription not yet verified, the answer verifies it."""
    row = await _get(session, subscription_id, actor)
    row.status = rules.ping(await facts_of(session, row), actor)
    publish(session, SubscriptionPinged(**about(row)))
    return await _ping(session, row, now)


async def _ping(session: AsyncSession, row: Subscription, now: datetime) -> Delivery:
    [key] = await delivery.write(session, [(row, Happening(PING, f"{PING}/{row.id}", now))])
    return await load(session, Delivery, key, "delivery")


async def pause(session: AsyncSession, subscription_id: UUID, reason: str, actor: Actor) -> Subscription:
    """Nothing is sent until it is resumed; what happens meanwhile waits for it."""
    return stop(session, await _get(session, subscription_id, actor), reason, actor)


def stop(session: AsyncSession, row: Subscription, reason: str, actor: Actor) -> Subscription:
    """Paused by a person, or by the system after a message was given up."""
    row.status = rules.pause(SubscriptionFacts(row.status), reason, actor)
    row.reason = reason.strip()
    said = {"name": row.name, "reason": row.reason} if actor is SYSTEM else {}
    publish(session, SubscriptionPaused(**about(row), by_system=actor is SYSTEM, **said))
    return row


async def resume(session: AsyncSession, subscription_id: UUID, actor: Actor) -> Subscription:
    """What waited is sent now."""
    row = await _get(session, subscription_id, actor)
    row.status = rules.resume(await facts_of(session, row), actor)
    row.reason, row.rests_until = "", None
    publish(session, SubscriptionResumed(**about(row)))
    return row


async def end(session: AsyncSession, subscription_id: UUID, reason: str, actor: Actor) -> Subscription:
    """For good, with everything that still waited."""
    row = await _get(session, subscription_id, actor)
    row.status = rules.end(SubscriptionFacts(row.status), reason, actor)
    row.reason = reason.strip()
    publish(session, SubscriptionEnded(**about(row), by_system=actor is SYSTEM))
    waiting = sa.select(Delivery).where(Delivery.subscription_id == row.id, Delivery.status == "waiting")
    for left in (await session.scalars(waiting.order_by(Delivery.id).with_for_update())).all():
        delivery.give_up(session, row, left, None)
    return row


def verify(session: AsyncSession, row: Subscription) -> None:
    """Its receiver answered a ping."""
    row.status = rules.verify(SubscriptionFacts(row.status))
    publish(session, SubscriptionVerified(**about(row)))


async def _get(session: AsyncSession, subscription_id: UUID, actor: Actor) -> Subscription:
    row = await load(session, Subscription, subscription_id, "subscription")
    if not scope.keeps(row.unit_code, row.division, actor):
        raise NotFound("subscription")
    return row


async def facts_of(session: AsyncSession, row: Subscription) -> SubscriptionFacts:
    """As the rules see it."""
    waiting = sa.select(Delivery.id).where(
        Delivery.subscription_id == row.id, Delivery.kind == PING, Delivery.status == "waiting"
    )
    return SubscriptionFacts(row.status, pinging=await session.scalar(waiting.limit(1)) is not None)


def about(row: Subscription) -> dict[str, Any]:
    """What every event of it says."""
    return {"subscription_id": row.id, "unit_code": row.unit_code}
