"""Reads that hand out money data are noted: who, as what, what was asked for, how many rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Reading
from shared.actor import Actor
from shared.db import new_id
from shared.db import note as keep


async def note(
    session: AsyncSession, what: str, asked: Mapping[str, Any], rows: int, actor: Actor, now: datetime
) -> None:
    """``asked`` as JSON."""
    row = {
        "id": new_id(),
        "at": now,
        "reader": actor.id,
        "roles": sorted(actor.roles),
        "division": actor.division,
        "divisions": await queries.divisions_of(session, asked, actor),
        "what": what,
        "asked": dict(asked),
        "rows": rows,
    }
    await keep(session, sa.insert(Reading).values(row))
