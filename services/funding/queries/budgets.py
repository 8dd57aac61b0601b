"""Rounds and their money."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import KnownRound
from services.funding.queries.base import rounds_of
from shared.actor import Actor
from shared.errors import NotFound


async def round(session: AsyncSession, round_id: UUID, actor: Actor) -> UUID:
    """The round's id when the actor oversees its money."""
    found = await session.scalar(rounds_of(actor).where(KnownRound.id == round_id))
    if found is None:
        raise NotFound("round")
    return round_id
