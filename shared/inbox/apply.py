"""Events in, effects out: each applied exactly once and in its aggregate's order, or kept until it can be."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from shared import outbox, telemetry
from shared.db import Database
from shared.envelope import Envelope
from shared.errors import Answer, NotYet
from shared.inbox.handlers import Handlers
from shared.inbox.tables import (
    BEHIND,
    HELD,
    PARKED,
    Key,
    Mark,
    inbox_waiting,
    key_of,
    lock_marks,
    move_marks,
    note_waiting,
)
from shared.outages import constraint_of, database_lost, sqlstate, try_again

log = logging.getLogger(__name__)

Fetch = Callable[[Key, int], Awaitable[Sequence[Envelope]]]
"""Asks a producer's door for an aggregate's events after a sequence number."""

FIRST_RETRY = 1.0
"""Seconds until a held event is tried again when nothing wakes it."""
SAME_EVENT = 60_000
"""Milliseconds by which the clocks of a producer's processes may differ. Event ids carry their time: an event with
an old number and an id made later than that is no duplicate, it comes from a restored producer."""


class Verdict(Enum):
    APPLY = "next in its aggregate"
    DUPLICATE = "handled before"
    GAP = "an earlier one is missing"
    BEHIND = "an earlier one waits"
    OTHER = "another event had this number: the producer was restored without raising its incarnation"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an event was not applied. ``counts``: five such attempts park it."""

    state: str
    reason: str
    waits_for: str | None = None
    counts: bool = True


@dataclass(slots=True)
class Outcome:
    """What one transaction did."""

    moved: list[Key] = field(default_factory=list)
    held: list[Key] = field(default_factory=list)
    gaps: list[Key] = field(default_factory=list)
    next_waits: list[Key] = field(default_factory=list)
    """Aggregates whose first waiting event has become the next one."""


def judge(mark: Mark, envelope: Envelope) -> Verdict:
    """What to do with an event, from how far its aggregate has come."""
    if envelope.sequence <= mark.sequence:
        if mark.event_id is None or envelope.id == mark.event_id:
            return Verdict.DUPLICATE
        later = envelope.sequence == mark.sequence or _made(envelope.id) > _made(mark.event_id) + SAME_EVENT
        return Verdict.OTHER if later else Verdict.DUPLICATE
    if mark.first_waiting is not None and (
        envelope.sequence >= mark.first_waiting or mark.first_waiting <= mark.sequence
    ):
        return Verdict.BEHIND
    return Verdict.APPLY if envelope.sequence == mark.sequence + 1 else Verdict.GAP


def _made(event_id: UUID) -> int:
    """Wall time in milliseconds at which a UUIDv7 was made."""
    return event_id.int >> 80


async def handle(session: AsyncSession, handlers: Handlers, envelope: Envelope) -> None:
    """Run an event's handlers within its own trace."""
    session.info["traceparent"] = telemetry.enter_trace(envelope.traceparent)
    await handlers.handle(session, envelope, session.info["now"])


async def apply(session: AsyncSession, handlers: Handlers, envelope: Envelope) -> Failure | None:
    """Run an event's handlers in a savepoint. What may succeed when the whole transaction is tried again is raised."""
    if not handlers.concern(envelope.type):
        return None
    published = len(outbox.pending(session))
    try:
        async with session.begin_nested():
            await handle(session, handlers, envelope)
            await session.flush()
        return None
    except NotYet as error:
        failure = Failure(HELD, str(error), f"{error.producer} {error.aggregate}", counts=False)
    except (OSError, TimeoutError) as error:
        failure = Failure(HELD, reason_of(error))
    except DBAPIError as error:
        if database_lost(error) or try_again(error):
            raise
        failure = Failure(PARKED, reason_of(error))
    except Exception as error:
        log.exception("%s %s fails and is parked", envelope.type, envelope.aggregate)
        failure = Failure(PARKED, reason_of(error))
    outbox.forget_since(session, published)
    return failure


