"""Saved filters, each only its owner's."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Filter
from services.orders.schemas import OrderFilter, SavedQuery
from shared.actor import Actor
from shared.queries import find


def filters(actor: Actor) -> sa.Select[Any]:
    return sa.select(Filter).where(Filter.owner == actor.id)


async def filter(session: AsyncSession, filter_id: UUID, actor: Actor) -> Filter:
    return await find(session, filters(actor), Filter, filter_id, "filter")


async def saved(session: AsyncSession, filter_id: UUID, actor: Actor, beside: OrderFilter) -> SavedQuery:
    """What the caller's saved filter asks for; what is asked for beside it counts instead."""
    found = await filter(session, filter_id, actor)
    return SavedQuery.model_validate(found.query | beside.model_dump(mode="json", exclude_none=True))
