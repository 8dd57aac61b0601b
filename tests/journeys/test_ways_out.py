"""What does not go as planned: money that is short, teams that leave, objections, teams that go on."""

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.one_team import Stage, open_stage
from tests.teams.factories import World, done


async def free(stage: Stage) -> bool:
    """Nothing of the appropriation is bound, and the order is open to claims."""
    money = await stage.money()
    return money["available_fen"] == money["appropriation_fen"] and await stage.order_status() == "published"


async def test_a_reservation_that_fails_names_the_missing_sum_until_the_budget_is_raised(system: Any) -> None:
    stage = await open_stage(system, appropriation_fen=12_000_000)
    roster = await stage.world.shortlisted()
    assert await stage.propose(roster) == "shortlisted"
    assert (await roster.read())["short_fen"] == 3_000_000
    await stage.appropriate(15_000_000)
    assert await stage.propose(roster) == "on_notice"
    assert (await stage.money())["available_fen"] == 0
    assert await system.waiting() == []


@pytest.mark.parametrize("way", ["withdraw", "dissolve", "lapse"])
async def test_a_confirmed_team_that_ends_frees_its_money_and_its_order(system: Any, way: str) -> None:
    stage = await open_stage(system)
    roster = await stage.world.shortlisted()
    await stage.confirmed(roster)
    assert (await stage.order_status(), (await stage.money())["available_fen"]) == ("matched", 25_000_000)
    if way == "lapse":
        await system.advance(system.now + timedelta(days=31))
    else:
        client = roster.as_lead if way == "withdraw" else stage.world.bureau
        await done(await client.post(f"{roster.path}/{way}", json={"reason": "健康原因"}))
        await system.pump()
    assert await free(stage)
    assert await system.waiting() == []


async def test_a_team_that_leaves_during_service_frees_its_order(system: Any) -> None:
    stage = await open_stage(system)
    roster = await stage.world.shortlisted()
    await stage.serving(roster)
    assert await stage.order_status() == "in_service"
    await done(await roster.as_lead.post(f"{roster.path}/withdraw", json={"reason": "健康原因"}))
    await system.pump()
    assert await free(stage)
    assert await system.waiting() == []


async def test_an_award_revoked_before_service_ends_the_team_and_frees_the_order(system: Any) -> None:
    stage = await open_stage(system)
    roster = await stage.world.shortlisted()
    await stage.agreed(roster)
    awards = await stage.ask("funding", "GET", f"/v1/awards?round_id={stage.world.round_id}")
    await stage.ask("funding", "POST", f"/v1/awards/{awards['items'][0]['id']}/revoke", json={"reason": "弄虚作假"})
    assert await roster.status() == "dissolved"
    assert await stage.order_status() == "published"
    assert await system.waiting() == []


async def test_an_order_that_is_free_again_after_its_round_can_be_claimed_until_its_own_last_day(system: Any) -> None:
    stage = await open_stage(system)
    roster = await stage.world.shortlisted()
    await stage.confirmed(roster)
    await stage.decide()
    freed_at = system.now
    await done(await roster.as_lead.post(f"{roster.path}/withdraw", json={"reason": "调离"}))
    await system.pump()
    assert await stage.order_status() == "published"
    other = await stage.world.person()
    claim = await stage.world.form(other)
    assert claim["status"] == "forming"
    await system.advance(freed_at + timedelta(days=31))
    assert await stage.order_status() == "unclaimed"
    refused = await stage.world.expert(await stage.world.person()).post(
        "/v1/teams", json={"order_id": str(stage.world.order_id), "name": "晚了"}
    )
    assert refused.status_code == 409
    await stage.ask("orders", "POST", f"/v1/orders/{stage.world.order_id}/republish")
    assert (await stage.world.form(await stage.world.person()))["status"] == "forming"
    assert await system.waiting() == []


async def test_an_order_decided_while_its_team_is_on_notice_is_matched_when_the_notice_ends(system: Any) -> None:
    stage = await open_stage(system)
    roster = await stage.world.shortlisted()
    assert await stage.propose(roster) == "on_notice"
    await stage.decide()
    await stage.outlive_notice()
    assert (await roster.status(), await stage.order_status()) == ("confirmed", "matched")
    assert await system.waiting() == []


