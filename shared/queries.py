"""What every service's reads are made of: filters, scope, and one row that this caller may see."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.actor import prefix
from shared.errors import NotFound

Found = TypeVar("Found")


def filtered(statement: sa.Select[Any], model: Any, **wanted: Any) -> sa.Select[Any]:
    """Rows whose columns have the wanted values; None wants nothing. ``status`` may list several, separated by
    commas."""
    for name, value in wanted.items():
        if value is not None:
            column = getattr(model, name)
            statement = statement.where(column.in_(value.split(",")) if name == "status" else column == value)
    return statement


def within(column: Any, division: str) -> sa.ColumnElement[bool]:
    """As ``Actor.covers``, for a column of 12-digit codes: nothing lies within no division."""
    inside: sa.ColumnElement[bool] = column.startswith(prefix(division), autoescape=True) if division else sa.false()
    return inside


async def first(session: AsyncSession, statement: Any, most: int) -> tuple[list[sa.Row[Any]], int]:
    """The first ``most`` rows of an ordered statement, and how many more there are: nobody takes the part for the
    whole."""
    rows = list(await session.execute(statement.limit(most + 1)))
    if len(rows) <= most:
        return rows, 0
    total = sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())
    return rows[:most], (await session.scalar(total) or 0) - most


async def find(session: AsyncSession, statement: sa.Select[Any], model: type[Found], key: UUID, noun: str) -> Found:
    """The ``model`` row with this id among those that ``statement`` leaves to be seen, or :class:`NotFound`."""
    rows = await session.execute(statement.where(model.id == key))  # type: ignore[attr-defined]
    found = rows.unique().scalar_one_or_none()
    if not isinstance(found, model):
        raise NotFound(noun)
    return found


def among(column: Any, keys: Iterable[Any]) -> sa.ColumnElement[bool]:
    """The column is one of the keys: one array, however many there are, where ``in_`` writes a parameter for each."""
    found: sa.ColumnElement[bool] = column == sa.any_(sa.cast(list(keys), sa.ARRAY(column.type)))
    return found
