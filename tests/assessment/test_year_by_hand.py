"""The yearly rating as those who do it meet it: what they see, what they are told, what is refused and why."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shared.contracts.assessment import AssessmentCollecting
from tests.assessment.factories import TeamIds, Year, codes, done, serving

OTHER = "12500000450400001F"


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


async def override(run: Year, ids: TeamIds, grade: str, reason: str = "经集体研究，服务质量不足") -> None:
    body = {"grade": grade, "reason": reason}
    await done(await run.bureau.post(f"/v1/assessments/{run.of[ids.team_id]}/override", json=body))


async def test_an_override_falls_when_its_team_is_scored_again(deliver: Any, year: Any) -> None:
    run = year(await serving(deliver, [4, 3]))
    await run.grade()
    [_, other] = run.teams
    await override(run, other, "unqualified")
    objection = await run.object((await run.post_notice())["id"], other)
    await run.answer(objection, upheld=True)
    where = f"/v1/assessments/{run.of[other.team_id]}"
    reopened = await done(await run.bureau.get(where))
    assert (reopened["computed"], reopened["given"], reopened["override_reason"]) == (None, None, "")
    await run.pass_notice()
    await run.step("publish")
    await run.step("score")
    await run.step("grade")
    graded = await done(await run.bureau.get(where))
    assert (graded["computed"], graded["given"], graded["override_reason"]) == ("qualified", "qualified", "")
    told = await done(await run.bureau.get(f"{where}/history"))
    assert [e["data"]["given"] for e in told if e["type"].split(".")[2] == "overridden"] == ["unqualified"]


async def test_no_row_holds_another_grade_without_a_reason(deliver: Any, year: Any, connection: Any) -> None:
    run = year(await serving(deliver, [4]))
    await run.grade()
    with pytest.raises(IntegrityError, match="override_has_a_reason"):
        await connection.execute(sa.text("update assessments set given = 'unqualified'"))


async def what_of(run: Year, action: str) -> dict[str, Any]:
    cycle = await done(await run.bureau.get(f"/v1/cycles/{run.cycle_id}"))
    found: dict[str, Any] = next(a for a in cycle["actions"] if a["action"] == action)
    return found


async def test_a_cycle_says_why_it_is_not_scored_yet_and_whose_part_is_missing(deliver: Any, year: Any) -> None:
    run = year(await serving(deliver, [4, 4]))
    await run.open()
    await run.step("collect")
    await run.rate(run.teams[0])
    shown, refused = await what_of(run, "score"), await run.bureau.post(f"/v1/cycles/{run.cycle_id}/score")
    assert not shown["allowed"]
    assert [r["code"] for r in shown["reasons"]] == codes(refused) == ["part.missing"] * 2
    assert shown["reasons"][0]["zh"] == "CQ-2020-0002 第2服务团：提交期限未到，仍缺“受援单位评分”"
    assert [r["en"] for r in shown["reasons"]] == [error["text"] for error in refused.json()["errors"]]
    await run.rate(run.teams[1])
    assert (await what_of(run, "score"))["allowed"]
    await run.step("score")


async def test_nobody_to_assign_is_said_once(deliver: Any, year: Any) -> None:
    run = year(await serving(deliver, [4, 4], scorecard="reviewed", assessors_per_team=2))
    await run.open()
    await run.step("collect")
    assert codes(await run.bureau.post(f"/v1/cycles/{run.cycle_id}/assignments")) == ["review.assessors_none"]


def lines_of(found: dict[str, Any]) -> dict[str, str]:
    return {line["item"] or line["section"]: line["zh"] for line in found["lines"]}


async def test_an_assessor_sees_what_is_to_be_judged_and_not_what_others_gave(
    deliver: Any, year: Any, api: Any, actors: Any
) -> None:
    run = year(await serving(deliver, [3], scorecard="reviewed", assessors_per_team=2))
    [ids] = run.teams
    await run.open()
    await run.step("collect")
    people = [uuid4(), uuid4()]
    named = [{"person_id": str(p), "name": "某评委", "unit_code": OTHER, "unit_name": "某单位"} for p in people]
    await done(await run.bureau.post(f"/v1/cycles/{run.cycle_id}/assessors", json={"assessors": named}))
    await done(await run.bureau.post(f"/v1/cycles/{run.cycle_id}/assignments"))
    await run.rate(ids, host=90)
    lead = api(actors.change(actors.expert, person=str(ids.lead_id)))
    report = {"part": "self_report", "text": "建成示范田"}
    await done(await lead.post(f"/v1/assessments/{run.of[ids.team_id]}/parts", json=report))
    first, second = (api(actors.change(actors.reviewer, person=str(person))) for person in people)
    [mine], [other] = [(await done(await who.get("/v1/sheets")))["items"] for who in (first, second)]
    await done(await second.post(f"/v1/sheets/{other['id']}/score", json={"score": 12, "text": "成效不明"}))
    found = await done(await first.get(f"/v1/sheets/{mine['id']}"))
    seen = found["material"]
    assert [(p["part"], p["score"], p["text"]) for p in sorted(seen["parts"], key=lambda p: p["part"])] == [
        ("beneficiary_rating", "100.00", ""),
        ("host_rating", "90.00", ""),
        ("self_report", None, "建成示范田"),
    ]
    assert (seen["confirmed_days"], seen["confirmed_visits"], len(seen["visits"])) == ("7.5", 3, 3)
    assert (seen["indicators"][0]["actual"], seen["indicators"][0]["reached"]) == ("75.0000", "0.7500")
    said = lines_of(seen)
    assert "尚未提交" in said["unit_opinion"]
    assert not {"assessors", "judged", "total"} & said.keys()
    assert seen["points"] == "65.50"
    assert "成效不明" not in str(found)
    assert (await first.get(f"/v1/sheets/{other['id']}")).status_code == 404
    await done(await first.post(f"/v1/sheets/{mine['id']}/declare", json={"reason": "师生关系"}))
    assert (await done(await first.get(f"/v1/sheets/{mine['id']}")))["material"] is None


async def test_what_an_assessor_said_is_read_by_the_bureau_and_the_supervisor(
    deliver: Any, year: Any, api: Any, actors: Any
) -> None:
    run = year(await serving(deliver, [3], scorecard="reviewed", assessors_per_team=1))
    [ids] = run.teams
    await run.open()
    await run.step("collect")
    person = uuid4()
    named = [{"person_id": str(person), "name": "某评委", "unit_code": OTHER, "unit_name": "某单位"}]
    await done(await run.bureau.post(f"/v1/cycles/{run.cycle_id}/assessors", json={"assessors": named}))
    await done(await run.bureau.post(f"/v1/cycles/{run.cycle_id}/assignments"))
    [sheet] = (await done(await run.bureau.get("/v1/sheets")))["items"]
    assert sheet["assessor"] == "某评委"
    where = f"/v1/sheets/{sheet['id']}"
    reviewer = api(actors.change(actors.reviewer, person=str(person)))
    for score, text in ((70, "尚可"), (75, "再议后上调")):
        await done(await reviewer.post(f"{where}/score", json={"score": score, "text": text}))
    for who in (run.bureau, run.supervisor):
        assert [v["text"] for v in (await done(await who.get(where)))["versions"]] == ["尚可", "再议后上调"]
        explained = await done(await who.get(f"/v1/assessments/{run.of[ids.team_id]}/explain"))
        assert explained["judgements"] == [{"score": "75.00", "text": "再议后上调"}]
    for who in (run.district, api(actors.department)):
        assert (await who.get(where)).status_code == 403
        assert (await done(await who.get(f"/v1/assessments/{run.of[ids.team_id]}/explain")))["judgements"] == []


async def test_nobody_is_late_before_the_deadline(deliver: Any, year: Any) -> None:
    run = year(await serving(deliver, [4]))
    await run.open()
    await run.step("collect")
    where = f"/v1/assessments/{run.of[run.teams[0].team_id]}/explain"
    preview = await done(await run.bureau.get(where))
    assert (preview["preview"], "尚未提交，逾期按60分计" in lines_of(preview)["host"]) == (True, True)
    await run.clock.set(run.clock.now + timedelta(days=40))
    await run.run_due_jobs()
    assert "逾期未评，按60分计" in lines_of(await done(await run.bureau.get(where)))["host"]


async def owed(client: Any) -> list[tuple[str, bool]]:
    """What waits for somebody, and whether it has a day; each link leads to where it is done."""
    items = (await done(await client.get("/v1/todo")))["items"]
    for item in items:
        assert (await client.get(item["link"].removeprefix("/assessment"))).status_code == 200, item
    return [(item["code"], item["due"] is not None) for item in items]


async def test_offices_and_the_lead_find_what_waits_for_them(deliver: Any, year: Any, api: Any, actors: Any) -> None:
    run = year(await serving(deliver, [4, 1]))
    [good, poor] = run.teams
    lead = api(actors.change(actors.expert, person=str(poor.lead_id)))
    await run.open()
    await run.step("collect")
    assert await owed(run.bureau) == [("await_parts", True)] * 2
    for ids in run.teams:
        await run.rate(ids, host=50, people=50)
    assert await owed(run.bureau) == []
    await run.step("score")
    await run.step("grade")
    objection = await run.object((await run.post_notice())["id"], good)
    assert await owed(run.supervisor) == [("answer_objection", True)]
    await run.answer(objection, upheld=True)
    assert await owed(run.supervisor) == []
    assert await owed(run.bureau) == [("score_again", True)]
    await run.pass_notice()
    await run.step("publish")
    assert await owed(lead) == [("plan_rectification", True)]
    assert await owed(run.district) == []
    [found] = (await done(await run.bureau.get("/v1/rectifications")))["items"]
    await done(await lead.post(f"/v1/rectifications/{found['id']}/plan", json={"plan": "补足服务天数"}))
    assert await owed(lead) == []
    assert await owed(run.district) == [("inspect", True)]
    await run.inspect(found["id"], True)
    assert await owed(run.district) == []
    assert ("decide_rectification", True) in await owed(run.bureau)


async def test_a_list_shows_the_computed_grade_and_the_reason_beside_another_one(deliver: Any, year: Any) -> None:
    run = year(await serving(deliver, [4, 3]))
    await run.grade()
    [_, other] = run.teams
    await override(run, other, "unqualified", "经集体研究，电话13800138000")
    beside = {"computed": "qualified", "reason": "经集体研究，电话138****8000"}
    posted = await run.post_notice()
    shown = {e["team_id"]: e for e in (await run.shown(f"/public/notices/{posted['id']}"))["snapshot"]["entries"]}
    assert shown[str(other.team_id)].items() >= beside.items()
    assert not beside.keys() & shown[str(run.teams[0].team_id)].keys()
    await run.pass_notice()
    cycle = await run.step("publish")
    [first, second] = (await run.shown())["items"]
    assert (second["grade"], *beside.values()) == ("unqualified", second["computed"], second["reason"])
    assert (first["computed"], first["reason"]) == ("", "")
    edition = f"/public/ratings/editions/{cycle['editions'][0]['id']}"
    assert (await run.shown(edition))["content"]["lines"][1].items() >= beside.items()
    for page in ("/public/ratings.html", f"{edition}.html", f"/public/notices/{posted['id']}.html"):
        text = (await run.seen(page)).text
        assert "等次标准：90分以上为优秀，名额不超过参评团队的15%（至少1个）；60分以上为合格" in text, page
        assert "138****8000" in text, page
    lines = (await run.seen("/public/ratings/ratings.csv")).text.splitlines()
    assert "qualified,经集体研究，电话138****8000" in lines[2]


async def test_a_team_off_the_notice_is_marked_and_the_next_notice_is_called_another(deliver: Any, year: Any) -> None:
    run = year(await serving(deliver, [4, 3]))
    await run.grade()
    [_, other] = run.teams
    posted = await run.post_notice()
    where = f"/public/notices/{posted['id']}"
    before = await run.seen(where)
    assert before.json()["withdrawn"] == []
    assert "退出公示" not in (await run.seen(f"{where}.html")).text
    await run.clock.set(run.clock.now + timedelta(days=1))
    await run.answer(await run.object(posted["id"], other), upheld=True)
    after = await run.seen(where, **{"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.json()["withdrawn"]) == (200, [str(other.team_id)])
    assert after.json()["snapshot"] == before.json()["snapshot"]
    assert (await run.seen(f"{where}.html")).text.count("退出公示") == 1
    await run.pass_notice()
    await run.step("publish")
    await run.step("score")
    await run.step("grade")
    again = await run.post_notice()
    page = (await run.seen(f"/public/notices/{again['id']}.html")).text
    assert "2020年度考核结果公示（第2次，重新公示）" in page
    assert "2020年专家服务团，" in page


@pytest.mark.parametrize(("card", "owed"), [("yearly", False), ("reviewed", True)])
async def test_a_rating_without_points_on_the_card_is_not_owed(
    card: str, owed: bool, deliver: Any, year: Any, events: Any
) -> None:
    run = year(await serving(deliver, [4], scorecard=card))
    await run.open()
    await run.step("collect")
    [told] = await events(AssessmentCollecting)
    assert set(told.parts) - {"district_score"} == {"self_report", "unit_opinion", "host_rating", "beneficiary_rating"}
    assert ("district_score" in told.parts) == owed


async def test_whoever_hands_in_a_part_learns_whether_it_counts(deliver: Any, year: Any) -> None:
    run = year(await serving(deliver, [4]))
    await run.open()
    await run.step("collect")
    await run.rate(run.teams[0])
    where = f"/v1/assessments/{run.of[run.teams[0].team_id]}/parts"
    row = await done(await run.district.post(where, json={"part": "district_score", "score": 90}))
    said = {part["part"]: part["counts"] for part in row["parts"]}
    assert said == {"host_rating": True, "beneficiary_rating": True, "district_score": False}
