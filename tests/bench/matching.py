"""How long matching a round takes, and an import of the expert pool and the search for one person under two
spellings: the API on a real database, every request committed."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import cache
from typing import Any
from uuid import uuid4

from services.teams.main import service
from services.teams.rules.person import Registration
from services.teams.usecases import person
from shared import envelope
from shared.actor import SYSTEM
from shared.contracts.base import Event
from shared.contracts.orders import OrderPublished
from shared.db import Database
from shared.http.app import create_app
from shared.spreadsheet import XLSX
from shared.subjects import subjects
from shared.testing import START, Actors, Clients, Databases, head, settings_for_tests
from tests.teams.factories import HOST, UNIT, World, done
from tests.teams.test_people import HEADER, workbook

COUNT = 1_000
PEOPLE = 10_000
_WORDS = sorted(name for code, name in subjects().items() if len(code) == 5)
_COUNTIES = [f"5001{n:02}000000" for n in range(1, 39)]
_CHARACTERS = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文志海波雪梅春晓东林峰龙云飞鹏"


def _name(n: int) -> str:
    """One of eighty thousand names of three characters; nobody's."""
    size = len(_CHARACTERS)
    return "赵钱孙李周吴郑王冯陈"[n % 10] + _CHARACTERS[n // 10 % size] + _CHARACTERS[n // 10 // size % size]


def _citizen_id(n: int) -> str:
    body = f"500101{1950 + n // 366 % 50}{1 + n % 12:02}{1 + n % 28:02}{n // 28 % 1000:03}"
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


def _expert(n: int) -> Registration:
    return Registration(
        name=_name(n),
        gender="男女"[n % 2],
        citizen_id=_citizen_id(n),
        phone=f"139{n:08}",
        unit_name="大学",
        unit_code=UNIT,
        title="研究员",
        title_level="正高",
        honours=("市学术技术带头人",),
        fields=(_WORDS[n % len(_WORDS)], _WORDS[n * 7 % len(_WORDS)]),
        category="",
        division=_COUNTIES[n % 38],
        health="",
        willing=True,
        unit_agrees=True,
    )


@cache
def _databases(admin_url: str) -> Databases:
    """One for the process: it makes the template once."""
    return Databases(admin_url)


@asynccontextmanager
async def _world(admin_url: str) -> AsyncIterator[tuple[World, Database]]:
    url = await _databases(admin_url or os.environ["JIEDAN_TEST_POSTGRES_URL"]).create(service)
    database = Database(url, service=service.name)

    async def deliver(event: Event) -> None:
        async with database.transaction() as session:
            raw = envelope.body(head(event, session.info["now"]), 1, event.model_dump_json())
            await service.handlers.handle(session, envelope.Envelope(raw), session.info["now"])

    world = World(Clients({"teams": create_app(service, settings_for_tests(url), database)}), Actors(), deliver, None)
    try:
        await world.open_round()
        yield world, database
    finally:
        await database.close()


async def match_1k(admin_url: str = "", count: int = COUNT) -> float:
    """Seconds of one round-wide matching of ``count`` orders and as many experts."""
    async with _world(admin_url) as (world, database):
        for n in range(count):
            await world.deliver(_order(world, n))
        async with database.transaction() as session:
            await person.register_all(session, [_expert(n) for n in range(count)], SYSTEM, START)
        began = time.perf_counter()
        found = await done(await world.bureau.post(f"/v1/rounds/{world.round_id}/matching", json={}))
        taken = time.perf_counter() - began
    if (found["orders"], found["experts"]) != (count, count) or len(found["items"]) < count * 0.9:
        raise RuntimeError(f"not matched: {found['orders']} {found['experts']} {len(found['items'])}")
    return taken


def _order(world: World, n: int) -> OrderPublished:
    return OrderPublished(
        order_id=uuid4(),
        round_id=world.round_id,
        number=f"CQ-{n:04}",
        title=f"需求{n}",
        place="村",
        division=_COUNTIES[n % 38][:6] + "001001",
        host_name="合作社",
        host_code=HOST,
        industry="",
        expertise=[_WORDS[n * 3 % len(_WORDS)]],
        service_forms=[],
        people_wanted=1,
        starts_on=date(2020, 5, 1),
        ends_on=date(2021, 4, 30),
        key_place=n % 5 == 0,
        asked_fen=10_000_000,
    )


async def people_10k(admin_url: str = "", count: int = PEOPLE) -> dict[str, float]:
    """Seconds of importing an expert pool of ``count`` rows, of the same file again, and of finding duplicates."""
    rows: list[list[Any]] = []
    for n in range(count):
        e = _expert(n)
        row = {
            "序号": n,
            "姓名": e.name,
            "性别": e.gender,
            "证件号码": e.citizen_id,
            "工作单位": e.unit_name,
            "单位统一社会信用代码": e.unit_code,
            "职称": e.title,
            "职称级别": e.title_level,
            "人才称号": "、".join(e.honours),
            "专业领域": "、".join(e.fields),
            "联系电话": e.phone,
            "所在区县代码": e.division,
        }
        rows.append([row.get(name) for name in HEADER])
    upload = {"file": ("experts.xlsx", workbook(*rows), XLSX)}
    taken: dict[str, float] = {}
    async with _world(admin_url) as (world, _):
        for step in ("import_s", "again_s"):
            began = time.perf_counter()
            answer = await done(await world.bureau.post("/v1/people/import", files=upload))
            taken[step] = time.perf_counter() - began
        began = time.perf_counter()
        await done(await world.bureau.get("/v1/people/duplicates"))
        taken["duplicates_s"] = time.perf_counter() - began
    if (answer["existing"], answer["updated"]) != (count, 0):
        raise RuntimeError(f"the same file changed something: {answer['existing']} {answer['updated']}")
    return taken


async def _all() -> None:
    print(f"match_1k {await match_1k():.2f} s")
    print({step: round(seconds, 2) for step, seconds in (await people_10k()).items()})


if __name__ == "__main__":
    asyncio.run(_all())
