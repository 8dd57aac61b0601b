"""Mutual choice: what the host says to a claim on its post."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Team
from services.teams.rules import choice as rules
from services.teams.usecases import decision, holding, policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.contracts.teams import TeamAccepted, TeamDeclined
from shared.outbox import publish


async def accept(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    team.status = rules.accept(facts, policy, actor)
    publish(session, TeamAccepted(**ids(team)))
    return team


async def decline(session: AsyncSession, team_id: UUID, reason: str, actor: Actor, now: datetime) -> Team:
    """The claim ends; the expert may claim other posts."""
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    team.status = rules.decline(facts, policy, actor, reason)
    team.reason = reason
    await holding.end(session, team, now)
    await decision.refuse(session, team, reason, policy, actor, now)
    publish(session, TeamDeclined(**ids(team)))
    return team
