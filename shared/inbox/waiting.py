"""The inbox of a service: takes batches in, and tends what waits.

An event that cannot be applied is a row, so nothing depends on the broker's timing. It waits for its aggregate's
earlier events, for another aggregate (``NotYet``), for a later try, or (parked) for a person or the next release.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database
from shared.envelope import Envelope
from shared.inbox.apply import (
    Batches,
    Failure,
    Fetch,
    Outcome,
    Verdict,
    apply,
    judge,
    keep,
    reason_of,
    waiting_row,
)
from shared.inbox.handlers import Handlers
from shared.inbox.tables import (
    BEHIND,
    HELD,
    PARKED,
    Key,
    inbox_waiting,
    key_of,
    lock_marks,
    move_marks,
)
from shared.outages import database_lost, try_again
from shared.telemetry import WAITING

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""The fifth attempt that counts parks the aggregate."""
PATIENCE = "10 minutes"
"""How long attempts of an event that waits for another one do not count."""
SLOWEST = 60.0
"""Seconds between tries of an event that has waited long."""

_OF = (inbox_waiting.c.producer, inbox_waiting.c.incarnation, inbox_waiting.c.aggregate)
_AGAIN = sa.text(f"""
    update inbox_waiting set
        state = case when :state = 'parked' or attempts + a.more >= {ATTEMPTS} then 'parked' else :state end,
        reason = :reason, waits_for = :waits_for, tries = tries + 1, attempts = attempts + a.more,
        retry_at = case when :state = 'held' and attempts + a.more < {ATTEMPTS}
            then now() + least({SLOWEST}, 0.5 * power(2, least(tries, 20))) * interval '1 second' end
      from (select case when :counts or since < now() - interval '{PATIENCE}' then 1 else 0 end as more
              from inbox_waiting w where (w.producer, w.incarnation, w.aggregate, w.sequence)
                 = (:producer, :incarnation, :aggregate, :sequence)) a
     where (producer, incarnation, aggregate, sequence) = (:producer, :incarnation, :aggregate, :sequence)
    returning state""")  # noqa: S608


