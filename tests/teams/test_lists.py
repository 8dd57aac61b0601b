"""Lists of teams: what is asked for is found, and the file holds exactly that."""

import csv
import io
import sys
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from services.teams.queries.sight import visible
from shared.actor import Actor
from tests.teams.factories import UNIT, World, done


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


@pytest.mark.parametrize(("noun", "module"), [("teams", "teams"), ("people", "registry")])
async def test_more_rows_than_a_file_holds_are_refused_not_cut_off(
    world: World, monkeypatch: pytest.MonkeyPatch, noun: str, module: str
) -> None:
    await three(world)
    path = f"/v1/{noun}/export"
    monkeypatch.setattr(sys.modules[f"services.teams.api.{module}"], "MOST_EXPORTED", 3)
    assert len((await done(await world.bureau.get(f"/v1/{noun}")))["items"]) >= 3
    assert (await world.bureau.get(path, params={"q": "第2位"})).status_code == 200
    monkeypatch.setattr(sys.modules[f"services.teams.api.{module}"], "MOST_EXPORTED", 2)
    refused = await world.bureau.get(path)
    assert (refused.status_code, refused.json()["code"]) == (422, "export.too_many")


def test_whether_a_unit_sees_one_team_is_asked_of_that_team_s_places() -> None:
    """Not of all the unit's people, of whom a university has thousands."""
    asked = str(visible(Actor("u", frozenset({"unit"}), unit=UNIT)))
    assert "EXISTS" in asked
    assert "members.team_id = teams.id" in asked
    assert "teams.id IN" not in asked


async def test_a_saved_filter_of_teams_is_used_in_the_list_and_its_file(world: World) -> None:
    await three(world)
    bureau = world.bureau
    kept = {"name": "茶叶团队", "query": {"q": "茶叶", "status": "forming", "sort": "-asked_fen"}}
    saved = await done(await bureau.post("/v1/filters", json=kept), 201)
    assert await names(bureau, filter=saved["id"]) == ["茶叶团队"]
    assert await names(bureau, filter=saved["id"], q="柑橘") == ["柑橘团队"]  # what is given beside it counts
    file = await bureau.get("/v1/teams/export", params={"filter": saved["id"], "format": "csv"})
    assert len(file.content.decode("utf-8-sig").splitlines()) == 2
    expert = world.expert(await world.person(name="另一位专家"))
    assert (await expert.get("/v1/teams", params={"filter": saved["id"]})).status_code == 404


async def test_a_filter_of_teams_says_only_what_their_list_knows(world: World) -> None:
    for query in ({"status": "formed"}, {"colour": "red"}, {"division": "50"}, {"sort": "title"}):
        answer = await world.bureau.post("/v1/filters", json={"name": "x", "query": query})
        assert answer.status_code == 422, query
        assert answer.json()["errors"][0]["pointer"].startswith("/query/")
    for path in ("/v1/teams", f"/v1/rounds/{world.round_id}/screening"):
        assert (await world.bureau.get(path, params={"status": "formed"})).status_code == 422
