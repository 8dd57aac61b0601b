"""The city's report of a lived year says what the services' own tables say, counted without it."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from demo.make_round import make
from shared.actor import Actor
from tests.journeys.test_year import live_year
from tests.teams.factories import done

COUNTED = {
    "teams": """select count(*) as visits, sum(days) * 10 as day_tenths, sum(beneficiaries) as beneficiaries
        from entries where status = 'confirmed' and extract(year from served_on) = 2021""",
    "funding": """select sum(amount_fen) as held_fen,
            sum(amount_fen) filter (where extract(year from timezone('Asia/Shanghai', paid_at)) = 2021) as paid_fen
        from instalments where status = 'paid'""",
    "orders": "select count(*) as orders, count(*) filter (where key_place) as key_orders from orders where number <> ''",
}
"""Written against the tables of the services that own the facts."""


@pytest.fixture(scope="session")
def a_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("round") / "reported", "四川", 7, 2021, 3)


async def counted(system: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, query in COUNTED.items():
        async with system.members[name].database.reading() as session:
            row = (await session.execute(sa.text(query))).mappings().one()
            found |= {key: int(value or 0) for key, value in row.items()}
    return found


async def test_the_city_is_the_sum_of_its_counties_and_both_are_what_the_tables_say(system: Any, a_round: Path) -> None:
    line = await live_year(system, a_round)
    bureau = Actor(id="bureau", roles=frozenset({"bureau"}), division="510000000000")
    api = system.api(bureau, "assessment")
    body = {"year": 2021, "division": "510000000000", "text": "全年工作情况。"}
    report = await done(await api.post("/v1/reports", json=body), 201)
    where = f"/v1/reports/{report['id']}"
    issued = await done(await api.post(f"{where}/issue", json={"reason": "区县报告后补"}))
    content = issued["content"]
    figures = content["figures"]
    own = await counted(system)
    assert {name: figures[name] for name in own} == own
    assert figures["teams"] == line["teams"]
    assert {grade: figures[grade] for grade in line["ratings"]} == line["ratings"]
    for name, whole in figures.items():
        assert sum(row[name] for row in content["counties"]) == whole, name
    book = openpyxl.load_workbook(io.BytesIO((await api.get(f"{where}/export?format=xlsx")).content))
    assert len(list(book["团队"].values)) == 1 + line["teams"]
    assert await system.waiting() == []
