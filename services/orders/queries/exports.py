"""Orders as they are exported: exactly what a list with the same parameters finds, read in portions."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Action, Order
from shared.errors import Malformed, Reason

SORTABLE = ("created_at", "title", "division")
EXPORTED = [column for column in Order.__table__.columns if column.name not in ("searched", "late_reason")]
PORTION = 1_000


def require_sortable(sort: str | None) -> None:
    """Refuse an order that the list does not know."""
    if sort and sort.removeprefix("-") not in SORTABLE:
        known = ", ".join(SORTABLE)
        raise Malformed(Reason("list.sort", f"不能按“{sort}”排序；可用：{known}", f"Sort by one of {known}", "/sort"))


def exported_ids(parts: Sequence[sa.Select[Any]]) -> sa.Select[Any]:
    """The ids of all parts, to be counted."""
    return sa.select(sa.union_all(*parts).subquery().c.id)


async def portions(
    session: AsyncSession, parts: Sequence[sa.Select[Any]], sort: str | None
) -> AsyncIterator[Sequence[Any]]:
    """The rows of all parts (which share none) in the order of the list, some at a time."""
    name, downward = (sort or SORTABLE[0]).removeprefix("-"), bool(sort and sort.startswith("-"))
    every = sa.union_all(*parts).subquery()
    keys = [every.c[name], every.c.id]
    wanted = sa.select(every).order_by(*(key.desc() if downward else key.asc() for key in keys)).limit(PORTION)
    page = wanted
    while True:
        rows = (await session.execute(page)).all()
        if rows:
            yield rows
        if len(rows) < PORTION:
            return
        here, last = sa.tuple_(*keys), sa.tuple_(getattr(rows[-1], name), rows[-1].id)
        page = wanted.where(here < last if downward else here > last)


async def action_names(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """What these actions of the calendar are called."""
    if not ids:
        return {}
    rows = await session.execute(sa.select(Action.id, Action.name).where(Action.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def names_of_actions(session: AsyncSession, round_id: UUID) -> list[str]:
    """The actions of a round's calendar, by name."""
    return list(await session.scalars(sa.select(Action.name).where(Action.round_id == round_id).order_by(Action.name)))
