"""Invitations, consents and replacements."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Member, Person, Team
from services.teams.rules import member as rules
from services.teams.rules import person as person_rules
from services.teams.rules import rights
from services.teams.rules import team as team_rules
from services.teams.schemas import MemberIn, ReplaceIn
from services.teams.usecases import holding, open_roster, policies
from services.teams.usecases.team import ids, reject_others
from shared.actor import Actor
from shared.contracts.teams import (
    InvitationExpired,
    MemberAccepted,
    MemberDeclined,
    MemberRemoved,
    MemberReplaced,
    TeamInvited,
    UnitConsented,
)
from shared.db import load
from shared.errors import Malformed, NotFound, Reason, require
from shared.outbox import publish


async def invite(session: AsyncSession, team_id: UUID, wanted: list[MemberIn], actor: Actor, now: datetime) -> Team:
    """The lead invites experts: while forming for the claim, in a live team as a coming replacement, or to join it
    where its roster is open. The host names its assistants, whose unit it is."""
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    team_rules.invite(facts, actor, {place.role for place in wanted}, policy.teams)
    await _willing(session, wanted)
    places = sa.select(sa.func.max(Member.position)).where(Member.team_id == team.id)
    last = (await session.execute(places)).scalar_one()
    ends = rules.invitation_ends(policy.teams, now)
    own = await _own_assistants(session, wanted, team.host_code)
    session.add_all(
        Member(
            team_id=team.id,
            person_id=place.person_id,
            role=place.role,
            status=rules.INVITED,
            position=position,
            invited_at=now,
            expires_at=ends,
            unit_consented_at=now if place.person_id in own else None,
        )
        for position, place in enumerate(wanted, start=last + 1)
    )
    team.roster_changed_at = now
    publish(session, TeamInvited(**ids(team), person_ids=[place.person_id for place in wanted]))
    return team


async def _own_assistants(session: AsyncSession, wanted: list[MemberIn], host_code: str) -> set[UUID]:
    """Assistants who are the host's own people: naming them is the host's consent."""
    named = [place.person_id for place in wanted if place.role == rules.ASSISTANT]
    statement = sa.select(Person.id).where(Person.id.in_(named), Person.unit_code == host_code)
    return set(await session.scalars(statement)) if named else set()


async def _willing(session: AsyncSession, wanted: list[MemberIn]) -> None:
    """All are registered (else :class:`Malformed`), and none has said no to taking part."""
    people = await queries.held_people(session, [place.person_id for place in wanted])
    unknown = [at for at, place in enumerate(wanted) if place.person_id not in people]
    if unknown:
        raise Malformed(*(_unknown_person(f"/members/{at}/person_id") for at in unknown))
    require(
        reason
        for at, place in enumerate(wanted)
        for reason in person_rules.willing_obstacles(people[place.person_id].facts, f"/members/{at}")
    )


async def accept(session: AsyncSession, team_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Team:
    team, member, person = await _place(session, team_id, person_id, actor)
    member.status = rules.accept(member.facts(person), actor)
    member.answered_at = team.roster_changed_at = now
    publish(session, MemberAccepted(**ids(team), person_id=person_id))
    await session.flush()
    await open_roster.join(session, team, now)
    return team


async def decline(session: AsyncSession, team_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Team:
    team, member, person = await _place(session, team_id, person_id, actor)
    member.status = rules.decline(member.facts(person), actor, team.status in team_rules.ROSTER_OPEN)
    member.answered_at = team.roster_changed_at = now
    publish(session, MemberDeclined(**ids(team), person_id=person_id))
    if member.role == rules.LEAD:
        await reject_others(session, [team.id], "team.lead_declined", now)
    return team


async def remove(session: AsyncSession, team_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Team:
    team, member, person = await _place(session, team_id, person_id, actor)
    facts = await queries.team_facts(session, team)
    if not (member.role == rules.ASSISTANT and rights.speaks_for_host(team.host_code, actor)):
        rights.writer_only(facts, actor)
    member.status = rules.remove(member.facts(person), actor, team.status in team_rules.ROSTER_OPEN)
    member.answered_at = team.roster_changed_at = now
    publish(session, MemberRemoved(**ids(team), person_id=person_id))
    return team


async def expire(session: AsyncSession, member_id: UUID, now: datetime) -> None:
    """The clock: an invitation that nobody answered."""
    member = await load(session, Member, member_id, "member")
    team = await load(session, Team, member.team_id, "team")
    person = await session.get_one(Person, member.person_id)
    member.status = rules.expire(member.facts(person))
    member.answered_at = team.roster_changed_at = now
    publish(session, InvitationExpired(**ids(team), person_id=member.person_id))
    if member.role == rules.LEAD and team.status in team_rules.OPEN_CLAIMS:
        await reject_others(session, [team.id], "team.lead_silent", now)


async def consent(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Team:
    """A unit consents to all of its own people who are on the roster now."""
    team = await queries.locked_team(session, team_id, actor)
    own = [
        member
        for member, person in await queries.roster(session, team.id)
        if person.unit_code == actor.unit and member.status in queries.ON_ROSTER
    ]
    team_rules.consent(team.status, len(own))
    new = [member for member in own if member.unit_consented_at is None]
    for member in new:
        member.unit_consented_at = team.roster_changed_at = now
    if new:
        people = [member.person_id for member in new]
        publish(session, UnitConsented(**ids(team), unit_code=actor.unit, person_ids=people))
        await session.flush()
        await open_roster.join(session, team, now)
    return team


async def replace(session: AsyncSession, team_id: UUID, body: ReplaceIn, actor: Actor, now: datetime) -> Team:
    """One leaves, one who has accepted takes the place; history is kept."""
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    places = {
        member.person_id: member
        for member, _ in await queries.roster(session, team.id)
        if member.status in queries.ON_ROSTER
    }
    left, joined = places.get(body.left), places.get(body.joined)
    missing = [_unknown_person(f"/{name}") for name, place in (("left", left), ("joined", joined)) if place is None]
    if left is None or joined is None:
        raise Malformed(*missing)
    left.status = team_rules.replace(facts, str(body.left), str(body.joined), body.role, policy.teams, actor, now)
    leave(left, now)
    joined.role, joined.joined_at = body.role, now
    named = await _lead(session, team, joined) if body.role == rules.LEAD else {}
    team.roster_changed_at = now
    await session.flush()
    await holding.hold(session, team, [joined], policy.teams.live_teams_per_person)
    marks = await queries.marks(session, [body.joined])
    [serving] = await queries.serving(session, team.id, [body.joined])
    replaced = {"left_id": body.left, "joined_id": body.joined, "role": body.role, "marks": marks, "joined": serving}
    publish(session, MemberReplaced.model_validate({**ids(team), **replaced, **named}))
    return team


async def _lead(session: AsyncSession, team: Team, joined: Member) -> dict[str, str]:
    """The team has a new lead: the public list names lead and unit."""
    person = await session.get_one(Person, joined.person_id)
    team.lead_id = person.id
    return {"lead_name": person.name, "unit_code": person.unit_code, "unit_name": person.unit_name}


def leave(member: Member, now: datetime) -> None:
    """The place is free for whoever joins, and stays in the history."""
    member.left_at, member.live_place = now, None


async def _place(session: AsyncSession, team_id: UUID, person_id: UUID, actor: Actor) -> tuple[Team, Member, Person]:
    """The person's newest place in the team, locked together with the team."""
    team = await queries.locked_team(session, team_id, actor)
    statement = (
        sa.select(Member, Person)
        .join(Person, Person.id == Member.person_id)
        .where(Member.team_id == team.id, Member.person_id == person_id)
        .order_by(Member.position.desc())
        .limit(1)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("member")
    return team, row[0], row[1]


def _unknown_person(pointer: str) -> Reason:
    return Reason("person.not_found", "专家库或名单中没有此人", "Not in the registry or on the roster", pointer)
