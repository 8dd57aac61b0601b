"""The same step for many rows: each stands or falls alone, and the answer says which and why."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import reasons_of, savepoint
from shared.errors import Answer
from shared.http.shapes import ReasonOut


class RowAnswer(BaseModel):
    """``reasons`` are empty when it was done."""

    id: UUID
    ok: bool
    status: str | None = None
    reasons: list[ReasonOut] = []


class BulkAnswer(BaseModel):
    results: list[RowAnswer]


async def each(session: AsyncSession, ids: Iterable[UUID], act: Callable[[UUID], Awaitable[Any]]) -> BulkAnswer:
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
    return BulkAnswer(results=results)
