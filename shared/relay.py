"""The relay: outbox → journal → broker. One per database.

A PostgreSQL advisory lock on the connection that writes, and ``position`` as primary key, are the fence: a second
relay waits, and one that lost its connection cannot write any more. Rows are taken in the order in which they were
inserted among those *visible*: no high-water mark that could skip a slow transaction, and an aggregate's events
cannot overtake each other because its row lock orders their commits.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Sequence
from uuid import uuid4

import asyncpg
import asyncpg.exceptions

from shared import tasks
from shared.bus import BATCH, BrokerRefused, Bus, Message, NoStream, Unavailable
from shared.envelope import body, subject_of
from shared.journal import START, chain
from shared.telemetry import OUTBOX, POSITION, UNPUBLISHED

log = logging.getLogger(__name__)

LOCK = 0x6A696564616E  # "jiedan"
"""The advisory lock of the database's one relay."""
POLL = (0.05, 0.5)
"""Seconds between looks at the outbox when no nudge comes: soon after there was something, then ever later."""
COLUMNS = (
    "position",
    "event_id",
    "aggregate",
    "incarnation",
    "sequence",
    "type",
    "head",
    "data",
    "digest",
    "hash",
)
DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)

_TAKE = """
    with taken as (
        delete from outbox where id in (select id from outbox order by id limit $1)
        returning id, event_id, aggregate, incarnation, sequence, type, head, data
    ) select * from taken order by id"""
_REST = """
    select position, event_id, aggregate, type, head, data from journal
    where position > $1 and position <= $2 order by position limit $3"""

_THESE = """
    select position, event_id, aggregate, type, head, data from journal
    where position = any($1::bigint[]) order by position"""


def _messages(rows: Sequence[asyncpg.Record], mark: str = "") -> list[Message]:
    return [
        Message(position, f"{event_id}{mark}", subject_of(type, aggregate), body(head, position, data))
        for position, event_id, aggregate, type, head, data in rows
    ]


