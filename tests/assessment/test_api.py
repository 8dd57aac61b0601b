"""A yearly assessment from enrolment to publication, as its users meet it over REST."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.assessment import (
    AssessmentCollecting,
    AssessmentEnrolled,
    AssessmentGraded,
    AssessmentPartSubmitted,
    AssessmentPublished,
    AssessmentPutOnNotice,
    AssessmentScored,
    BenefitGranted,
    BenefitHeld,
    CyclePublished,
    EditionPublished,
    RectificationOpened,
)
from tests.assessment.factories import HOST, UNIT, Year, codes, done, serving


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


async def test_a_year_goes_from_enrolment_to_published_ratings(deliver: Any, year: Any, events: Any) -> None:
    teams = await serving(deliver, [4, 3, 1])
    cycle = await year(teams).publish()
    assert (cycle["status"], cycle["grades"]) == ("published", {"excellent": 1, "qualified": 1, "unqualified": 1})
    for kind in (AssessmentEnrolled, AssessmentCollecting, AssessmentScored, AssessmentGraded):
        assert len(await events(kind)) == 3
    assert len(await events(AssessmentPutOnNotice)) == 3
    assert len(await events(AssessmentPartSubmitted)) == 6
    grades = {e.team_id: e.grade for e in await events(AssessmentPublished)}
    assert [grades[ids.team_id] for ids in teams] == ["excellent", "qualified", "unqualified"]
    edition = (await events(EditionPublished))[0]
    assert (edition.number, edition.excellent, edition.qualified, edition.unqualified) == (1, 1, 1, 1)


async def test_consequences_follow_in_the_same_breath(deliver: Any, year: Any, events: Any) -> None:
    teams = await serving(deliver, [4, 1])
    run = year(teams)
    await run.publish()
    opened = (await events(RectificationOpened))[0]
    assert opened.team_id == teams[1].team_id
    assert {e.team_id for e in await events(BenefitGranted)} == {teams[0].team_id}
    assert {(e.team_id, e.person_id) for e in await events(BenefitHeld)} == {(teams[1].team_id, teams[1].lead_id)}
    listed = await done(await run.bureau.get("/v1/rectifications?status=open"))
    assert [r["team_id"] for r in listed["items"]] == [str(teams[1].team_id)]
    held = await done(await run.bureau.get(f"/v1/benefits?team_id={teams[1].team_id}"))
    assert {b["kind"]: b["status"] for b in held["items"]} == {
        "early_title_evaluation": "held",
        "programme_priority": "held",
    }


async def test_a_cycle_that_teams_outlast_is_not_the_last(deliver: Any, year: Any, events: Any) -> None:
    await year(await serving(deliver, [4])).publish()
    assert [e.last for e in await events(CyclePublished)] == [False]


async def test_each_part_comes_from_the_one_it_belongs_to(deliver: Any, year: Any, api: Any, actors: Any) -> None:
    teams = await serving(deliver, [4])
    run = year(teams)
    await run.open()
    await run.step("collect")
    parts = f"/v1/assessments/{run.of[teams[0].team_id]}/parts"
    lead = actors.change(actors.expert, person=str(teams[0].lead_id))
    unit = actors.change(actors.unit, unit=UNIT)
    for actor, body in (
        (lead, {"part": "self_report", "text": "完成全部服务"}),
        (unit, {"part": "unit_opinion", "answer": "agree", "text": "同意"}),
        (actors.district, {"part": "district_score", "score": "88.5"}),
        (actors.change(actors.host, unit=HOST), {"part": "host_rating", "score": 90}),
    ):
        await done(await api(actor).post(parts, json=body))
    detail = await done(await run.bureau.get(parts.removesuffix("/parts")))
    assert {p["part"]: p["submitted_as"] for p in detail["parts"]} == {
        "self_report": "expert",
        "unit_opinion": "unit",
        "district_score": "district",
        "host_rating": "host",
    }
    strangers = (
        (actors.change(actors.expert, person=str(uuid4())), {"part": "self_report", "text": "x"}),
        (actors.change(actors.unit, unit=HOST), {"part": "unit_opinion", "answer": "agree", "text": "x"}),
        (actors.change(actors.host, unit=UNIT), {"part": "host_rating", "score": 1}),
        (actors.change(actors.district, division="500102000000"), {"part": "district_score", "score": 1}),
    )
    for actor, body in strangers:
        assert (await api(actor).post(parts, json=body)).status_code in (404, 409)
        assert (await api(actor).get(parts.removesuffix("/parts"))).status_code == 404
    assert (await api(lead).post(parts, json={"part": "host_rating", "score": 100})).status_code == 403


async def test_a_part_counts_once(deliver: Any, year: Any) -> None:
    teams = await serving(deliver, [4])
    run = year(teams)
    await run.open()
    await run.step("collect")
    await run.rate(teams[0], 90, 90)
    again = await run.host.post(
        f"/v1/assessments/{run.of[teams[0].team_id]}/parts", json={"part": "host_rating", "score": 100}
    )
    assert (again.status_code, codes(again)) == (409, ["part.double"])


async def test_scoring_before_the_deadline_names_every_missing_rating(deliver: Any, year: Any) -> None:
    teams = await serving(deliver, [4, 4])
    run = year(teams)
    await run.open()
    await run.step("collect")
    await run.rate(teams[0])
    refused = await run.bureau.post(f"/v1/cycles/{run.cycle_id}/score")
    assert refused.status_code == 409
    missing = f"/assessments/{run.of[teams[1].team_id]}/parts"
    assert [e["pointer"] for e in refused.json()["errors"]] == [
        f"{missing}/host_rating",
        f"{missing}/beneficiary_rating",
    ]


async def test_at_the_deadline_nobody_waits_for_a_late_rating(deliver: Any, year: Any, clock: Any) -> None:
    teams = await serving(deliver, [4])
    run = year(teams)
    await run.open()
    await run.step("collect")
    await clock.set(clock.now + timedelta(days=31))
    await run.run_due_jobs()
    row = await done(await run.bureau.get(f"/v1/assessments/{run.of[teams[0].team_id]}"))
    assert (row["status"], row["satisfaction"], row["total"]) == ("scored", "12.00", "92.00")


async def test_explain_shows_the_arithmetic_to_the_last_point(deliver: Any, year: Any, api: Any, actors: Any) -> None:
    teams = await serving(deliver, [3])
    run = year(teams)
    await run.open()
    await run.step("collect")
    await run.rate(teams[0], 85, 76)
    where = f"/v1/assessments/{run.of[teams[0].team_id]}/explain"
    preview = await done(await run.bureau.get(where))
    assert (preview["preview"], preview["total"]) == (True, "76.10")
    assert codes(await run.host.get(where)) == ["assessment.not_shown"]
    await run.step("score")
    await run.step("grade")
    found = await done(await run.bureau.get(where))
    assert [line["section"] for line in found["lines"]] == [
        "service",
        "service",
        "service",
        "results",
        "results",
        "results",
        "satisfaction",
        "satisfaction",
        "satisfaction",
        "total",
        "grade",
    ]
    assert found["lines"][0]["zh"] == "服务天数：40 × min(1, 经受援单位确认 7.5 / 10 约定天数) = 30.0000"
    assert found["lines"][6]["en"] == "satisfaction of the host: 10 × 85 / 100 = 8.5000"
    assert (found["scorecard"], found["scorecard_version"]) == ("yearly", 1)
    await run.post_notice()
    assert (await run.host.get(where)).status_code == 200


async def test_a_person_may_give_another_grade_with_a_reason_and_both_stay_visible(deliver: Any, year: Any) -> None:
    teams = await serving(deliver, [4, 4])
    run = year(teams)
    await run.grade()
    where = f"/v1/assessments/{run.of[teams[0].team_id]}/override"
    row = await done(await run.bureau.post(where, json={"grade": "excellent", "reason": "示范带动作用突出"}))
    assert (row["computed"], row["given"], row["override_reason"]) == ("qualified", "excellent", "示范带动作用突出")
    other = await run.bureau.post(
        where.replace(run.of[teams[0].team_id], run.of[teams[1].team_id]),
        json={
            "grade": "excellent",
            "reason": "同上",
        },
    )
    assert codes(other) == ["override.cap"]


async def test_a_cycle_exists_once_per_round_and_year_and_needs_teams(deliver: Any, year: Any, clock: Any) -> None:
    run = year(await serving(deliver, [4]))
    await run.open()
    again = await run.bureau.post("/v1/cycles", json={"round_id": run.round_id, "year": 2020})
    assert codes(again) == ["cycle.exists"]
    assert run.cycle_id in again.json()["errors"][0]["text"]
    future = await run.bureau.post("/v1/cycles", json={"round_id": run.round_id, "year": 2022})
    assert codes(future) == ["cycle.year"]
    elsewhere = await run.bureau.post("/v1/cycles", json={"round_id": str(uuid4()), "year": 2020})
    assert elsewhere.status_code == 404


async def test_a_dry_run_changes_nothing(deliver: Any, year: Any, events: Any) -> None:
    run = year(await serving(deliver, [4]))
    await run.open()
    tried = await done(await run.bureau.post(f"/v1/cycles/{run.cycle_id}/collect?dry_run=true"))
    assert tried["status"] == "collecting"
    assert (await done(await run.bureau.get(f"/v1/cycles/{run.cycle_id}")))["status"] == "enrolled"
    assert not await events(AssessmentCollecting)


async def test_a_bureau_elsewhere_does_not_find_the_round_or_its_cycle(
    deliver: Any, year: Any, api: Any, actors: Any
) -> None:
    run = year(await serving(deliver, [4]))
    await run.open()
    other = api(actors.change(actors.bureau, division="510000000000"))
    assert (await other.post("/v1/cycles", json={"round_id": run.round_id, "year": 2020})).status_code == 404
    assert (await other.post(f"/v1/cycles/{run.cycle_id}/collect")).status_code == 404
    assert (await other.get(f"/v1/cycles/{run.cycle_id}")).status_code == 404
    assert (await done(await other.get("/v1/assessments")))["items"] == []


async def test_a_correction_is_a_new_edition_that_redoes_consequences(deliver: Any, year: Any, events: Any) -> None:
    teams = await serving(deliver, [4, 2])
    run = year(teams)
    await run.publish()
    assert {e.grade for e in await events(AssessmentPublished)} == {"excellent", "qualified"}
    corrected = await run.correct(teams[1], parts=[{"part": "host_rating", "score": 0}])
    assert [e["number"] for e in corrected["editions"]] == [1, 2]
    last = (await events(AssessmentPublished))[-1]
    assert (last.team_id, last.edition, last.grade, str(last.total)) == (teams[1].team_id, 2, "unqualified", "50.00")
    await run.correct(teams[1], parts=[{"part": "host_rating", "score": 100}])
    assert (await done(await run.bureau.get("/v1/rectifications")))["items"][0]["status"] == "cancelled"
    benefits = await done(await run.bureau.get(f"/v1/benefits?team_id={teams[1].team_id}"))
    assert {b["status"] for b in benefits["items"]} == {"granted"}


async def test_rectification_releases_or_withdraws_benefits(deliver: Any, year: Any) -> None:
    teams = await serving(deliver, [1, 1])
    run = year(teams)
    await run.publish()
    listed = (await done(await run.bureau.get("/v1/rectifications")))["items"]
    first, second = ({r["team_id"]: r["id"] for r in listed}[str(ids.team_id)] for ids in teams)
    later = {"due_on": "2021-12-31", "reason": "汛期受阻"}
    extended = await done(await run.bureau.post(f"/v1/rectifications/{first}/extend", json=later))
    assert (extended["status"], extended["due_at"]) == ("extended", "2022-01-01T00:00:00+08:00")
    await run.inspect(first, in_order=True)
    await done(await run.bureau.post(f"/v1/rectifications/{first}/pass", json={"reason": "验收合格"}))
    await run.inspect(second, in_order=False)
    await done(await run.bureau.post(f"/v1/rectifications/{second}/fail", json={"reason": "未整改"}))
    found = {}
    for ids in teams:
        rows = (await done(await run.bureau.get(f"/v1/benefits?team_id={ids.team_id}")))["items"]
        found[ids.team_id] = {b["status"] for b in rows}
    assert [found[ids.team_id] for ids in teams] == [{"granted"}, {"withdrawn"}]
