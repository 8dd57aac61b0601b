"""The same step for many rows: each stands or falls alone, and the answer says which and why."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import reasons_of, savepoint
from shared.errors import Answer, NotFound
from shared.http.shapes import ReasonOut
from shared.queries import first


class RowAnswer(BaseModel):
    """``reasons`` are empty when it was done."""

    id: UUID
    ok: bool
    status: str | None = None
    reasons: list[ReasonOut] = []


class BulkAnswer(BaseModel):
    """``left``: how many more a step without named rows would find; ask again for them."""

    results: list[RowAnswer]
    left: int = 0


MOST_AT_ONCE = 2_000
"""Rows of one request; more are done by asking again."""

Ids = Annotated[list[UUID], Field(max_length=MOST_AT_ONCE)]


class These(BaseModel):
    """Named rows, or without ``ids`` all that the filter of the address leaves and the step is possible for."""

    ids: Ids | None = None


async def each(
    session: AsyncSession, ids: Iterable[UUID], act: Callable[[UUID], Awaitable[Any]], left: int = 0
) -> BulkAnswer:
    """Run ``act`` for each id in a savepoint of the request's transaction, in the order of the ids (so that two
    bulk requests lock rows in the same order)."""
    results = []
    for key in sorted(ids):
        try:
            async with savepoint(session):
                row = await act(key)
                await session.flush()
            results.append(RowAnswer(id=key, ok=True, status=row.status))
        except (Answer, IntegrityError) as error:
            reasons = error.reasons if isinstance(error, Answer) else (reasons_of(error),)
            results.append(RowAnswer(id=key, ok=False, reasons=[ReasonOut.model_validate(r) for r in reasons]))
    return BulkAnswer(results=results, left=left)


async def each_of(
    session: AsyncSession,
    named: Sequence[UUID] | None,
    possible: Any,
    whole: sa.Select[Any],
    noun: str,
    act: Callable[[UUID], Awaitable[Any]],
) -> BulkAnswer:
    """A step for many: for the ``named`` rows, of which those that are not of the ``whole`` are not there, or for the
    oldest of the ``possible``, as many as one request takes. Both select ids."""
    if named is None:
        every = possible.subquery()
        rows, left = await first(session, sa.select(every.c.id).order_by(every.c.id), MOST_AT_ONCE)
        return await each(session, [row.id for row in rows], act, left)
    some = whole.subquery()
    there = set(await session.scalars(sa.select(some.c.id).where(some.c.id.in_(named))))

    async def one(key: UUID) -> Any:
        if key not in there:
            raise NotFound(noun)
        return await act(key)

    return await each(session, set(named), one)
