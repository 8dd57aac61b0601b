"""The worker of a service: relays its events, takes in the others', runs what the clock brings, audits the broker.

Of several workers of one service, the one whose relay holds the database's lock leads and does all of that; the
others stand by. No outage ends it: it waits for PostgreSQL and the broker and goes on where it was.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from nats.aio.msg import Msg
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared import clock, crypto, envelope, messages, signing, tasks, webhooks
from shared.auditor import Auditor
from shared.auth import ServiceToken
from shared.bus import Bus
from shared.db import Database
from shared.door import Doors
from shared.files.store import open_files
from shared.files.sweep import sweep
from shared.http.idempotency import forget_answers
from shared.inbox import Inbox
from shared.inbox.apply import reason_of
from shared.outages import database_lost
from shared.probes import serve
from shared.pull import Puller
from shared.relay import Relay
from shared.service import Beat, Service
from shared.settings import Settings

log = logging.getLogger("jiedan.worker")

JOBS_EVERY = 0.25
"""Seconds between looks at what the clock has brought; a moved clock is looked at at once."""
FORGET_EVERY = 3600.0
"""Seconds between looks for answers that were kept long enough."""
SWEEP_EVERY = 6 * 3600.0
"""Seconds between looks for files that no row names."""


class Worker:
    """Everything of one worker process. ``run`` returns when asked to stop."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service, self.settings = service, settings
        self.database = Database(settings.database_url, pool=settings.database_pool, service=service.name)
        self.bus = Bus(settings.nats_url, service.name, user=settings.nats_user, password=settings.nats_password)
        self.relay = Relay(settings.database_url, self.bus, service.name)
        self.auditor = Auditor(self.bus, self.relay, settings.nats_monitor_url)
        self.doors = Doors(settings.peers, ServiceToken(settings, service.name))
        self.inbox = Inbox(self.database, service.name, service.handlers, self.doors.fetch)
        self.database.after_commit = self._wake
        self._clock_moved = asyncio.Event()

    async def _wake(self, _word: bytes) -> None:
        self.relay.wake()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; then hand back what is in hand and close."""
        async with _Group() as group:
            group.start("broker", self._connect())
            group.start("relay", self.relay.run())
            group.start("leader", self._lead())
            await stop.wait()
        await self.bus.close()
        await self.doors.close()
        await self.database.close()

    async def _connect(self) -> None:
        await self.bus.connect()
        await self.bus.on_nudge(self._nudged)

    async def _nudged(self, payload: bytes) -> None:
        self.relay.wake()
        if payload == b"audit":
            self.auditor.ask()
        elif payload == b"clock":
            self._clock_moved.set()

    async def _lead(self) -> None:
        """Do everything else for as long as the relay holds the lead, and again whenever it gets it back."""
        while True:
            await self.relay.lead.wait()
            async with _Group() as group:
                group.start("jobs", self._run_jobs())
                group.start("inbox", self._tend())
                group.start("auditor", self._audit())
                group.start("old answers", self._forget())
                group.start("orphaned files", self._sweep())
                for seconds, run in self.service.jobs.beats:
                    group.start(run.__name__, self._beat(seconds, run))
                if self.service.courier is not None:
                    group.start("webhooks", self.service.courier.run(self.database))
                for producer in self.service.listens_to:
                    group.start(f"events of {producer}", self._listen(producer))
                await self.relay.lost.wait()

    async def _audit(self) -> None:
        await self.bus.reached.wait()
        await self.auditor.run()

    async def _listen(self, producer: str) -> None:
        await self.bus.reached.wait()
        await Puller(self.bus, producer, self.service.name).run(self._handle(producer))

    async def _tend(self) -> None:
        while True:
            try:
                await self.inbox.retry_parked()
                break
            except Exception as error:
                log.warning("parked events cannot be tried yet: %s", reason_of(error))
                await asyncio.sleep(1)
        await self.inbox.tend_for_ever()

    def _handle(self, producer: str) -> Callable[[list[Msg]], Awaitable[None]]:
        async def handle(messages: list[Msg]) -> None:
            envelopes = [read(producer, message) for message in messages]
            while True:
                try:
                    await self.inbox.process(envelopes)
                    return
                except Exception as error:
                    if database_lost(error):
                        log.warning("events of %s wait for the database: %s", producer, reason_of(error))
                    else:
                        log.exception("events of %s cannot be taken in", producer)
                    await asyncio.sleep(0.3)

        return handle

    async def _run_jobs(self) -> None:
        while True:
            pause = JOBS_EVERY
            try:
                await self.service.jobs.run_due(self.database)
            except Exception as error:
                pause = 1.0
                if database_lost(error):
                    log.warning("jobs wait for the database: %s", reason_of(error))
                else:
                    log.exception("jobs cannot run")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._clock_moved.wait()
            self._clock_moved.clear()

    async def _beat(self, seconds: float, run: Beat) -> None:
        """What is done by the wall's clock."""
        while True:
            try:
                await self.service.jobs.beat(self.database, run)
            except Exception as error:
                if database_lost(error):
                    log.warning("%s waits for the database: %s", run.__name__, reason_of(error))
                else:
                    log.exception("%s failed", run.__name__)
            await asyncio.sleep(seconds)

    async def _forget(self) -> None:
        """Answers kept for repeated requests end after their days."""
        while True:
            try:
                await forget_answers(self.database)
            except Exception as error:
                log.warning("old answers stay for now: %s", reason_of(error))
            await asyncio.sleep(FORGET_EVERY)

    async def _sweep(self) -> None:
        """Files whose transaction failed are taken away after a day."""
        model = self.service.attachments
        while model is not None:
            try:
                files = open_files(self.settings, self.service.name)
                if swept := await sweep(self.database, model, files, clock.wall()):
                    log.info("%d files that no row names were taken away", swept)
            except Exception as error:
                log.warning("files that no row names stay for now: %s", reason_of(error))
            await asyncio.sleep(SWEEP_EVERY)

    def status(self) -> dict[str, Any]:
        """How it goes, for ``/readyz``."""
        report = self.auditor.report
        return {
            "service": self.service.name,
            "leading": self.relay.leading,
            "broker": self.bus.connected,
            "position": self.relay.head,
            "published_to": self.relay.published_to,
            "parked": self.inbox.parked,
            "audit": {
                "ok": report.ok,
                "checked_at": report.checked_at and report.checked_at.isoformat(),
                "problems": report.problems,
                "republished": self.auditor.republished,
                "sync_always": report.sync_always,
            },
            "failing_jobs": len(self.service.jobs.failing),
        }

    def obstacles(self) -> list[str]:
        """Why this worker is not ready; empty when it is."""
        found = []
        if not self.bus.connected:
            found.append("the broker is not connected")
        if not self.relay.connected:
            found.append("the database is not connected")
        if self.relay.leading:
            if self.auditor.report.checked_at is None:
                found.append("the stream has not been audited yet")
            found += self.auditor.report.problems
            if self.auditor.report.sync_always is not True and not self.settings.accept_broker_risk:
                found.append("the broker does not, or not provably, sync every write to disk")
        return found


