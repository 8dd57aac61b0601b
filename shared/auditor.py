"""The auditor: does the broker still have what the journal says it has?

A broker can lose acknowledged events and say it is healthy (a flipped bit, a truncated file, a wiped folder). So the
worker compares its own stream with its journal at every start and every minute, and publishes again what is missing.
It needs no administrator's rights: it reads its own stream and publishes its own subjects.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx

from shared.bus import BrokerRefused, Bus, Unavailable, stream_config
from shared.relay import DATABASE_ERRORS, Relay
from shared.telemetry import AUDIT

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between audits."""
AGAIN = 3.0
"""Seconds until the next one after one that could not be finished."""


@dataclass
class Report:
    """What the last audit found. ``ok`` says that the stream holds every event of the journal."""

    ok: bool = False
    checked_at: datetime | None = None
    problems: list[str] = field(default_factory=list)
    messages: int = 0
    """In the stream."""
    published_to: int = 0
    missing: int = 0
    """Events that the stream had lost, found by this audit."""
    sync_always: bool | None = None
    """Whether the broker syncs every write to disk; None: nobody could tell."""


class Auditor:
    """Audits the stream of the relay that leads."""

    def __init__(self, bus: Bus, relay: Relay, monitor_url: str = "") -> None:
        self.bus, self.relay, self.service = bus, relay, relay.service
        self.monitor_url = monitor_url
        self.report = Report()
        self.republished = 0
        """Since the process started."""
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Audit now: the broker came back, the stream was made anew, an operator asks."""
        self._asked.set()

    async def run(self) -> None:
        """Audit until cancelled."""
        self.relay.on_stream_made = self.ask
        self.bus.on_reconnect.append(self.ask)
        try:
            while True:
                self._asked.clear()
                pause = EVERY
                try:
                    await self.audit()
                    pause = EVERY if self.report.ok else AGAIN
                except Exception as error:
                    expected = isinstance(error, (*DATABASE_ERRORS, Unavailable, BrokerRefused))
                    log.warning("audit not finished: %s: %s", type(error).__name__, error, exc_info=not expected)
                    self._finish(Report(problems=[f"not finished: {error}"], sync_always=self.report.sync_always))
                    pause = AGAIN
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._asked.wait()
        finally:
            self.bus.on_reconnect.remove(self.ask)

    async def audit(self) -> Report:
        """Compare, repair, compare again. Raises while the broker or the database is away."""
        await self.bus.ensure_stream(self.service)
        connection = await asyncpg.connect(self.relay.dsn, timeout=5)
        try:
            report = await self._compare(connection)
        finally:
            await connection.close(timeout=2)
        report.sync_always = await self._syncs()
        self._finish(report)
        return report

    def _finish(self, report: Report) -> None:
        report.checked_at = datetime.now(UTC)
        if report.problems and report.problems != self.report.problems:
            log.warning("audit: %s", "; ".join(report.problems))
        self.report = report
        AUDIT.labels(self.service).set(report.ok)

    async def _compare(self, connection: asyncpg.Connection) -> Report:
        info, published_to = await self._count()
        state = info["state"]
        report = Report(
            messages=state["messages"], published_to=published_to, problems=self._differences(info["config"])
        )
        known = await connection.fetchrow("select stream_extra, stream_offset from relay_state")
        if (state["messages"] - published_to, state["last_seq"] - published_to) != (known[0], known[1]):
            missing, ahead, beyond = await self._search(published_to, state["last_seq"])
            if beyond:
                report.problems.append(
                    f"the stream has {beyond} events beyond the journal: a database that was put back needs `jiedan restored`"
                )
            report.missing = len(missing)
            await self._republish(connection, missing)
            counted, upto = await self._count()
            report.messages, report.published_to = counted["state"]["messages"], upto
            complete = state["messages"] + len(missing) + max(0, upto - published_to - ahead)
            if counted["state"]["messages"] < complete:
                report.problems.append(f"{complete - counted['state']['messages']} events are still missing")
            elif not beyond:
                await connection.execute(
                    "update relay_state set stream_extra = $1, stream_offset = $2",
                    counted["state"]["messages"] - upto,
                    counted["state"]["last_seq"] - upto,
                )
        report.ok = not report.problems
        return report

    async def _count(self) -> tuple[dict[str, Any], int]:
        """The stream's state and how far the relay has published, at one moment when nothing is on its way."""
        async with self.relay.quiet:
            return await self.bus.stream_info(self.service), self.relay.published_to

    async def _search(self, published_to: int, last: int) -> tuple[list[int], int, int]:
        """Positions that the stream has lost; how many it has that the relay has not seen acknowledged; and how many
        that the journal does not have."""
        seen = bytearray(published_to + 1)
        ahead, beyond = set(), 0
        async for sequence, position, _body in self.bus.stored(self.service):
            if sequence > last:
                break
            if position <= published_to:
                seen[position] = 1
            elif position <= self.relay.head:
                ahead.add(position)
            else:
                beyond += 1
        missing = [position for position in range(1, published_to + 1) if not seen[position]]
        return missing, len(ahead), beyond

    async def _republish(self, connection: asyncpg.Connection, missing: Sequence[int]) -> None:
        if missing:
            log.warning(
                "the stream has lost %s of %s events: publishing them again", len(missing), self.relay.published_to
            )
            await self.relay.republish(connection, missing)
            self.republished += len(missing)

    def _differences(self, config: dict[str, Any]) -> list[str]:
        """What of the stream's configuration is not as we would make it."""
        wrong = [
            f"stream: {name} is {config.get(name)!r}, should be {value!r}"
            for name, value in stream_config(self.service).items()
            if config.get(name, type(value)()) != value
        ]
        if config.get("persist_mode", "default") not in ("default", ""):
            wrong.append("stream: persist_mode is not the default: acknowledged events may be lost")
        return wrong

    async def _syncs(self) -> bool | None:
        """Whether the broker syncs every write to disk, from its monitoring address."""
        if not self.monitor_url:
            return None
        try:
            async with httpx.AsyncClient(timeout=3) as client:
                answer = await client.get(f"{self.monitor_url.rstrip('/')}/varz")
                config = answer.raise_for_status().json()["jetstream"]["config"]
        except (httpx.HTTPError, KeyError, ValueError):
            return self.report.sync_always
        return bool(config.get("sync_always", False))
