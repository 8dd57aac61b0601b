"""What the event backbone does on this machine, on a PostgreSQL and a broker that sync every commit to disk.

``python -m tests.bench.backbone`` prints a line for each measurement and all of them as one JSON line last.
Ratios are taken in one run, against a bare script doing the same inserts and batches: machines are noisy.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import sqlalchemy as sa

from deploy.local.output import Output
from deploy.local.ports import free_port
from deploy.local.postgres import Cluster, answers
from deploy.local.privileges import before_exec
from shared import tasks
from shared.auditor import Auditor
from shared.bus import BATCH, Bus
from shared.db import Database, new_id
from shared.envelope import Envelope, body, subject_of
from shared.inbox import Handlers, Inbox
from shared.outbox import publish
from shared.relay import COLUMNS, Relay
from tests.shared.conftest import ROUND, Broker, Databases, submitted, until
from tests.shared.conftest import url_of as sqlalchemy_url
from tests.shared.test_worker import Process

_FILL = """
    insert into outbox (event_id, aggregate, incarnation, sequence, type, head, data)
    select id, 'order/' || id, 1, 1, 'orders.order.submitted.v1',
        json_build_object('specversion', '1.0', 'id', id, 'type', 'orders.order.submitted.v1', 'source', 'orders',
            'subject', 'order/' || id, 'time', now(), 'datacontenttype', 'application/json', 'sequence', 1,
            'incarnation', 1, 'business_time', now(), 'actor', 'system', 'traceparent', '', 'round_id', $2::text,
            'order_id', id)::text,
        json_build_object('round_id', $2::text, 'order_id', id)::text
    from (select gen_random_uuid() as id from generate_series(1, $1)) as made"""
_NOTIFY = """
    create or replace function heard() returns trigger language plpgsql as $$
    begin perform pg_notify('heard', new.aggregate); return null; end $$;
    create trigger heard after insert on effects for each row execute function heard()"""


def url_of(database: Database) -> str:
    return sqlalchemy_url(database).replace("+asyncpg", "")


async def _up(cluster: Cluster) -> bool:
    return not await answers(cluster.admin_url)


@asynccontextmanager
async def postgres(folder: Path, *more: str) -> AsyncIterator[str]:
    folder.chmod(0o711)  # noqa: ASYNC240
    cluster = Cluster(folder, free_port(), "bench")
    await cluster.initialise(Output())
    server = subprocess.Popen(  # noqa: ASYNC220
        [*cluster.argv, "--shared_buffers=256MB", *more],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=before_exec(signal.SIGQUIT, cluster.user),
    )
    await until(lambda: _up(cluster))
    try:
        yield cluster.admin_url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


async def fill(database: Database, events: int) -> None:
    """Events in the outbox as if as many transactions had published one each."""
    connection = await asyncpg.connect(url_of(database))
    await connection.execute(_FILL, events, str(ROUND))
    await connection.execute("vacuum analyze outbox")
    await connection.close()


async def relay_rate(database: Database, bus: Bus, events: int) -> float:
    """Events per second from the outbox to the broker's acknowledgement, by the relay."""
    await fill(database, events)
    relay = Relay(url_of(database), bus, "orders")
    began = time.perf_counter()
    running = asyncio.create_task(relay.run())
    await relay.lead.wait()
    goal = relay.head + events
    while relay.published_to < goal:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    took = time.perf_counter() - began
    await tasks.cancel([running])
    return events / took


async def bare_rate(database: Database, bus: Bus, events: int) -> float:
    """The same inserts and batches with nothing around them: no chain, no lead, no memory of what is published."""
    await fill(database, events)
    connection = await asyncpg.connect(url_of(database))
    position = await connection.fetchval("select coalesce(max(position), 0) from journal")
    began = time.perf_counter()
    while True:
        async with connection.transaction():
            rows = await connection.fetch(
                "with taken as (delete from outbox where id in (select id from outbox order by id limit 1000)"
                " returning *) select * from taken order by id"
            )
            if not rows:
                break
            records = []
            for row in rows:
                position += 1
                records.append((position, *row[1:], b"", b""))
            await connection.copy_records_to_table("journal", records=records, columns=COLUMNS)
        for start in range(0, len(records), BATCH):
            batch, part = uuid4().hex, records[start : start + BATCH]
            for number, record in enumerate(part, 1):
                headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number), "Nats-Msg-Id": str(record[1])}
                subject, payload = subject_of(record[5], record[2]), body(record[6], record[0], record[7])
                if number < len(part):
                    await bus.client.publish(subject, payload, headers=headers)
                else:
                    await bus.client.request(subject, payload, timeout=10, headers=headers | {"Nats-Batch-Commit": "1"})
    took = time.perf_counter() - began
    # The next relay's run goes on from an honest state.
    await connection.execute("insert into relay_state (id) values (1) on conflict do nothing")
    await connection.execute("update relay_state set published_to = $1", position)
    await connection.execute("update journal set hash = $2 where position = $1", position, hashlib.sha256().digest())
    await connection.close()
    return events / took


async def inbox_rate(database: Database, envelopes: list[Envelope]) -> float:
    """Events per second into an inbox whose handlers have nothing to do with them: only the marks move."""
    inbox = Inbox(database, "teams", Handlers())
    await inbox.retry_parked()
    began = time.perf_counter()
    for start in range(0, len(envelopes), 200):
        await inbox.process(envelopes[start : start + 200])
    return len(envelopes) / (time.perf_counter() - began)


