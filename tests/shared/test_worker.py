"""Workers as real processes: they lead, hear, stand by, and come back from everything that is killed."""

import asyncio
import base64
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from deploy.local.output import Output
from deploy.local.ports import free_port
from deploy.local.postgres import Cluster, answers
from deploy.local.privileges import before_exec
from shared.bus import Bus
from shared.contracts.orders import OrderMatched
from shared.db import Database, new_id
from shared.journal import drained_state, verify
from shared.rebuild import rebuild, restored, setup
from shared.relay import Relay
from shared.service import Jobs
from shared.settings import Settings
from shared.testing import START, settings_for_tests
from shared.worker import Worker
from tests.shared.conftest import (
    Broker,
    Databases,
    effects_of,
    journaled,
    matched,
    noting,
    say,
    started,
    submitted,
    until,
    url_of,
    waiting_in,
)
from tests.shared.toy import toy


def heard(database: Database, number: int) -> Callable[[], Awaitable[bool]]:
    async def all_heard() -> bool:
        return len(await effects_of(database)) >= number

    return all_heard


def settings_for(database: Database, broker: Broker, **more: Any) -> Settings:
    return settings_for_tests(url_of(database), nats_url=broker.url, nats_monitor_url=broker.monitor_url, **more)


def worker_environment(database_url: str, broker: Broker) -> dict[str, str]:
    """What a worker process is told."""
    key = base64.b64encode(settings_for_tests(database_url).hash_key).decode()
    return os.environ | {
        "JIEDAN_PROFILE": "development",
        "JIEDAN_DATABASE_URL": database_url,
        "JIEDAN_NATS_URL": broker.url,
        "JIEDAN_NATS_MONITOR_URL": broker.monitor_url,
        "JIEDAN_FIELD_KEYS": f"1:{key}",
        "JIEDAN_HASH_KEY": key,
        "JIEDAN_DEV_KEY": key,
        "JIEDAN_FILES": "memory:///",
    }


class Process:
    """A toy worker that can be killed and started again."""

    def __init__(self, name: str, database_url: str, broker: Broker) -> None:
        self.name, self.port = name, free_port()
        self.env = worker_environment(database_url, broker)
        self.process: subprocess.Popen[bytes] | None = None
        self.log = broker.folder / f"{name}-{self.port}.log"

    def start(self) -> "Process":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.shared.toy", self.name, str(self.port)],
                env=self.env,
                stdout=log,
                stderr=log,
                preexec_fn=before_exec(signal.SIGKILL),
            )
        return self

    async def get(self, path: str) -> httpx.Response | None:
        async with httpx.AsyncClient() as client:
            with contextlib.suppress(httpx.HTTPError):
                return await client.get(f"http://127.0.0.1:{self.port}{path}")
        return None

    async def ready(self) -> bool:
        answer = await self.get("/readyz")
        return answer is not None and answer.status_code == 200

    def kill(self, number: signal.Signals = signal.SIGKILL) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(10)


