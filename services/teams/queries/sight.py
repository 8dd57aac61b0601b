"""Who sees which team and which person."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import (
    Delegate,
    Member,
    Person,
    Team,
)
from shared.actor import SYSTEM, Actor, prefix
from shared.errors import NotFound

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
        delegated = sa.select(Delegate.team_id).where(Delegate.person_id == person)
        ways.append(Team.id.in_(places.where(Member.person_id == person).union_all(delegated)))
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
