"""Summaries that the worker takes in, for the offices of their division."""

import base64
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.orders.models import Import, ImportFile
from shared.actor import Actor
from shared.errors import NotFound
from shared.queries import filtered, find, within


def imports(actor: Actor, round_id: UUID | None = None) -> sa.Select[Any]:
    """A summary is its own division's affair, and that of the offices above it."""
    offices = within(Import.division, actor.division) if actor.has("district", "bureau") else sa.false()
    return filtered(sa.select(Import).where(offices).options(joinedload(Import.progress)), Import, round_id=round_id)


async def import_(session: AsyncSession, import_id: UUID, actor: Actor) -> Import:
    return await find(session, imports(actor), Import, import_id, "import")


async def import_file(session: AsyncSession, import_id: UUID, actor: Actor) -> tuple[str, bytes]:
    """Its name and content, or :class:`NotFound` once it is deleted."""
    row = await import_(session, import_id, actor)
    file = await session.get(ImportFile, import_id)
    if file is None:
        raise NotFound("file")
    return row.file_name, base64.b64decode(file.content)
