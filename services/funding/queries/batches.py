"""Bank files."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import BankStatementLine, Batch, Instruction, Reading, Resolution
from services.funding.queries.base import rounds_of
from services.funding.rules import bankfile
from services.funding.rules import batch as rules
from services.funding.rules.batch import BatchFacts
from shared.actor import Actor
from shared.crypto import decrypt, unseal
from shared.errors import require
from shared.lifecycle import actions
from shared.queries import filtered, find


def batches(actor: Actor, round_id: UUID | None, status: str | None = None) -> sa.Select[Any]:
    statement = sa.select(Batch).where(Batch.round_id.in_(rounds_of(actor)))
    return filtered(statement, Batch, round_id=round_id, status=status)


async def batch(session: AsyncSession, batch_id: UUID, actor: Actor) -> Batch:
    return await find(session, batches(actor, None), Batch, batch_id, "batch")


BANK_FILE = "bank_file"
"""What a download of a batch's file is noted as."""


async def batch_facts(session: AsyncSession, row: Batch) -> BatchFacts:
    results = await session.scalars(sa.select(Instruction.result).where(Instruction.batch_id == row.id))
    downloads = sa.select(sa.func.count()).where(
        Reading.what == BANK_FILE, Reading.asked["batch_id"].astext == str(row.id)
    )
    return BatchFacts(row.status, row.made_by, await session.scalar(downloads) or 0, tuple(results), row.made_for or "")


async def batch_actions(session: AsyncSession, row: Batch, actor: Actor) -> list[dict[str, Any]]:
    facts = await batch_facts(session, row)
    return actions(rules.LIFECYCLE, row.status, actor, {"void": lambda: rules.void_obstacles(facts, "-", actor)})


async def still_sent(session: AsyncSession, row: Batch) -> None:
    """After the download is noted and before the file leaves: whoever voids it meanwhile is waited for."""
    status = sa.select(Batch.status).where(Batch.id == row.id).with_for_update(read=True)
    require(rules.file_obstacles(await session.scalar(status) or ""))


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


async def story(session: AsyncSession, instruction_id: UUID, actor: Actor) -> list[dict[str, Any]]:
    """Of one payment: every instruction of its instalment with its batch, what people resolved of it and what the
    bank's statements show, the oldest first."""
    own = await instruction(session, instruction_id, actor)
    rows = sa.select(Instruction, Batch).join(Batch, Batch.id == Instruction.batch_id)
    rows = rows.where(Instruction.instalment_id == own.instalment_id).order_by(Batch.made_at, Instruction.id)
    found = []
    for one, batch_ in (await session.execute(rows)).all():
        resolved = sa.select(Resolution).where(Resolution.instruction_id == one.id).order_by(Resolution.id)
        shown = sa.select(BankStatementLine).where(BankStatementLine.instruction_id == one.id)
        found.append(
            {
                "instruction": one,
                "batch": batch_,
                "resolutions": list(await session.scalars(resolved)),
                "bank_lines": list(
                    await session.scalars(shown.order_by(BankStatementLine.booked_on, BankStatementLine.id))
                ),
            }
        )
    return found


async def instructions(session: AsyncSession, batch_id: UUID) -> Sequence[Instruction]:
    statement = sa.select(Instruction).where(Instruction.batch_id == batch_id).order_by(Instruction.id)
    return (await session.scalars(statement)).all()