class Batches:
    """Applies batches of events, each in one transaction with its marks, its waiting rows and its own events."""

    def __init__(self, database: Database, handlers: Handlers) -> None:
        self.database, self.handlers = database, handlers
        self.waiting = True
        """False when surely nothing waits in this database: spares a look on the hot path."""

    async def take(self, envelopes: Sequence[Envelope], careful: bool = False) -> Outcome:
        """One transaction for all of them. ``careful`` gives each its own savepoint, so that one which fails is kept
        and the others are applied; without it, any failure is raised and nothing has happened. Savepoints are what
        costs most here, and almost no event fails: so try without first."""
        outcome = Outcome()
        kept: list[dict[str, Any]] = []
        positions: dict[str, int] = {}
        async with self.database.transaction() as session:
            marks = await lock_marks(session, sorted({key_of(envelope) for envelope in envelopes}))
            if self.waiting:
                await note_waiting(session, marks)
            for envelope in envelopes:
                key = key_of(envelope)
                positions[key.producer] = max(envelope.position, positions.get(key.producer, 0))
                row = await self._take(session, envelope, key, marks[key], outcome, careful)
                if row is not None:
                    kept.append(row)
            if kept:
                self.waiting = True
                await keep(session, kept)
            outcome.moved = await move_marks(session, marks, positions)
        self.waiting = self.waiting or bool(kept)
        self._figure(envelopes, kept)
        for key in outcome.moved:
            if marks[key].first_waiting == marks[key].sequence + 1:
                outcome.next_waits.append(key)
        return outcome

    def _figure(self, envelopes: Sequence[Envelope], kept: Sequence[dict[str, Any]]) -> None:
        service, oldest = self.database.service, envelopes[0]
        telemetry.HANDLED.labels(service, oldest.producer).inc(len(envelopes) - len(kept))
        if oldest.position:
            age = (datetime.now(UTC) - oldest.time).total_seconds()
            telemetry.EVENT_AGE.labels(service, oldest.producer).observe(max(0.0, age))
        for row in kept:
            telemetry.HANDLER_FAILURES.labels(service, row["type"]).inc()

    async def _take(
        self, session: AsyncSession, envelope: Envelope, key: Key, mark: Mark, outcome: Outcome, careful: bool
    ) -> dict[str, Any] | None:
        """Apply one event, or say with which row it is kept."""
        verdict = judge(mark, envelope)
        if verdict is Verdict.DUPLICATE:
            return None
        if verdict is Verdict.APPLY:
            failure: Failure | None = None
            if careful:
                failure = await apply(session, self.handlers, envelope)
            elif self.handlers.concern(envelope.type):
                await handle(session, self.handlers, envelope)
            if failure is None:
                mark.sequence, mark.event_id, mark.moved = envelope.sequence, envelope.id, True
                return None
        elif verdict is Verdict.OTHER:
            failure = Failure(PARKED, verdict.value)
        elif verdict is Verdict.BEHIND:
            failure = Failure(BEHIND, verdict.value)
        else:
            failure = Failure(HELD, f"{verdict.value}: expected {mark.sequence + 1}", counts=False)
            outcome.gaps.append(key)
        if failure.state == HELD:
            outcome.held.append(key)
        mark.first_waiting = min(envelope.sequence, mark.first_waiting or envelope.sequence)
        return waiting_row(envelope, key, failure)


def waiting_row(envelope: Envelope, key: Key, failure: Failure, attempts: int = 0) -> dict[str, Any]:
    return {
        **key._asdict(),
        "sequence": envelope.sequence,
        "event_id": envelope.id,
        "type": envelope.type,
        "envelope": envelope.text,
        "state": failure.state,
        "waits_for": failure.waits_for,
        "reason": failure.reason,
        "attempts": attempts,
        "retry_at": sa.func.now() + sa.func.make_interval(0, 0, 0, 0, 0, 0, FIRST_RETRY)
        if failure.state == HELD
        else None,
    }


async def keep(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Keep what could not be applied; what is kept already stays as it is."""
    for row in rows:
        await session.execute(insert(inbox_waiting).values(**row).on_conflict_do_nothing())


def reason_of(error: BaseException) -> str:
    """For the operator who looks at a parked event. Never a value: it could be somebody's."""
    if isinstance(error, Answer):
        return "refused: " + ", ".join(reason.code for reason in error.reasons)
    if isinstance(error, ValidationError):
        fields = [".".join(map(str, problem["loc"])) + " " + problem["type"] for problem in error.errors()]
        return "not as agreed: " + ", ".join(fields)[:500]
    if isinstance(error, DBAPIError):
        return f"database: {type(error).__name__} {sqlstate(error)} {constraint_of(error)}".rstrip()
    return f"{type(error).__name__}: {error}"[:500]
