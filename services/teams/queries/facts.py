"""What the rules look at, read from the tables."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.teams.models import (
    Continuation,
    Delegate,
    KnownOrder,
    KnownRound,
    Member,
    Person,
    Suspension,
    Team,
)
from services.teams.queries.nominations import lead_nominated
from services.teams.queries.sight import ON_ROSTER
from services.teams.rules.claim import ClaimedOrder, TeamFacts
from services.teams.rules.member import ACCEPTED, MemberFacts
from shared.clock import SHANGHAI
from shared.contracts.teams import Serving
from shared.crypto import person_marks
from shared.errors import NotFound


async def roster(session: AsyncSession, team_id: UUID) -> list[tuple[Member, Person]]:
    """Everyone who is or was on the roster, in the order of joining it."""
    statement = (
        sa.select(Member, Person)
        .join(Person, Person.id == Member.person_id)
        .where(Member.team_id == team_id)
        .order_by(Member.position)
    )
    return [(member, person) for member, person in await session.execute(statement)]


async def marks(session: AsyncSession, person_ids: Collection[UUID]) -> tuple[str, ...]:
    """By which other services know these people again without their names."""
    columns = (Person.citizen_key, Person.name, Person.unit_code, Person.unit_name)
    rows = await session.execute(sa.select(*columns).where(Person.id.in_(person_ids)).order_by(Person.id))
    return tuple(mark for key, *named in rows for mark in person_marks(key, *named))


async def serving(session: AsyncSession, team_id: UUID, person_ids: Collection[UUID]) -> tuple[Serving, ...]:
    """Who these people of the team are: name, role, unit, since when they serve. None who does not serve."""
    statement = sa.select(Member, Person).join(Person, Person.id == Member.person_id)
    rows = await session.execute(
        statement.where(
            Member.team_id == team_id,
            Member.person_id.in_(person_ids),
            Member.status == ACCEPTED,
            Member.joined_at.is_not(None),
            Member.left_at.is_(None),
        ).order_by(Member.position)
    )
    return tuple(
        Serving(
            person_id=person.id,
            name=person.name,
            role=member.role,
            unit_code=person.unit_code,
            unit_name=person.unit_name,
            since=member.joined_at.astimezone(SHANGHAI).date(),
        )
        for member, person in rows
        if member.joined_at
    )


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
    return order_facts(order, round_)


def order_facts(order: KnownOrder, round_: KnownRound) -> ClaimedOrder:
    """What a claim looks at in its order and round."""
    return ClaimedOrder(
        division=order.division,
        host_code=order.host_code,
        published=order.published,
        round_open=round_.phase == "open" or order.closes_at is not None,
        opens_at=round_.opens_at,
        closes_at=order.closes_at or round_.closes_at,
        direction=order.direction,
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
    delegates = sa.select(Delegate.person_id, Delegate.right).where(Delegate.team_id == team.id)
    rights = {str(person): right for person, right in await session.execute(delegates)}
    facts = facts_of(team, order, await member_facts(session, team), right == "used")
    return replace(facts, delegates=rights, nominated=await lead_nominated(session, team))


def facts_of(team: Team, order: ClaimedOrder, roster: tuple[MemberFacts, ...], right_stands: bool) -> TeamFacts:
    """What the rules look at, put together from what was read; delegates and nomination apart."""
    return TeamFacts(
        status=team.status,
        lead_id=str(team.lead_id),
        order=replace(order, division=team.division, host_code=team.host_code),
        roster=roster,
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
        continues="" if team.continues_id is None else "open" if right_stands else "withdrawn",
        placed=team.placed,
    )
