"""A real PostgreSQL and a real broker, and a small listening service whose effects are rows that can be counted."""

import asyncio
import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.local.options import ROOT
from deploy.local.ports import free_ports
from shared.bus import Bus
from shared.contracts.orders import OrderCompleted, OrderMatched, OrderStarted, OrderSubmitted
from shared.db import Database, new_id
from shared.envelope import Envelope, body
from shared.inbox import Handlers, Inbox
from shared.outbox import publish
from shared.relay import Relay

tables = sa.MetaData()
effects = sa.Table(
    "effects",
    tables,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("aggregate", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
)


async def until(condition: Callable[[], Any], seconds: float = 60) -> None:
    """Wait until ``condition()`` (or what it awaits) is true."""
    async with asyncio.timeout(seconds):
        while True:
            met = condition()
            if await met if inspect.isawaitable(met) else met:
                return
            await asyncio.sleep(0.02)


class Broker:
    """nats-server on a folder of its own; can be killed and started again."""

    def __init__(self, folder: Path, more: str = "", sync: str = "sync_interval: always") -> None:
        ports = free_ports()
        self.folder, self.port, self.monitor = folder, next(ports), next(ports)
        self.config = folder / "nats.conf"
        self.config.write_text(
            f"host: 127.0.0.1\nport: {self.port}\nhttp: 127.0.0.1:{self.monitor}\n"
            f'jetstream {{ store_dir: "{folder}/store"\n {sync} }}\n{more}'
        )
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://127.0.0.1:{self.monitor}"

    def start(self) -> "Broker":
        server = Path(sys.prefix) / "bin" / "nats-server"
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([server, "-c", self.config], stdout=log, stderr=log)
        for _ in range(1500):  # its folder is slow to make while another run writes much
            with suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(f"{self.monitor_url}/healthz", timeout=1).close()  # noqa: S310
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"nats-server did not start: {(self.folder / 'log').read_text()[-500:]}")

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def wipe(self) -> None:
        shutil.rmtree(self.folder / "store")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.monitor_url}{path}", timeout=2) as answer:  # noqa: S310
            return json.load(answer)


@pytest.fixture
def broker() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory(prefix="jiedan-nats-") as folder:
        server = Broker(Path(folder)).start()
        yield server
        server.kill()


async def run_scripts(url: str) -> None:
    """The platform's tables as migrations make them, every version."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    for script in sorted((ROOT / "shared" / "migrations").glob("platform_*.sql")):
        await connection.execute(script.read_text(encoding="utf-8"))
    await connection.close()


class Databases:
    """New databases that have the platform's tables and ``effects``, copied from a template."""

    def __init__(self, admin_url: str, name: str = "backbone") -> None:
        self.admin_url, self.name, self.numbers = admin_url, f"{name}_{os.getpid()}", count()
        self.opened: list[Database] = []

    async def __call__(self, service: str) -> Database:
        template = self.name
        if (number := next(self.numbers)) == 0:
            number = next(self.numbers)
            made = await self._open(template, "template1", service)
            await run_scripts(url_of(made))
            async with made.engine.begin() as connection:
                await connection.run_sync(tables.create_all)
            await made.close()
        database = await self._open(f"{template}_{number}", template, service)
        self.opened.append(database)
        return database

    async def _open(self, name: str, template: str, service: str) -> Database:
        connection = await asyncpg.connect(self.admin_url)
        await connection.execute(f"create database {name} template {template}")
        await connection.close()
        return Database(self.admin_url.rpartition("/")[0] + f"/{name}", service=service)


@pytest.fixture(scope="session")
def all_databases(postgres_url: str) -> Databases:
    return Databases(postgres_url)


@pytest.fixture
async def make_database(all_databases: Databases) -> AsyncIterator[Databases]:
    yield all_databases
    while all_databases.opened:
        await all_databases.opened.pop().close()


@pytest.fixture
async def orders(make_database: Databases) -> Database:
    """The producer's database."""
    return await make_database("orders")


@pytest.fixture
async def teams(make_database: Databases) -> Database:
    """The listener's database."""
    return await make_database("teams")


@pytest.fixture
async def relay(orders: Database) -> AsyncIterator[Relay]:
    """A relay that only journals."""
    found = Relay(url_of(orders), None, "orders")
    await found.open()
    yield found
    await found.close()


@pytest.fixture
async def bus(broker: Broker) -> AsyncIterator[Bus]:
    found = Bus(broker.url, "orders")
    await found.connect()
    yield found
    await found.close()


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


async def note(session: AsyncSession, envelope: Envelope, _now: datetime) -> None:
    """The effect of an event: one row."""
    await session.execute(
        effects.insert().values(
            event_id=envelope.id,
            aggregate=envelope.aggregate,
            sequence=envelope.sequence,
            type=envelope.type,
            position=envelope.position,
        )
    )


def noting() -> Handlers:
    """Handlers that note every event."""
    on = Handlers()
    on.every(note)
    return on


ROUND = new_id()


def submitted(order: UUID) -> OrderSubmitted:
    return OrderSubmitted(order_id=order, round_id=ROUND)


def matched(order: UUID, team: str = "T1") -> OrderMatched:
    return OrderMatched(order_id=order, round_id=ROUND, team_id=team)


def started(order: UUID) -> OrderStarted:
    return OrderStarted(order_id=order, round_id=ROUND)


def completed(order: UUID) -> OrderCompleted:
    return OrderCompleted(order_id=order, round_id=ROUND)


async def say(database: Database, *events: Any) -> None:
    """Publish in one transaction."""
    async with database.transaction() as session:
        for event in events:
            publish(session, event)


async def journaled(database: Database) -> list[Envelope]:
    """Everything in a producer's journal, as it would arrive."""
    async with database.reading() as session:
        rows = await session.execute(sa.text("select head, position, data from journal order by position"))
        return [Envelope(body(*row)) for row in rows]


async def told(orders: Database, relay: Relay, *events) -> list[Envelope]:
    """What arrives when the producer says these."""
    await say(orders, *events)
    await relay.journal_once()
    return (await journaled(orders))[-len(events) :]


async def effects_of(database: Database, *columns: str) -> list[Any]:
    """What the handlers did, in the order in which they did it."""
    wanted = [effects.c[name] for name in columns or ("aggregate", "sequence")]
    async with database.reading() as session:
        return [
            tuple(row) if len(wanted) > 1 else row[0]
            for row in await session.execute(sa.select(*wanted).order_by(effects.c.id))
        ]


async def waiting_in(database: Database) -> list[tuple[int, str]]:
    """``(sequence, state)`` of what waits."""
    async with database.reading() as session:
        rows = await session.execute(sa.text("select sequence, state from inbox_waiting order by sequence"))
        return [tuple(row) for row in rows]


def inbox_of(database: Database, handlers: Handlers, **more: Any) -> Inbox:
    return Inbox(database, "teams", handlers, **more)
