"""The operator's steps on the broker and after a restore. PostgreSQL is the truth: streams can be made anew.

``setup`` and ``rebuild`` need only the broker's administrator; the workers, which run, publish their journals again.
``restored`` is for a database that was put back from a backup, before its worker and API start.
"""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from shared.bus import BrokerRefused, Bus, NoStream, Unavailable
from shared.envelope import Envelope
from shared.journal import chain
from shared.relay import COLUMNS, Relay
from shared.service import Service
from shared.settings import Settings

log = logging.getLogger("jiedan.rebuild")


async def _administrator(settings: Settings) -> Bus:
    bus = Bus(
        settings.nats_url,
        "admin",
        user=settings.nats_admin_user or settings.nats_user,
        password=settings.nats_admin_password or settings.nats_password,
    )
    async with asyncio.timeout(30):
        await bus.connect()
    return bus


async def setup(settings: Settings, services: Sequence[Service]) -> None:
    """Make every stream and consumer that is missing; safe to repeat."""
    bus = await _administrator(settings)
    try:
        for service in services:
            await bus.ensure_stream(service.name)
        for service in services:
            for producer in service.listens_to:
                await bus.ensure_consumer(producer, service.name)
    finally:
        await bus.close()


async def rebuild(settings: Settings, services: Sequence[Service], patience: float = 60) -> dict[str, int]:
    """Delete all streams, make them and their consumers anew, and have the running workers fill them from their
    journals. The messages in each stream afterwards. Raises ``TimeoutError`` when for ``patience`` seconds no
    message comes and a stream has fewer than it had."""
    bus = await _administrator(settings)
    try:
        before = {service.name: await _messages(bus, service.name) for service in services}
        for service in services:
            await bus.delete_stream(service.name)
        await setup(settings, services)
        for service in services:
            await bus.client.publish(f"nudge.{service.name}", b"audit")
        async with asyncio.timeout(None) as limit:
            now = {service.name: 0 for service in services}
            while True:
                seen = {name: await _messages(bus, name) for name in now}
                if seen != now:
                    log.info("%s", seen)
                    limit.reschedule(asyncio.get_running_loop().time() + patience)
                if seen == now and all(seen[name] >= before[name] for name in seen):
                    return seen
                now = seen
                await asyncio.sleep(0.5)
    finally:
        await bus.close()


async def _messages(bus: Bus, name: str) -> int:
    try:
        return int((await bus.stream_info(name))["state"]["messages"])
    except (NoStream, BrokerRefused):
        return 0


async def restored(settings: Settings, service: Service) -> dict[str, int]:
    """Bring a database that was put back from a backup up to date before its first write: import the journal rows
    that its stream has beyond its own, raise its incarnation, and let it hear everything again (what it knows is
    skipped). The number of imported events and the new incarnation. Raises ``RuntimeError`` while a worker runs."""
    bus = await _administrator(settings)
    relay = Relay(settings.database_url, None, service.name)
    try:
        if not await relay.open(wait=False):
            raise RuntimeError(f"a worker of {service.name} is running: stop it first")
        imported = await _import(relay.connection, bus, service.name)
        for producer in service.listens_to:
            await bus.delete_consumer(producer, service.name)
            await bus.ensure_consumer(producer, service.name)
        incarnation: int = await relay.connection.fetchval(
            "update relay_state set incarnation = incarnation + 1, published_to ="
            " greatest(published_to, (select coalesce(max(position), 0) from journal)) returning incarnation"
            if imported
            else "update relay_state set incarnation = incarnation + 1 returning incarnation"
        )
        return {"imported": imported, "incarnation": incarnation}
    finally:
        await relay.close()
        await bus.close()


async def _import(connection: asyncpg.Connection, bus: Bus, name: str) -> int:
    """Append what the stream has beyond the journal. What was in the outbox of the backup and went out later is
    among it, and must not go out again."""
    last = await connection.fetchrow("select position, hash from journal order by position desc limit 1")
    head, previous = (last["position"], last["hash"]) if last else (0, b"\0" * 32)
    beyond: dict[int, bytes] = {}
    try:
        beyond = {position: raw async for _at, position, raw in bus.stored(name) if position > head}
    except Unavailable as error:
        log.warning("the stream of %s cannot be read (%s): only the incarnation is raised", name, error)
    records: list[tuple[Any, ...]] = []
    for position in sorted(beyond):
        if position != head + 1:
            raise RuntimeError(f"the stream of {name} lacks position {head + 1}: rebuild it from another copy first")
        record = _record(beyond[position], previous)
        records.append(record)
        head, previous = position, record[-1]
    async with connection.transaction():
        await connection.copy_records_to_table("journal", records=records, columns=COLUMNS)
        await connection.execute(
            "delete from outbox where event_id = any($1::uuid[])", [record[1] for record in records]
        )
    return len(records)


def _record(raw: bytes, previous: bytes) -> tuple[Any, ...]:
    """The journal's row of a published envelope, with its data exactly as it was written."""
    found = Envelope(raw)
    head, _, rest = raw.decode().partition(f',"position":{found.position},"data":')
    data = rest[:-1]
    digest = hashlib.sha256(data.encode()).digest()
    event_id: UUID = found.id
    return (
        found.position,
        event_id,
        found.aggregate,
        found.incarnation,
        found.sequence,
        found.type,
        head + "}",
        data,
        digest,
        chain(previous, found.position, event_id, digest),
    )
