"""What an assessor judges a team by, and what was said on a sheet."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, Cycle, KnownEntry, KnownOrder, Part, Sheet, SheetVersion
from services.assessment.queries.reports import of_year
from services.assessment.rules.review import ACTIVE


async def order_of(session: AsyncSession, row: Assessment) -> KnownOrder | None:
    """None as long as orders have not told of it."""
    return await session.get(KnownOrder, row.order_id)


async def visits(session: AsyncSession, row: Assessment) -> Sequence[KnownEntry]:
    """What the host confirmed in the cycle's year, by date."""
    year = (await session.get_one(Cycle, row.cycle_id)).year
    of_team = sa.select(KnownEntry).where(KnownEntry.team_id == row.team_id, of_year(KnownEntry.served_on, year))
    return (await session.scalars(of_team.order_by(KnownEntry.served_on, KnownEntry.id))).all()


async def counting_parts(session: AsyncSession, row: Assessment) -> list[Part]:
    """Of each part the one handed in last."""
    of_row = sa.select(Part).where(Part.assessment_id == row.id).order_by(Part.attempt)
    return list({part.part: part for part in await session.scalars(of_row)}.values())


async def sheet_versions(session: AsyncSession, sheet_id: UUID) -> Sequence[SheetVersion]:
    """Every score handed in on this sheet, in order."""
    of_sheet = sa.select(SheetVersion).where(SheetVersion.sheet_id == sheet_id)
    return (await session.scalars(of_sheet.order_by(SheetVersion.number))).all()


async def judgements(session: AsyncSession, row: Assessment) -> Sequence[SheetVersion]:
    """Of every sheet that counts the score handed in last, with what was said to it."""
    last = (SheetVersion.sheet_id == Sheet.id) & (SheetVersion.number == Sheet.scores)
    counting = (Sheet.assessment_id == row.id) & Sheet.status.in_(ACTIVE)
    return (await session.scalars(sa.select(SheetVersion).join(Sheet, last).where(counting).order_by(Sheet.id))).all()