@contextlib.asynccontextmanager
async def working(*workers: Worker) -> AsyncIterator[None]:
    """Workers in this process."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(worker.run(stop)) for worker in workers]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def test_a_commit_reaches_the_next_service_and_a_stopped_worker_loses_nothing(
    orders: Database, teams: Database, broker: Broker
) -> None:
    speaker, hearer = (Process(d.service, url_of(d), broker).start() for d in (orders, teams))
    order = new_id()
    await say(orders, submitted(order), started(order))
    await until(heard(teams, 2))
    await until(hearer.ready)
    answer = await hearer.get("/readyz")
    assert answer is not None
    assert answer.json()["audit"]["sync_always"] is True
    figures = await hearer.get("/metrics")
    assert figures is not None
    assert "jiedan_audit_ok" in figures.text
    assert hearer.kill(signal.SIGTERM) == 0
    await say(orders, matched(order))
    hearer.start()
    await until(heard(teams, 3))
    assert await effects_of(teams) == [(f"order/{order}", n) for n in (1, 2, 3)]
    assert speaker.kill(signal.SIGINT) == 0
    hearer.kill()


async def test_a_second_worker_stands_by_and_takes_over(orders: Database, teams: Database, broker: Broker) -> None:
    speaker = Process("orders", url_of(orders), broker).start()
    first = Process("teams", url_of(teams), broker).start()
    await until(first.ready)
    second = Process("teams", url_of(teams), broker).start()
    await until(second.ready)
    answer = await second.get("/readyz")
    assert answer is not None
    assert answer.json()["leading"] is False
    first.kill()
    await say(orders, submitted(new_id()))
    await until(heard(teams, 1), seconds=20)
    second.kill()
    speaker.kill()


async def test_a_job_that_meets_a_lost_database_has_not_failed_and_runs_as_soon_as_it_is_back(orders: Database) -> None:
    jobs, ran = Jobs(), list[Any]()

    @jobs.due(sa.select(sa.literal(new_id()).label("id"), sa.literal(START, sa.DateTime(True)).label("due_at")))
    async def expire(session: Any, key: Any, _now: datetime) -> None:
        ran.append(key)
        if len(ran) == 1:
            await session.execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DBAPIError):
        await jobs.run_due(orders)
    assert jobs.failing == {}
    assert await jobs.run_due(orders) == 1
    assert len(ran) == 2


async def test_what_goes_by_the_wall_clock_goes_on_after_it_failed(orders: Database, broker: Broker) -> None:
    service, beats = toy("orders"), list[datetime]()

    @service.jobs.every(0.01)
    async def beat(_session: Any, wall: datetime) -> None:
        beats.append(wall)
        if len(beats) == 2:
            raise ValueError("mistake")

    worker = Worker(service, settings_for(orders, broker))
    async with working(worker):
        await until(lambda: len(beats) >= 5)
        await until(lambda: not worker.status()["failing_jobs"])
    assert beats == sorted(beats)


async def test_readiness_is_red_without_sync_always_unless_the_risk_is_accepted(orders: Database) -> None:
    with tempfile.TemporaryDirectory(prefix="jiedan-nats-") as folder:
        lax = Broker(Path(folder), sync="").start()
        careful = Worker(toy("orders"), settings_for(orders, lax))
        async with working(careful):
            await until(lambda: careful.auditor.report.checked_at is not None)
            assert any("sync every write" in why for why in careful.obstacles())
        accepting = Worker(toy("orders"), settings_for(orders, lax, accept_broker_risk=True))
        async with working(accepting):
            await until(lambda: not accepting.obstacles())
        lax.kill()


async def test_a_rebuild_makes_all_streams_anew_from_the_journals(
    orders: Database, teams: Database, broker: Broker
) -> None:
    services = [toy("orders"), toy("teams")]
    settings = settings_for(orders, broker)
    await setup(settings, services)
    async with working(Worker(services[0], settings), Worker(services[1], settings_for(teams, broker))):
        await say(orders, *(submitted(new_id()) for _ in range(700)))
        await until(heard(teams, 700))
        assert (await rebuild(settings, services))["orders"] == 700
        await say(orders, submitted(new_id()))
        await until(heard(teams, 701))
    assert len(set(await effects_of(teams, "event_id"))) == 701


async def test_a_database_put_back_from_a_backup_gets_its_later_events_from_the_stream(
    orders: Database, teams: Database, broker: Broker, make_database: Databases
) -> None:
    """And its next events, numbered anew, reach those who heard the lost time already."""
    order = new_id()
    hearing = Worker(toy("teams"), settings_for(teams, broker))
    backup = await make_database("orders")
    async with working(hearing):
        async with working(Worker(toy("orders"), settings_for(orders, broker))):
            await say(orders, submitted(order), started(order), submitted(new_id()))
            await until(heard(teams, 3))
        settings = settings_for(backup, broker)
        assert await restored(settings, toy("orders")) == {"imported": 3, "incarnation": 2}
        original, copy = await journaled(orders), await journaled(backup)
        assert [event.text for event in copy] == [event.text for event in original]
        async with backup.reading() as session:
            assert (await verify(session))["intact"]
        put_back = Worker(toy("orders"), settings)
        async with working(put_back):
            await say(backup, matched(order))
            await until(heard(teams, 4))

            await until(lambda: put_back.auditor.report.ok)
    assert (await effects_of(teams))[-1] == (f"order/{order}", 1)
    assert await waiting_in(teams) == []


async def test_a_restore_is_refused_while_a_worker_runs(orders: Database, broker: Broker) -> None:
    relay = Relay(url_of(orders), None, "orders")
    await relay.open()
    with pytest.raises(RuntimeError, match="is running"):
        await restored(settings_for(orders, broker), toy("orders"))
    await relay.close()


async def test_a_wiped_broker_heals_while_the_workers_run(orders: Database, teams: Database, broker: Broker) -> None:
    async with working(
        Worker(toy("orders"), settings_for(orders, broker)), Worker(toy("teams"), settings_for(teams, broker))
    ):
        await say(orders, *(submitted(new_id()) for _ in range(50)))
        await until(heard(teams, 50))
        broker.kill()
        broker.wipe()
        await say(orders, *(submitted(new_id()) for _ in range(5)))
        broker.start()
        await until(heard(teams, 55))
        bus = Bus(broker.url, "orders")
        await bus.connect()

        async def complete() -> bool:
            return len({position async for _at, position, _body in bus.stored("orders")}) == 55

        await until(complete)
        await bus.close()
    assert len(set(await effects_of(teams, "event_id"))) == 55


class Postgres:
    """A cluster of its own, which may crash."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o711)
        self.cluster = Cluster(folder, free_port(), "test")
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        await self.cluster.initialise(Output())
        self.process = subprocess.Popen(  # noqa: ASYNC220
            [*self.cluster.argv, "--shared_buffers=64MB"],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=before_exec(signal.SIGQUIT, self.cluster.user),
        )

        async def up() -> bool:
            return not await answers(self.cluster.admin_url)

        await until(up)

    def crash(self) -> None:
        """Everything at once and without a checkpoint; what was not synced is replayed from the log."""
        assert self.process
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(20)


