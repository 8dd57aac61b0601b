"""The working calendar of a year, declared by the bureau."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import WorkingYear
from services.assessment.rules import calendar as rules
from shared.contracts.assessment import CalendarDeclared
from shared.errors import Changed, Unseen
from shared.outbox import publish


async def declare(
    session: AsyncSession, year: int, holidays: Collection[date], workdays: Collection[date], seen: int | None
) -> WorkingYear:
    """Declare a year, or declare it anew having ``seen`` that version; notices that are posted keep their dates.
    Said again unchanged, nothing happens. Raises :class:`Unseen` and :class:`Changed`."""
    rules.declare(year, holidays, workdays)
    off, worked = sorted({d.isoformat() for d in holidays}), sorted({d.isoformat() for d in workdays})
    row = await session.scalar(sa.select(WorkingYear).where(WorkingYear.year == year).with_for_update())
    if row is not None and (row.holidays, row.workdays) == (off, worked):
        return row
    if row is not None and seen is None:
        raise Unseen
    if seen != (row.version if row else None):
        raise Changed
    if row is None:
        row = WorkingYear(year=year)
        session.add(row)
    row.holidays, row.workdays = off, worked
    await session.flush()
    publish(session, CalendarDeclared(calendar_id=row.id, year=year))
    return row
