"""Rounds and their money."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Appropriation, AppropriationChange, KnownRound
from services.funding.queries.base import rounds_of
from shared.actor import Actor
from shared.errors import NotFound
from shared.queries import filtered


async def round(session: AsyncSession, round_id: UUID, actor: Actor) -> UUID:
    """The round's id when the actor oversees its money."""
    found = await session.scalar(rounds_of(actor).where(KnownRound.id == round_id))
    if found is None:
        raise NotFound("round")
    return round_id


def appropriations(actor: Actor, round_id: UUID | None) -> sa.Select[Any]:
    statement = sa.select(Appropriation).where(Appropriation.round_id.in_(rounds_of(actor)))
    return filtered(statement, Appropriation, round_id=round_id)


def appropriation_changes(actor: Actor, round_id: UUID | None) -> sa.Select[Any]:
    statement = sa.select(AppropriationChange).where(AppropriationChange.round_id.in_(rounds_of(actor)))
    return filtered(statement, AppropriationChange, round_id=round_id)
