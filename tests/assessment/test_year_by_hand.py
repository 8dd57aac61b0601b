"""The yearly rating as those who do it meet it: what they see, what they are told, what is refused and why."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tests.assessment.factories import TeamIds, Year, codes, done, serving


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