def read(producer: str, message: Msg) -> envelope.Envelope:
    """The event in a message; what is none is wrapped, to be parked."""
    try:
        found = envelope.Envelope(message.data)
        if found.producer == producer:
            return found
        log.error("an event of %s on the stream of %s", found.producer, producer)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.error("unreadable on the stream of %s: %s", producer, type(error).__name__)
    return envelope.unreadable(producer, message.metadata.sequence.stream, message.data)


class _Group:
    """Tasks that end together. One that fails, or is cancelled by anybody else, ends the group: a mistake of ours."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._owner = asyncio.current_task()
        self._closing = False
        self._failed: BaseException | None = None

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._closing:
            return
        failed = RuntimeError(f"{task.get_name()} was cancelled") if task.cancelled() else task.exception()
        if failed is not None:
            self._failed = failed
            if self._owner is not None:
                self._owner.cancel()

    async def __aenter__(self) -> "_Group":
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self._closing = True
        await tasks.cancel(self._tasks)
        if self._failed is not None:
            raise self._failed


async def run(service: Service, settings: Settings, *, host: str = "127.0.0.1", port: int = 0) -> None:
    """Run a service's worker until SIGTERM or SIGINT; its probes and figures are served at ``host:port``."""
    crypto.use_keys(settings.field_keys, settings.hash_key)
    signing.use_signing_keys(service.signing_keys(settings), settings.public_url)
    messages.use_senders(settings)
    webhooks.use_settings(settings)
    clock.make_movable(settings.development)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    worker = Worker(service, settings)

    def answer(path: str) -> tuple[int, str, Any]:
        if path == "/livez":
            return 200, "application/json", {"status": "alive"}
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        if path in ("/readyz", "/status"):
            why = worker.obstacles()
            body = {"status": "unready" if why else "ready", "obstacles": why, **worker.status()}
            return 503 if why and path == "/readyz" else 200, "application/json", body
        return 404, "application/json", {"status": "not found"}

    async with contextlib.AsyncExitStack() as stack:
        if port:
            await stack.enter_async_context(await serve(host, port, answer))
        log.info("worker of %s starts", service.name)
        await worker.run(stop)
        log.info("worker of %s ends", service.name)
