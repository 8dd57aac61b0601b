"""What happens to teams elsewhere and matters here: stages, and leaving."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.usecases import assessment, certificate, cycle, follow_up, known, notice, serving


async def conclude(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """A concluded team keeps its open assessment, but needs no further cycle."""
    team = await known.note_stage(session, team_id, "concluded")
    if team is not None:
        team.ended_on = known.day_of(now)
        await serving.end(session, team_id, team.ended_on)
        await follow_up.plan(session, team, now)
        await session.flush()
        await certificate.conclude(session, team, now)
        await cycle.tell(session, team.round_id)


async def leave(session: AsyncSession, team_id: UUID, stage: str, now: datetime) -> None:
    """Withdrawn, dissolved, lapsed, rejected: off every notice and out of every unpublished assessment."""
    team = await known.note_stage(session, team_id, stage)
    if team is not None:
        await notice.take_off(session, team_id)
        await assessment.exclude(session, team_id)
        team.ended_on = known.day_of(now)
        await serving.end(session, team_id, team.ended_on)
        await session.flush()
        await cycle.tell(session, team.round_id)
