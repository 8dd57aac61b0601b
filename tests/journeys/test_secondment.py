"""Posts as Hubei announced them, lived by the demo's client on four services, and looked at from outside afterwards."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.actor import Actor
from tests.journeys.test_modes import lived

BUREAU = Actor(id="observer", roles=frozenset({"bureau"}), division="420000000000")


@pytest.fixture
async def line(system: Any) -> dict[str, Any]:
    found: dict[str, Any] = await lived(system, "secondment")
    return found


async def every(system: Any, service: str, path: str, **query: str) -> list[dict[str, Any]]:
    async with system.api(BUREAU, service) as client:
        found, page = [], await client.get(path, params={"limit": "200", **query})
        while True:
            assert page.status_code == 200, page.text
            found += page.json()["items"]
            if not page.json()["next"]:
                return found
            page = await client.get(page.json()["next"])


async def test_155_are_nominated_by_69_units_71_match_themselves_33_are_placed_51_are_left(
    system: Any, line: dict[str, Any]
) -> None:
    announced = {"nominated": 155, "units": 69, "matched": 71, "placed": 33, "posted": 104, "unplaced": 51}
    assert {name: line[name] for name in announced} == announced
    assert (line["mode"], line["orders"], line["teams"], line["experts"], line["parked"]) == (
        "secondment",
        104,
        104,
        155,
        0,
    )
    [round_] = await every(system, "orders", "/v1/rounds")
    assert round_["status"] == "archived"
    people = await every(system, "teams", f"/v1/rounds/{round_['id']}/nominations")
    assert len({row["unit_code"] for row in people}) == 69
    teams = {team["id"]: team for team in await every(system, "teams", "/v1/teams", status="concluded")}
    for row in people:
        assert (row["status"] == "unplaced") == (row["team_id"] is None)
        if row["team_id"]:
            team = teams.pop(row["team_id"])
            assert (team["lead_id"], team["placed"]) == (row["person_id"], row["status"] == "placed")
            months = date.fromisoformat(team["ends_on"]) + timedelta(days=1)
            begins = date.fromisoformat(team["starts_on"])
            assert (months.year - begins.year, months.month, months.day) == (2, begins.month, begins.day)
            await _trained_before_the_post(system, team)
    assert teams == {}
    posts = await every(system, "orders", "/v1/orders", round_id=round_["id"])
    assert {post["status"] for post in posts} == {"completed"}
    named = [next(kind for kind in ("副市长", "副县长", "产业顾问") if kind in post["title"]) for post in posts]
    assert {kind: named.count(kind) for kind in named} == {"副市长": 13, "副县长": 13, "产业顾问": 78}


async def _trained_before_the_post(system: Any, team: dict[str, Any]) -> None:
    async with system.api(BUREAU, "teams") as client:
        detail = (await client.get(f"/v1/teams/{team['id']}")).json()
        entries = (await client.get(f"/v1/teams/{team['id']}/entries")).json()["items"]
    trained_on = detail["training"]["trained_on"]
    assert trained_on < detail["starts_on"]
    assert all(entry["served_on"] >= detail["starts_on"] for entry in entries)
