"""Hosts claim what experts offer: the expert leads, the people and the place are the host's."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.teams.rules import hosting
from services.teams.rules.claim import ClaimedOrder
from shared.actor import Actor
from shared.contracts.assessment import NoticeEntryConfirmed
from shared.contracts.funding import AwardReserved
from shared.contracts.orders import OrderPublished
from shared.contracts.teams import TeamConfirmed, TeamEdited
from shared.errors import Forbidden, Refused
from shared.testing import START
from tests.teams.factories import CLAIM, HOST, OTHER_DISTRICT, OTHER_UNIT, UNIT, World, codes, done

OTHER_HOST = "N2500101054270022Y"
VILLAGE, ELSEWHERE = "500101151002", "500110106000"
PART = {
    "name": "信义社区股份经济合作联合社",
    "division": VILLAGE,
    "place": "龙驹镇信义社区",
    "liaison_name": "联络员",
    "liaison_phone": "13800000000",
}
OFFER = ClaimedOrder("500000000000", "", True, True, START, START + timedelta(days=9), "supply")
VILLAGE_HOST = Actor(id="h", roles=frozenset({"host"}), unit=HOST, division="500101000000")


def test_a_host_claims_an_offer_for_where_it_is() -> None:
    assert hosting.form(OFFER, VILLAGE, VILLAGE_HOST, START) == "forming"
    with pytest.raises(Forbidden):
        hosting.form(OFFER, VILLAGE, Actor(id="e", roles=frozenset({"expert"}), person="p"), START)
    demand = ClaimedOrder(VILLAGE, HOST, False, True, START, START + timedelta(days=9))
    with pytest.raises(Refused) as refusal:
        hosting.form(demand, ELSEWHERE, VILLAGE_HOST, START)
    assert {reason.code for reason in refusal.value.reasons} == {
        "team.not_an_offer",
        "team.host_elsewhere",
        "team.order_not_open",
    }


def as_host(world: World, code: str = HOST, division: str = "500101000000") -> httpx.AsyncClient:
    return world.as_(Actor(id=f"host-{code}", roles=frozenset({"host"}), unit=code, division=division))


async def offered(world: World, lead: str) -> str:
    """An offer of this expert, from nowhere near the host."""
    order_id = uuid4()
    published = OrderPublished(
        order_id=order_id,
        round_id=world.round_id,
        number="CQ-2020-0009",
        title="茶园绿色防控技术",
        division="500000000000",
        place="重庆市",
        host_name="",
        host_code="",
        industry="茶叶",
        expertise=["茶学"],
        service_forms=[],
        people_wanted=None,
        starts_on=None,
        ends_on=None,
        key_place=False,
        asked_fen=0,
        direction="supply",
        offered_by=UUID(lead),
    )
    await world.deliver(published)
    return str(order_id)


async def claimed(world: World, order_id: str, code: str = HOST, division: str = VILLAGE) -> dict[str, Any]:
    body = {"order_id": order_id, "name": "茶叶专家服务团", "host": PART | {"division": division}}
    client = as_host(world, code, division[:6] + "000000")
    team: dict[str, Any] = await done(await client.post("/v1/teams", json=body), 201)
    return team


async def test_accepting_the_lead_is_taking_the_host_and_declining_ends_its_claim(world: World) -> None:
    lead = await world.person()
    offer = await offered(world, lead)
    first, second = await claimed(world, offer), await claimed(world, offer, OTHER_HOST, ELSEWHERE)
    assert (first["division"], first["host_name"], first["status"]) == (VILLAGE, PART["name"], "forming")
    expert = world.expert(lead)
    seen = await done(await expert.get("/v1/teams"))
    assert {team["id"] for team in seen["items"]} == {first["id"], second["id"]}
    shown = await done(await expert.get(f"/v1/teams/{first['id']}"))
    assert {"accept", "decline"} <= {action["action"] for action in shown["actions"] if action["allowed"]}
    await done(await expert.post(f"/v1/teams/{first['id']}/members/{lead}/accept"))
    await done(await expert.post(f"/v1/teams/{second['id']}/members/{lead}/decline"))
    ended = await done(await as_host(world, OTHER_HOST).get(f"/v1/teams/{second['id']}"))
    assert (ended["status"], ended["ending"]["code"]) == ("rejected", "team.lead_declined")
    again = await as_host(world).post("/v1/teams", json={"order_id": offer, "name": "x", "host": PART})
    assert codes(again) == {"team.claimed_already"}


async def test_experts_cannot_claim_an_offer_nor_hosts_an_order(world: World) -> None:
    lead = await world.person()
    offer = await offered(world, lead)
    as_expert = await world.expert(lead).post("/v1/teams", json={"order_id": offer, "name": "x"})
    assert codes(as_expert) == {"team.offer_for_hosts"}
    body = {"order_id": str(world.order_id), "name": "x", "host": PART}
    assert codes(await as_host(world).post("/v1/teams", json=body)) == {"team.not_an_offer"}
    assert (await as_host(world).post("/v1/teams", json={"order_id": offer, "name": "x"})).status_code == 403
    unknown = {"order_id": offer, "name": "x", "host": PART | {"division": "999999999999"}}
    assert codes(await as_host(world).post("/v1/teams", json=unknown)) == {"division.unknown"}


async def test_the_host_writes_its_part_while_forming_and_only_its_own(world: World, events: Any) -> None:
    lead = await world.person()
    team = await claimed(world, await offered(world, lead))
    path, seen = f"/v1/teams/{team['id']}/host", {"If-Match": f'"{team["version"]}"'}
    assert (await as_host(world, OTHER_HOST).patch(path, json={"place": "x"}, headers=seen)).status_code == 404
    refused = await as_host(world).patch(path, json={"division": ELSEWHERE}, headers=seen)
    assert codes(refused) == {"team.host_elsewhere"}
    changed = await done(await as_host(world).patch(path, json={"name": "新名称", "place": "龙驹镇"}, headers=seen))
    assert (changed["host_name"], changed["place"]) == ("新名称", "龙驹镇")
    assert [event.fields for event in await events(TeamEdited)] == [["host_name", "place"]]
    stale = await as_host(world).patch(path, json={"place": "x"}, headers=seen)
    assert stale.status_code == 412


async def test_a_host_takes_its_claim_back_but_not_an_experts_claim_on_its_own_order(world: World) -> None:
    lead = await world.person()
    team = await claimed(world, await offered(world, lead))
    shown = await done(await as_host(world).get(f"/v1/teams/{team['id']}"))
    assert "withdraw" in {action["action"] for action in shown["actions"]}
    withdrawn = await done(await as_host(world).post(f"/v1/teams/{team['id']}/withdraw", json={"reason": ""}))
    assert withdrawn["status"] == "withdrawn"
    demand = await world.form(await world.person())
    shown = await done(await world.host.get(f"/v1/teams/{demand['id']}"))
    assert "withdraw" not in {action["action"] for action in shown["actions"]}
    assert (await world.host.post(f"/v1/teams/{demand['id']}/withdraw")).status_code == 403


async def built(world: World, lead: str, team: dict[str, Any], home: str) -> list[str]:
    """1+N+1 with a local talent from ``home``, all but submitted; the codes that still stand in the way."""
    expert, path = world.expert(lead), f"/v1/teams/{team['id']}"
    await done(await expert.post(f"{path}/members/{lead}/accept"))
    member = await world.person(honours=[])
    local = await world.person(honours=[], division=home, unit_code=OTHER_UNIT, unit_name="区农业农村委")
    roster = [{"person_id": member, "role": "member"}, {"person_id": local, "role": "local_talent"}]
    await done(await expert.post(f"{path}/members", json={"members": roster}))
    for person in (member, local):
        await done(await world.expert(person).post(f"{path}/members/{person}/accept"))
    for code in (UNIT, OTHER_UNIT):
        await done(await world.unit(code).post(f"{path}/consent"))
    version = (await done(await expert.get(path)))["version"]
    await done(await expert.patch(path, json=CLAIM, headers={"If-Match": f'"{version}"'}))
    answer = await expert.post(f"{path}/submit")
    return [] if answer.status_code == 200 else sorted(codes(answer))


async def test_local_talent_comes_from_the_hosts_district_and_the_hosts_district_recommends(
    world: World, events: Any
) -> None:
    lead = await world.person()
    offer = await offered(world, lead)
    near, far = await claimed(world, offer), await claimed(world, offer, OTHER_HOST, ELSEWHERE)
    assert await built(world, lead, near, "500101000000") == []
    assert await built(world, lead, far, "500101000000") == ["team.local_talent_elsewhere"]
    path = f"/v1/teams/{near['id']}"
    elsewhere = world.as_(world.actors.change(world.actors.district, division=OTHER_DISTRICT))
    assert (await elsewhere.post(f"{path}/recommend")).status_code == 404
    assert (await done(await world.district.post(f"{path}/recommend")))["status"] == "recommended"
    await done(await world.bureau.post(f"{path}/shortlist"))
    await done(await world.bureau.post(f"{path}/propose", json={"amount_fen": 15_000_000}))
    rival = await world.bureau.get(f"/v1/teams/{far['id']}")
    assert rival.json()["status"] == "forming"
    assert await events(TeamConfirmed) == []


async def test_an_offer_that_was_taken_is_signed_by_the_host_that_took_it(world: World, events: Any) -> None:
    lead = await world.person()
    offer = await offered(world, lead)
    team, rival = await claimed(world, offer), await claimed(world, offer, OTHER_HOST, ELSEWHERE)
    assert await built(world, lead, team, "500101000000") == []
    path = f"/v1/teams/{team['id']}"
    await done(await world.district.post(f"{path}/recommend"))
    await done(await world.bureau.post(f"{path}/shortlist"))
    await done(await world.bureau.post(f"{path}/propose", json={"amount_fen": 15_000_000}))
    ids = {"team_id": UUID(team["id"]), "order_id": UUID(offer), "round_id": world.round_id}
    await world.deliver(AwardReserved(**ids, award_id=uuid4(), amount_fen=15_000_000, proposal=1))
    await world.deliver(NoticeEntryConfirmed(**ids, notice_id=uuid4(), kind="selection"))
    [confirmed] = await events(TeamConfirmed)
    assert (confirmed.host_code, confirmed.host_name) == (HOST, PART["name"])
    ended = await done(await world.bureau.get(f"/v1/teams/{rival['id']}"))
    assert (ended["status"], ended["ending"]["code"]) == ("rejected", "team.order_taken")
    agreement = await done(await as_host(world).get(f"{path}/agreement"))
    assert agreement["document"]["host"] == {"name": PART["name"], "code": HOST}
