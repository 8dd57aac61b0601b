"""What holds when people press the button at the same moment, and when a worker is killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from services.orders.models import Order
from shared.db import Database
from shared.http.app import create_app
from shared.service import Service
from shared.testing import Actors, Clients, Databases, settings_for_tests
from tests.orders.factories import done, open_round, order_body, round_body
from tests.orders.summaries import many, upload

COUNTY = "500101000000"


@dataclass
class Busy:
    """A database of its own, where every request commits."""

    api: Clients
    database: Database
    url: str

    async def count(self) -> int:
        async with self.database.reading() as session:
            return await session.scalar(sa.select(sa.func.count()).select_from(Order)) or 0


@pytest.fixture
async def busy(databases: Databases, service: Service) -> AsyncIterator[Busy]:
    url = await databases.create(service)
    own = Database(url, service=service.name)
    yield Busy(Clients({"orders": create_app(service, settings_for_tests(url), own)}), own, url)
    await own.close()


async def test_clerks_of_a_district_at_once_never_exceed_its_quota_together(busy: Busy) -> None:
    actors, api = Actors(), busy.api
    policy = {"orders": {"district_quota": 3}}
    created = await done(await api(actors.bureau).post("/v1/rounds", json=round_body(policy=policy)), 201)
    await done(await api(actors.bureau).post(f"/v1/rounds/{created['id']}/open"))
    orders = []
    for number in range(8):
        body = order_body(created["id"], title=f"需求{number}")
        orders.append((await done(await api(actors.bureau).post("/v1/orders", json=body), 201))["id"])
        await done(await api(actors.bureau).post(f"/v1/orders/{orders[-1]}/submit"))
    one, two = actors.district, actors.change(actors.district, id="district-2")
    bulk = f"/v1/rounds/{created['id']}/orders/recommend"
    single = [api(one).post(f"/v1/orders/{key}/recommend") for key in orders]
    answers = await asyncio.gather(*single, api(two).post(bulk), api(one).post(bulk))
    assert {answer.status_code for answer in answers} <= {200, 409}
    done_alone = sum(answer.status_code == 200 for answer in answers[:8])
    together = sum(row["ok"] for answer in answers[8:] for row in answer.json()["results"])
    assert done_alone + together == 3
    (mine,) = (await done(await api(one).get(f"/v1/rounds/{created['id']}/quotas")))["items"]
    assert (mine["used"], mine["left"]) == (3, 0)


async def test_the_same_summary_handed_in_twice_at_once_makes_each_order_once(busy: Busy) -> None:
    round = await open_round(busy.api, Actors())
    two = [upload(busy.api(Actors().bureau), round["id"], many(50)) for _ in range(2)]
    answers = [await done(answer) for answer in await asyncio.gather(*two)]
    assert sorted(answer["created"] for answer in answers) == [0, 50]
    assert await busy.count() == 50


WORK = """
import asyncio, sys
from services.orders.main import service
from shared import clock, crypto
from shared.db import Database
from shared.testing import settings_for_tests

async def work():
    settings = settings_for_tests(sys.argv[1])
    crypto.use_keys(settings.field_keys, settings.hash_key)
    clock.make_movable(True)
    await service.jobs.run_due(Database(sys.argv[1], service="orders"))

asyncio.run(work())
"""


async def test_a_worker_killed_in_the_middle_of_a_summary_leaves_nothing_and_the_next_one_takes_it_in_whole(
    busy: Busy, service: Service
) -> None:
    rows, district = 3_000, busy.api(Actors().district)
    round = await open_round(busy.api, Actors())
    accepted = await done(await upload(district, round["id"], many(rows)), 202)
    worker = await asyncio.create_subprocess_exec(sys.executable, "-c", WORK, busy.url)
    async with asyncio.timeout(60):
        while not (state := await done(await district.get(f"/v1/imports/{accepted['id']}")))["done"]:
            continue
    os.kill(worker.pid, signal.SIGKILL)
    assert await worker.wait() == -signal.SIGKILL
    assert (state["status"], 0 < state["done"] <= rows) == ("running", True)
    assert await busy.count() == 0
    assert (await done(await district.get(f"/v1/imports/{accepted['id']}")))["status"] == "running"
    assert await service.jobs.run_due(busy.database) == 1
    after = await done(await district.get(f"/v1/imports/{accepted['id']}"))
    assert (after["status"], after["created"], await busy.count()) == ("done", rows, rows)
