"""Experts' offers, lived by the demo's client on four services, and looked at from outside afterwards."""

from typing import Any

import pytest

from shared.actor import Actor
from tests.journeys.test_modes import lived

BUREAU = Actor(id="observer", roles=frozenset({"bureau"}), division="500000000000")


@pytest.fixture
async def line(system: Any) -> dict[str, Any]:
    found: dict[str, Any] = await lived(system, "supply")
    return found


async def items(system: Any, service: str, path: str) -> list[dict[str, Any]]:
    answer = await system.api(BUREAU, service).get(path, params={"limit": "200"})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_twenty_offers_become_eighteen_teams_at_the_hosts_who_claimed_them(
    system: Any, line: dict[str, Any]
) -> None:
    assert {name: value for name, value in line.items() if name != "seconds"} == {
        "mode": "supply",
        "orders": 20,
        "teams": 18,
        "experts": 54,
        "supply_led": 18,
        "claims": 26,
        "unclaimed": 2,
        "awarded_fen": 180_000_000,
        "parked": 0,
    }
    offers = {order["id"]: order for order in await items(system, "orders", "/v1/orders")}
    assert {order["direction"] for order in offers.values()} == {"supply"}
    assert sorted(order["status"] for order in offers.values()) == ["completed"] * 18 + ["withdrawn"] * 2
    teams = await items(system, "teams", "/v1/teams")
    concluded = [team for team in teams if team["status"] == "concluded"]
    for team in concluded:
        offer = offers[team["order_id"]]
        assert (offer["team_id"], offer["host_name"]) == (team["id"], team["host_name"])
        assert offer["offered_by"] == team["lead_id"]
        assert team["division"][:6] != offer["division"][:6]  # served at the host's, not where the expert works
        await _local_talent_is_the_hosts(system, team)
    awards = await items(system, "funding", "/v1/awards")
    assert sorted(award["team_id"] for award in awards) == sorted(team["id"] for team in concluded)


async def _local_talent_is_the_hosts(system: Any, team: dict[str, Any]) -> None:
    async with system.api(BUREAU, "teams") as client:
        members = (await client.get(f"/v1/teams/{team['id']}")).json()["members"]
        [local] = [member for member in members if member["role"] == "local_talent"]
        person = (await client.get(f"/v1/people/{local['person_id']}")).json()
    assert person["division"][:6] == team["division"][:6]
    assert sorted(member["role"] for member in members) == ["lead", "local_talent", "member"]