class Inbox:
    """``process`` takes events in; ``tend`` fills gaps and tries what is due. Both may run at the same time."""

    def __init__(self, database: Database, service: str, handlers: Handlers, fetch: Fetch | None = None) -> None:
        self.database, self.service, self.handlers, self.fetch = database, service, handlers, fetch
        self.batches = Batches(database, handlers)
        self.parked = 0
        self._gaps: set[Key] = set()
        self._tend = asyncio.Event()

    async def process(self, envelopes: Sequence[Envelope]) -> None:
        """Apply or keep all of them; returns when that is committed. Raises only while the database is away."""
        if not envelopes:
            return
        try:
            outcome = await self._take(envelopes)
        except Exception as error:
            if database_lost(error):
                raise
            if len(envelopes) == 1:
                await self._alone(envelopes[0], error)
                return
            log.info("a batch of %s goes event by event: %s", len(envelopes), reason_of(error))
            for envelope in envelopes:
                await self.process([envelope])
            return
        self._gaps.update(outcome.gaps)
        if self._gaps:
            self._tend.set()
        # What was held may have been woken by a transaction that could not see it yet: look once more.
        await self._wake(outcome.moved, [*outcome.next_waits, *outcome.held])

    async def _take(self, envelopes: Sequence[Envelope]) -> Outcome:
        try:
            return await self.batches.take(envelopes)
        except Exception as error:
            if database_lost(error):
                raise
            return await self.batches.take(envelopes, careful=True)

    async def _alone(self, envelope: Envelope, error: Exception) -> None:
        """An event whose own transaction failed: try it twice more, then keep it."""
        for pause in (0.05, 0.2):
            if not (isinstance(error, DBAPIError) and try_again(error)):
                break
            await asyncio.sleep(pause)
            try:
                outcome = await self.batches.take([envelope], careful=True)
            except Exception as again:
                if database_lost(again):
                    raise
                error = again
            else:
                await self._wake(outcome.moved, [*outcome.next_waits, *outcome.held])
                return
        log.warning("%s %s is kept: %s", envelope.type, envelope.aggregate, reason_of(error))
        async with self.database.transaction() as session:
            await lock_marks(session, [key_of(envelope)])
            await keep(session, [waiting_row(envelope, key_of(envelope), _failure(error), attempts=1)])
        self.batches.waiting = True

    async def _wake(self, moved: Iterable[Key], woken: Iterable[Key]) -> None:
        """Try again what waited for aggregates that moved, and what waits for what that moves, and so on."""
        todo = dict.fromkeys(woken)
        moved = list(moved)
        while self.batches.waiting and (moved or todo):
            if moved:
                todo |= dict.fromkeys(await self._waiting_for(moved))
            moved = []
            for key in todo:
                moved += await self._retry(key)
            todo = {}

    async def _waiting_for(self, moved: Sequence[Key]) -> list[Key]:
        statement = sa.select(*_OF).where(inbox_waiting.c.waits_for.in_([key.name for key in moved])).distinct()
        return await self._keys(statement)

    async def _keys(self, statement: sa.Select[Any]) -> list[Key]:
        async with self.database.reading() as session:
            return [Key(*row) for row in await session.execute(statement)]

    # -- trying again

    async def _retry(self, key: Key) -> list[Key]:
        """Apply an aggregate's waiting events in order, as far as that goes; the key, if its mark moved."""
        tried: int | None = None
        try:
            async with self.database.transaction() as session:
                mark = (await lock_marks(session, [key]))[key]
                done: list[int] = []
                for sequence, text in await _waiting_rows(session, key):
                    tried = sequence
                    envelope = Envelope(text)
                    verdict = judge(mark, envelope)
                    failure: Failure | None = None
                    if verdict is Verdict.APPLY:
                        failure = await apply(session, self.handlers, envelope)
                        if failure is None:
                            mark.sequence, mark.event_id, mark.moved = envelope.sequence, envelope.id, True
                    elif verdict is Verdict.OTHER:
                        failure = Failure(PARKED, verdict.value)
                    elif verdict is Verdict.GAP:
                        failure = Failure(HELD, f"{verdict.value}: expected {mark.sequence + 1}", counts=False)
                        self._gaps.add(key)
                    if failure is not None:
                        await _try_later(session, key, sequence, failure)
                        break
                    done.append(sequence)
                await _delete(session, key, done)
                if mark.moved:
                    return await move_marks(session, {key: mark}, {})
                return []
        except Exception as error:
            if database_lost(error) or tried is None:
                raise
            log.warning("%s %s fails: %s", key.name, tried, reason_of(error))
            async with self.database.transaction() as session:
                await lock_marks(session, [key])
                await _try_later(session, key, tried, _failure(error))
            return []

    async def tend(self) -> None:
        """Fetch what is missing from the producers' doors, then try again what is due. Call it again and again."""
        self._tend.clear()
        gaps, self._gaps = self._gaps, set()
        silent: set[str] = set()
        for key in gaps:
            if key.producer not in silent and not await self._fill(key):
                silent.add(key.producer)
        due = (
            sa.select(*_OF)
            .where(inbox_waiting.c.state == HELD, inbox_waiting.c.retry_at <= sa.func.now())
            .distinct()
            .limit(200)
        )
        for key in await self._keys(due):
            await self._wake(await self._retry(key), [])
        await self._count()

    async def tend_for_ever(self, every: float = 0.5) -> None:
        """Tend until cancelled; at once when a gap shows."""
        while True:
            try:
                await self.tend()
            except Exception as error:
                if not database_lost(error):
                    log.exception("tending the inbox fails")
                await asyncio.sleep(0.5)
            try:
                async with asyncio.timeout(every):
                    await self._tend.wait()
            except TimeoutError:
                continue

    async def _fill(self, key: Key) -> bool:
        """Ask the producer's door for what the bus has not brought; False when the door does not answer."""
        if self.fetch is None:
            return False
        mark = sa.text("select sequence from inbox_mark where (producer, incarnation, aggregate) = (:p, :i, :a)")
        async with self.database.reading() as session:
            after = await session.scalar(mark, {"p": key.producer, "i": key.incarnation, "a": key.aggregate})
        try:
            await self.process(await self.fetch(key, after or 0))
        except Exception as error:
            if database_lost(error):
                raise
            log.info("the door of %s does not help yet: %s", key.producer, reason_of(error))
            return False
        return True

    async def retry_parked(self) -> None:
        """A new release may know what to do: try everything that is parked. Called at every start."""
        await self._count()
        for key in await self._keys(sa.select(*_OF).where(inbox_waiting.c.state == PARKED).distinct()):
            await self._wake(await self._retry(key), [])

    async def _count(self) -> None:
        statement = sa.select(inbox_waiting.c.state, sa.func.count().label("events")).group_by(inbox_waiting.c.state)
        async with self.database.reading() as session:
            counts = {row.state: int(row.events) for row in await session.execute(statement)}
        self.batches.waiting = bool(counts)
        self.parked = counts.get(PARKED, 0)
        for state in (HELD, BEHIND, PARKED):
            WAITING.labels(self.service, state).set(counts.get(state, 0))


async def _waiting_rows(session: AsyncSession, key: Key) -> Sequence[Any]:
    statement = (
        sa.select(inbox_waiting.c.sequence, inbox_waiting.c.envelope)
        .where(sa.tuple_(*_OF) == sa.tuple_(*key))
        .order_by(inbox_waiting.c.sequence)
    )
    return (await session.execute(statement)).all()


async def _delete(session: AsyncSession, key: Key, sequences: list[int]) -> None:
    if sequences:
        await session.execute(
            inbox_waiting.delete().where(sa.tuple_(*_OF) == sa.tuple_(*key), inbox_waiting.c.sequence.in_(sequences))
        )


async def _try_later(session: AsyncSession, key: Key, sequence: int, failure: Failure) -> None:
    state = await session.scalar(
        _AGAIN,
        {
            **key._asdict(),
            "sequence": sequence,
            "state": failure.state,
            "reason": failure.reason,
            "waits_for": failure.waits_for,
            "counts": failure.counts,
        },
    )
    if state == PARKED:
        log.warning("%s %s is parked: %s", key.name, sequence, failure.reason)


def _failure(error: Exception) -> Failure:
    again = isinstance(error, DBAPIError) and try_again(error)
    return Failure(HELD if again else PARKED, reason_of(error))
