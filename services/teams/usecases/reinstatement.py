"""A team dissolved for a revoked award comes back after a corrected edition: cleared, then reinstated."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Team
from services.teams.rules import reinstatement as rules
from services.teams.rules.member import EXPERTS
from services.teams.usecases import holding, nomination, policies
from services.teams.usecases.team import accepted, ids, reject_rivals
from shared.actor import SYSTEM, Actor
from shared.contracts.teams import TeamCleared, TeamReinstated
from shared.db import load
from shared.outbox import publish


async def clear(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The ground of its award's revocation is gone. What stands in the team's way is said, and is the bureau's to solve."""
    team = await load(session, Team, team_id, "team")
    if not rules.clear(team.status, team.reason):
        return
    team.cleared_at = team.cleared_at or now
    policy = await policies.of(session, team.round_id)
    facts = await queries.reinstatement(session, team)
    obstacles = [reason.code for reason in rules.reinstate_obstacles(facts, policy.teams.live_teams_per_person)]
    publish(session, TeamCleared(**ids(team), obstacles=list(dict.fromkeys(obstacles))))
    if not obstacles:
        await _reinstate(session, team, SYSTEM, now)


async def fail(session: AsyncSession, team_id: UUID) -> None:
    """Found wanting once more before it came back: the ground stands again."""
    team = await load(session, Team, team_id, "team")
    team.cleared_at = None


async def reinstate(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Team:
    """The bureau, once what stood in the way is gone."""
    team = await queries.locked_team(session, team_id, actor)
    await _reinstate(session, team, actor, now)
    return team


async def _reinstate(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> None:
    """It has its order, its people and, of nominated people, its match again; other claims on the order end."""
    policy = await policies.of(session, team.round_id)
    team.status = rules.reinstate(await queries.reinstatement(session, team), policy, actor)
    team.cleared_at, team.reason = None, ""
    await session.flush()
    serving = [m for m in await accepted(session, team) if m.joined_at and not m.left_at]
    await holding.hold(session, team, serving, policy.teams.live_teams_per_person)
    await nomination.follow(session, team, now)
    experts = [member.person_id for member in serving if member.role in EXPERTS]
    host = {"host_code": team.host_code, "host_name": team.host_name}
    publish(session, TeamReinstated(**ids(team), **host, expert_ids=experts))
    await reject_rivals(session, team, now)
