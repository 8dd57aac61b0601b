"""Clock in: holds and substitutions that end with their last day."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Hold, Substitute
from services.funding.usecases import hold, substitute
from shared.service import Jobs

jobs = Jobs()


@jobs.due(sa.select(Hold.id, Hold.ends_at).where(Hold.status == "standing", Hold.ends_at.is_not(None)))
async def expire_hold(session: AsyncSession, hold_id: UUID, now: datetime) -> None:
    """A hold that was placed until a day ends with it."""
    await hold.expire(session, hold_id, now)


@jobs.due(sa.select(Substitute.id, Substitute.ends_at).where(Substitute.status == "named"))
async def end_substitute(session: AsyncSession, substitute_id: UUID, now: datetime) -> None:
    """A substitution ends with its last day."""
    await substitute.end(session, substitute_id)
