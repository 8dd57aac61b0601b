"""The teams service with so many known orders, people and claims: one of each comes in by the front door, the database
copies it."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from shared.actor import Actor
from shared.contracts.base import Event
from shared.contracts.orders import OrderPublished, RoundOpened
from shared.contracts.policy_document import policy_document, policy_hash
from shared.db import Database
from shared.envelope import Envelope, body
from shared.http.app import create_app
from shared.service import Service
from shared.testing import START, Clients, head, settings_for_tests
from tests.bench.orders_data import build_indexes, drop_indexes
from tests.teams.factories import HOST, person_body

_WRITTEN = """
    select column_name from information_schema.columns
     where table_name = $1 and table_schema = 'public' and is_generated = 'NEVER' and is_identity = 'NO'"""
ID = "('{kind}0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
_COPIES: dict[str, dict[str, str]] = {
    "known_orders": {"id": ID.format(kind="0a00"), "number": "'CQ-' || n"},
    "people": {"id": ID.format(kind="0b00"), "citizen_key": "'key-' || n"},
    "teams": {
        "id": ID.format(kind="0c00"),
        "order_id": ID.format(kind="0a00"),
        "lead_id": ID.format(kind="0b00"),
        "order_number": "'CQ-' || n",
        "created_at": "t.created_at - n * interval '1 minute'",
    },
    "members": {
        "id": ID.format(kind="0d00"),
        "team_id": ID.format(kind="0c00"),
        "person_id": ID.format(kind="0b00"),
        "live_place": "null",
    },
}
"""What differs from the row that is copied, by table; the number of the copy is ``n``."""


def order_id(n: int) -> str:
    return f"0a000000-0000-7000-8000-{n:012x}"


def person_id(n: int) -> str:
    return f"0b000000-0000-7000-8000-{n:012x}"


async def load_teams(service: Service, url: str, count: int) -> None:
    """So many known orders, people, and claims on each order into the migrated, empty database at ``url``."""
    database = Database(url, service=service.name)
    await _first_of_each(service, database)
    await database.close()
    connection = await asyncpg.connect(url)
    indexes = {table: await drop_indexes(connection, table) for table in _COPIES}
    await connection.close()
    await asyncio.gather(*(_copy(url, table, count) for table in _COPIES))
    for table, definitions in indexes.items():
        await build_indexes(url, definitions, table)


async def _first_of_each(service: Service, database: Database) -> None:
    round_id, document = uuid4(), policy_document({})
    opened = RoundOpened(
        round_id=round_id,
        name="批次",
        year=2020,
        prefix="CQ",
        division="500000000000",
        mode="team_project",
        direction="demand",
        opens_at=START - timedelta(days=1),
        closes_at=START + timedelta(days=3650),
        policy=document,
        policy_hash=policy_hash(document),
    )
    order = OrderPublished(
        order_id=UUID(order_id(0)),
        round_id=round_id,
        number="CQ-0",
        title="茶园病虫害防治",
        division="500101151002",
        place="万州区龙驹镇信义社区",
        host_name="合作社",
        host_code=HOST,
        industry="茶叶",
        expertise=["茶学"],
        service_forms=[],
        people_wanted=4,
        starts_on=None,
        ends_on=None,
        key_place=True,
        asked_fen=15_000_000,
    )
    app = create_app(service, settings_for_tests(str(database.engine.url)), database)
    clients = Clients({service.name: app})
    for event in (opened, order):
        await _hear(service, database, event)
    bureau = Actor(id="bench", roles=frozenset({"bureau"}), division="500000000000")
    registered = await clients(bureau).post("/v1/people", json=person_body(1))
    registered.raise_for_status()
    lead = Actor(id="lead", roles=frozenset({"expert"}), person=registered.json()["id"])
    formed = await clients(lead).post("/v1/teams", json={"order_id": order_id(0), "name": "茶叶专家服务团"})
    formed.raise_for_status()


async def _hear(service: Service, database: Database, event: Event) -> None:
    async with database.transaction() as session:
        now = session.info["now"]
        envelope = Envelope(body(head(event, now), 1, event.model_dump_json()))
        await service.handlers.handle(session, envelope, now)


async def _copy(url: str, table: str, count: int) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("set session_replication_role = replica")  # what it refers to is being copied as well
    rows = await connection.fetch(_WRITTEN, table)
    values = ", ".join(_COPIES[table].get(row[0], f't."{row[0]}"') for row in rows)
    columns = ", ".join(f'"{row[0]}"' for row in rows)
    source = f"(select * from {table} limit 1) as t, generate_series(1, {count}) as n"  # noqa: S608 - names of our own
    await connection.execute(f"insert into {table} ({columns}) select {values} from {source}")  # noqa: S608
    await connection.close()


def claims(stage: Any, first: int) -> Any:
    """Claims on orders that others claim, too; each request another order and another lead."""
    numbers = itertools.count(first)

    async def claim() -> float:
        n = next(numbers)
        lead = Actor(id=f"expert-{n}", roles=frozenset({"expert"}), person=person_id(n + 1))
        took: float = await stage.timed(lead, "POST", "/v1/teams", {"order_id": order_id(n), "name": "专家服务团"})
        return took

    return claim
