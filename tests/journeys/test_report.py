"""The city's report of a lived year says what the services' own tables say, counted without it; also once its copies of
them were fetched anew, as ``jiedan rebuild`` does on a database that was filled before there were reports."""

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

SERVED, PAID = 2021, 2022
"""The year of service, and the one in which a published grade let the money go."""
COUNTED = {
    "teams": """select count(*) as visits, sum(days) * 10 as day_tenths, sum(beneficiaries) as beneficiaries,
            count(distinct division) as places
        from entries join teams on teams.id = team_id
        where entries.status = 'confirmed' and extract(year from served_on) = {year}""",
    "funding": """select sum(fen) filter (where year = {year} and fen > 0) as paid_fen,
            -sum(fen) filter (where year = {year} and fen < 0) as returned_fen,
            sum(fen) filter (where year <= {year}) as held_fen
        from (select amount_fen as fen, extract(year from timezone('Asia/Shanghai', paid_at)) as year
                from instalments where status = 'paid'
              union all select -amount_fen, extract(year from paid_on) from repayments where status = 'confirmed') as moved""",
    "orders": """select count(*) as orders, count(*) filter (where key_place) as key_orders
        from orders join rounds on rounds.id = round_id where number <> '' and rounds.year = {year}""",
}
"""Written against the tables of the services that own the facts."""
OF_TEAMS = """with told as (select distinct on (team_id, name) team_id, name, actual from reports
        where timezone('Asia/Shanghai', reported_at) < '{year}-12-31 24:00' order by team_id, name, id desc)
    select count(distinct (team_id, person_id)) as experts, count(distinct person_id) as people,
        (select count(*) from indicators join told using (team_id, name)
          where case when target >= baseline then told.actual >= target else told.actual <= target end
        ) as indicators_reached
    from members where role in ('lead', 'member') and timezone('Asia/Shanghai', joined_at) < '{year}-12-31 24:00'"""
"""The same of the year of service, in which every team served."""
FORGOTTEN = (
    "delete from known_orders",
    "delete from known_payments",
    "delete from known_stands",
    "update known_entries set beneficiaries = 0, form = '', served_units = '{}'",
    "delete from inbox_mark where producer = 'funding' or (producer = 'orders' and aggregate like 'order/%')"
    " or (producer = 'teams' and aggregate like 'entry/%')",
    "insert into known_stands select i.team_id, i.name, t.starts_on, i.unit, i.baseline, i.target, i.actual"
    " from known_indicators i join known_teams t on t.id = i.team_id",
)
"""What a database has that was filled before there were reports, once its migrations were run."""


@pytest.fixture(scope="session")
def a_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("round") / "reported", "四川", 7, 2021, 3)


async def counted(system: Any, year: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, query in [*COUNTED.items(), *([("teams", OF_TEAMS)] if year == SERVED else [])]:
        async with system.members[name].database.reading() as session:
            row = (await session.execute(sa.text(query.format(year=year)))).mappings().one()
            found |= {key: int(value or 0) for key, value in row.items()}
    return found


async def drafted(api: Any, year: int) -> dict[str, Any]:
    body = {"year": year, "division": "510000000000", "text": "全年工作情况。"}
    report: dict[str, Any] = await done(await api.post("/v1/reports", json=body), 201)
    return report


async def fetch_again(system: Any) -> None:
    """Every stream from its beginning, to a database that knows of no report's matters."""
    member = system.members["assessment"]
    async with member.database.transaction() as session:
        for statement in FORGOTTEN:
            await session.execute(sa.text(statement))
    member.read_to = dict.fromkeys(member.read_to, 0)
    await system.pump()


async def test_the_city_is_the_sum_of_its_counties_and_both_are_what_the_tables_say(system: Any, a_round: Path) -> None:
    line = await live_year(system, a_round)
    bureau = Actor(id="bureau", roles=frozenset({"bureau"}), division="510000000000")
    api = system.api(bureau, "assessment")
    report = await drafted(api, SERVED)
    where = f"/v1/reports/{report['id']}"
    issued = await done(await api.post(f"{where}/issue", json={"reason": "区县报告后补"}))
    content = issued["content"]
    later = (await drafted(api, PAID))["content"]
    for year, told in ((SERVED, content), (PAID, later)):
        own = await counted(system, year)
        assert {name: (told["figures"] | {"people": told["people"]})[name] for name in own} == own
        for name, whole in told["figures"].items():
            assert sum(row[name] for row in told["counties"]) == whole, name
    assert content["figures"]["teams"] == line["teams"]
    assert later["figures"]["paid_fen"] > content["figures"]["paid_fen"]
    assert {grade: content["figures"][grade] for grade in line["ratings"]} == line["ratings"]
    book = openpyxl.load_workbook(io.BytesIO((await api.get(f"{where}/export?format=xlsx")).content))
    assert len(list(book["团队"].values)) == 1 + line["teams"]

    await fetch_again(system)
    again = (await drafted(api, SERVED))["content"]
    assert {name: again[name] for name in ("teams", "orders", "figures", "people")} == {
        name: content[name] for name in ("teams", "orders", "figures", "people")
    }
    listed = (await done(await api.get("/v1/reports", params={"year": PAID})))["items"]
    assert (await done(await api.get(f"/v1/reports/{listed[0]['id']}")))["content"]["teams"] == later["teams"]
    assert await system.waiting() == []
