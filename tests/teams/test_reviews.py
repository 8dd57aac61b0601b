"""Reviews over REST: panel, conflicts, assignment, scores, ranking; who sees what."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.actor import Actor
from shared.contracts.teams import (
    PanelClosed,
    ReviewAssigned,
    ReviewDeclared,
    ReviewOverdue,
    ReviewScored,
    TeamShortlisted,
)
from shared.testing import START
from tests.teams.factories import UNIT, World, codes, done
from tests.teams.review_factories import REVIEWERS_UNIT, Panel, another_order, competing, sheet


@pytest.fixture
async def panel(world: World) -> Panel:
    return await competing(world)


async def test_every_claim_gets_its_reviewers_and_nobody_more_than_others(panel: Panel, events: Any) -> None:
    rosters = [await panel.world.shortlisted(await another_order(panel.world)) for _ in range(4)]
    await panel.name(6)
    tried = await done(await panel.world.bureau.post(f"{panel.path}/assignments?dry_run=true"))
    assert (len(tried["made"]), await panel.reviews()) == (12, [])
    done_ = await panel.assign()
    assert sorted(one["load"] for one in done_["loads"]) == [2, 2, 2, 2, 2, 2]
    for roster in rosters:
        assert len({review["person_id"] for review in await panel.reviews(roster)}) == 3
    assert len(await events(ReviewAssigned)) == 12
    assert (await panel.assign())["made"] == []


async def test_reviewers_are_chosen_by_expertise_when_loads_allow_it(panel: Panel) -> None:
    roster = await panel.world.shortlisted()
    await panel.name(3, fields=["桥梁工程"])
    await panel.name(3, fields=["茶学"])
    await panel.assign()
    assert {review["person_id"] for review in await panel.reviews(roster)} == set(panel.people[3:])


async def test_whoever_has_a_conflict_is_never_given_the_claim_and_the_refusal_says_why(panel: Panel) -> None:
    world = panel.world
    roster = await world.shortlisted()
    await panel.name(1)
    colleague = await world.person(unit_code=UNIT, unit_name="三峡学院")
    host = await world.person(unit_code="N2500101053181942A", unit_name="合作社")
    seats = [{"person_id": one} for one in (roster.member, colleague, host)]
    await done(await world.bureau.post(f"{panel.path}/panel", json={"reviewers": seats}))
    refused = await world.bureau.post(f"{panel.path}/assignments")
    [reason] = refused.json()["errors"]
    assert (refused.status_code, reason["code"]) == (409, "assignment.reviewers_short")
    assert "lacks 2" in reason["text"]
    assert "3 of 4" in reason["text"]
    body = {"person_id": roster.member, "reason": "缺人"}
    by_hand = await world.bureau.post(f"{roster.path}/reviewers", json=body)
    assert codes(by_hand) == {"conflict.on_roster", "conflict.same_unit"}
    host_of = await world.bureau.post(f"{roster.path}/reviewers", json={"person_id": host, "reason": "缺人"})
    assert codes(host_of) == {"conflict.same_host"}
    stranger = await world.bureau.post(f"{roster.path}/reviewers", json={"person_id": roster.lead, "reason": " "})
    assert codes(stranger) == {"panel.not_named", "review.reason_missing"}


async def test_someone_with_a_rival_claim_or_a_common_team_keeps_away(panel: Panel, clock: Any) -> None:
    world = panel.world
    free = {"unit_code": "", "unit_name": ""}
    both = await world.person(honours=[], **free)
    judged = await world.shortlisted()
    rival = await world.forming(world.order_id)
    elsewhere = await world.forming(await another_order(world))
    for roster, person in ((rival, both), (elsewhere, judged.member)):
        await roster.invite({"person_id": person, "role": "member"})
    mate = await world.person(honours=[], **free)
    await elsewhere.invite({"person_id": mate, "role": "member"})
    for person in (mate, judged.member):
        await done(await world.expert(person).post(f"{elsewhere.path}/members/{person}/accept"))
    seats = [{"person_id": one} for one in (both, mate)]
    await done(await world.bureau.post(f"{panel.path}/panel", json={"reviewers": seats}))
    for person, code in ((both, "conflict.same_order"), (mate, "conflict.shared_team")):
        body = {"person_id": person, "reason": "缺人"}
        assert codes(await world.bureau.post(f"{judged.path}/reviewers", json=body)) == {code}
    await clock.set(START + timedelta(days=365 * 3 + 5))
    await done(await world.bureau.post(f"{judged.path}/reviewers", json={"person_id": mate, "reason": "已过三年"}), 201)


async def test_a_declared_conflict_ends_the_assignment_and_fills_it_anew(panel: Panel, events: Any) -> None:
    roster = await panel.world.shortlisted()
    await panel.name(4)
    await panel.assign()
    first = (await panel.reviews(roster))[0]
    as_reviewer = panel.reviewer(first["person_id"])
    path = f"/v1/reviews/{first['id']}/declare"
    assert codes(await as_reviewer.post(path, json={"reason": ""})) == {"review.reason_missing"}
    declared = await done(await as_reviewer.post(path, json={"reason": "师生关系"}))
    assert declared["status"] == "conflicted"
    now = {review["person_id"] for review in await panel.reviews(roster)}
    assert (len(now), first["person_id"] in now) == (3, False)
    assert len(await events(ReviewDeclared)) == 1
    body = {"person_id": first["person_id"], "reason": "再试"}
    assert codes(await panel.world.bureau.post(f"{roster.path}/reviewers", json=body)) == {"conflict.declared"}
    other = (await panel.reviews(roster))[0]
    gone = await panel.reviewer(other["person_id"]).post(f"/v1/reviews/{other['id']}/declare", json={"reason": "亲属"})
    assert (gone.status_code, len(await panel.reviews(roster))) == (200, 2)


async def test_the_bureau_replaces_one_reviewer_by_hand_with_a_reason(panel: Panel) -> None:
    roster = await panel.world.shortlisted()
    await panel.name(4)
    await panel.assign()
    before = await panel.reviews(roster)
    [spare] = set(panel.people) - {review["person_id"] for review in before}
    body = {"person_id": spare, "replaces": before[0]["id"], "reason": "因病不能评审"}
    made = await done(await panel.world.bureau.post(f"{roster.path}/reviewers", json=body), 201)
    assert made["reason"] == "因病不能评审"
    assert {review["person_id"] for review in await panel.reviews(roster)} == {
        spare,
        *(r["person_id"] for r in before[1:]),
    }
    [old] = await panel.reviews(roster, "withdrawn")
    assert (old["id"], old["reason"]) == (before[0]["id"], "因病不能评审")
    unseen = await panel.reviewer(old["person_id"]).get(f"/v1/reviews/{old['id']}")
    assert unseen.status_code == 404
    path = f"/v1/reviews/{made['id']}/withdraw"
    assert codes(await panel.world.bureau.post(path, json={"reason": ""})) == {"review.reason_missing"}
    assert (await done(await panel.world.bureau.post(path, json={"reason": "误派"})))["status"] == "withdrawn"


async def test_loads_are_respected_and_the_refusal_names_the_claim(panel: Panel) -> None:
    first = await panel.world.shortlisted()
    await panel.name(3, most=1)
    await panel.assign()
    second = await panel.world.shortlisted(await another_order(panel.world))
    refused = await panel.world.bureau.post(f"{panel.path}/assignments")
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"/claims/{second.id}"]
    body = {"person_id": panel.people[0], "reason": "加派"}
    assert codes(await panel.world.bureau.post(f"{second.path}/reviewers", json=body)) == {"panel.load_full"}
    assert len(await panel.reviews(first)) == 3


async def test_a_reviewer_reads_only_the_own_claims_without_phones_and_scores_of_others_only_after_the_own(
    panel: Panel,
) -> None:
    roster = await panel.world.shortlisted()
    await panel.name(4)
    await panel.assign()
    mine, other, *_ = await panel.reviews(roster)
    me = panel.reviewer(mine["person_id"])
    read = await me.get(f"/v1/reviews/{mine['id']}")
    page = await done(read)
    assert ("1380000" in read.text, "liaison" in read.text, page["claim"]["content"]) == (
        False,
        False,
        "茶园病虫害防治",
    )
    assert (page["others"], page["sheet"]["items"][0]["code"]) == (None, "need")
    assert (await me.get(f"/v1/reviews/{other['id']}")).status_code == 404
    assert (await me.post(f"/v1/reviews/{other['id']}/score", json=sheet())).status_code == 404
    assert (await me.get(roster.path)).status_code == 404
    assert [one["id"] for one in (await done(await me.get("/v1/reviews")))["items"]] == [mine["id"]]
    [spare] = set(panel.people) - {review["person_id"] for review in await panel.reviews(roster)}
    assert (await done(await panel.reviewer(spare).get("/v1/reviews")))["items"] == []
    assert (await roster.as_lead.get("/v1/reviews")).status_code == 403
    far = Actor("b2", frozenset({"bureau"}), division="510000000000")
    assert (await panel.world.as_(far).get(f"{panel.path}/ranking")).status_code == 404
    await done(await panel.reviewer(other["person_id"]).post(f"/v1/reviews/{other['id']}/score", json=sheet(70)))
    assert (await done(await me.get(f"/v1/reviews/{mine['id']}")))["others"] is None
    await done(await me.post(f"/v1/reviews/{mine['id']}/score", json=sheet(90)))
    shown = (await done(await me.get(f"/v1/reviews/{mine['id']}")))["others"]
    assert [one["total"] for one in shown] == ["70.00"]
    assert other["person_id"] not in str(shown)


async def test_a_bad_sheet_is_refused_with_every_reason_and_nothing_is_kept(panel: Panel) -> None:
    roster = await panel.world.shortlisted()
    await panel.name()
    await panel.assign()
    [review, *_] = await panel.reviews(roster)
    me = panel.reviewer(review["person_id"])
    bad = [
        {"code": "need", "points": 101},
        {"code": "plan", "points": 30},
        {"code": "team", "points": 99, "comment": " "},
        {"code": "team", "points": 80},
        {"code": "beauty", "points": 80},
    ]
    refused = await me.post(f"/v1/reviews/{review['id']}/score", json={"marks": bad})
    assert codes(refused) == {
        "review.points",
        "review.comment_missing",
        "review.item_twice",
        "review.item_unknown",
        "review.item_missing",
    }
    missing = [error["pointer"] for error in refused.json()["errors"] if error["code"] == "review.item_missing"]
    assert missing == ["/marks/results", "/marks/talent"]
    assert (await panel.reviews(roster))[0]["scores"] == 0


async def test_many_sheets_in_one_request_stand_or_fall_alone(panel: Panel) -> None:
    rosters = [await panel.world.shortlisted(await another_order(panel.world)) for _ in range(2)]
    await panel.name()
    await panel.assign()
    me = panel.reviewer(panel.people[0])
    own = [review for review in await panel.reviews() if review["person_id"] == panel.people[0]]
    foreign = next(review for review in await panel.reviews() if review["person_id"] != panel.people[0])
    rows = [
        {"review_id": own[0]["id"], **sheet(88)},
        {"review_id": own[1]["id"], "marks": []},
        {"review_id": foreign["id"], **sheet(88)},
    ]
    answered = (await done(await me.post("/v1/reviews/score", json={"scores": rows})))["results"]
    by_id = {row["id"]: row for row in answered}
    assert (by_id[own[0]["id"]]["ok"], by_id[own[0]["id"]]["status"]) == (True, "scored")
    assert {reason["code"] for reason in by_id[own[1]["id"]]["reasons"]} == {"review.item_missing"}
    assert {reason["code"] for reason in by_id[foreign["id"]]["reasons"]} == {"review.not_found"}
    assert len(rosters) == 2


async def test_a_score_is_late_without_harm_and_each_version_of_it_is_kept(
    panel: Panel, clock: Any, events: Any, run_due_jobs: Any
) -> None:
    roster = await panel.world.shortlisted()
    await panel.name()
    await panel.assign()
    await run_due_jobs()
    assert await events(ReviewOverdue) == []
    await clock.set(START + timedelta(days=11))
    await run_due_jobs()
    await run_due_jobs()
    assert len(await events(ReviewOverdue)) == 3
    await panel.score(roster, 70)
    await panel.score(roster, 75)
    [review, *_] = await panel.reviews(roster)
    page = await done(await panel.reviewer(review["person_id"]).get(f"/v1/reviews/{review['id']}"))
    assert [(one["number"], one["total"]) for one in page["versions"]] == [(1, "70.00"), (2, "75.00")]
    assert {one["sheet"] for one in page["versions"]} == {page["sheet"]["hash"]}
    kept = await done(await panel.world.bureau.get(f"/v1/score-sheets/{page['sheet']['hash']}"))
    assert kept["items"] == page["sheet"]["items"]
    assert (await panel.world.bureau.get("/v1/score-sheets/none")).status_code == 404
    assert [one.number for one in await events(ReviewScored)] == [1, 1, 1, 2, 2, 2]
    await panel.close()
    late = await panel.reviewer(review["person_id"]).post(f"/v1/reviews/{review['id']}/score", json=sheet(99))
    assert codes(late) == {"panel.closed"}
    declared = f"/v1/reviews/{review['id']}/declare"
    assert codes(await panel.reviewer(review["person_id"]).post(declared, json={"reason": "晚了"})) == {"panel.closed"}


async def test_the_review_closes_only_with_every_score_and_once_disagreement_was_discussed(
    panel: Panel, events: Any
) -> None:
    world = panel.world
    calm, torn = await world.shortlisted(), await world.shortlisted(await another_order(world))
    await panel.name()
    await panel.assign()
    refused = await world.bureau.post(f"{panel.path}/panel/close")
    assert [error["code"] for error in refused.json()["errors"]] == ["panel.scores_missing"] * 2
    await panel.score(calm, 80)
    await panel.score(torn, 60, 62, 95)
    refused = await world.bureau.post(f"{panel.path}/panel/close")
    assert [(e["code"], e["pointer"]) for e in refused.json()["errors"]] == [
        ("panel.disagreement", f"/claims/{torn.id}")
    ]
    early = await world.bureau.post(f"{calm.path}/propose", json={"amount_fen": 8_000_000})
    assert codes(early) == {"decision.panel_open"}
    assert codes(await world.bureau.post(f"{torn.path}/discussion", json={"reason": " "})) == {
        "decision.reason_missing"
    }
    await done(await world.bureau.post(f"{torn.path}/discussion", json={"reason": "专家会商，维持均分"}), 201)
    assert (await panel.close())["status"] == "closed"
    assert [one.claims for one in await events(PanelClosed)] == [2]
    placed = await panel.ranking()
    assert [(placed[r.id]["rank"], placed[r.id]["disagreement"]) for r in (calm, torn)] == [(1, False), (2, True)]
    assert "ranking.disagreement" in {reason["code"] for reason in placed[torn.id]["reasons"]}
    reopened = f"{panel.path}/panel/reopen"
    assert codes(await world.bureau.post(reopened, json={"reason": ""})) == {"panel.reason_missing"}
    assert (await done(await world.bureau.post(reopened, json={"reason": "补评"})))["status"] == "reviewing"


async def test_a_further_reviewer_settles_a_disagreement_as_well(panel: Panel) -> None:
    torn = await panel.world.shortlisted()
    await panel.name(4)
    await panel.assign()
    await panel.score(torn, 60, 62, 95)
    [spare] = set(panel.people) - {review["person_id"] for review in await panel.reviews(torn)}
    body = {"person_id": spare, "reason": "分差过大，增加一名"}
    made = await done(await panel.world.bureau.post(f"{torn.path}/reviewers", json=body), 201)
    await done(await panel.reviewer(spare).post(f"/v1/reviews/{made['id']}/score", json=sheet(66)))
    await panel.close()
    assert (await panel.ranking())[torn.id]["reviews"] == 4


async def test_where_claims_do_not_compete_or_nobody_reviews_the_routes_say_so(world: World) -> None:
    for code, policy in (
        ("panel.no_reviewers", {}),
        ("panel.no_competition", {"mode": "service_group", "teams": {"reviewers_per_claim": 3}}),
    ):
        world.round_id = uuid4()
        await world.open_round(**policy)
        path = f"/v1/rounds/{world.round_id}"
        seats = {"reviewers": [{"person_id": str(uuid4())}]}
        for answer in (
            await world.bureau.post(f"{path}/panel", json=seats),
            await world.bureau.post(f"{path}/assignments"),
            await world.bureau.get(f"{path}/ranking"),
            await world.bureau.get(f"{path}/proposal"),
        ):
            assert (answer.status_code, codes(answer)) == (409, {code})


async def test_a_panel_names_registered_people_once(panel: Panel) -> None:
    person = await panel.world.person(**REVIEWERS_UNIT)
    seats = [{"person_id": person}, {"person_id": person}, {"person_id": str(uuid4())}]
    refused = await panel.world.bureau.post(f"{panel.path}/panel", json={"reviewers": seats})
    assert codes(refused) == {"panel.named_twice", "person.not_found"}
    named = await panel.name(2, most=5)
    assert [(one["most"], one["load"]) for one in named["reviewers"]] == [(5, 0), (5, 0)]
    changed = {"reviewers": [{"person_id": panel.people[0], "fields": ["茶学"], "most": 0}]}
    again = await done(await panel.world.bureau.post(f"{panel.path}/panel", json=changed))
    assert [(one["fields"], one["most"]) for one in again["reviewers"]] == [(["茶学"], 0), (["茶学"], 5)]


async def test_screening_shows_every_rule_and_only_an_exception_lets_an_ineligible_claim_pass(
    world: World, events: Any
) -> None:
    fit, unfit = await world.forming(), await world.forming(await another_order(world))
    for roster in (fit, unfit):
        await done(await roster.as_lead.post(f"{roster.path}/submit"))
        await done(await world.district.post(f"{roster.path}/recommend"))
    await world.open_round(teams={"min_members": 2, "min_local_talents": 2})
    report = (await done(await world.bureau.get(f"/v1/rounds/{world.round_id}/screening")))["items"]
    assert [one["eligible"] for one in report] == [False, False]
    checks = {check["code"]: check for check in report[0]["checks"]}
    assert {code for code, check in checks.items() if not check["met"]} == {"roster"}
    unmet = {"team.members_few", "team.local_talents_few"}
    assert {reason["code"] for reason in checks["roster"]["reasons"]} == unmet
    assert codes(await world.bureau.post(f"{unfit.path}/shortlist")) == unmet
    [offered] = [a for a in (await unfit.read())["actions"] if a["action"] == "shortlist"]
    assert {reason["code"] for reason in offered["reasons"]} == unmet
    bulk = await done(await world.bureau.post(f"/v1/rounds/{world.round_id}/teams/shortlist"))
    assert [row["ok"] for row in bulk["results"]] == [False, False]
    path = f"{unfit.path}/exception"
    assert (await world.district.post(path, json={"reason": "特殊"})).status_code == 403
    assert codes(await world.bureau.post(path, json={"reason": ""})) == {"decision.reason_missing"}
    await done(await world.bureau.post(path, json={"reason": "偏远山区，人手确有困难"}), 201)
    assert (await done(await world.bureau.post(f"{unfit.path}/shortlist")))["status"] == "shortlisted"
    assert codes(await world.bureau.post(path, json={"reason": "再记"})) == {"decision.exception_late"}
    assert len(await events(TeamShortlisted)) == 1
