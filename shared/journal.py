"""The journal: every event of this service, for ever, in one gapless order, each chained to the one before.

The relay (``relay.py``) writes it; this module is how everybody else reads it: the door through which other services
fetch what the bus lost, the histories that people see, verification, and erasure.

``hash = SHA-256(previous hash ‖ position ‖ event id ‖ SHA-256(data))``: the data of an event can be erased by a
logged tombstone and the chain still verifies, because the digest of the data stays. A trigger refuses every other
change (``migrations/platform_1.sql``).
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.db import Database
from shared.envelope import Envelope, body
from shared.errors import NotFound
from shared.outbox import outbox
from shared.tables import platform

__all__ = [
    "aggregate_history",
    "chain",
    "drained_state",
    "erase",
    "erasure",
    "journal",
    "read_after",
    "read_aggregate",
    "relay_state",
    "verify",
]

START = b"\0" * 32
"""What stands for the hash before position 1."""

journal = sa.Table(
    "journal",
    platform,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("aggregate", sa.Text, nullable=False),
    sa.Column("incarnation", sa.Integer, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("head", sa.Text, nullable=False, comment="envelope without position and data"),
    sa.Column("data", sa.Text, comment="NULL once erased"),
    sa.Column("digest", sa.LargeBinary, nullable=False, comment="SHA-256 of data"),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("aggregate", "incarnation", "sequence"),
    info={"rights": "select, insert, update (data)"},
)
relay_state = sa.Table(
    "relay_state",
    platform,
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1", name="one_row"), primary_key=True),
    sa.Column("published_to", sa.BigInteger, nullable=False, server_default="0", comment="acknowledged by the broker"),
    sa.Column("incarnation", sa.Integer, nullable=False, server_default="1", comment="raised by every restore"),
    sa.Column(
        "stream_extra",
        sa.BigInteger,
        nullable=False,
        server_default="0",
        comment="messages that the stream is known to hold beyond one for each position",
    ),
    sa.Column(
        "stream_offset",
        sa.BigInteger,
        nullable=False,
        server_default="0",
        comment="by how much the stream's last sequence is known to be ahead of published_to",
    ),
)
erasure = sa.Table(
    "erasure",
    platform,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    info={"rights": "select, insert"},
)


def chain(previous: bytes, position: int, event_id: UUID, digest: bytes) -> bytes:
    """The hash of one position. ``previous`` is 32 zero bytes before position 1."""
    return hashlib.sha256(previous + position.to_bytes(8, "big") + event_id.bytes + digest).digest()


_COLUMNS = (journal.c.position, journal.c.head, journal.c.data)


async def read_after(database: Database, position: int, limit: int = 200, wait: float = 0) -> list[dict[str, Any]]:
    """Events after ``position`` as JSON values, oldest first; waits up to ``wait`` seconds for the first one (long
    poll) without holding a connection meanwhile."""
    statement = sa.select(*_COLUMNS).where(journal.c.position > position).order_by(journal.c.position).limit(limit)
    deadline = asyncio.get_running_loop().time() + wait
    while True:
        found = await _attributes(database, statement)
        if found or asyncio.get_running_loop().time() >= deadline:
            return found
        await asyncio.sleep(0.1)


async def read_aggregate(
    database: Database, aggregate: str, after_sequence: int, limit: int = 200, incarnation: int | None = None
) -> list[dict[str, Any]]:
    """Events of one aggregate (``order/<id>``) after ``after_sequence``, as JSON values, of one incarnation of the
    database (default: the aggregate's latest)."""
    of = journal.c.aggregate == aggregate
    latest = sa.select(sa.func.max(journal.c.incarnation)).where(of).scalar_subquery()
    same = journal.c.incarnation == (latest if incarnation is None else incarnation)
    statement = sa.select(*_COLUMNS).where(of, same, journal.c.sequence > after_sequence)
    return await _attributes(database, statement.order_by(journal.c.sequence).limit(limit))


async def _attributes(database: Database, statement: sa.Select[Any]) -> list[dict[str, Any]]:
    async with database.reading() as session:
        return [envelope.attributes for envelope in _envelopes(await session.execute(statement))]


async def aggregate_history(session: AsyncSession, aggregate: str) -> list[Envelope]:
    """Everything that happened to one aggregate, oldest first, also what the relay has not journaled yet."""
    statement = (
        sa.select(*_COLUMNS, journal.c.incarnation, journal.c.sequence)
        .where(journal.c.aggregate == aggregate)
        .union(
            sa.select(sa.literal(0), outbox.c.head, outbox.c.data, outbox.c.incarnation, outbox.c.sequence).where(
                outbox.c.aggregate == aggregate
            )
        )
        .order_by("incarnation", "sequence")
    )
    return _envelopes(await session.execute(statement))


def _envelopes(rows: sa.Result[Any]) -> list[Envelope]:
    return [Envelope(body(row.head, row.position, row.data)) for row in rows]


async def drained_state(connection: AsyncSession | AsyncConnection) -> dict[str, Any]:
    """How far this service is: ``journal_head``, rows in the ``outbox``, ``published_to``, ``handled`` position by
    producer, events that are ``waiting`` and will go on by themselves, and ``parked`` ones, which will not.
    Drained = outbox 0, everybody's handled ≥ journal_head, waiting 0."""
    row = (
        (
            await connection.execute(
                sa.text("""
        select coalesce((select max(position) from journal), 0) as journal_head,
               (select count(*) from outbox) as outbox,
               coalesce((select published_to from relay_state), 0) as published_to,
               (select coalesce(json_object_agg(producer, position), '{}') from inbox_progress) as handled,
               (select count(*) from inbox_waiting where state = 'held') as waiting,
               (select count(*) from inbox_waiting where state <> 'held') as parked
    """)
            )
        )
        .mappings()
        .one()
    )
    return dict(row)


async def erase(session: AsyncSession, position: int, reason: str, person: str) -> None:
    """Erase the data of one event (a person's right); the tombstone says who and why. The broker's copy goes with
    the next rebuild of the stream. Raises :class:`NotFound` when there is no such position."""
    await session.execute(
        erasure.insert().values(position=position, reason=reason, person=person, at=datetime.now(UTC))
    )
    erased = await session.execute(
        journal.update().where(journal.c.position == position).values(data=None).returning(journal.c.position)
    )
    if erased.first() is None:
        raise NotFound("event")


async def verify(session: AsyncSession) -> dict[str, Any]:
    """Walk the whole chain: ``{"positions", "erased", "intact", "first_bad"}``. Any changed, missing or exchanged
    event before the last shows."""
    expected, previous, erased = 1, START, 0
    async for position, event_id, data, digest, found in _links(session):
        whole = data is None or hashlib.sha256(data.encode()).digest() == digest
        if position != expected or not whole or chain(previous, position, event_id, digest) != found:
            return {"positions": expected - 1, "erased": erased, "intact": False, "first_bad": expected}
        erased += data is None
        expected, previous = expected + 1, found
    return {"positions": expected - 1, "erased": erased, "intact": True, "first_bad": None}


async def _links(session: AsyncSession) -> AsyncIterator[Any]:
    columns = (journal.c.position, journal.c.event_id, journal.c.data, journal.c.digest, journal.c.hash)
    after = 0
    while True:
        page = sa.select(*columns).where(journal.c.position > after).order_by(journal.c.position).limit(2000)
        rows = (await session.execute(page)).all()
        for row in rows:
            yield row
        if not rows:
            return
        after = rows[-1].position