async def test_an_upheld_objection_frees_the_money_and_the_next_claim_can_be_proposed(system: Any) -> None:
    stage = await open_stage(system)
    first, second = await stage.world.shortlisted(), await stage.world.shortlisted()
    assert await stage.propose(first) == "on_notice"
    body = {"round_id": str(stage.world.round_id), "kind": "selection"}
    notice = await stage.ask("assessment", "POST", "/v1/notices", json=body)
    await stage.ask("assessment", "POST", f"/v1/notices/{notice['id']}/post")
    objection = {"team_id": first.id, "text": "职称不实", "name": "张三", "phone": "13800000001"}
    path = f"/public/notices/{notice['id']}/objections"
    await done(await system.api(None, "assessment").post(path, json=objection), 201)
    [raised] = (await stage.ask("assessment", "GET", "/v1/objections", "supervisor"))["items"]
    answer = {"upheld": True, "text": "属实"}
    await stage.ask("assessment", "POST", f"/v1/objections/{raised['id']}/answer", "supervisor", json=answer)
    assert await first.status() == "shortlisted"
    assert await free(stage)
    assert await stage.propose(second) == "on_notice"
    assert await system.waiting() == []


async def test_an_excellent_team_continues_in_the_next_round(system: Any) -> None:
    stage = await open_stage(system)
    world = stage.world
    roster = await world.shortlisted()
    await stage.serving(roster)
    await _rate(stage, roster)
    assert (await roster.read())["continuation"] == "granted"
    later = await open_stage(
        system,
        year=2021,
        prefix="CQ-2021",
        opens_at=system.now.isoformat(),
        closes_at=(system.now + timedelta(days=20)).isoformat(),
    )
    body = {"round_id": str(later.world.round_id), "asked_fen": 8_000_000}
    claim = await done(await roster.as_lead.post(f"{roster.path}/continue", json=body), 201)
    going_on = type(roster)(_beside(world, later), claim["id"], roster.lead, roster.member, roster.local)
    await going_on.write(starts_on="2021-05-01", ends_on="2022-04-30")
    await done(await roster.as_lead.post(f"{going_on.path}/submit"))
    await done(await world.district.post(f"{going_on.path}/recommend"))
    await done(await world.bureau.post(f"{going_on.path}/shortlist"))
    later.world.order_id = world.order_id
    assert await later.propose(going_on, 16_000_000, "扩大示范") == "shortlisted"
    assert (await going_on.read())["ending"]["code"] == "continued.amount"
    await later.confirmed(going_on)
    [continued] = (await later.ask("funding", "GET", f"/v1/awards?team_id={going_on.id}&status=committed"))["items"]
    assert continued["continues_team_id"] == roster.id
    assert await roster.status() == "concluded"
    assert await later.order_status() == "matched"
    await system.advance(system.now + timedelta(days=40))
    assert await going_on.status() == "lapsed"
    assert await system.waiting() == []


def _beside(world: World, later: Stage) -> World:
    """The same people, in the later round."""
    return World(world.api, world.actors, None, None, later.world.round_id, world.order_id, world.people)


async def _rate(stage: Stage, roster: Any) -> None:
    """The whole of the agreed service and full satisfaction; the bureau calls it excellent."""
    world, system = stage.world, stage.system
    days = [roster.entry(system.now.date(), days=2.5) for _ in range(5)]
    await done(await roster.as_lead.post(f"{roster.path}/entries", json={"entries": days}))
    await done(await world.host.post(f"{roster.path}/entries/confirm", json={"ids": [one["id"] for one in days]}))
    await system.pump()
    cycle = await stage.ask("assessment", "POST", "/v1/cycles", json={"round_id": str(world.round_id), "year": 2020})
    path = f"/v1/cycles/{cycle['id']}"
    await stage.ask("assessment", "POST", f"{path}/collect")
    [one] = (await stage.ask("assessment", "GET", f"/v1/assessments?cycle_id={cycle['id']}"))["items"]
    for actor, part in (
        (world.actors.change(world.actors.host, unit="N2500101053181942A"), "host_rating"),
        (world.actors.district, "beneficiary_rating"),
    ):
        sent = {"part": part, "score": 100}
        answer = await system.api(actor, "assessment").post(f"/v1/assessments/{one['id']}/parts", json=sent)
        assert answer.status_code < 300, answer.text
    await system.advance(system.now + timedelta(days=31))
    await stage.ask("assessment", "POST", f"{path}/grade")
    given = {"grade": "excellent", "reason": "带动全镇茶农增收"}
    await stage.ask("assessment", "POST", f"/v1/assessments/{one['id']}/override", json=given)
    await stage.outlive_notice("grades", cycle_id=cycle["id"])
    await stage.ask("assessment", "POST", f"{path}/publish")
