"""The policy set that a round pins, as this service knows it from the round's opening."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import KnownRound
from services.teams.rules.policy import PolicySet
from shared.contracts.policy_document import policy_set
from shared.errors import NotFound


async def of(session: AsyncSession, round_id: UUID) -> PolicySet:
    """Raises :class:`NotFound` for a round that was never opened here."""
    round_ = await session.get(KnownRound, round_id)
    if round_ is None:
        raise NotFound("round")
    return policy_set(round_.policy)
