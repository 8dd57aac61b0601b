"""Saved filters: what somebody asks a list for again and again, kept under a name. A service that has them keeps them in
a table of its own, made with ``FilterRow``; ``shared.http.filters`` has their routes."""

from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.actor import Actor
from shared.db import Row, constraint_reasons
from shared.errors import Reason, require
from shared.queries import find

MOST = 50
"""Filters of one person: more would not be found again in a menu."""


class FilterRow(Row):
    """``owner`` is the token's ``sub``: nobody else sees it. ``query`` are the list's own parameters, plain JSON."""

    __table_args__ = (sa.UniqueConstraint("owner", "name", name="uq_filters_name"),)

    owner: Mapped[str]
    name: Mapped[str]
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)


constraint_reasons(
    {
        "uq_filters_name": Reason(
            "filter.name_taken", "您已有同名筛选", "You have a filter of this name already", "/name"
        ),
    }
)

Filter = TypeVar("Filter", bound=FilterRow)


def own(model: type[Filter], actor: Actor) -> sa.Select[Any]:
    """The filters that this actor saved."""
    return sa.select(model).where(model.owner == actor.id)


async def own_filter(session: AsyncSession, model: type[Filter], filter_id: UUID, actor: Actor) -> Filter:
    """One of them; another's is not there (:class:`NotFound`)."""
    return await find(session, own(model, actor), model, filter_id, "filter")


async def save(session: AsyncSession, row: Filter, actor: Actor) -> Filter:
    """A new one. Raises :class:`Refused` when the actor has as many as fit a menu."""
    kept = await session.scalar(sa.select(sa.func.count()).select_from(own(type(row), actor).subquery())) or 0
    if kept >= MOST:
        require([Reason("filter.too_many", f"最多保存{MOST}个筛选", f"At most {MOST} filters are kept", "/name")])
    session.add(row)
    await session.flush()
    return row
