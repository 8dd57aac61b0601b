"""Reads: who sees which team, and the facts that the rules look at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.teams.models import (
    Agreement,
    Continuation,
    Entry,
    Indicator,
    KnownOrder,
    KnownRound,
    Member,
    Person,
    Suspension,
    Team,
)
from services.teams.rules import agreement as agreement_rules
from services.teams.rules import member as member_rules
from services.teams.rules.claim import ClaimedOrder, TeamFacts, propose_obstacles, submit_obstacles
from services.teams.rules.member import MemberFacts
from services.teams.rules.team import ENDABLE, LIFECYCLE, ROSTER_OPEN, ending
from services.teams.schemas import MemberOut, TeamDetail
from shared.actor import SYSTEM, Actor, prefix
from shared.contracts.policy_document import policy_set
from shared.errors import Forbidden, NotFound, Reason
from shared.lifecycle import Step, actions

ON_ROSTER = ("invited", "accepted")
"""Places that count towards 1+N+1 or may come to count; the others are history."""


def as_id(text: str) -> UUID | None:
    """A token's person as a registry id; a token may say anything."""
    try:
        return UUID(text)
    except ValueError:
        return None


def visible(actor: Actor) -> Any:
    """The teams that this actor may see: authorities their division's, a host those on its orders, a unit those of
    its people, an expert their own."""
    if actor is SYSTEM:
        return sa.true()
    ways: list[Any] = []
    if actor.has("bureau", "district", "town", "supervisor", "finance_maker", "finance_checker") and actor.division:
        ways.append(Team.division.startswith(prefix(actor.division), autoescape=True))
    if actor.has("host") and actor.unit:
        ways.append(Team.host_code == actor.unit)
    places = sa.select(Member.team_id)
    if actor.has("unit") and actor.unit:
        own = places.join(Person, Person.id == Member.person_id).where(Person.unit_code == actor.unit)
        ways += [Team.id.in_(own), Team.payee_unit_code == actor.unit]
    if actor.has("expert") and (person := as_id(actor.person)):
        ways.append(Team.id.in_(places.where(Member.person_id == person)))
    return sa.or_(sa.false(), *ways)


def visible_people(actor: Actor) -> Any:
    """A district sees its own experts, a unit its own people. Bureaus, which register experts from anywhere, and
    experts, who look for team members anywhere, see all."""
    if actor.has("bureau", "expert"):
        return sa.true()
    ways: list[Any] = []
    if actor.has("district") and actor.division:
        ways.append(Person.division.startswith(prefix(actor.division), autoescape=True))
    if actor.has("unit") and actor.unit:
        ways.append(Person.unit_code == actor.unit)
    return sa.or_(sa.false(), *ways)


async def seen_team(session: AsyncSession, team_id: UUID, actor: Actor) -> Team:
    """The team for reading, or :class:`NotFound` when it is not this actor's to see."""
    return await _team(session, sa.select(Team).where(Team.id == team_id, visible(actor)))


async def locked_team(session: AsyncSession, team_id: UUID, actor: Actor) -> Team:
    """The team, locked for a change by this actor, or :class:`NotFound`."""
    seen = sa.select(Team).where(Team.id == team_id, visible(actor)).with_for_update(of=Team)
    return await _team(session, seen.execution_options(populate_existing=True))


async def _team(session: AsyncSession, statement: sa.Select[Any]) -> Team:
    team: Team | None = (await session.execute(statement)).scalar_one_or_none()
    if team is None:
        raise NotFound("team")
    return team


async def roster(session: AsyncSession, team_id: UUID) -> list[tuple[Member, Person]]:
    """Everyone who is or was on the roster, in the order of joining it."""
    statement = (
        sa.select(Member, Person)
        .join(Person, Person.id == Member.person_id)
        .where(Member.team_id == team_id)
        .order_by(Member.position)
    )
    return [(member, person) for member, person in await session.execute(statement)]


def _held_elsewhere(team: Team) -> Any:
    other = aliased(Member)
    excepted = [team.id] if team.continues_id is None else [team.id, team.continues_id]
    return (
        sa.select(sa.func.count())
        .where(other.person_id == Member.person_id, other.live_place.is_not(None), other.team_id.not_in(excepted))
        .correlate(Member)
        .scalar_subquery()
    )


def _suspended_until() -> Any:
    return (
        sa.select(sa.func.max(Suspension.ends_at))
        .where(Suspension.person_id == Member.person_id, Suspension.status == "started")
        .correlate(Member)
        .scalar_subquery()
    )


