"""Decisions over REST: by the ranking or with a reason, the letter, the reserve, appeals, earlier claims."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.actor import Actor
from shared.contracts.orders import RoundDecided
from shared.contracts.teams import AppealDismissed, AppealLodged, AppealUpheld, TeamDecided, TeamReadmitted
from shared.testing import START
from tests.teams.factories import World, codes, done
from tests.teams.review_factories import Panel, another_order, competing

COLLEAGUE = Actor("bureau-2", frozenset({"bureau"}), division="500000000000")


@pytest.fixture
async def panel(world: World) -> Panel:
    return await competing(world)


async def letter(roster: Any, client: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = await done(await (client or roster.world.bureau).get(f"{roster.path}/decision"))
    return found


async def readmission(roster: Any) -> set[str]:
    """What the page says is in the way of taking the claim back."""
    [offered] = [action for action in (await roster.read())["actions"] if action["action"] == "readmit"]
    return {reason["code"] for reason in offered["reasons"]}


async def test_the_best_claim_is_proposed_and_another_only_with_a_reason(panel: Panel, events: Any) -> None:
    world = panel.world
    best, second = await world.shortlisted(), await world.shortlisted()
    await panel.decided((best, 90), (second, 55))
    refused = await world.bureau.post(f"{second.path}/propose", json={"amount_fen": 15_010_000})
    assert codes(refused) == {"decision.not_best", "decision.below_pass", "decision.above_asked"}
    await second.propose(8_000_000, "首选团队领衔专家出国")
    told = await letter(second)
    assert (told["outcome"], told["rank"], told["order_rank"], told["amount_fen"]) == ("selected", 2, 2, 8_000_000)
    assert told["reasons"][-1]["zh"] == "首选团队领衔专家出国"
    assert (told["finding"]["raw"], told["finding"]["items"][0]["mean"]) == ("55.00", "55.00")
    assert [one.outcome for one in await events(TeamDecided)] == ["selected"]


async def test_an_unreviewed_claim_cannot_be_proposed(panel: Panel) -> None:
    read = await panel.world.shortlisted()
    await panel.decided((read, 80))
    late = await panel.world.shortlisted(await another_order(panel.world))
    refused = await panel.world.bureau.post(f"{late.path}/propose", json={"amount_fen": 1, "reason": "急需"})
    assert codes(refused) == {"decision.unranked", "team.amount_outside_band"}
    [offered] = [a for a in (await late.read())["actions"] if a["action"] == "propose"]
    assert [reason["code"] for reason in offered["reasons"]] == ["decision.unranked"]


async def test_the_letter_is_read_by_those_it_concerns_only(panel: Panel) -> None:
    roster = await panel.world.shortlisted()
    await panel.decided((roster, 80))
    assert (await panel.world.bureau.get(f"{roster.path}/decision")).status_code == 404
    await roster.propose()
    for client in (roster.as_lead, panel.world.unit(), panel.world.host):
        assert (await letter(roster, client))["outcome_zh"] == "拟入选"
    reviewer = panel.reviewer(panel.people[0])
    assert (await reviewer.get(f"{roster.path}/decision")).status_code == 404
    stranger = panel.world.as_(Actor("x", frozenset({"host"}), unit="93500110860131488K"))
    assert (await stranger.get(f"{roster.path}/decision")).status_code == 404


async def test_the_proposed_list_names_the_best_of_each_order_and_the_reserve(panel: Panel) -> None:
    world = panel.world
    best, second, failed = await world.shortlisted(), await world.shortlisted(), await world.shortlisted()
    other = await world.shortlisted(await another_order(world))
    await panel.decided((best, 90), (second, 80), (failed, 50), (other, 70))
    path = f"{panel.path}/proposal"
    full = await done(await world.bureau.get(path))
    assert [(one["team_id"], one["amount_fen"]) for one in full["chosen"]] == [
        (best.id, 15_000_000),
        (other.id, 15_000_000),
    ]
    assert [(one["team_id"], one["reserve_rank"]) for one in full["reserve"]] == [(second.id, 1)]
    assert (full["ready"], full["sum_fen"], full["left_fen"]) == (True, 30_000_000, None)
    tight = await done(await world.bureau.get(f"{path}?budget_fen=22000000"))
    assert [one["amount_fen"] for one in tight["chosen"]] == [15_000_000, 7_000_000]
    scaled = await done(await world.bureau.get(f"{path}?budget_fen=22000000&rule=scale"))
    assert [one["amount_fen"] for one in scaled["chosen"]] == [11_000_000, 11_000_000]
    assert (await world.bureau.get(f"{path}?rule=guess")).status_code == 422
    proposals = [{"team_id": one["team_id"], "amount_fen": one["amount_fen"]} for one in tight["chosen"]]
    bulk = await world.bureau.post(f"{panel.path}/teams/propose", json={"proposals": proposals})
    assert [row["ok"] for row in (await done(bulk))["results"]] == [True, True]
    after = await done(await world.bureau.get(f"{path}?budget_fen=22000000"))
    assert (after["held_fen"], after["chosen"], after["left_fen"]) == (22_000_000, [], 0)


async def test_when_the_chosen_team_leaves_the_next_in_reserve_is_suggested_and_proposed(
    panel: Panel, events: Any
) -> None:
    world = panel.world
    best, second, failed = await world.shortlisted(), await world.shortlisted(), await world.shortlisted()
    await panel.decided((best, 90), (second, 80), (failed, 50))
    await best.propose()
    await best.reserve()
    await world.deliver(best.notice_confirmed())
    assert (await second.status(), await failed.status()) == ("rejected", "rejected")
    told = await letter(second, second.as_lead)
    assert (told["outcome"], told["reserve_rank"], told["decided_by"]) == ("reserve", 1, "bureau-1")
    assert (await letter(failed))["outcome"] == "not_selected"
    early = await world.bureau.post(f"{second.path}/readmit", json={"reason": ""})
    assert codes(early) == {"team.order_taken", "team.reason_missing"}
    assert await readmission(second) == {"team.order_taken"}
    assert await readmission(failed) == {"team.not_in_reserve"}
    await done(await best.as_lead.post(f"{best.path}/withdraw", json={"reason": "健康原因"}))
    assert await readmission(second) == set()
    suggested = (await done(await world.bureau.get(f"{panel.path}/proposal")))["chosen"]
    assert [(one["team_id"], one["status"]) for one in suggested] == [(second.id, "rejected")]
    assert codes(await world.bureau.post(f"{failed.path}/readmit", json={"reason": "递补"})) == {"team.not_in_reserve"}
    await done(await world.bureau.post(f"{second.path}/readmit", json={"reason": "首选团队退出，候补递补"}))
    assert (await second.status(), len(await events(TeamReadmitted))) == ("shortlisted", 1)
    assert (await world.bureau.get(f"{second.path}/decision")).status_code == 404
    await second.propose()
    told = await letter(second)
    assert (told["outcome"], told["earlier"]) == ("selected", 1)


async def test_a_rejected_lead_appeals_in_time_and_someone_else_answers(panel: Panel, clock: Any, events: Any) -> None:
    world = panel.world
    roster = await world.shortlisted()
    early = await roster.as_lead.post(f"{roster.path}/appeal", json={"grounds": "理由"})
    assert codes(early) == {"appeal.not_rejected"}
    await done(await world.bureau.post(f"{roster.path}/reject", json={"reason": "与往年项目重复"}))
    told = await letter(roster, roster.as_lead)
    assert (told["outcome"], told["reasons"][-1]["zh"]) == ("not_selected", "与往年项目重复")
    assert codes(await roster.as_lead.post(f"{roster.path}/appeal", json={"grounds": " "})) == {
        "appeal.grounds_missing"
    }
    member = await world.expert(roster.member).post(f"{roster.path}/appeal", json={"grounds": "理由"})
    assert codes(member) == {"team.lead_only"}
    appeal = await done(await roster.as_lead.post(f"{roster.path}/appeal", json={"grounds": "内容完全不同"}), 201)
    assert codes(await roster.as_lead.post(f"{roster.path}/appeal", json={"grounds": "再次"})) == {"appeal.once"}
    path = f"/v1/appeals/{appeal['id']}"
    for verb in ("uphold", "dismiss"):
        own = await world.bureau.post(f"{path}/{verb}", json={"reason": " "})
        assert codes(own) == {"appeal.own_decision", "appeal.reason_missing"}
    far = world.as_(Actor("far", frozenset({"bureau"}), division="510000000000"))
    assert (await far.post(f"{path}/uphold", json={"reason": "属实"})).status_code == 404
    upheld = await world.as_(COLLEAGUE).post(f"{path}/uphold", json={"reason": "经核不重复"})
    assert (await done(upheld))["answer"] == "经核不重复"
    assert await roster.status() == "shortlisted"
    assert codes(await world.as_(COLLEAGUE).post(f"{path}/dismiss", json={"reason": "又不"})) == {"appeal.status"}
    assert [len(await events(kind)) for kind in (AppealLodged, AppealUpheld, TeamReadmitted)] == [1, 1, 1]
    await done(await world.bureau.post(f"{roster.path}/reject", json={"reason": "经费不足"}))
    await clock.set(START + timedelta(days=7, minutes=5))
    assert codes(await roster.as_lead.post(f"{roster.path}/appeal", json={"grounds": "迟了"})) == {"appeal.late"}


async def test_an_appeal_is_dismissed_with_reasons_or_withdrawn_and_lodged_again(panel: Panel, events: Any) -> None:
    world = panel.world
    roster = await world.shortlisted()
    await done(await world.bureau.post(f"{roster.path}/reject", json={"reason": "重复"}))
    first = await done(await roster.as_lead.post(f"{roster.path}/appeal", json={"grounds": "不同"}), 201)
    assert (await world.expert(roster.member).post(f"/v1/appeals/{first['id']}/withdraw")).status_code == 403
    await done(await roster.as_lead.post(f"/v1/appeals/{first['id']}/withdraw"))
    second = await done(await roster.as_lead.post(f"{roster.path}/appeal", json={"grounds": "补充材料"}), 201)
    answered = await world.as_(COLLEAGUE).post(f"/v1/appeals/{second['id']}/dismiss", json={"reason": "确属重复"})
    assert ((await done(answered))["status"], await roster.status()) == ("dismissed", "rejected")
    listed = (await done(await roster.as_lead.get(f"/v1/appeals?team_id={roster.id}")))["items"]
    assert [(one["status"], one["answer"]) for one in listed] == [("withdrawn", ""), ("dismissed", "确属重复")]
    stranger = await world.person()
    assert (await done(await world.expert(stranger).get("/v1/appeals")))["items"] == []
    assert len(await events(AppealDismissed)) == 1


async def test_an_upheld_appeal_comes_too_late_once_the_round_is_decided_and_the_order_taken(panel: Panel) -> None:
    world = panel.world
    winner, loser = await world.shortlisted(), await world.shortlisted()
    await panel.decided((winner, 90), (loser, 80))
    await done(await world.bureau.post(f"{loser.path}/reject", json={"reason": "重复"}))
    appeal = await done(await loser.as_lead.post(f"{loser.path}/appeal", json={"grounds": "不同"}), 201)
    await winner.propose()
    await world.deliver(RoundDecided(round_id=world.round_id))
    path = f"/v1/appeals/{appeal['id']}/uphold"
    assert codes(await world.as_(COLLEAGUE).post(path, json={"reason": "属实"})) == {"team.order_taken"}
    await done(await winner.as_lead.post(f"{winner.path}/withdraw", json={"reason": "健康"}))
    await done(await world.as_(COLLEAGUE).post(path, json={"reason": "属实"}))
    assert await loser.status() == "shortlisted"


async def test_claims_that_a_round_leaves_over_are_decided_by_whoever_closed_the_review(panel: Panel) -> None:
    left = await panel.world.shortlisted()
    await panel.decided((left, 50))
    await panel.world.deliver(RoundDecided(round_id=panel.world.round_id))
    told = await letter(left, left.as_lead)
    assert (told["outcome"], told["decided_by"], told["rank"]) == ("not_selected", "bureau-1", 1)
    appeal = await done(await left.as_lead.post(f"{left.path}/appeal", json={"grounds": "理由"}), 201)
    own = await panel.world.bureau.post(f"/v1/appeals/{appeal['id']}/dismiss", json={"reason": "维持"})
    assert codes(own) == {"appeal.own_decision"}


async def test_a_later_claim_of_the_same_lead_shows_what_became_of_the_earlier_ones(panel: Panel) -> None:
    world = panel.world
    roster = await world.shortlisted()
    await done(await world.bureau.post(f"{roster.path}/reject", json={"reason": "重复"}))
    again = await world.form(roster.lead)
    other = await world.form(await world.person(), await world.order(uuid4()))
    [earlier] = (await done(await world.bureau.get(f"/v1/teams/{again['id']}")))["earlier_claims"]
    assert (earlier["team_id"], earlier["outcome"], earlier["same_order"]) == (roster.id, "not_selected", True)
    assert (earlier["year"], earlier["grade"]) == (2020, None)
    assert (await done(await world.bureau.get(f"/v1/teams/{other['id']}")))["earlier_claims"] == []


async def test_an_earlier_claim_shows_its_newest_grade(world: World) -> None:
    served = await world.serving()
    for edition, grade in ((1, "qualified"), (2, "excellent")):
        await world.deliver(served.published(grade, edition))
    again = await world.form(served.lead, await world.order(uuid4()))
    [earlier] = (await done(await world.bureau.get(f"/v1/teams/{again['id']}")))["earlier_claims"]
    assert (earlier["outcome"], earlier["grade"], UUID(earlier["team_id"])) == (
        "selected",
        "excellent",
        UUID(served.id),
    )
