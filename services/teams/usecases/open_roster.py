"""Experts join and leave a live team whose roster the mode keeps open."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Member, Team
from services.teams.rules import open_roster as rules
from services.teams.rules import team as team_rules
from services.teams.rules.policy import TeamsPolicy
from services.teams.usecases import holding, policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.teams import MemberJoined, MemberLeft
from shared.outbox import publish


async def join(session: AsyncSession, team: Team, now: datetime) -> None:
    """Everyone who has accepted and is consented to begins to serve at once."""
    policy = (await policies.of(session, team.round_id)).teams
    if not policy.open_roster or team.status not in team_rules.LIVE:
        return
    places = {str(m.person_id): m for m, _ in await queries.roster(session, team.id) if m.status in queries.ON_ROSTER}
    for place in (await queries.team_facts(session, team)).roster:
        if rules.joins(place, policy, live=True):
            await _begin(session, team, places[place.person_id], policy, now)


async def _begin(session: AsyncSession, team: Team, member: Member, policy: TeamsPolicy, now: datetime) -> None:
    facts = await queries.team_facts(session, team)
    rules.join(facts, next(p for p in facts.roster if p.person_id == str(member.person_id)), policy, now)
    member.joined_at = team.roster_changed_at = now
    await session.flush()
    await holding.hold(session, team, [member], policy.live_teams_per_person)
    marks = await queries.marks(session, [member.person_id])
    [joined] = await queries.serving(session, team.id, [member.person_id])
    named = {"person_id": member.person_id, "role": member.role, "marks": marks}
    publish(session, MemberJoined(**ids(team), **named, joined=joined))


async def leave(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Team:
    """By themselves; the history stays."""
    team = await queries.locked_team(session, team_id, actor)
    policy = (await policies.of(session, team.round_id)).teams
    facts, live = await queries.team_facts(session, team), team.status in team_rules.LIVE
    place = rules.own_place(facts, actor)
    roster = await queries.roster(session, team.id)
    member = next(m for m, _ in roster if str(m.person_id) == place.person_id and m.status == place.status)
    member.status = rules.leave(facts, place, policy, live)
    member.left_at, member.live_place = now, None
    team.roster_changed_at = now
    publish(
        session,
        MemberLeft(**ids(team), person_id=member.person_id, role=member.role, left_on=now.astimezone(SHANGHAI).date()),
    )
    return team
