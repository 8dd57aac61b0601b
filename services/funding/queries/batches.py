"""Bank files."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Batch, Instruction
from services.funding.queries.base import rounds_of
from services.funding.rules import batch as batch_rules
from shared.actor import Actor
from shared.errors import require
from shared.queries import filtered, find


def batches(actor: Actor, round_id: UUID | None) -> sa.Select[Any]:
    return filtered(sa.select(Batch).where(Batch.round_id.in_(rounds_of(actor))), Batch, round_id=round_id)


async def batch(session: AsyncSession, batch_id: UUID, actor: Actor) -> Batch:
    return await find(session, batches(actor, None), Batch, batch_id, "batch")


async def bank_file(session: AsyncSession, batch_id: UUID, actor: Actor) -> Batch:
    """The batch with its file, checked against its SHA-256."""
    found = await batch(session, batch_id, actor)
    require(batch_rules.altered_obstacles(found.content, found.sha256))
    return found


async def instructions(session: AsyncSession, batch_id: UUID) -> Sequence[Instruction]:
    statement = sa.select(Instruction).where(Instruction.batch_id == batch_id).order_by(Instruction.id)
    return (await session.scalars(statement)).all()
