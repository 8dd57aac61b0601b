"""Rectifications."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    Inspection,
    KnownTeam,
    Rectification,
)
from services.assessment.queries.base import own_teams
from shared.actor import Actor
from shared.queries import filtered, find


def rectifications(actor: Actor, round_id: UUID | None, team_id: UUID | None, status: str | None) -> sa.Select[Any]:
    statement = sa.select(Rectification).join(KnownTeam).where(own_teams(actor))
    return filtered(statement, Rectification, round_id=round_id, team_id=team_id, status=status)


async def inspections(session: AsyncSession, rectification_id: UUID) -> list[Inspection]:
    """Newest last."""
    found = sa.select(Inspection).where(Inspection.rectification_id == rectification_id)
    return list(await session.scalars(found.order_by(Inspection.inspected_at, Inspection.id)))


async def rectification(session: AsyncSession, rectification_id: UUID, actor: Actor) -> Rectification:
    seen = rectifications(actor, None, None, None)
    return await find(session, seen, Rectification, rectification_id, "rectification")
