"""Lists of teams: what is asked for is found, and the file holds exactly that."""

import csv
import io
from typing import Any
from uuid import uuid4

import openpyxl

from tests.teams.factories import World, done


async def names(client: Any, **asked: Any) -> list[str]:
    return [team["name"] for team in (await done(await client.get("/v1/teams", params=asked)))["items"]]


async def three(world: World) -> None:
    """Three claims of three leads on three orders."""
    for number, name in enumerate(("茶叶团队", "柑橘团队", "=SUM(A1)"), start=1):
        lead = await world.person(name=f"第{number}位专家")
        body = {"order_id": str(await world.order(uuid4())), "name": name}
        await done(await world.expert(lead).post("/v1/teams", json=body), 201)


async def test_words_of_one_character_and_more_find_a_team_by_its_name_number_or_lead(world: World) -> None:
    await three(world)
    assert await names(world.bureau, q="柑橘") == ["柑橘团队"]
    assert await names(world.bureau, q="茶 团队") == ["茶叶团队"]
    assert await names(world.bureau, q="第2位") == ["柑橘团队"]
    assert await names(world.bureau, q="cq-2020 第3位") == ["=SUM(A1)"]
    assert await names(world.bureau, q="桑蚕") == []
    assert len(await names(world.bureau, division="500101", status="forming,submitted")) == 3
    assert await names(world.bureau, status="submitted") == []
    assert (await world.bureau.get("/v1/teams", params={"status": "no such; status"})).status_code == 422


async def test_the_file_is_exactly_the_list_and_runs_no_formula(world: World) -> None:
    await three(world)
    answer = await world.bureau.get("/v1/teams/export", params={"q": "团队", "format": "csv"})
    head, *lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert [line[head.index("团队名称")] for line in lines] == ["茶叶团队", "柑橘团队"]
    assert {line[head.index("状态")] for line in lines} == {"组建中"}
    workbook = openpyxl.load_workbook(io.BytesIO((await world.bureau.get("/v1/teams/export")).content))
    cells = [[cell.value for cell in row] for row in workbook.active.iter_rows()]
    assert [row[2] for row in cells] == ["团队名称", "茶叶团队", "柑橘团队", "'=SUM(A1)"]
    assert "139" not in answer.text


async def test_nobody_exports_what_is_not_theirs(world: World, actors: Any) -> None:
    await three(world)
    elsewhere = world.as_(actors.change(actors.district, division="500110000000"))
    answer = await elsewhere.get("/v1/teams/export", params={"format": "csv"})
    assert len(answer.content.decode("utf-8-sig").splitlines()) == 1
