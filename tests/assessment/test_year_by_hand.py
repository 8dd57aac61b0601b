"""The yearly rating as those who do it meet it: what they see, what they are told, what is refused and why."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tests.assessment.factories import TeamIds, Year, done, serving


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
