"""Declared working calendars."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    WorkingYear,
)
from shared.errors import NotFound


def calendars() -> sa.Select[Any]:
    return sa.select(WorkingYear)


async def calendar(session: AsyncSession, year: int) -> WorkingYear:
    row: WorkingYear | None = await session.scalar(calendars().where(WorkingYear.year == year))
    if row is None:
        raise NotFound("calendar")
    return row
