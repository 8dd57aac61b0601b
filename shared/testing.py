"""pytest plugin: a real PostgreSQL for the run, one rolled-back transaction per test, actors, clock, events.

A service's ``tests/<service>/conftest.py`` names its module in the fixture ``service_module``; everything else
follows. Journeys across services use ``shared.testing_system``.
"""

import asyncio
import base64
import gc
import importlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import hypothesis
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.databases import close_database, in_database, make_roles, owner_of, service_url
from deploy.local.output import Output
from deploy.local.ports import free_ports
from deploy.local.postgres import Cluster, answers
from deploy.local.privileges import before_exec
from shared import clock as business
from shared import envelope
from shared.actor import Actor
from shared.auth import DevelopmentIssuer
from shared.contracts.base import REGISTRY, Event
from shared.db import Database, new_id
from shared.http.app import create_app
from shared.migrations import migrate
from shared.outbox import outbox
from shared.service import Service
from shared.settings import Settings

_PASSWORD = "test"  # noqa: S105 - of roles on a server that lives as long as the run
START = datetime(2020, 3, 10, 9, tzinfo=business.SHANGHAI)
"""Business time at which every test begins."""


def settings_for_tests(database_url: str = "postgresql://unused", **more: Any) -> Settings:
    """Settings of the development profile with keys that are the same in every run."""
    seed = base64.b64encode(b"jiedan-tests-use-this-seed-only!").decode()
    values = {
        "profile": "development",
        "database_url": database_url,
        "field_keys": f"1:{seed}",
        "hash_key": seed,
        "signing_keys": f"1:{seed}",
        "dev_key": seed,
        "files": "memory:///",
    }
    return Settings(**{**values, **more})


