"""Awards."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Instalment
from services.funding.queries.base import visible
from services.funding.rules import award as award_rules
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import find


async def award(session: AsyncSession, award_id: UUID, actor: Actor) -> Award:
    return await find(session, visible(sa.select(Award), actor), Award, award_id, "award")


async def instalments_of(session: AsyncSession, award_id: UUID) -> list[Instalment]:
    statement = sa.select(Instalment).where(Instalment.award_id == award_id).order_by(Instalment.number)
    return list(await session.scalars(statement))


def award_actions(award: Award, actor: Actor) -> list[dict[str, Any]]:
    return actions(award_rules.LIFECYCLE, award.status, actor, {})
