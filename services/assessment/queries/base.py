"""Who sees which rounds and teams."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    KnownRound,
    KnownTeam,
)
from services.assessment.rules import scope
from shared.actor import Actor
from shared.queries import find, within


def overseen(column: Any, actor: Actor) -> sa.ColumnElement[bool]:
    """As ``scope.oversees``, for a column of 12-digit codes."""
    return within(column, actor.division) if actor.has("bureau", "district", *scope.OVERSEERS) else sa.false()


def in_division(actor: Actor) -> sa.ColumnElement[bool]:
    """Rounds of the actor's division (or below)."""
    return overseen(KnownRound.division, actor)


async def in_scope(session: AsyncSession, model: Any, key: UUID, actor: Actor, noun: str) -> Any:
    """A row of a round in the actor's division, or :class:`NotFound`."""
    statement = sa.select(model).join(KnownRound, KnownRound.id == model.round_id).where(in_division(actor))
    return await find(session, statement, model, key, noun)


def in_charge(actor: Actor) -> sa.ColumnElement[bool]:
    """Teams of an office's division."""
    return overseen(KnownTeam.division, actor)


def own_teams(actor: Actor) -> sa.ColumnElement[bool]:
    """Offices see their division's; units, hosts and leads their own."""
    seen = [in_charge(actor)]
    if actor.has("unit") and actor.unit:
        seen.append(KnownTeam.unit_code == actor.unit)
    if actor.has("host") and actor.unit:
        seen.append(KnownTeam.host_code == actor.unit)
    if actor.has("expert") and actor.person:
        seen.append(sa.cast(KnownTeam.lead_id, sa.Text) == actor.person)
    return sa.or_(*seen)


async def own_team(session: AsyncSession, key: UUID, actor: Actor) -> KnownTeam:
    """A team that the actor may see, or :class:`NotFound`."""
    found: KnownTeam = await find(session, sa.select(KnownTeam).where(own_teams(actor)), KnownTeam, key, "team")
    return found


def is_office(team: KnownTeam, actor: Actor) -> bool:
    return actor.has("bureau", "district") and actor.covers(team.division)