class Ear:
    """Hears, from PostgreSQL, when the effect of an event is committed."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}

    async def listen(self, database: Database) -> None:
        self.connection = await asyncpg.connect(url_of(database))
        await self.connection.add_listener("heard", self._hear)

    def _hear(self, _connection: Any, _pid: int, _channel: str, aggregate: str) -> None:
        self.heard.setdefault(aggregate, time.perf_counter())

    async def wait(self, aggregates: list[str], seconds: float = 30) -> None:
        await until(lambda: self.heard.keys() >= set(aggregates), seconds)


async def latencies(database: Database, ear: Ear, events: int, pause: float) -> dict[str, float]:
    """Milliseconds from the return of a commit to the commit of its effect in the next service."""
    said: dict[str, float] = {}

    async def say(order: UUID) -> None:
        async with database.transaction() as session:
            publish(session, submitted(order))
        said[f"order/{order}"] = time.perf_counter()

    saying = set()
    for _ in range(events):
        saying.add(asyncio.create_task(say(new_id())))
        await asyncio.sleep(pause)
    await asyncio.gather(*saying)
    await ear.wait(list(said))
    took = sorted((ear.heard[aggregate] - at) * 1000 for aggregate, at in said.items())
    return {"p50": round(statistics.median(took), 1), "p99": round(took[int(len(took) * 0.99)], 1)}


async def resume_seconds(database: Database, broker: Broker, ear: Ear) -> float:
    """From the moment a killed broker is there again until what was committed meanwhile is handled."""
    broker.kill()
    order = new_id()
    async with database.transaction() as session:
        publish(session, submitted(order))
    await asyncio.sleep(0.5)
    broker.start()
    began = time.perf_counter()
    await ear.wait([f"order/{order}"])
    return max(0.0, ear.heard[f"order/{order}"] - began)


async def rebuild_rate(database: Database, bus: Bus) -> float:
    """Events per second from the journal into a stream that was deleted."""
    relay = Relay(url_of(database), bus, "orders")
    await relay.open()
    await bus.delete_stream("orders")
    began = time.perf_counter()
    report = await Auditor(bus, relay).audit()
    took = time.perf_counter() - began
    if not report.ok or report.missing != relay.published_to:
        raise RuntimeError(f"not rebuilt: {report}")
    await relay.close()
    return report.missing / took


async def journaled(database: Database, limit: int) -> list[Envelope]:
    async with database.reading() as session:
        rows = await session.execute(
            sa.text("select head, position, data from journal order by position limit :n"), {"n": limit}
        )
        return [Envelope(body(*row)) for row in rows]


async def measure(events: int) -> dict[str, Any]:
    found: dict[str, Any] = {"events": events}

    def note(name: str, value: Any) -> None:
        found[name] = value
        print(f"{name:32} {value}", flush=True)

    with tempfile.TemporaryDirectory(prefix="jiedan-bench-") as folder:
        (Path(folder) / "nats").mkdir()
        broker = Broker(Path(folder) / "nats").start()
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(broker.kill)
            admin_url = await stack.enter_async_context(postgres(Path(folder)))
            databases = Databases(admin_url, "bench")
            orders, teams = await databases("orders"), await databases("teams")
            bus = Bus(broker.url, "orders")
            await bus.connect()
            await bus.ensure_stream("orders")
            async with orders.engine.begin() as connection:
                await connection.execute(sa.text("alter table journal disable trigger all"))
            relayed, bare = [], []
            for _ in range(2):
                bare.append(await bare_rate(orders, bus, events))
                relayed.append(await relay_rate(orders, bus, events))
            note("relay_events_per_second", round(max(relayed)))
            note("bare_events_per_second", round(max(bare)))
            note("relay_to_bare", round(max(relayed) / max(bare), 2))
            note("rebuild_events_per_second", round(await rebuild_rate(orders, bus)))
            note("rebuild_seconds_per_million", round(1e6 / found["rebuild_events_per_second"], 1))
            note("inbox_events_per_second", round(await inbox_rate(teams, await journaled(orders, events))))
            await bus.close()
            await between_processes(databases, broker, note)
            for database in databases.opened:
                await database.close()
    return found


async def between_processes(databases: Databases, broker: Broker, note: Callable[[str, Any], None]) -> None:
    """Latencies through two real workers, on a broker that was wiped for them."""
    broker.kill()
    broker.wipe()
    broker.start()
    orders, teams = await databases("orders"), await databases("teams")
    connection = await asyncpg.connect(url_of(teams))
    await connection.execute(_NOTIFY)
    await connection.close()
    bus = Bus(broker.url, "orders")
    await bus.connect()
    orders.after_commit = bus.nudge
    workers = [Process(database.service, url_of(database), broker).start() for database in (orders, teams)]
    ear = Ear()
    await ear.listen(teams)
    await latencies(orders, ear, 50, 0.02)  # everything is warm
    note("commit_to_handled_idle_ms", await latencies(orders, ear, 200, 0.05))
    note("commit_to_handled_200_per_second_ms", await latencies(orders, ear, 1000, 0.005))
    note("resume_seconds", [round(await resume_seconds(orders, broker, ear), 2) for _ in range(3)])
    for worker in workers:
        worker.kill(signal.SIGTERM)
    await ear.connection.close()
    await bus.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=30_000, help="in each round of the relay and the bare script")
    print(json.dumps(asyncio.run(measure(parser.parse_args().events))))


if __name__ == "__main__":
    main()
