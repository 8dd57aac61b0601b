"""Signed checkpoints of the public log: an hour after something was published, and every hour whatever happens."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Checkpoint, LogEntry
from services.assessment.rules import checkpoint as rules
from shared import signing


async def cover(session: AsyncSession, wall: datetime) -> None:
    """Sign the log as it is now, unless its last entry is covered."""
    newest = await newest_checkpoint(session)
    last = await session.scalar(sa.select(sa.func.max(LogEntry.position)))
    if last and (newest is None or newest.size < last):
        await _sign(session, newest, wall)


async def beat(session: AsyncSession, wall: datetime) -> None:
    """Sign the log anew when the last signature is an hour old, so that a log that nobody keeps any more is told from
    one in which nothing happens. An empty log is not signed."""
    newest = await newest_checkpoint(session)
    if newest and newest.signed_at + rules.EVERY <= wall:
        await _sign(session, newest, wall)


async def newest_checkpoint(session: AsyncSession) -> Checkpoint | None:
    """The one that covers most, and of those the last."""
    order = (Checkpoint.size.desc(), Checkpoint.signed_at.desc())
    return await session.scalar(sa.select(Checkpoint).order_by(*order).limit(1))


async def _sign(session: AsyncSession, before: Checkpoint | None, wall: datetime) -> None:
    """Walks the chain from the checkpoint before. Raises ValueError when it is broken, or when the entry that the
    checkpoint before covered last is not there or another."""
    size, root = (before.size, before.root) if before else rules.BEFORE
    rows = (
        await session.scalars(sa.select(LogEntry).where(LogEntry.position >= size).order_by(LogEntry.position))
    ).all()
    if size and (not rows or (rows[0].position, rows[0].hash) != (size, root)):
        raise ValueError(f"the public log is not what was signed: entry {size} is gone or another")
    fresh = rows[1:] if size else rows
    size, root = rules.head(size, root, ((row.entry, row.hash) for row in fresh))
    text = rules.text(origin(), size, root, wall)
    signed = signing.sign(text.encode())
    note = rules.note(text, origin(), signing.public_keys()[signed.key], signed.value)
    session.add(Checkpoint(size=size, root=root, signed_at=wall, note=note))
    await session.flush()


def origin() -> str:
    """The log's name: its public address without the scheme."""
    return signing.place() + "/public/log"