async def test_nothing_is_lost_doubled_or_disordered_whatever_is_killed(broker: Broker) -> None:
    """Events flow for some seconds while workers, broker and PostgreSQL are killed at random."""
    dice = random.Random(20200310)
    with tempfile.TemporaryDirectory(prefix="jiedan-pg-") as folder:
        postgres = Postgres(Path(folder))
        await postgres.start()
        databases = Databases(postgres.cluster.admin_url, "chaos")
        orders, teams = await databases("orders"), await databases("teams")
        speaker, hearer = (Process(d.service, url_of(d), broker).start() for d in (orders, teams))
        names = [new_id() for _ in range(12)]
        stop = asyncio.Event()

        async def speak() -> None:
            while not stop.is_set():
                try:
                    await say(orders, *(started(name) for name in dice.sample(names, 3)))
                except (OSError, DBAPIError):
                    await asyncio.sleep(0.05)
                await asyncio.sleep(0.02)

        async def crash_postgres() -> None:
            postgres.crash()
            await postgres.start()

        def crash(victim: Any) -> Callable[[], Awaitable[None]]:
            async def kill() -> None:
                victim.kill()
                await asyncio.sleep(dice.random() * 0.2)
                victim.start()

            return kill

        speaking = asyncio.gather(*(speak() for _ in range(2)))
        await until(hearer.ready)
        deaths = [crash(hearer), crash(speaker), crash(broker), crash_postgres] * 2
        dice.shuffle(deaths)
        for death in deaths:
            await asyncio.sleep(0.4 + dice.random())
            await death()
        await asyncio.sleep(1)
        stop.set()
        await speaking
        await until(speaker.ready)

        async def drained() -> bool:
            with contextlib.suppress(OSError, DBAPIError):
                async with orders.reading() as session:
                    state = await drained_state(session)
                return state["outbox"] == 0 and len(await effects_of(teams)) >= state["journal_head"]
            return False

        await until(drained)
        said, done = await journaled(orders), await effects_of(teams, "event_id")
        assert len(said) > 200
        assert sorted(done) == sorted(event.id for event in said), "lost or doubled"
        for name in names:
            of = [number for aggregate, number in await effects_of(teams) if aggregate == f"order/{name}"]
            assert of == list(range(1, len(of) + 1)), "out of order"
        assert await waiting_in(teams) == []
        async with orders.reading() as session:
            assert (await verify(session))["intact"]
        speaker.kill()
        hearer.kill()
        await orders.close()
        await teams.close()
        postgres.crash()


async def test_jobs_and_commands_go_on_beside_a_parked_event(orders: Database, teams: Database, broker: Broker) -> None:
    on = noting()

    @on(OrderMatched)
    async def fail(_session: Any, _event: Any, _now: Any) -> None:
        raise ValueError("mistake")

    hearing = Worker(toy("teams", on), settings_for(teams, broker))
    async with working(Worker(toy("orders"), settings_for(orders, broker)), hearing):
        await say(orders, matched(new_id()), submitted(new_id()))
        await until(heard(teams, 1))

        await until(lambda: hearing.status()["parked"] == 1)
