"""Who did what when, read from the events themselves: there is no second record to disagree with."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.journal import aggregate_history


async def history(session: AsyncSession, noun: str, key: UUID) -> list[dict[str, Any]]:
    """Every event of one aggregate, oldest first: wall time, business time, type, who, data."""
    return [
        {"at": e.time, "business_time": e.business_time, "type": e.type, "actor": e.actor, "data": e.data or {}}
        for e in await aggregate_history(session, f"{noun}/{key}")
    ]
