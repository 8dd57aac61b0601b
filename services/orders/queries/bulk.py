"""The orders that an office may act on together."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order
from services.orders.queries.listed import order_list
from services.orders.schemas import OrderFilter
from shared.actor import Actor
from shared.queries import within


async def to_act_on(
    session: AsyncSession, round_id: UUID, statuses: Collection[str], actor: Actor, wanted: OrderFilter
) -> Any:
    """Ids of those of the round and of the office's own division that stand so and that the filter leaves."""
    if not statuses:
        return of_round(round_id).where(sa.false())
    narrowed = wanted.model_copy(update={"round_id": round_id, "status": ",".join(sorted(statuses))})
    own = within(Order.division, actor.division)
    return sa.union_all(*(part.where(own) for part in await order_list(session, actor, narrowed, Order.id)))


def of_round(round_id: UUID) -> sa.Select[Any]:
    return sa.select(Order.id).where(Order.round_id == round_id)
