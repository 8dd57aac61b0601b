"""Subscriptions and deliveries: whose they are, and which are due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.assessment.models import Delivery, DeliveryTry, Subscription
from services.assessment.rules.happening import PING
from shared.actor import Actor
from shared.queries import filtered, find, within


def _kept(actor: Actor) -> sa.ColumnElement[bool]:
    """A department's own, a bureau's division's; operators look after all."""
    if actor.has("operator"):
        return sa.true()
    seen: list[sa.ColumnElement[bool]] = [sa.false()]
    if actor.has("department") and actor.unit:
        seen.append(Subscription.unit_code == actor.unit)
    if actor.has("bureau"):
        seen.append(within(Subscription.division, actor.division))
    return sa.or_(*seen)


def subscriptions(actor: Actor, unit_code: str | None, status: str | None) -> sa.Select[Any]:
    return filtered(sa.select(Subscription).where(_kept(actor)), Subscription, unit_code=unit_code, status=status)


async def subscription(session: AsyncSession, subscription_id: UUID, actor: Actor) -> Subscription:
    return await find(session, subscriptions(actor, None, None), Subscription, subscription_id, "subscription")


def deliveries(
    actor: Actor, subscription_id: UUID | None, team_id: UUID | None, kind: str | None, status: str | None
) -> sa.Select[Any]:
    statement = sa.select(Delivery).join(Subscription, Subscription.id == Delivery.subscription_id)
    return filtered(
        statement.where(_kept(actor)),
        Delivery,
        subscription_id=subscription_id,
        team_id=team_id,
        kind=kind,
        status=status,
    )


async def delivery(session: AsyncSession, delivery_id: UUID, actor: Actor) -> Delivery:
    return await find(session, deliveries(actor, None, None, None, None), Delivery, delivery_id, "delivery")


async def tries(session: AsyncSession, delivery_id: UUID) -> Sequence[DeliveryTry]:
    of_delivery = sa.select(DeliveryTry).where(DeliveryTry.delivery_id == delivery_id)
    return (await session.scalars(of_delivery.order_by(DeliveryTry.number))).all()


def due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Waiting, and its pause (wall time) is over."""
    return Delivery.status == "waiting", sa.or_(Delivery.next_try_at.is_(None), Delivery.next_try_at <= now)


async def due_deliveries(session: AsyncSession, now: datetime, each: int) -> list[tuple[UUID, UUID]]:
    """Delivery and subscription of what is due and first of its subject, the oldest ``each`` of every subscription;
    every subscription's first before anybody's second. Pings go to those, too, that are told nothing else."""
    earlier = aliased(Delivery)
    first = (
        sa.select(sa.func.min(earlier.sequence))
        .where(
            earlier.subscription_id == Delivery.subscription_id,
            earlier.subject == Delivery.subject,
            earlier.status == "waiting",
        )
        .scalar_subquery()
    )  # as a value, not as "none before it": that joins by the wrong index while the server knows nothing of the table
    its = Delivery.subscription_id == Subscription.id
    pings = Delivery.subject == sa.literal(f"{PING}/") + sa.cast(Subscription.id, sa.Text)
    found: list[tuple[int, UUID, UUID]] = []
    all_of_it, only_pings = (("active",), its, Delivery.id), (("created", "paused"), its & pings, Delivery.sequence)
    for statuses, told, order in (all_of_it, only_pings):
        heads = sa.select(Delivery.id).where(told, *due(now), Delivery.sequence == first)
        of_one = heads.order_by(order).limit(each).correlate(Subscription).lateral()
        rested = sa.or_(Subscription.rests_until.is_(None), Subscription.rests_until <= now)
        rank = sa.func.row_number().over(partition_by=Subscription.id, order_by=of_one.c.id)
        statement = sa.select(rank, of_one.c.id, Subscription.id).join(of_one, sa.true())
        rows = await session.execute(statement.where(Subscription.status.in_(statuses), rested))
        found += [(place, key, receiver) for place, key, receiver in rows]
    return [(key, receiver) for _place, key, receiver in sorted(found)]
