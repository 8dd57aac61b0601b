"""Bank files."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Batch, Instruction
from services.funding.queries.base import rounds_of
from services.funding.rules import bankfile
from shared.actor import Actor
from shared.crypto import decrypt, unseal
from shared.errors import require
from shared.queries import filtered, find


def batches(actor: Actor, round_id: UUID | None, status: str | None = None) -> sa.Select[Any]:
    statement = sa.select(Batch).where(Batch.round_id.in_(rounds_of(actor)))
    return filtered(statement, Batch, round_id=round_id, status=status)


async def batch(session: AsyncSession, batch_id: UUID, actor: Actor) -> Batch:
    return await find(session, batches(actor, None), Batch, batch_id, "batch")


async def bank_file(session: AsyncSession, batch_id: UUID, actor: Actor) -> tuple[Batch, bytes]:
    """The batch with its file, byte for byte as it was made, checked against its SHA-256."""
    found = await batch(session, batch_id, actor)
    kept = await session.scalar(sa.select(Batch.content).where(Batch.id == found.id))
    content = _opened(kept or b"")
    require(bankfile.altered_obstacles(content, found.sha256))
    return found, content or b""


def _opened(kept: bytes) -> bytes | None:
    """None when the seal is broken. Files that were kept as encrypted text come back as their bytes."""
    try:
        return unseal(kept) if kept.startswith(b"\x00") else decrypt(kept.decode()).encode()
    except (InvalidTag, ValueError, KeyError):
        return None


async def instruction(session: AsyncSession, instruction_id: UUID, actor: Actor) -> Instruction:
    """An instruction of the rounds that the caller oversees."""
    seen = sa.select(Instruction).join(Batch, Batch.id == Instruction.batch_id)
    seen = seen.where(Batch.round_id.in_(rounds_of(actor)))
    return await find(session, seen, Instruction, instruction_id, "instruction")


async def instructions(session: AsyncSession, batch_id: UUID) -> Sequence[Instruction]:
    statement = sa.select(Instruction).where(Instruction.batch_id == batch_id).order_by(Instruction.id)
    return (await session.scalars(statement)).all()
