"""What everybody may read: notices, ratings, editions."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.assessment.models import (
    Edition,
    KnownRound,
    Notice,
    NoticeEntry,
)
from services.assessment.rules.entry import WITHDRAWN
from shared.queries import filtered, find

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When nothing has been published yet."""


async def notices_version(session: AsyncSession) -> tuple[str, datetime]:
    """Changes with every posted notice, every change of one, and every team that leaves one."""
    figures = sa.select(sa.func.count(), sa.func.sum(Notice.version), sa.func.max(Notice.status_since))
    count, versions, last = (await session.execute(figures.where(Notice.status != "drafted"))).one()
    gone = sa.select(sa.func.count(), sa.func.max(NoticeEntry.status_since)).where(NoticeEntry.status.in_(WITHDRAWN))
    left, left_at = (await session.execute(gone)).one()
    return f"{count}-{versions}-{left}", max(last or NEVER, left_at or NEVER)


async def withdrawn(session: AsyncSession, notice_id: UUID) -> list[UUID]:
    """Teams that no longer stand on the notice."""
    of_notice = sa.select(NoticeEntry.team_id).where(NoticeEntry.notice_id == notice_id)
    gone = of_notice.where(NoticeEntry.status.in_(WITHDRAWN)).order_by(NoticeEntry.team_id)
    return list(await session.scalars(gone))


def public_notices(kind: str | None) -> sa.Select[Any]:
    return filtered(sa.select(Notice).where(Notice.status != "drafted"), Notice, kind=kind)


async def public_notice(session: AsyncSession, notice_id: UUID) -> Notice:
    return await find(session, public_notices(None), Notice, notice_id, "notice")


async def ratings_version(session: AsyncSession) -> tuple[str, datetime]:
    """Changes with every edition; editions never change."""
    figures = sa.select(sa.func.count(), sa.func.max(Edition.published_at))
    count, last = (await session.execute(figures)).one()
    return str(count), last or NEVER


async def editions_in_force(session: AsyncSession, number: int | None = None) -> list[tuple[Edition, KnownRound]]:
    """Of every cycle its newest edition, or the one with ``number``."""
    other = aliased(Edition)
    newest = sa.select(sa.func.max(other.number)).where(other.cycle_id == Edition.cycle_id).scalar_subquery()
    statement = (
        sa.select(Edition, KnownRound)
        .join(KnownRound, KnownRound.id == Edition.round_id)
        .where(Edition.number == (newest if number is None else number))
    )
    return [(edition, round) for edition, round in await session.execute(statement)]


async def edition_addresses(session: AsyncSession) -> dict[tuple[UUID, int], tuple[UUID, datetime]]:
    """Id and time of every edition by cycle and number."""
    known = sa.select(Edition.cycle_id, Edition.number, Edition.id, Edition.published_at)
    return {(cycle, number): (key, at) for cycle, number, key, at in await session.execute(known)}


async def edition(session: AsyncSession, edition_id: UUID) -> Edition:
    return await find(session, sa.select(Edition), Edition, edition_id, "edition")


async def has_newer(session: AsyncSession, edition: Edition) -> bool:
    """Whether a later edition of its cycle is in force."""
    later = sa.select(Edition.id).where(Edition.cycle_id == edition.cycle_id, Edition.number > edition.number)
    return await session.scalar(later.limit(1)) is not None
