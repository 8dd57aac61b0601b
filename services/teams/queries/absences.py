"""What the host said of a team, as far as a caller may read it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Absence, Entry, HostRating, KnownDuty, Team
from shared.actor import Actor
from shared.queries import filtered, find, within


def hears_the_host(actor: Actor) -> Any:
    """Teams of which this actor reads what the host says: the host, the lead, the offices. Not colleagues and units."""
    ways: list[Any] = []
    if actor.has("bureau", "district", "supervisor") and actor.division:
        ways.append(within(Team.division, actor.division))
    if actor.has("host") and actor.unit:
        ways.append(Team.host_code == actor.unit)
    if actor.has("expert") and (person := actor.person_id):
        ways.append(Team.lead_id == person)
    return sa.or_(sa.false(), *ways)


async def heard_team(session: AsyncSession, team_id: UUID, actor: Actor) -> Team:
    """The team, or :class:`NotFound` when what its host says is not this actor's to read."""
    return await find(session, sa.select(Team).where(hears_the_host(actor)), Team, team_id, "team")


def absences(actor: Actor, status: str | None, round_id: UUID | None, team_id: UUID | None) -> sa.Select[Any]:
    statement = sa.select(Absence).join(Team, Team.id == Absence.team_id).where(hears_the_host(actor))
    return filtered(filtered(statement, Absence, status=status or None, team_id=team_id), Team, round_id=round_id)


async def absence(session: AsyncSession, absence_id: UUID, actor: Actor) -> Absence:
    """The report, or :class:`NotFound` when not this actor's to read."""
    return await find(session, absences(actor, None, None, None), Absence, absence_id, "absence")


async def absences_of(session: AsyncSession, team_id: UUID, most: int = 20) -> list[Absence]:
    """The latest of one team, as its liaison sees them."""
    statement = sa.select(Absence).where(Absence.team_id == team_id).order_by(Absence.expected_on.desc()).limit(most)
    return list(await session.scalars(statement))


def ratings(team_id: UUID) -> sa.Select[Any]:
    return sa.select(HostRating).where(HostRating.team_id == team_id)


async def rating_due(session: AsyncSession, team_id: UUID) -> KnownDuty | None:
    """The host's rating of the year that assessment asked for last, whatever became of it."""
    asked = sa.select(KnownDuty).where(KnownDuty.team_id == team_id, KnownDuty.code == "rate_service")
    row: KnownDuty | None = await session.scalar(asked.order_by(KnownDuty.since.desc(), KnownDuty.id.desc()).limit(1))
    return row


async def newest_rating(session: AsyncSession, due: KnownDuty | None) -> HostRating | None:
    """What the liaison said last of the year that is asked about; nothing of the years before."""
    if due is None or due.team_id is None:
        return None
    said = ratings(due.team_id).where(HostRating.rated_at >= due.since)
    row: HostRating | None = await session.scalar(said.order_by(HostRating.id.desc()).limit(1))
    return row


def waiting_for_the_host(round_id: UUID, actor: Actor) -> sa.Select[Any]:
    """Teams of a round, led or run by this actor, whose entries wait for the host; the longest wait first."""
    ways: list[Any] = []
    if actor.has("bureau", "district") and actor.division:
        ways.append(within(Team.division, actor.division))
    if actor.has("expert") and (person := actor.person_id):
        ways.append(Team.lead_id == person)
    return (
        sa.select(Team.id)
        .join(Entry, Entry.team_id == Team.id)
        .where(Team.round_id == round_id, Entry.status == "recorded", sa.or_(sa.false(), *ways))
        .group_by(Team.id)
        .order_by(sa.func.min(Entry.created_at))
    )
