"""One order may be late, by the bureau's exception."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.orders.models import Order
from services.orders.rules import order as rules
from shared.actor import Actor
from shared.contracts.orders import OrderAllowedLate
from shared.contracts.policy_document import policy_set
from shared.db import load
from shared.outbox import publish


async def allow_late(
    session: AsyncSession, order_id: UUID, reason: str, until: datetime, actor: Actor, now: datetime
) -> Order:
    """After the window: handed in, recommended, published and claimed until its own time."""
    order = await load(session, Order, order_id, "order", joinedload(Order.round))
    let(session, order, reason, until, actor, now)
    return order


def let(session: AsyncSession, order: Order, reason: str, until: datetime, actor: Actor, now: datetime) -> None:
    """The exception itself; the reason is free text and stays here."""
    policy = policy_set(order.round.policy).orders
    order.late_until = rules.allow_late(order.facts, policy, reason, until, actor, now)
    order.late_reason = reason
    publish(session, OrderAllowedLate(order_id=order.id, round_id=order.round_id, until=until))
