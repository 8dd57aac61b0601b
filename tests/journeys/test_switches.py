"""Rounds of modes that leave steps of the main road out, lived through the four services: nothing waits for a step
that nobody will take."""

from typing import Any

import pytest

from tests.journeys.one_team import Stage, open_stage
from tests.teams.factories import Roster, done

NO_MONEY = {"band_min_fen": 0, "band_max_fen": 0}
BEGUN = [{"percent": 100, "gates": ["agreed", "begun"]}]


async def stage_of(system: Any, *switches: str) -> Stage:
    money = {} if "award" in switches else NO_MONEY
    schedule = {} if "rating" in switches else {"schedule": BEGUN}
    return await open_stage(system, policy={"switches": list(switches), "teams": money, "funding": schedule})


async def submitted(stage: Stage, asked_fen: int) -> Roster:
    roster = await stage.world.forming(asked_fen=asked_fen)
    await done(await roster.as_lead.post(f"{roster.path}/submit"))
    await stage.system.pump()
    return roster


async def round_status(stage: Stage) -> str:
    return str((await stage.ask("orders", "GET", f"/v1/rounds/{stage.world.round_id}"))["status"])


async def serve_and_conclude(stage: Stage, roster: Roster) -> None:
    [entry] = await roster.record(served_on=stage.system.now.date())
    await done(await stage.world.host.post(f"/v1/entries/{entry}/confirm"))
    await stage.system.pump()
    assert (await roster.status(), await stage.order_status(), await round_status(stage)) == (
        "serving",
        "in_service",
        "running",
    )
    await done(await stage.world.bureau.post(f"{roster.path}/conclude"))
    await stage.system.pump()
    assert await stage.order_status() == "completed"


async def test_with_everything_off_a_proposal_confirms_the_team_and_the_round_is_archived(system: Any) -> None:
    stage = await stage_of(system)
    roster = await submitted(stage, asked_fen=0)
    await roster.propose(0)
    await system.pump()
    assert (await roster.status(), await stage.order_status()) == ("confirmed", "matched")
    assert (await stage.money())["available_fen"] == (await stage.money())["appropriation_fen"]
    await stage.decide()
    await serve_and_conclude(stage, roster)
    body = {"round_id": str(stage.world.round_id), "year": 2020}
    refused = await system.api(stage.actors.bureau, "assessment").post("/v1/cycles", json=body)
    assert "cycle.not_rated" in refused.text
    await stage.ask("orders", "POST", f"/v1/rounds/{stage.world.round_id}/archive")
    assert await round_status(stage) == "archived"
    assert await system.waiting() == []


async def test_a_round_decided_after_its_first_service_runs_at_once(system: Any) -> None:
    stage = await stage_of(system)
    roster = await submitted(stage, asked_fen=0)
    await roster.propose(0)
    [entry] = await roster.record(served_on=system.now.date())
    await done(await stage.world.host.post(f"/v1/entries/{entry}/confirm"))
    await system.pump()
    assert await round_status(stage) == "open"
    await stage.decide()
    assert await round_status(stage) == "running"


async def test_where_no_agreement_is_signed_the_start_date_begins_the_service(system: Any) -> None:
    stage = await stage_of(system)
    roster = await submitted(stage, asked_fen=0)
    await roster.propose(0)
    await stage.decide()
    assert await roster.status() == "confirmed"
    await system.advance(system.now.replace(month=5, day=1))
    assert await roster.status() == "serving"


async def test_a_rated_round_without_notice_and_agreement_knows_its_teams_and_measures_them(system: Any) -> None:
    stage = await stage_of(system, "rating")
    roster = await submitted(stage, asked_fen=0)
    await roster.propose(0)
    await stage.decide()
    [entry] = await roster.record(served_on=system.now.date())
    await done(await stage.world.host.post(f"/v1/entries/{entry}/confirm"))
    await system.pump()
    cycle = await stage.ask(
        "assessment", "POST", "/v1/cycles", json={"round_id": str(stage.world.round_id), "year": 2020}
    )
    [enrolled] = (await stage.ask("assessment", "GET", f"/v1/assessments?cycle_id={cycle['id']}"))["items"]
    assert enrolled["team_id"] == roster.id
    assert await system.waiting() == []


async def test_a_notice_without_an_award_is_posted_as_soon_as_the_team_is_proposed(system: Any) -> None:
    stage = await stage_of(system, "notice")
    roster = await submitted(stage, asked_fen=0)
    assert await stage.propose(roster, 0) == "on_notice"
    await stage.outlive_notice()
    assert await roster.status() == "confirmed"
    assert await system.waiting() == []


@pytest.mark.parametrize("short", [False, True])
async def test_an_award_without_a_notice_confirms_the_team_once_the_money_is_reserved(system: Any, short: bool) -> None:
    stage = await stage_of(system, "award", "agreement")
    await stage.appropriate(10_000_000 if short else 40_000_000)
    roster = await submitted(stage, asked_fen=15_000_000)
    assert await stage.propose(roster) == ("shortlisted" if short else "confirmed")
    if short:
        await stage.appropriate(40_000_000)
        assert await stage.propose(roster) == "confirmed"
    await stage.decide()
    for party in (roster.as_lead, stage.world.unit(), stage.world.host):
        await done(await party.post(f"{roster.path}/agreement/sign"))
    await system.pump()
    await serve_and_conclude(stage, roster)
    awards = (await stage.ask("funding", "GET", f"/v1/awards?round_id={stage.world.round_id}"))["items"]
    assert [award["status"] for award in awards if award["status"] != "refused"] == ["active"]
    assert await system.waiting() == []
