"""What a service is, said once: from this manifest come its API and its worker."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock, telemetry
from shared.db import Database
from shared.files.attachments import AttachmentRow
from shared.inbox import Handlers
from shared.outages import database_lost
from shared.settings import Settings
from shared.webhooks.courier import Courier

log = logging.getLogger("jiedan.jobs")

Run = Callable[[AsyncSession, UUID, datetime], Awaitable[Any]]
Beat = Callable[[AsyncSession, datetime], Awaitable[Any]]
SERVICES = ("orders", "teams", "funding", "assessment")


@dataclass
class _Job:
    name: str
    statement: sa.Select[*tuple[Any, ...]]
    run: Run

    @property
    def due_at(self) -> Any:
        return list(self.statement.selected_columns)[1]


class Jobs:
    """What the clock brings. A job is a query of ``(id, when it falls due)`` and what to do with one such id.

    Due items run in the order of their times, each in a transaction of its own; one that fails is logged and tried
    again later while the others go on. When the database is away none has failed: all wait for it.
    """

    RETRY_SECONDS = 30.0

    def __init__(self) -> None:
        self._jobs: list[_Job] = []
        self._resting: dict[tuple[str, UUID], float] = {}
        self.failing: dict[str, str] = {}
        self.beats: list[tuple[float, Beat]] = []

    def due(self, statement: sa.Select[*tuple[Any, ...]]) -> Callable[[Run], Run]:
        def register(run: Run) -> Run:
            self._jobs.append(_Job(run.__name__, statement, run))
            return run

        return register

    def every(self, seconds: float) -> Callable[[Beat], Beat]:
        """By the wall's clock, wherever the business clock stands: for what is judged by clocks elsewhere. First when
        the worker takes the lead; each time a transaction of its own, which is handed wall time."""

        def register(run: Beat) -> Beat:
            self.beats.append((seconds, run))
            return run

        return register

    def __iter__(self) -> Any:
        return iter(self._jobs)

    async def next_due(self, session: AsyncSession) -> datetime | None:
        """When the next item falls due, or None when nothing is planned."""
        if not self._jobs:
            return None
        earliest = [sa.select(sa.func.min(job.statement.subquery().c[1])).scalar_subquery() for job in self._jobs]
        found: datetime | None = (await session.execute(sa.select(sa.func.least(*earliest)))).scalar()
        return found

    async def run_due(self, database: Database) -> int:
        """Run everything that is due by business time; how many items were done."""
        async with database.reading() as session:
            now = await clock.now(session)
            items: list[tuple[datetime, _Job, UUID]] = []
            for job in self._jobs:
                rows = await session.execute(job.statement.where(job.due_at <= now).order_by(job.due_at).limit(200))
                items += [(at, job, key) for key, at in rows]
        done = 0
        for _at, job, key in sorted(items, key=lambda item: (item[0], item[1].name)):
            if self._resting.get((job.name, key), 0) < time.monotonic():
                done += await self._run_one(database, job, key)
        return done

    async def beat(self, database: Database, run: Beat) -> None:
        """Once what ``every`` registered. Raises what it raises, and says so among what is failing."""
        name = run.__name__
        telemetry.enter_trace()
        try:
            async with database.transaction() as session:
                await run(session, clock.wall())
        except Exception as error:
            telemetry.JOB_FAILURES.labels(database.service, name).inc()
            self.failing[name] = str(error)
            raise
        self.failing.pop(name, None)

    async def _run_one(self, database: Database, job: _Job, key: UUID) -> int:
        telemetry.enter_trace()
        try:
            async with database.transaction() as session:
                await job.run(session, key, session.info["now"])
        except Exception as error:
            if database_lost(error):
                raise
            log.exception("job %s failed for %s", job.name, key)
            telemetry.JOB_FAILURES.labels(database.service, job.name).inc()
            self._resting[job.name, key] = time.monotonic() + self.RETRY_SECONDS
            self.failing[f"{job.name} {key}"] = str(error)
            return 0
        self._resting.pop((job.name, key), None)
        self.failing.pop(f"{job.name} {key}", None)
        return 1


@dataclass(frozen=True)
class Service:
    """``listens_to`` names the producers whose events arrive here, all of them; ``metadata`` its own tables,
    ``attachments`` among them the one that describes files."""

    name: str
    title: str
    metadata: sa.MetaData
    routers: Sequence[APIRouter]
    listens_to: tuple[str, ...]
    handlers: Handlers = field(default_factory=Handlers)
    jobs: Jobs = field(default_factory=Jobs)
    attachments: type[AttachmentRow] | None = None
    fill: Callable[[AsyncSession], Awaitable[object]] | None = None
    """Writes reference data that must be there before the service starts; does nothing when it is."""

    audit: Callable[[AsyncSession], Awaitable[dict[str, Any]]] | None = None
    """Compares what the service keeps about money with what its ledger says: ``{"balanced": bool, …}``."""

    courier: Courier | None = None
    """Sends signed messages to other systems, by wall time, as long as this worker leads."""

    messages: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    """What these messages look like by their type, for the API's description."""

    signs: bool = False
    """It signs what it publishes, and is told the keys for it."""

    def signing_keys(self, settings: Settings) -> dict[int, bytes]:
        """Ends the process with one clear line when it signs and was given no key."""
        if self.signs and not settings.signing_keys:
            raise SystemExit(f"jiedan: bad settings: JIEDAN_SIGNING_KEYS {self.name} signs what it publishes: no key")
        return settings.signing_keys

    def __post_init__(self) -> None:
        if self.name not in SERVICES:
            raise ValueError(f"{self.name} is none of {SERVICES}")
