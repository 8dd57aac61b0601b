"""Lists and single rows as a caller may see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import (
    Entry,
    Person,
    Suspension,
    Team,
)
from services.teams.queries.sight import as_id, visible, visible_people
from shared.actor import Actor, prefix
from shared.errors import NotFound


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


async def ids_with_status(session: AsyncSession, round_id: UUID, statuses: Sequence[str], actor: Actor) -> list[UUID]:
    """The teams of a round that an authority may act on together."""
    statement = sa.select(Team.id).where(Team.round_id == round_id, Team.status.in_(statuses), visible(actor))
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
