"""Who sees which team and which person."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import (
    Delegate,
    KnownRound,
    Member,
    Person,
    Team,
)
from shared.actor import SYSTEM, Actor
from shared.errors import NotFound
from shared.queries import find, within

ON_ROSTER = ("invited", "accepted")
"""Places that count towards 1+N+1 or may come to count; the others are history."""


def visible(actor: Actor) -> Any:
    """The teams that this actor may see: authorities their division's, a host those on its orders, a unit those of
    its people, an expert their own."""
    if actor is SYSTEM:
        return sa.true()
    ways: list[Any] = []
    if actor.has("bureau", "district", "town", "supervisor", "finance_maker", "finance_checker") and actor.division:
        ways.append(within(Team.division, actor.division))
    if actor.has("host") and actor.unit:
        ways.append(Team.host_code == actor.unit)
    # Of one team its few places are asked, not the unit's thousands: exists, where "in" would list these first.
    places = sa.select(Member.id).where(Member.team_id == Team.id)
    if actor.has("unit") and actor.unit:
        own = places.join(Person, Person.id == Member.person_id).where(Person.unit_code == actor.unit)
        ways += [own.correlate(Team).exists(), Team.payee_unit_code == actor.unit]
    if actor.has("expert") and (person := actor.person_id):
        delegated = sa.select(Delegate.team_id).where(Delegate.person_id == person)
        ways.append(Team.id.in_(sa.select(Member.team_id).where(Member.person_id == person).union_all(delegated)))
    return sa.or_(sa.false(), *ways)


def visible_people(actor: Actor) -> Any:
    """A district sees its own experts, a unit its own people. Bureaus, which register experts from anywhere, and
    experts, who look for team members anywhere, see all."""
    if actor.has("bureau", "expert"):
        return sa.true()
    ways: list[Any] = []
    if actor.has("district") and actor.division:
        ways.append(within(Person.division, actor.division))
    if actor.has("unit") and actor.unit:
        ways.append(Person.unit_code == actor.unit)
    return sa.or_(sa.false(), *ways)


def visible_evidence(actor: Actor) -> sa.ColumnElement[bool]:
    """Whose evidence, files, units and reasons this actor may see: the person, the person's unit, the district and
    the bureau; not every expert who looks for a team."""
    if actor.has("bureau"):
        return sa.true()
    ways: list[Any] = []
    if actor.has("district") and actor.division:
        ways.append(within(Person.division, actor.division))
    if actor.has("unit") and actor.unit:
        ways.append(Person.unit_code == actor.unit)
    if actor.has("expert") and (own := actor.person_id):
        ways.append(Person.id == own)
    return sa.or_(sa.false(), *ways)


async def seen_person(session: AsyncSession, person_id: UUID, actor: Actor) -> Person:
    """The expert, or :class:`NotFound` when not this actor's to see."""
    return await find(session, sa.select(Person).where(visible_people(actor)), Person, person_id, "person")


async def seen_team(session: AsyncSession, team_id: UUID, actor: Actor) -> Team:
    """The team for reading, or :class:`NotFound` when it is not this actor's to see."""
    return await find(session, sa.select(Team).where(visible(actor)), Team, team_id, "team")


async def locked_team(session: AsyncSession, team_id: UUID, actor: Actor) -> Team:
    """The team, locked for a change by this actor, or :class:`NotFound`."""
    seen = sa.select(Team).where(visible(actor)).with_for_update(of=Team)
    return await find(session, seen.execution_options(populate_existing=True), Team, team_id, "team")


async def seen_round(session: AsyncSession, round_id: UUID, actor: Actor) -> KnownRound:
    """The round, for an office whose division covers it; to others it is not there."""
    found = await session.get(KnownRound, round_id)
    if found is None or not actor.covers(found.division):
        raise NotFound("round")
    return found
