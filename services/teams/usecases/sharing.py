"""Split rights on a claim, handing over the lead, asking to leave, drafts."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Delegate, Draft, Member, Person, Team
from services.teams.rules import handover as rules
from services.teams.rules import person as person_rules
from services.teams.rules import rights
from services.teams.rules.claim import TeamFacts
from services.teams.rules.member import ACCEPTED, LEAD, MEMBER, MemberFacts
from services.teams.rules.team import ENDED, LIVE
from services.teams.schemas import DraftIn
from services.teams.usecases import policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.contracts.teams import (
    DelegateRemoved,
    LeadOffered,
    LeadTakenOver,
    MemberAskedToLeave,
    MemberReplaced,
    TeamDelegated,
)
from shared.errors import NotFound, require
from shared.outbox import publish


async def delegate(
    session: AsyncSession, team_id: UUID, person_id: UUID, right: str, actor: Actor, now: datetime
) -> Team:
    """The lead gives a colleague of the registry a right on this claim, or another one than before."""
    team = await queries.locked_team(session, team_id, actor)
    rights.delegate(await queries.team_facts(session, team), str(person_id), team.status, ENDED, actor)
    person = (await queries.held_people(session, [person_id])).get(person_id)
    if person is None:
        raise NotFound("person")
    require(person_rules.unmerged_obstacles(person.facts, "/person_id"))
    found = await _delegate(session, team, person_id)
    if found is None:
        session.add(Delegate(team_id=team.id, person_id=person_id, right=right))
    else:
        found.right = right
    publish(session, TeamDelegated(**ids(team), person_id=person_id, right=right))
    return team


async def remove_delegate(session: AsyncSession, team_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Team:
    """The lead takes the right back, or its holder gives it up."""
    team = await queries.locked_team(session, team_id, actor)
    if actor.person != str(person_id):
        rights.lead_only(await queries.team_facts(session, team), actor)
    found = await _delegate(session, team, person_id)
    if found is None:
        raise NotFound("delegate")
    await session.delete(found)
    publish(session, DelegateRemoved(**ids(team), person_id=person_id))
    return team


async def _delegate(session: AsyncSession, team: Team, person_id: UUID) -> Delegate | None:
    statement = sa.select(Delegate).where(Delegate.team_id == team.id, Delegate.person_id == person_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def hand_over(session: AsyncSession, team_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Team:
    """The lead offers the lead; nothing changes until it is taken over."""
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    rules.hand_over(facts, _place(facts, person_id), policy.teams, actor, now)
    team.lead_offered_to, team.roster_changed_at = person_id, now
    publish(session, LeadOffered(**ids(team), person_id=person_id))
    return team


async def take_over(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Team:
    """The lead is another one from now on; the one before stays as a member. The new unit consents anew only if it
    had not."""
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    offered = team.lead_offered_to
    rules.take_over(facts, str(offered or ""), _place(facts, offered) if offered else None, policy.teams, actor, now)
    before, person = team.lead_id, await session.get_one(Person, offered)
    on_roster = sa.select(Member).where(Member.team_id == team.id, Member.status == ACCEPTED)
    for member in await session.scalars(on_roster):
        if member.person_id in (before, person.id):
            member.role = LEAD if member.person_id == person.id else MEMBER
    team.lead_id, team.lead_offered_to, team.roster_changed_at = person.id, None, now
    publish(session, LeadTakenOver(**ids(team), left_id=before, person_id=person.id))
    if team.status in LIVE:
        await session.flush()
        await _tell(session, team, before, person)
    return team


async def _tell(session: AsyncSession, team: Team, before: UUID, person: Person) -> None:
    """Others follow who leads a live team."""
    named = {"lead_name": person.name, "unit_code": person.unit_code, "unit_name": person.unit_name}
    [joined] = await queries.serving(session, team.id, [person.id])
    changed = {"left_id": before, "joined_id": person.id, "role": LEAD, "stays": True, "joined": joined}
    publish(session, MemberReplaced(**ids(team), **changed, **named))


async def ask_to_leave(session: AsyncSession, team_id: UUID, reason: str, actor: Actor, now: datetime) -> Team:
    """Recorded with its reason; the lead finds a replacement."""
    team = await queries.locked_team(session, team_id, actor)
    facts, person_id = await queries.team_facts(session, team), actor.person_id
    rules.ask_to_leave(facts, _place(facts, person_id) if person_id else None, reason, actor)
    statement = sa.select(Member).where(
        Member.team_id == team.id, Member.person_id == person_id, Member.status == ACCEPTED
    )
    member = (await session.scalars(statement)).one()
    member.leave_asked_at, member.leave_reason = now, reason
    publish(session, MemberAskedToLeave(**ids(team), person_id=member.person_id))
    return team


def _place(facts: TeamFacts, person_id: UUID) -> MemberFacts | None:
    return next((member for member in facts.roster if member.person_id == str(person_id)), None)


async def save_draft(session: AsyncSession, team: Team, body: DraftIn, actor: Actor, now: datetime) -> Draft:
    """The caller's own; the newest replaces the one before."""
    row = {"team_id": team.id, "owner": actor.id, "saved_at": now, **body.model_dump()}
    statement = insert(Draft).values(row).on_conflict_do_update(index_elements=["team_id", "owner"], set_=row)
    return (await session.execute(statement.returning(Draft))).scalar_one()


async def drop_draft(session: AsyncSession, team: Team, actor: Actor) -> None:
    await session.execute(sa.delete(Draft).where(Draft.team_id == team.id, Draft.owner == actor.id))
