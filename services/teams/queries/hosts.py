"""What the host said of a team, as far as a caller may read it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Absence, Entry, HostRating, Team
from services.teams.queries.sight import as_id
from shared.actor import Actor, prefix
from shared.errors import NotFound


def hears_the_host(actor: Actor) -> Any:
    """Teams of which this actor reads what the host says: the host, the lead, the offices. Not colleagues and units."""
    ways: list[Any] = []
    if actor.has("bureau", "district", "supervisor") and actor.division:
        ways.append(Team.division.startswith(prefix(actor.division), autoescape=True))
    if actor.has("host") and actor.unit:
        ways.append(Team.host_code == actor.unit)
    if actor.has("expert") and (person := as_id(actor.person)):
        ways.append(Team.lead_id == person)
    return sa.or_(sa.false(), *ways)


async def heard_team(session: AsyncSession, team_id: UUID, actor: Actor) -> Team:
    """The team, or :class:`NotFound` when what its host says is not this actor's to read."""
    found = await session.execute(sa.select(Team).where(Team.id == team_id, hears_the_host(actor)))
    team = found.scalar_one_or_none()
    if team is None:
        raise NotFound("team")
    return team


def absences(actor: Actor, status: str | None, round_id: UUID | None, team_id: UUID | None) -> sa.Select[Any]:
    statement = sa.select(Absence).join(Team, Team.id == Absence.team_id).where(hears_the_host(actor))
    if status:
        statement = statement.where(Absence.status.in_(status.split(",")))
    if round_id:
        statement = statement.where(Team.round_id == round_id)
    return statement.where(Absence.team_id == team_id) if team_id else statement


async def absence(session: AsyncSession, absence_id: UUID, actor: Actor) -> Absence:
    """The report, or :class:`NotFound` when not this actor's to read."""
    found = await session.execute(absences(actor, None, None, None).where(Absence.id == absence_id))
    row: Absence | None = found.scalar_one_or_none()
    if row is None:
        raise NotFound("absence")
    return row


async def absences_of(session: AsyncSession, team_id: UUID, most: int = 20) -> list[Absence]:
    """The latest of one team, as its liaison sees them."""
    statement = sa.select(Absence).where(Absence.team_id == team_id).order_by(Absence.expected_on.desc()).limit(most)
    return list(await session.scalars(statement))


def ratings(team_id: UUID) -> sa.Select[Any]:
    return sa.select(HostRating).where(HostRating.team_id == team_id)


async def newest_rating(session: AsyncSession, team_id: UUID) -> HostRating | None:
    statement = ratings(team_id).order_by(HostRating.id.desc()).limit(1)
    row: HostRating | None = (await session.execute(statement)).scalar_one_or_none()
    return row


async def waiting_for_the_host(session: AsyncSession, round_id: UUID, actor: Actor, most: int = 1_000) -> list[UUID]:
    """Teams of a round, led or run by this actor, whose entries wait for the host; the longest wait first."""
    ways: list[Any] = []
    if actor.has("bureau", "district") and actor.division:
        ways.append(Team.division.startswith(prefix(actor.division), autoescape=True))
    if actor.has("expert") and (person := as_id(actor.person)):
        ways.append(Team.lead_id == person)
    statement = (
        sa.select(Team.id)
        .join(Entry, Entry.team_id == Team.id)
        .where(Team.round_id == round_id, Entry.status == "recorded", sa.or_(sa.false(), *ways))
        .group_by(Team.id)
        .order_by(sa.func.min(Entry.created_at))
        .limit(most)
    )
    return list(await session.scalars(statement))
