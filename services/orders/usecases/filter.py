"""Saved filters: each belongs to whoever saved it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Filter
from services.orders.rules import filter as rules
from services.orders.schemas import FilterIn, FilterPatch, SavedQuery
from shared.actor import Actor


def _kept(query: SavedQuery) -> dict[str, object]:
    return query.model_dump(mode="json", exclude_none=True)


async def save(session: AsyncSession, body: FilterIn, kept: int, actor: Actor, now: datetime) -> Filter:
    """A new filter; ``kept`` is how many the actor has."""
    rules.save(kept)
    row = Filter(owner=actor.id, name=body.name, query=_kept(body.query))
    session.add(row)
    await session.flush()
    return row


async def edit(session: AsyncSession, row: Filter, body: FilterPatch, actor: Actor, now: datetime) -> Filter:
    """Another name, or another query."""
    if body.name is not None:
        row.name = body.name
    if body.query is not None:
        row.query = _kept(body.query)
    await session.flush()
    return row


async def delete(session: AsyncSession, row: Filter, actor: Actor, now: datetime) -> None:
    """Nothing else knows of it: it is gone."""
    await session.delete(row)