async def member_facts(
    session: AsyncSession, team: Team, statuses: Sequence[str] = ON_ROSTER
) -> tuple[MemberFacts, ...]:
    """The roster as the rules see it, in its order."""
    statement = (
        sa.select(Member, Person, _held_elsewhere(team), _suspended_until())
        .join(Person, Person.id == Member.person_id)
        .where(Member.team_id == team.id, Member.status.in_(statuses))
        .order_by(Member.position)
    )
    rows = await session.execute(statement)
    return tuple(member.facts(person, busy, until) for member, person, busy, until in rows)


async def claimed_order(session: AsyncSession, round_id: UUID, order_id: UUID) -> ClaimedOrder | None:
    """What a claim in this round sees of this order, or None when either is unknown."""
    statement = (
        sa.select(KnownOrder, KnownRound).join(KnownRound, KnownRound.id == round_id).where(KnownOrder.id == order_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    order, round_ = row
    return ClaimedOrder(
        division=order.division,
        host_code=order.host_code,
        published=order.published,
        round_open=round_.phase == "open" or order.closes_at is not None,
        opens_at=round_.opens_at,
        closes_at=order.closes_at or round_.closes_at,
    )


async def team_facts(session: AsyncSession, team: Team) -> TeamFacts:
    """Everything the regulation looks at in this claim or team."""
    order = await claimed_order(session, team.round_id, team.order_id)
    if order is None:
        raise NotFound("order")
    right = None
    if team.continues_id is not None:
        used = sa.select(Continuation.status).where(Continuation.claim_id == team.id)
        right = (await session.execute(used.order_by(Continuation.id.desc()).limit(1))).scalar()
    return TeamFacts(
        status=team.status,
        lead_id=str(team.lead_id),
        order=order,
        roster=await member_facts(session, team),
        place=team.place,
        content=team.content,
        starts_on=team.starts_on,
        ends_on=team.ends_on,
        targets=team.targets,
        liaison_name=team.liaison_name,
        liaison_phone=team.liaison_phone,
        agreed_days=team.agreed_days,
        agreed_visits=team.agreed_visits,
        asked_fen=team.asked_fen,
        own_fen=team.own_fen,
        continues="" if team.continues_id is None else "open" if right == "used" else "withdrawn",
    )


async def person(session: AsyncSession, person_id: UUID, actor: Actor) -> Person:
    """The expert, or :class:`NotFound` when not this actor's to see."""
    found = await session.execute(sa.select(Person).where(Person.id == person_id, visible_people(actor)))
    row = found.scalar_one_or_none()
    if row is None:
        raise NotFound("person")
    return row


def people(actor: Actor, name: str | None, unit_code: str | None, division: str | None) -> sa.Select[Any]:
    statement = sa.select(Person).where(visible_people(actor))
    if name:
        statement = statement.where(Person.name == name)
    if unit_code:
        statement = statement.where(Person.unit_code == unit_code)
    return _within(statement, Person.division, division)


def teams(
    actor: Actor, round_id: UUID | None, order_id: UUID | None, status: str | None, division: str | None
) -> sa.Select[Any]:
    statement = sa.select(Team).where(visible(actor))
    if round_id:
        statement = statement.where(Team.round_id == round_id)
    if order_id:
        statement = statement.where(Team.order_id == order_id)
    if status:
        statement = statement.where(Team.status.in_(status.split(",")))
    return _within(statement, Team.division, division)


def _within(statement: sa.Select[Any], column: Any, division: str | None) -> sa.Select[Any]:
    return statement.where(column.startswith(prefix(division), autoescape=True)) if division else statement


async def ids_with_status(session: AsyncSession, round_id: UUID, status: str, actor: Actor) -> list[UUID]:
    """The teams of a round that an authority may act on together."""
    statement = sa.select(Team.id).where(Team.round_id == round_id, Team.status == status, visible(actor))
    return list(await session.scalars(statement))


def entries(team_id: UUID, status: str | None) -> sa.Select[Any]:
    statement = sa.select(Entry).where(Entry.team_id == team_id)
    return statement.where(Entry.status.in_(status.split(","))) if status else statement


def suspensions(actor: Actor, status: str | None, person_id: UUID | None) -> sa.Select[Any]:
    """Those because of a team that the actor may see, and the actor's own."""
    seen = Suspension.team_id.in_(sa.select(Team.id).where(visible(actor)))
    own = Suspension.person_id == as_id(actor.person) if actor.person else sa.false()
    statement = sa.select(Suspension).where(sa.or_(seen, own))
    if status:
        statement = statement.where(Suspension.status.in_(status.split(",")))
    return statement.where(Suspension.person_id == person_id) if person_id else statement


async def team_detail(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> TeamDetail:
    """A team as its page shows it: roster and history, indicators, and what this actor may do now."""
    places = [_member(member, person) for member, person in await roster(session, team.id)]
    indicators = sa.select(Indicator).where(Indicator.team_id == team.id).order_by(Indicator.position)
    rights = sa.select(Continuation.status).where(Continuation.team_id == team.id)
    return TeamDetail.model_validate(
        {
            **{name: getattr(team, name) for name in TeamDetail.model_fields if hasattr(team, name)},
            "liaison_phone": masked(team.liaison_phone),
            "ending": ending(team.reason),
            "members": [place for place in places if place.status in ON_ROSTER],
            "former_members": [place for place in places if place.status not in ON_ROSTER],
            "indicators": list(await session.scalars(indicators)),
            "continuation": (await session.execute(rights.order_by(Continuation.id.desc()).limit(1))).scalar(),
            "actions": await team_actions(session, team, actor, now),
        }
    )


def masked(phone: str) -> str:
    """Enough to recognise a number, too little to call it."""
    return f"{'*' * (len(phone) - 4)}{phone[-4:]}" if phone else ""


def _member(member: Member, person: Person) -> MemberOut:
    return MemberOut(
        person_id=person.id,
        name=person.name,
        unit_name=person.unit_name,
        unit_code=person.unit_code,
        title=person.title,
        role=member.role,
        status=member.status,
        unit_consented=member.unit_consented_at is not None,
        joined_at=member.joined_at,
        left_at=member.left_at,
    )


async def team_actions(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """The steps that this actor may ask for, each with all that is in its way: the checklist before submitting.
    An expert who does not lead is shown none of the lead's."""
    facts = await team_facts(session, team)
    round_ = await session.get_one(KnownRound, team.round_id)
    policy = policy_set(round_.policy)
    own_roles = actor.roles if actor.person == facts.lead_id else actor.roles - {"expert"}
    obstacles = {
        "submit": lambda: submit_obstacles(facts, policy.teams, now),
        "propose": lambda: propose_obstacles(facts, policy.teams, None, now),
    }
    found = actions(LIFECYCLE, team.status, replace(actor, roles=own_roles), obstacles, policy.switches)
    return found + _place_actions(facts, actor) + await _signature_actions(session, team, actor, now)


def _place_actions(facts: TeamFacts, actor: Actor) -> list[dict[str, Any]]:
    """What an invited expert may answer, and a unit consent to."""
    found: list[dict[str, Any]] = []
    roster_open = facts.status in ROSTER_OPEN
    for place in facts.roster:
        if actor.has("expert") and place.person_id == actor.person:
            obstacles = {
                "decline": partial(member_rules.decline_obstacles, place, roster_open),
                "remove": partial(member_rules.decline_obstacles, place, roster_open),
            }
            own = actions(member_rules.LIFECYCLE, place.status, actor, obstacles)
            found += [action for action in own if action["action"] in ("accept", "decline")]
    waiting = [m for m in facts.roster if m.unit_code == actor.unit and not m.unit_consented]
    if actor.has("unit") and actor.unit and waiting and facts.status in ENDABLE:
        found.append(offered(member_rules.CONSENT))
    return found


async def _signature_actions(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """A party's signature while the agreement waits for it."""
    if team.status != "confirmed":
        return []
    drafted = sa.select(Agreement).where(Agreement.team_id == team.id).order_by(Agreement.id.desc()).limit(1)
    agreement = (await session.execute(drafted)).scalar_one().facts(team)
    try:
        party = agreement_rules.party_of(agreement, actor)
    except Forbidden:
        return []
    return [offered(agreement_rules.SIGN, *agreement_rules.sign_obstacles(agreement, party, now))]


def offered(step: Step, *reasons: Reason) -> dict[str, Any]:
    """A step that stands beside the team's lifecycle, in the shape of ``shared.lifecycle.actions``."""
    return {"action": step.action, "zh": step.zh, "en": step.en, "allowed": not reasons, "reasons": reasons}
