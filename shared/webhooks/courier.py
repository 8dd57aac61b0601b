"""Sends what is due: claimed in a transaction of its own, sent outside any, and what came of it noted in another.

A claim is a lease: a worker that dies between sending and noting leaves a message that is sent again, with the same id,
when the lease is over. Receivers tell it by that id. Instants are wall time: a receiver's outage lasts in the world,
not in a business clock that development moves by months, and a moved clock must neither wait for strangers' machines
nor use up all tries at once.
"""

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock, tasks, telemetry
from shared.db import Database
from shared.inbox.apply import reason_of
from shared.webhooks.addresses import guard
from shared.webhooks.sending import Outcome, post

log = logging.getLogger("jiedan.webhooks")

AT_ONCE = 96
PER_RECEIVER = 4
LOOK_EVERY = 0.5
GATHER = 0.02
"""Seconds for others to end as well, before one claim takes the next for all free places."""
LEASE = timedelta(seconds=30)
"""Longer than any try takes."""


@dataclass(frozen=True)
class Parcel:
    """One message as it is sent now. ``number`` counts its tries, ``keys`` are the receiver's secrets in force."""

    id: UUID
    number: int
    receiver: UUID
    address: str = field(repr=False)
    message_id: str
    body: bytes = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)


Claim = Callable[[AsyncSession, Mapping[UUID, int], int, datetime], Awaitable[Sequence[Parcel]]]
"""What is due, at most so many in all; given is how many of each receiver's are under way."""
Note = Callable[[AsyncSession, Parcel, Outcome, datetime], Awaitable[None]]


class Courier:
    """``run`` sends for as long as a worker leads; ``send_due`` sends once what is due now."""

    def __init__(
        self, claim: Claim, note: Note, *, now: Callable[[], datetime] = clock.wall, trust: ssl.SSLContext | None = None
    ) -> None:
        self._claim, self._note, self._now, self._trust = claim, note, now, trust
        self._busy: Counter[UUID] = Counter()
        self._noting = asyncio.Semaphore(2)  # connections are for more than this

    async def run(self, database: Database) -> None:
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                under_way = {task for task in under_way if not task.done()}
                started = await self._start(database)
                under_way |= started
                if under_way and (started or len(under_way) >= AT_ONCE):
                    await asyncio.wait(under_way, timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
                    await asyncio.sleep(GATHER)
                else:
                    await asyncio.sleep(LOOK_EVERY)
        finally:
            await tasks.cancel(under_way)
            self._busy.clear()  # one that was cancelled before it began could not say that it ended

    async def _start(self, database: Database) -> set[asyncio.Task[None]]:
        try:
            return {asyncio.create_task(self._deliver(database, parcel)) for parcel in await self.claim(database)}
        except Exception as error:
            log.warning("webhooks wait: %s", reason_of(error))
            await asyncio.sleep(1)
            return set()

    async def send_due(self, database: Database) -> int:
        """How many were tried."""
        parcels = await self.claim(database)
        await asyncio.gather(*(self._deliver(database, parcel) for parcel in parcels))
        return len(parcels)

    async def claim(self, database: Database) -> Sequence[Parcel]:
        """Leased to this process from now on."""
        free = AT_ONCE - self._busy.total()
        if free <= 0:
            return ()
        async with database.transaction() as session:
            parcels = await self._claim(session, self._busy, free, self._now())
        self._busy.update(parcel.receiver for parcel in parcels)
        return parcels

    async def _deliver(self, database: Database, parcel: Parcel) -> None:
        try:
            outcome = await self.send(parcel)
            async with self._noting, database.transaction() as session:
                await self._note(session, parcel, outcome, self._now())
        except Exception as error:
            log.warning("webhook %s is tried again: %s", parcel.id, reason_of(error))
        finally:
            self._busy[parcel.receiver] -= 1

    async def send(self, parcel: Parcel) -> Outcome:
        """One try, noted nowhere."""
        outcome = await post(guard(), parcel.address, parcel.message_id, parcel.body, parcel.keys, self._trust)
        telemetry.WEBHOOKS.labels("taken" if outcome.taken else "failed").inc()
        return outcome
