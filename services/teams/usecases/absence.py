"""The team did not come: reported by the host, answered by the lead, settled by the district."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Absence, Team
from services.teams.rules import absence as rules
from services.teams.rules import team as team_rules
from services.teams.usecases import policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.teams import TeamAbsenceAnswered, TeamAbsenceReported, TeamAbsenceSettled
from shared.db import load
from shared.errors import require
from shared.outbox import publish


async def report(
    session: AsyncSession, team: Team, expected_on: date, words: str, actor: Actor, now: datetime
) -> Absence:
    """Of a locked team. The same day said twice is one report."""
    status = rules.report(actor, team.host_code)
    said = sa.select(Absence).where(Absence.team_id == team.id, Absence.expected_on == expected_on)
    known = (await session.execute(said)).scalar_one_or_none()
    if known is not None:
        return known
    policy = await policies.of(session, team.round_id)
    serves = team_rules.serves(team.status, policy)
    today = now.astimezone(SHANGHAI).date()
    require(rules.report_obstacles(expected_on, today, serves, team.agreed_on, team.ends_on))
    absence = Absence(
        team_id=team.id,
        status=status,
        expected_on=expected_on,
        words=words.strip(),
        reported_at=now,
        reported_by=actor.id,
        due_at=rules.due(now.astimezone(SHANGHAI), policy.teams),
    )
    session.add(absence)
    await session.flush()
    publish(session, TeamAbsenceReported(**ids(team), absence_id=absence.id, expected_on=expected_on))
    return absence


async def answer(session: AsyncSession, absence_id: UUID, words: str, actor: Actor, now: datetime) -> Absence:
    absence, team = await _locked(session, absence_id, actor)
    absence.status = rules.answer(absence.facts(team), words, actor)
    absence.answer, absence.answered_at = words.strip(), now
    publish(session, TeamAbsenceAnswered(**ids(team), absence_id=absence.id, expected_on=absence.expected_on))
    return absence


async def settle(
    session: AsyncSession, absence_id: UUID, upheld: bool, words: str, actor: Actor, now: datetime
) -> Absence:
    absence, team = await _locked(session, absence_id, actor)
    absence.status = rules.settle(absence.facts(team), words, actor, now)
    absence.upheld, absence.finding = upheld, words.strip()
    absence.settled_at, absence.settled_by = now, actor.id
    publish(
        session,
        TeamAbsenceSettled(**ids(team), absence_id=absence.id, expected_on=absence.expected_on, upheld=upheld),
    )
    return absence


async def _locked(session: AsyncSession, absence_id: UUID, actor: Actor) -> tuple[Absence, Team]:
    await queries.absence(session, absence_id, actor)
    absence = await load(session, Absence, absence_id, "absence")
    return absence, await session.get_one(Team, absence.team_id)