class Relay:
    """Moves and publishes. ``bus=None`` only journals (tests, and machines that follow the door)."""

    def __init__(self, dsn: str, bus: Bus | None, service: str) -> None:
        self.dsn = dsn.replace("postgresql+asyncpg://", "postgresql://", 1)
        self.bus, self.service = bus, service
        self.head = 0
        """Last position in the journal."""
        self.published_to = 0
        self.lead, self.lost = asyncio.Event(), asyncio.Event()
        """Set while this relay leads, and while it does not."""
        self.lost.set()
        self.quiet = asyncio.Lock()
        """Held while something is on its way to the broker; the auditor takes it to count exactly."""
        self.on_stream_made: Callable[[], None] = lambda: None
        """Called when the stream was missing and had to be made: it needs an audit."""
        self._hash = START
        self._saved = 0
        self._connection: asyncpg.Connection | None = None
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There may be something in the outbox."""
        self._woken.set()

    @property
    def leading(self) -> bool:
        return self.lead.is_set()

    @property
    def connected(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    @property
    def connection(self) -> asyncpg.Connection:
        if self._connection is None or not self.connected:
            raise ConnectionError("the relay has no connection")
        return self._connection

    def _bus(self) -> Bus:
        if self.bus is None:
            raise RuntimeError("this relay only journals")
        return self.bus

    async def open(self, wait: bool = True) -> bool:
        """Connect and take the lead; False when another relay has it and ``wait`` is not asked for."""
        await self.close()
        connection = await asyncpg.connect(
            self.dsn,
            timeout=5,
            command_timeout=60,
            server_settings={
                "application_name": f"jiedan-{self.service}-relay",
                "jit": "off",
                # A dead relay's lock must not outlive it for hours when its machine vanishes.
                "tcp_keepalives_idle": "5",
                "tcp_keepalives_interval": "2",
                "tcp_keepalives_count": "3",
            },
        )
        self._connection = connection
        while not await connection.fetchval("select pg_try_advisory_lock($1)", LOCK):
            if not wait:
                await self.close()
                return False
            await asyncio.sleep(0.3)
        await connection.execute("insert into relay_state (id) values (1) on conflict do nothing")
        last = await connection.fetchrow("select position, hash from journal order by position desc limit 1")
        self.head, self._hash = (last["position"], last["hash"]) if last else (0, START)
        self.published_to = self._saved = await connection.fetchval("select published_to from relay_state")
        self.lost.clear()
        self.lead.set()
        return True

    async def close(self) -> None:
        self.lead.clear()
        self.lost.set()
        if self._connection is not None:
            with contextlib.suppress(*DATABASE_ERRORS):
                await self._connection.close(timeout=2)
            self._connection.terminate()  # one that cannot be closed must not keep the lead
            self._connection = None

    # -- outbox → journal -----------------------------------------------------------------------------------------

    async def journal_once(self, limit: int = 2 * BATCH) -> int:
        """Move what is visible in the outbox, at most ``limit`` rows; how many were moved."""
        return len(await self._journal(limit))

    async def _journal(self, limit: int) -> list[Message]:
        connection = self.connection
        async with connection.transaction():
            rows = await connection.fetch(_TAKE, limit)
            if not rows:
                return []
            position, previous = self.head, self._hash
            records, messages = [], []
            for _id, event_id, aggregate, incarnation, sequence, type, head, data in rows:
                position += 1
                digest = hashlib.sha256(data.encode()).digest()
                previous = chain(previous, position, event_id, digest)
                records.append(
                    (position, event_id, aggregate, incarnation, sequence, type, head, data, digest, previous)
                )
                messages.append(
                    Message(position, str(event_id), subject_of(type, aggregate), body(head, position, data))
                )
            await connection.copy_records_to_table("journal", records=records, columns=COLUMNS)
            if self.published_to > self._saved:
                await connection.execute("update relay_state set published_to = $1", self.published_to)
        self._saved = self.published_to
        self.head, self._hash = position, previous
        return messages

    # -- journal → broker -----------------------------------------------------------------------------------------

    async def publish_once(self, limit: int = 4 * BATCH) -> int:
        """Publish what the journal has and the broker has not acknowledged; how many events."""
        messages = await self._unpublished(self.published_to, self.head, limit)
        await self._publish(messages)
        return len(messages)

    async def _unpublished(self, after: int, upto: int, limit: int) -> list[Message]:
        return _messages(await self.connection.fetch(_REST, after, upto, limit))

    async def _publish(self, messages: Sequence[Message]) -> None:
        """In order, in atomic batches. What the broker has not acknowledged stays unpublished and is tried again."""
        bus = self._bus()
        for start in range(0, len(messages), BATCH):
            part = messages[start : start + BATCH]
            async with self.quiet:
                await bus.publish(part)
                self.published_to = part[-1].position

    async def republish(self, connection: asyncpg.Connection, positions: Sequence[int]) -> None:
        """Publish again what the stream lost, in order, reading ahead on the auditor's own connection. Under ids of
        their own: within its duplicate window the broker would take the lost ones for known."""
        bus, mark = self._bus(), f"/{uuid4().hex[:8]}"
        on_its_way: asyncio.Task[None] | None = None
        try:
            for start in range(0, len(positions), BATCH):
                messages = _messages(await connection.fetch(_THESE, positions[start : start + BATCH]), mark)
                if on_its_way is not None:
                    await on_its_way
                on_its_way = asyncio.create_task(bus.publish(messages))
            if on_its_way is not None:
                await on_its_way
        finally:
            if on_its_way is not None:
                on_its_way.cancel()

    async def _save(self) -> None:
        """Remember how far the broker has acknowledged. Losing this in a power cut only brings duplicates."""
        if self.published_to > self._saved:
            async with self.connection.transaction():
                await self.connection.execute("set local synchronous_commit = off")
                await self.connection.execute("update relay_state set published_to = $1", self.published_to)
            self._saved = self.published_to

    # -- for ever -------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Relay until cancelled, through every outage of the database and the broker."""
        complaint = ""
        while True:
            try:
                await self.open()
                complaint = ""
                log.info("relay leads from position %s, published to %s", self.head, self.published_to)
                await self._relay()
            except DATABASE_ERRORS as error:
                if complaint != (complaint := f"{type(error).__name__}: {error}"):
                    log.warning("relay waits for the database: %s", complaint)
                await asyncio.sleep(0.3)
            except Exception:
                log.exception("relay stumbles and begins anew")
                await asyncio.sleep(1)
            finally:
                await self.close()

    async def _relay(self) -> None:
        """Journal one lot while the lot before it is being published."""
        poll = POLL[0]
        on_its_way: asyncio.Task[None] | None = None
        try:
            while True:
                self._woken.clear()
                messages = await self._journal(2 * BATCH)
                if on_its_way is not None:
                    await on_its_way
                    on_its_way = None
                OUTBOX.labels(self.service).set(len(messages))
                UNPUBLISHED.labels(self.service).set(self.head - self.published_to)
                POSITION.labels(self.service).set(self.head)
                if self.bus is not None and self.published_to < self.head:
                    if not messages or messages[0].position != self.published_to + 1:
                        messages = await self._unpublished(self.published_to, self.head, 4 * BATCH)
                    on_its_way = asyncio.create_task(self._try_to_publish(messages))
                    if len(messages) < BATCH:  # nothing to be gained by overlapping
                        await on_its_way
                    poll = POLL[0]
                    continue
                if messages:
                    continue
                await self._save()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(poll):
                        await self._woken.wait()
                poll = POLL[0] if self._woken.is_set() else min(poll * 1.5, POLL[1])
        finally:
            if on_its_way is not None:
                await tasks.cancel([on_its_way])

    async def _try_to_publish(self, messages: Sequence[Message]) -> None:
        """Publish, or wait a moment when the broker is away: the journal still has them."""
        bus = self._bus()
        try:
            await self._publish(messages)
            return
        except NoStream:
            try:
                if await bus.ensure_stream(self.service):
                    log.warning("the stream was missing and was made anew")
                    self.on_stream_made()
            except (Unavailable, BrokerRefused) as error:
                log.warning("relay: %s", error)
        except (Unavailable, BrokerRefused) as error:
            log.warning("relay: not published yet: %s", error)
        await asyncio.sleep(0.1)
