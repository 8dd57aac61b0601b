"""Clock in: windows that end."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Round
from services.orders.usecases import round
from shared.actor import SYSTEM
from shared.service import Jobs

jobs = Jobs()


@jobs.due(sa.select(Round.id, Round.closes_at).where(Round.status == "open"))
async def close_round(session: AsyncSession, round_id: UUID, now: datetime) -> None:
    """Windows end at their hour."""
    await round.close(session, round_id, SYSTEM, now)
