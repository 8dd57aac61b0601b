"""Divisions by name, pinyin and code."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Division
from services.orders.models.divisions import SEARCHED
from services.orders.queries.search import Searched, matching, newest_year, words_in
from shared.actor import prefix
from shared.errors import NotFound

DIVISIONS = Searched(SEARCHED, Division.code, sa.func.search_words(SEARCHED, Division.code))


async def division_list(
    session: AsyncSession, q: str | None, year: int | None, within: str | None, level: int | None
) -> sa.Select[Any]:
    """Those of a year (the newest) whose name, path, pinyin or initials have every word of ``q``, or whose code begins
    with it."""
    statement = sa.select(Division).where(Division.year == (year if year is not None else newest_year()))
    if level is not None:
        statement = statement.where(Division.level == level)
    if within:
        statement = statement.where(_begins(prefix(within)))
    if q and q.strip().isdigit():
        return statement.where(_begins(q.strip()))
    if q:
        statement = statement.where(*await matching(session, await words_in(session, q), DIVISIONS))
    return statement


def _begins(code: str) -> sa.ColumnElement[bool]:
    return sa.and_(Division.code >= code.ljust(12, "0"), Division.code <= code.ljust(12, "9"))


async def division(session: AsyncSession, code: str, year: int | None) -> Division:
    of_year = Division.year == (year if year is not None else newest_year())
    found = await session.scalar(sa.select(Division).where(Division.code == code, of_year))
    if found is None:
        raise NotFound("division")
    return found
