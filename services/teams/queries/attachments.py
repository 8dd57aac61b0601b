"""Whose files these are: sight of a team, an entry or an expert, and who takes part rather than oversees."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Attachment, Entry, Person, Team
from services.teams.queries.sight import seen_team, visible, visible_evidence
from shared.actor import Actor
from shared.errors import NotFound
from shared.queries import find

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
        raise _no_entry()
    try:
        await seen_team(session, found.team_id, actor)
    except NotFound:
        raise _no_entry() from None
    return found


def _no_entry() -> NotFound:
    """A phone that sends what it kept offline sends entries first, then their photos."""
    return NotFound(
        "entry",
        "未找到该服务记录；离线登记的请先发送记录，再发送照片",
        "No such entry; send the entry first, then its photos",
    )


async def photos_of(session: AsyncSession, entry_ids: Sequence[UUID]) -> dict[UUID, list[Attachment]]:
    """The photos of each of these entries, the oldest first."""
    statement = sa.select(Attachment).where(
        Attachment.noun == "entry",
        Attachment.noun_id.in_(entry_ids),
        Attachment.kind == "photo",
        Attachment.removed_at.is_(None),
    )
    found: dict[UUID, list[Attachment]] = {key: [] for key in entry_ids}
    for photo in await session.scalars(statement.order_by(Attachment.uploaded_at, Attachment.id)):
        found[photo.noun_id].append(photo)
    return found


async def person_with_files(session: AsyncSession, person_id: UUID, actor: Actor) -> Person:
    """The expert whose evidence this actor may see: fewer than see the expert, since every expert sees every other."""
    return await find(session, sa.select(Person).where(visible_evidence(actor)), Person, person_id, "person")
