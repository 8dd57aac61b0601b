"""A person says that two orders are not the same."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.orders.models import DismissedDuplicate, Order
from services.orders.rules import order as rules
from shared.actor import Actor
from shared.errors import Malformed, NotFound, Reason


async def dismiss(session: AsyncSession, round_id: UUID, one: UUID, other: UUID, actor: Actor, now: datetime) -> None:
    """Remembered: the pair is not suggested again. Saying it twice changes nothing."""
    if one == other:
        raise Malformed(Reason("duplicate.same", "须为两个不同的订单", "These must be two orders", "/other"))
    pair = sa.select(Order).where(Order.id.in_((one, other)), Order.round_id == round_id)
    found = list(await session.scalars(pair.options(joinedload(Order.round))))
    if len(found) < 2:
        raise NotFound("order")
    for order in found:
        rules.check_scope(order.facts, actor)
    row = {"one": min(one, other), "other": max(one, other), "round_id": round_id, "by": actor.id, "at": now}
    await session.execute(insert(DismissedDuplicate).values(row).on_conflict_do_nothing())
