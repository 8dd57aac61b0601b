"""What a service remembers about the events of others, and the statements on the hot path."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.envelope import Envelope
from shared.tables import platform

HELD, BEHIND, PARKED = "held", "behind", "parked"
"""``held`` tries again by itself, ``behind`` waits for an earlier event of its aggregate, ``parked`` for a person
or for the next start of the worker."""


class Key(NamedTuple):
    """One aggregate of one producer, in one incarnation of the producer's database."""

    producer: str
    incarnation: int
    aggregate: str

    @property
    def name(self) -> str:
        """How other events say that they wait for it."""
        return f"{self.producer} {self.aggregate}"


@dataclass(slots=True)
class Mark:
    """How far an aggregate has been handled: the dedupe, for ever, one row for each aggregate."""

    sequence: int
    event_id: UUID | None
    first_waiting: int | None = None
    moved: bool = False


def key_of(envelope: Envelope) -> Key:
    return Key(envelope.producer, envelope.incarnation, envelope.aggregate)


def _key() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        sa.Column("producer", sa.Text, primary_key=True),
        sa.Column("incarnation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("aggregate", sa.Text, primary_key=True),
    ]


inbox_mark = sa.Table(
    "inbox_mark",
    platform,
    *_key(),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("event_id", sa.Uuid),
)
inbox_waiting = sa.Table(
    "inbox_waiting",
    platform,
    *_key(),
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("envelope", sa.Text, nullable=False),
    sa.Column("state", sa.Text, sa.CheckConstraint("state in ('held', 'behind', 'parked')", name="state")),
    sa.Column("waits_for", sa.Text, comment="producer and aggregate whose next event wakes it"),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0", comment="those that count"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0", comment="all of them"),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("retry_at", sa.DateTime(timezone=True)),
    sa.Index("ix_inbox_waiting_waits_for", "waits_for", postgresql_where=sa.text("waits_for is not null")),
    sa.Index("ix_inbox_waiting_retry_at", "retry_at", postgresql_where=sa.text("retry_at is not null")),
)
inbox_progress = sa.Table(
    "inbox_progress",
    platform,
    sa.Column("producer", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False, comment="highest position that was taken in"),
)
skip_request = sa.Table(
    "skip_request",
    platform,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("producer", sa.Text, nullable=False),
    sa.Column("incarnation", sa.Integer, nullable=False),
    sa.Column("aggregate", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("requested_by", sa.Text, nullable=False),
    sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("confirmed_by", sa.Text),
    sa.Column("confirmed_at", sa.DateTime(timezone=True)),
)

_KEYS = "unnest(cast(:producers as text[]), cast(:incarnations as int[]), cast(:aggregates as text[]))"
_LOCK = sa.text(f"""
    select m.producer, m.incarnation, m.aggregate, m.sequence, m.event_id
      from inbox_mark m join {_KEYS} as k (producer, incarnation, aggregate)
     using (producer, incarnation, aggregate)
     order by m.producer, m.incarnation, m.aggregate for update of m""")  # noqa: S608
_MAKE = sa.text(f"""
    insert into inbox_mark (producer, incarnation, aggregate, sequence)
    select k.*, 0 from {_KEYS} as k (producer, incarnation, aggregate)
     order by k.producer, k.incarnation, k.aggregate
    on conflict do nothing""")  # noqa: S608
_FIRST_WAITING = sa.text(f"""
    select w.producer, w.incarnation, w.aggregate, min(w.sequence)
      from inbox_waiting w join {_KEYS} as k (producer, incarnation, aggregate)
     using (producer, incarnation, aggregate)
     group by w.producer, w.incarnation, w.aggregate""")  # noqa: S608
_MOVE = sa.text(f"""
    with progress as (
        insert into inbox_progress as known (producer, position)
        select * from unnest(cast(:from_producers as text[]), cast(:positions as bigint[]))
        on conflict (producer) do update set position = excluded.position
         where known.position < excluded.position
    )
    update inbox_mark m set sequence = k.sequence, event_id = k.event_id
      from {_KEYS.removesuffix(")")}, cast(:sequences as bigint[]), cast(:event_ids as uuid[]))
        as k (producer, incarnation, aggregate, sequence, event_id)
     where (m.producer, m.incarnation, m.aggregate) = (k.producer, k.incarnation, k.aggregate)""")  # noqa: S608


def _columns(keys: list[Key]) -> dict[str, list[object]]:
    return {
        "producers": [key.producer for key in keys],
        "incarnations": [key.incarnation for key in keys],
        "aggregates": [key.aggregate for key in keys],
    }


async def lock_marks(session: AsyncSession, keys: list[Key]) -> dict[Key, Mark]:
    """The marks of these aggregates, made where they are new and locked in one order until the transaction ends."""
    columns = _columns(keys)
    found = await _locked(session, columns)
    if len(found) < len(keys):
        await session.execute(_MAKE, columns)
        found = await _locked(session, columns)
    return found


async def _locked(session: AsyncSession, columns: dict[str, list[object]]) -> dict[Key, Mark]:
    rows = await session.execute(_LOCK, columns)
    return {
        Key(producer, incarnation, aggregate): Mark(sequence, event_id)
        for producer, incarnation, aggregate, sequence, event_id in rows
    }


async def note_waiting(session: AsyncSession, marks: dict[Key, Mark]) -> None:
    """Tell each mark from which number on its aggregate waits. After the lock, or it would not be the truth."""
    for *key, sequence in await session.execute(_FIRST_WAITING, _columns(list(marks))):
        marks[Key(*key)].first_waiting = sequence


async def move_marks(session: AsyncSession, marks: dict[Key, Mark], positions: dict[str, int]) -> list[Key]:
    """Write the moved marks and how far each producer's journal has been taken in; the keys that moved."""
    moved = [key for key, mark in marks.items() if mark.moved]
    await session.execute(
        _MOVE,
        _columns(moved)
        | {
            "sequences": [marks[key].sequence for key in moved],
            "event_ids": [marks[key].event_id for key in moved],
            "from_producers": list(positions),
            "positions": list(positions.values()),
        },
    )
    return moved
