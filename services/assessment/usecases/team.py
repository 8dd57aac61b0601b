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
        team.ended_on = team.ended_on or known.day_of(now)
        await serving.end(session, team_id, team.ended_on)
        await session.flush()
        await cycle.tell(session, team.round_id)


async def reinstate(session: AsyncSession, team_id: UUID) -> None:
    """Dissolved for a rating that was wrong, it is there again with everybody whom its end had taken away. The year in
    which it could not serve is not held against it: what it was excluded from it stays excluded from."""
    team = await known.note_stage(session, team_id, "agreed")
    if team is not None and team.ended_on is not None:
        await serving.resume(session, team_id, team.ended_on)
        team.ended_on = None
