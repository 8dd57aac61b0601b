"""The public log: whoever publishes something records it here, in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import LogEntry
from services.assessment.rules import chain
from services.assessment.rules.chain import Entry

_LOCK = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended("public log", 0)))


@dataclass(frozen=True, slots=True)
class Published:
    """``document_hash`` is the SHA-256 of the canonical document, hex (``rules.frozen.fingerprint``), which must not be
    guessable when the document names a person. ``address`` is the path at which it stands for good, as
    ``/public/notices/<id>``, or empty."""

    kind: str
    id: UUID
    address: str
    document_hash: str


async def record(session: AsyncSession, kind: str, id: UUID, address: str, document_hash: str, now: datetime) -> None:
    """Write that this was published. Call it last: until the transaction ends, nobody else can publish."""
    await record_all(session, [Published(kind, id, address, document_hash)], now)


async def record_all(session: AsyncSession, published: Sequence[Published], now: datetime) -> None:
    """Write that these were published, in this order. Raises ValueError on a kind that ``chain.KINDS`` does not name."""
    if unknown := {one.kind for one in published} - set(chain.KINDS):
        raise ValueError(f"nothing of the kind {unknown} is recorded")
    if not published:
        return
    await session.execute(_LOCK)
    newest = sa.select(LogEntry.position, LogEntry.hash).order_by(LogEntry.position.desc()).limit(1)
    row = (await session.execute(newest)).first()
    position, before = (row.position, row.hash) if row else (0, chain.START)
    rows = []
    for one in published:
        position += 1
        entry = Entry(position, one.kind, str(one.id), one.address, one.document_hash, now, before)
        before = entry.hash
        rows.append(row_of(entry, one.id))
    await session.execute(sa.insert(LogEntry), rows)


def row_of(entry: Entry, subject_id: UUID) -> dict[str, object]:
    """The columns of an entry."""
    return {
        "position": entry.position,
        "kind": entry.kind,
        "subject_id": subject_id,
        "address": entry.address,
        "document_hash": entry.document_hash,
        "at": entry.at,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
