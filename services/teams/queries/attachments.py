"""Whose files these are: sight of a team, an entry or an expert, and who takes part rather than oversees."""

from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Entry, Person, Team
from services.teams.queries.sight import as_id, seen_team, visible
from shared.actor import Actor, prefix
from shared.errors import NotFound

OVERSEERS = frozenset({"supervisor", "finance_maker", "finance_checker"})


async def takes_part(session: AsyncSession, team_id: UUID, actor: Actor) -> bool:
    """Whether the actor would see the team without overseeing it."""
    own = replace(actor, roles=actor.roles - OVERSEERS)
    found = await session.execute(sa.select(Team.id).where(Team.id == team_id, visible(own)))
    return found.scalar() is not None


async def entry(session: AsyncSession, entry_id: UUID, actor: Actor) -> Entry:
    """The service entry, or :class:`NotFound` when its team is not this actor's to see."""
    found = await session.get(Entry, entry_id)
    if found is None:
        raise NotFound("entry")
    try:
        await seen_team(session, found.team_id, actor)
    except NotFound:
        raise NotFound("entry") from None
    return found


async def person_with_files(session: AsyncSession, person_id: UUID, actor: Actor) -> Person:
    """The expert whose evidence this actor may see: less than see the expert, since every expert sees every other.
    The person, the unit, the district and the bureau."""
    found = await session.get(Person, person_id)
    if found is None or not (
        actor.has("bureau")
        or (actor.has("district") and actor.division and found.division.startswith(prefix(actor.division)))
        or (actor.has("unit") and actor.unit and actor.unit == found.unit_code)
        or (actor.has("expert") and as_id(actor.person) == found.id)
    ):
        raise NotFound("person")
    return found
