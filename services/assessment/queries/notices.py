"""Notices and how their entries stand."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    KnownRound,
    Notice,
    NoticeEntry,
)
from services.assessment.queries.base import in_division
from shared.actor import Actor
from shared.queries import filtered


def notices(actor: Actor, round_id: UUID | None, kind: str | None, status: str | None) -> sa.Select[Any]:
    statement = sa.select(Notice).join(KnownRound, KnownRound.id == Notice.round_id).where(in_division(actor))
    return filtered(statement, Notice, round_id=round_id, kind=kind, status=status)


async def entries(session: AsyncSession, notice_id: UUID) -> dict[UUID, str]:
    """The status of each team's entry."""
    found = sa.select(NoticeEntry.team_id, NoticeEntry.status).where(NoticeEntry.notice_id == notice_id)
    return {row.team_id: row.status for row in await session.execute(found)}