def pytest_configure(config: pytest.Config) -> None:
    """No test looks at the clock: a busy machine makes no property false."""
    hypothesis.settings.register_profile(
        "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    if not config.getoption("--hypothesis-profile", None):
        hypothesis.settings.load_profile("house")


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look at it again during the tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An administrator's URL: ``JIEDAN_TEST_POSTGRES_URL``, or a server of this run on a free loopback port."""
    if given := os.environ.get("JIEDAN_TEST_POSTGRES_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="jiedan-test-"))
    folder.chmod(0o711)
    cluster = Cluster(folder, next(free_ports()), "test")
    asyncio.run(cluster.initialise(Output(folder / "log")))
    fast = (
        "--fsync=off",
        "--synchronous_commit=off",
        "--full_page_writes=off",
        "--shared_buffers=64MB",
        "--scram_iterations=1",
    )
    server = subprocess.Popen(
        [*cluster.argv, *fast],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=before_exec(signal.SIGQUIT, cluster.user),
    )
    for _ in range(200):
        if not asyncio.run(answers(cluster.admin_url)):
            break
        subprocess.run(["sleep", "0.05"], check=True)
    asyncio.run(_cheapen_logins(cluster))
    yield cluster.admin_url
    server.send_signal(signal.SIGQUIT)  # at once: what it would still write down is thrown away
    server.wait(20)
    shutil.rmtree(folder, ignore_errors=True)


async def _cheapen_logins(cluster: Cluster) -> None:
    """The password as the server's few iterations keep it: a run logs in thousands of times."""
    connection = await asyncpg.connect(cluster.admin_url)
    await connection.execute(f"alter role postgres password '{cluster.password}'")
    await connection.close()


def service_of(name: str) -> Service:
    """A service's manifest by its name or module."""
    module = name if "." in name else f"services.{name}.main"
    found: Service = importlib.import_module(module).service
    return found


class Databases:
    """Makes databases for services: one migrated template each, copied in milliseconds. As in production, the tables
    belong to a role of their own, and the service has the rights that they name."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url, self._templates, self._count = admin_url, set[str](), 0
        self._mark = secrets.token_hex(4)

    async def create(self, service: Service) -> str:
        """The URL of a new, migrated, empty database of this service, as the service logs in."""
        prefix = f"test_{self._mark}_{service.name}"
        template, role = f"{prefix}_template", f"test_{service.name}"
        async with self._administrator() as server:
            if template not in self._templates:
                await make_roles(server, role, _PASSWORD)
                await server.execute(f'create database "{template}"')
                await close_database(server, template, role)
                url = in_database(self._admin_url, template)
                await migrate(service, url, START, owner=owner_of(role), user=role)
                self._templates.add(template)
            self._count += 1
            name = f"{prefix}_{self._count}"
            await server.execute(f'create database "{name}" template "{template}"')
            await close_database(server, name, role)
        return service_url(self._admin_url, role, _PASSWORD, name)

    def as_owner(self, database: Database) -> Database:
        """The same database as the owner of its tables, for what no service may do."""
        url = in_database(self._admin_url, str(database.engine.url.database))
        return Database(url, service=database.service, role=owner_of(f"test_{database.service}"))

    @asynccontextmanager
    async def _administrator(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self._admin_url)
        try:
            yield connection
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Databases:
    return Databases(postgres_url)


@pytest.fixture(scope="session")
async def opened() -> AsyncIterator[dict[str, Database]]:
    """The databases that tests share, by their services."""
    found: dict[str, Database] = {}
    yield found
    for database in found.values():
        await database.close()


# From here on once per module: pytest would hand what it keeps for a session to the next service's tests, too.
@pytest.fixture(scope="module")
def service(service_module: str) -> Service:
    return service_of(service_module)


@pytest.fixture(scope="module")
async def database(databases: Databases, opened: dict[str, Database], service: Service) -> Database:
    """The service's database, which stays empty: a test sees it through one transaction that is rolled back."""
    if service.name not in opened:
        opened[service.name] = Database(await databases.create(service), service=service.name)
    return opened[service.name]


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[Any]:
    """On the database's own engine: a new one would compile every statement anew, for every test."""
    business.make_movable(True)
    async with database.engine.connect() as connection:
        outer = await connection.begin()
        moved = sa.text("update business_clock set ahead = :ahead")
        await connection.execute(moved, {"ahead": START - business.wall()})
        database.bind(connection)
        yield connection
        await outer.rollback()
    database.bind(database.engine)


@pytest.fixture
async def session(connection: Any, database: Database, app: Any) -> AsyncIterator[AsyncSession]:
    """A transaction as a use case gets it; what it did is flushed when the test ends, and rolled back."""
    async with database.transaction() as session:
        yield session


@pytest.fixture(scope="module")
def app(service: Service, database: Database) -> Any:
    return create_app(service, settings_for_tests(str(database.engine.url)), database)


class Clients:
    """``api(actor)`` is an HTTP client that acts as ``actor``; ``api()`` one without a token."""

    def __init__(self, apps: dict[str, Any]) -> None:
        self._apps = apps
        self._issuer = DevelopmentIssuer(settings_for_tests())

    def __call__(self, actor: Actor | None = None, service: str = "") -> httpx.AsyncClient:
        app = self._apps[service] if service else next(iter(self._apps.values()))
        headers = {"Accept-Language": "en"}
        if actor:
            token = self._issuer.token(
                actor.roles,
                sub=actor.id,
                division=actor.division,
                unit=actor.unit,
                person=actor.person,
                scopes=actor.scopes,
            )
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)


@pytest.fixture
def api(app: Any, connection: Any) -> Clients:
    return Clients({app.state.service.name: app})


class Actors:
    """One actor per role (``actors.bureau``), within district 500101 (the bureau: the city); vary with ``change``."""

    CITY, DISTRICT = "500000000000", "500101000000"

    def __getattr__(self, role: str) -> Actor:
        division = self.CITY if role in ("bureau", "finance_maker", "finance_checker", "supervisor") else self.DISTRICT
        return Actor(id=f"{role}-1", roles=frozenset({role}), division=division)

    @staticmethod
    def change(actor: Actor, **fields: Any) -> Actor:
        return replace(actor, **fields)


@pytest.fixture
def actors() -> Actors:
    return Actors()


class TestClock:
    """The business clock of the service under test."""

    __test__ = False

    def __init__(self, connection: Any) -> None:
        self._connection, self.now = connection, START

    async def set(self, to: datetime) -> None:
        self.now = to
        moved = sa.text("update business_clock set ahead = :ahead")
        await self._connection.execute(moved, {"ahead": to - business.wall()})


@pytest.fixture
def clock(connection: Any) -> TestClock:
    return TestClock(connection)


@pytest.fixture
def events(connection: Any) -> Callable[[], Any]:
    """``await events()``: what the service has said so far, typed, oldest first. ``await events(EventType)`` filters."""

    async def read(kind: type[Event] | None = None) -> list[Event]:
        rows = await connection.execute(sa.select(outbox.c.type, outbox.c.data).order_by(outbox.c.id))
        found = [REGISTRY[kind_name].model_validate_json(data) for kind_name, data in rows]
        return [event for event in found if kind is None or isinstance(event, kind)]

    return read


@pytest.fixture
def run_due_jobs(service: Service, database: Database, connection: Any) -> Callable[[], Any]:
    """``await run_due_jobs()``: what the worker's scheduler would do now; a failed job fails the test."""

    async def run() -> int:
        done = await service.jobs.run_due(database)
        assert not service.jobs.failing, service.jobs.failing
        return done

    return run


def head(event: Event, now: datetime) -> str:
    """The attributes of an event as another service's first event of that aggregate."""
    return envelope.head(
        event,
        id=new_id(),
        sequence=1,
        incarnation=1,
        time=business.wall(),
        business_time=now,
        actor="test",
        traceparent="",
    )


@pytest.fixture
def deliver(service: Service, database: Database, connection: Any) -> Callable[..., Any]:
    """``await deliver(event)``: run the service's handlers for an event of another service, in one transaction."""

    async def run(event: Event) -> None:
        async with database.transaction() as session:
            raw = envelope.body(head(event, session.info["now"]), 1, event.model_dump_json())
            await service.handlers.handle(session, envelope.Envelope(raw), session.info["now"])

    return run
