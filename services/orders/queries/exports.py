"""Orders as they are exported: exactly what a list with the same parameters finds, read in portions."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order
from shared.errors import Malformed, Reason

SORTABLE = ("created_at", "title", "division")
EXPORTED = [column for column in Order.__table__.columns if column.name not in ("searched", "late_reason")]
PORTION = 1_000


async def require_at_most(session: AsyncSession, parts: Sequence[sa.Select[Any]], most: int) -> None:
    """Refuse what would not fit, rather than leave rows out silently."""
    some = sa.union_all(*parts).subquery()
    found = await session.scalar(sa.select(sa.func.count()).select_from(sa.select(some.c.id).limit(most + 1).subquery()))
    if (found or 0) > most:
        zh, en = f"超过{most}行，请缩小筛选范围", f"More than {most} rows: narrow the filter"
        raise Malformed(Reason("export.too_many", zh, en, "/"))


async def portions(
    session: AsyncSession, parts: Sequence[sa.Select[Any]], sort: str | None
) -> AsyncIterator[Sequence[Any]]:
    """The rows of all parts (which share none) in the order of the list, some at a time."""
    name = (sort or SORTABLE[0]).removeprefix("-")
    if name not in SORTABLE:
        known = ", ".join(SORTABLE)
        raise Malformed(Reason("list.sort", f"不能按“{name}”排序；可用：{known}", f"Sort by one of {known}", "/sort"))
    every = sa.union_all(*parts).subquery()
    downward = bool(sort and sort.startswith("-"))
    keys = [every.c[name], every.c.id]
    wanted = sa.select(every).order_by(*(key.desc() if downward else key.asc() for key in keys)).limit(PORTION)
    after: tuple[Any, ...] | None = None
    while True:
        left = sa.tuple_(*keys)
        page = wanted if after is None else wanted.where(left < sa.tuple_(*after) if downward else left > sa.tuple_(*after))
        rows = (await session.execute(page)).all()
        if rows:
            yield rows
        if len(rows) < PORTION:
            return
        after = (getattr(rows[-1], name), rows[-1].id)
