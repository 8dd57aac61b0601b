"""Whose files these are: everything that has files belongs to an award, and who sees the award sees them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Expense, FinalAccount, Instalment
from services.funding.queries.base import OFFICES, visible
from services.funding.rules.attachment import HANDLES
from shared.actor import Actor
from shared.errors import NotFound

AWARD_OF: dict[str, Any] = {
    "award": Award.id,
    "instalment": Instalment.award_id,
    "expense": Expense.award_id,
    "final_account": FinalAccount.award_id,
}
"""Of every noun that has files: the column that names its award."""


async def award_with_files(session: AsyncSession, noun: str, noun_id: UUID, actor: Actor) -> UUID:
    """The award that this noun belongs to, or NotFound when it is not this actor's to see."""
    column = AWARD_OF[noun]
    own = sa.select(column).where(column.class_.id == noun_id)
    found = await session.scalar(visible(sa.select(Award.id).where(Award.id.in_(own)), actor))
    if found is None:
        raise NotFound(noun)
    return UUID(str(found))


async def takes_part(session: AsyncSession, award_id: UUID, actor: Actor) -> bool:
    """Whether the actor would see the award without overseeing it."""
    own = replace(actor, roles=actor.roles - (frozenset(OFFICES) - frozenset(HANDLES)))
    found = await session.scalar(visible(sa.select(Award.id).where(Award.id == award_id), own))
    return found is not None
