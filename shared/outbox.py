"""The outbox: what a transaction says to other services is a row of the same transaction.

``publish`` only remembers; ``flush``, called just before the commit, gives every event the next number of its
aggregate and writes all rows at once. The number is taken under the aggregate's row lock, so the order of an
aggregate's events is the order of their commits.
"""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from uuid6 import uuid7

from shared import envelope
from shared.contracts.base import Event
from shared.tables import platform

__all__ = ["aggregate_sequence", "flush", "forget_since", "outbox", "pending", "publish"]

PENDING = "pending_events"

aggregate_sequence = sa.Table(
    "aggregate_sequence",
    platform,
    sa.Column("aggregate", sa.Text, primary_key=True),
    sa.Column("incarnation", sa.Integer, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
)
outbox = sa.Table(
    "outbox",
    platform,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("aggregate", sa.Text, nullable=False),
    sa.Column("incarnation", sa.Integer, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("head", sa.Text, nullable=False, comment="envelope without position and data"),
    sa.Column("data", sa.Text, nullable=False),
)

# A restored database counts anew in its next incarnation, so a number is never given twice for two events.
_NUMBER = sa.text("""
    insert into aggregate_sequence as known (aggregate, incarnation, sequence)
    select a.aggregate, coalesce((select incarnation from relay_state), 1), a.events
      from unnest(cast(:aggregates as text[]), cast(:events as bigint[])) as a (aggregate, events)
     order by a.aggregate
    on conflict (aggregate) do update set
        incarnation = excluded.incarnation,
        sequence = excluded.sequence
            + case when known.incarnation = excluded.incarnation then known.sequence else 0 end
    returning aggregate, incarnation, sequence
""")
_WRITE = sa.text("""
    insert into outbox (event_id, aggregate, incarnation, sequence, type, head, data)
    select * from unnest(cast(:ids as uuid[]), cast(:aggregates as text[]), cast(:incarnations as int[]),
        cast(:sequences as bigint[]), cast(:types as text[]), cast(:heads as text[]), cast(:datas as text[]))
""")


def publish(session: AsyncSession, event: Event) -> None:
    """Tell everybody, when and only when this transaction commits."""
    session.info.setdefault(PENDING, []).append((event, session.info.get("traceparent", "")))


def pending(session: AsyncSession) -> list[Event]:
    """What this transaction has published so far."""
    return [event for event, _trace in session.info.get(PENDING, ())]


def forget_since(session: AsyncSession, count: int) -> None:
    """Drop what was published after the first ``count`` events: their savepoint was rolled back."""
    del session.info.get(PENDING, [])[count:]


async def flush(session: AsyncSession) -> int:
    """Write what was published in this transaction; the number of events. Called by the transaction, not by you."""
    published: list[tuple[Event, str]] = session.info.pop(PENDING, [])
    if not published:
        return 0
    aggregates = [envelope.subject(event) for event, _trace in published]
    counts = Counter(aggregates)
    rows = await session.execute(_NUMBER, {"aggregates": list(counts), "events": list(counts.values())})
    numbered = {aggregate: (incarnation, last) for aggregate, incarnation, last in rows}
    upcoming = {aggregate: last - counts[aggregate] + 1 for aggregate, (_, last) in numbered.items()}
    # Ids are made under the aggregate's lock: within an aggregate, a later event never has an earlier id.
    columns: dict[str, list[Any]] = {
        name: [] for name in ("ids", "aggregates", "incarnations", "sequences", "types", "heads", "datas")
    }
    time = datetime.now(UTC)
    business_time = session.info.get("now") or time
    for (event, traceparent), aggregate in zip(published, aggregates, strict=True):
        incarnation, sequence = numbered[aggregate][0], upcoming[aggregate]
        upcoming[aggregate] = sequence + 1
        event_id = UUID(int=uuid7().int)
        head = envelope.head(
            event,
            id=event_id,
            sequence=sequence,
            incarnation=incarnation,
            time=time,
            business_time=business_time,
            actor=session.info.get("actor", ""),
            traceparent=traceparent,
        )
        row = (event_id, aggregate, incarnation, sequence, event.type, head, event.model_dump_json())
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    await session.execute(_WRITE, columns)
    return len(published)
