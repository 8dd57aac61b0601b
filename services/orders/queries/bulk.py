"""The orders that an office may act on together."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order
from services.orders.queries.listed import order_list
from services.orders.schemas import OrderFilter
from shared.actor import Actor
from shared.queries import within


async def ids_to_act_on(session: AsyncSession, actor: Actor, wanted: OrderFilter, most: int) -> tuple[list[UUID], int]:
    """Those of the office's own division that the filter leaves, oldest first, and how many more there are."""
    own = within(Order.division, actor.division)
    parts = [part.where(own) for part in await order_list(session, actor, wanted, Order.id)]
    every = sa.union_all(*parts).subquery()
    ids = list(await session.scalars(sa.select(every.c.id).order_by(every.c.id).limit(most)))
    if len(ids) < most:
        return ids, 0
    total = await session.scalar(sa.select(sa.func.count()).select_from(every))
    return ids, (total or 0) - len(ids)


async def ids_of_round(session: AsyncSession, round_id: UUID, ids: list[UUID]) -> set[UUID]:
    """Those of these orders that belong to the round."""
    return set(await session.scalars(sa.select(Order.id).where(Order.round_id == round_id, Order.id.in_(ids))))
