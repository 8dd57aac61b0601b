"""The facts of many claims at once, for the screening of a round."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.teams.models import Continuation, KnownOrder, KnownRound, Member, Person, Remark, Suspension, Team
from services.teams.queries.facts import facts_of, order_facts
from services.teams.queries.sight import ON_ROSTER
from services.teams.rules.claim import TeamFacts
from services.teams.rules.member import MemberFacts


async def many_facts(session: AsyncSession, teams: Sequence[Team]) -> dict[UUID, TeamFacts]:
    """What :func:`team_facts` finds, for a page of teams in four reads."""
    keys = [team.id for team in teams]
    places = await _places(session, keys)
    joined = sa.and_(KnownRound.id == Team.round_id, KnownOrder.id == Team.order_id)
    orders = sa.select(Team.id, KnownOrder, KnownRound).where(joined, Team.id.in_(keys))
    known = {key: order_facts(order, round_) for key, order, round_ in await session.execute(orders)}
    rights = sa.select(Continuation.claim_id).where(Continuation.claim_id.in_(keys), Continuation.status == "used")
    standing = set(await session.scalars(rights))
    return {
        team.id: facts_of(team, known[team.id], tuple(places[team.id]), team.id in standing)
        for team in teams
        if team.id in known
    }


async def _places(session: AsyncSession, keys: Sequence[UUID]) -> dict[UUID, list[MemberFacts]]:
    other = aliased(Member)
    held = (
        sa.select(sa.func.count())
        .where(
            other.person_id == Member.person_id,
            other.live_place.is_not(None),
            other.team_id != Member.team_id,
            other.team_id.is_distinct_from(Team.continues_id),
        )
        .correlate(Member, Team)
        .scalar_subquery()
    )
    until = (
        sa.select(sa.func.max(Suspension.ends_at))
        .where(Suspension.person_id == Member.person_id, Suspension.status == "started")
        .correlate(Member)
        .scalar_subquery()
    )
    statement = (
        sa.select(Member, Person, held, until)
        .join(Person, Person.id == Member.person_id)
        .join(Team, Team.id == Member.team_id)
        .where(Member.team_id.in_(keys), Member.status.in_(ON_ROSTER))
        .order_by(Member.team_id, Member.position)
    )
    found: dict[UUID, list[MemberFacts]] = defaultdict(list)
    for member, person, busy, suspended in await session.execute(statement):
        found[member.team_id].append(member.facts(person, busy, suspended))
    return found


async def remarks(session: AsyncSession, keys: Sequence[UUID], kind: str) -> dict[UUID, str]:
    """The newest remark of this kind on each of these claims, in words."""
    statement = sa.select(Remark.team_id, Remark.words).where(Remark.team_id.in_(keys), Remark.kind == kind)
    return {row.team_id: row.words for row in await session.execute(statement.order_by(Remark.id))}
