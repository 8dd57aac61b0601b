"""Which grades a cycle gives when it is ordered again: after a correction, after an upheld objection."""

from typing import Any

import pytest

from services.assessment.rules import assessment as rules
from services.assessment.rules.assessment import AssessmentFacts
from tests.assessment.factories import TeamIds, Year, done, serving

HALF = {"excellent_cap_percent": 50}


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


async def graded(run: Year, *people: int) -> None:
    """Everybody served fully; the people's rating tells the teams apart."""
    await run.open()
    await run.step("collect")
    for ids, score in zip(run.teams, people, strict=True):
        await run.rate(ids, people=score)
    await run.step("score")
    await run.step("grade")


async def grades(run: Year) -> list[str | None]:
    rows = (await done(await run.bureau.get(f"/v1/assessments?cycle_id={run.cycle_id}")))["items"]
    given = {row["team_id"]: row["given"] for row in rows}
    return [given[str(ids.team_id)] for ids in run.teams]


async def override(run: Year, ids: TeamIds, grade: str) -> None:
    body = {"grade": grade, "reason": "经集体研究"}
    await done(await run.bureau.post(f"/v1/assessments/{run.of[ids.team_id]}/override", json=body))


async def upheld(run: Year, ids: TeamIds) -> None:
    """On notice, objected to, upheld; the others are confirmed and published."""
    notice = await run.post_notice()
    objection = await run.object(notice["id"], ids)
    await run.pass_notice()
    await run.answer(objection, upheld=True)
    await run.step("publish")


async def test_a_team_that_is_scored_anew_is_still_among_the_assessed(deliver: Any, year: Any) -> None:
    run = year(await serving(deliver, [4, 4, 4, 4], **HALF))
    await graded(run, 100, 99, 60, 50)
    await upheld(run, run.teams[3])
    await run.correct(run.teams[2], parts=[{"part": "beneficiary_rating", "score": 61}])
    assert (await grades(run))[:3] == ["excellent", "excellent", "qualified"]
    where = f"/v1/assessments/{run.of[run.teams[1].team_id]}/explain"
    assert "参评4个，优秀名额2个" in (await done(await run.bureau.get(where)))["lines"][-1]["zh"]


async def test_an_override_ends_when_its_team_is_scored_anew(deliver: Any, year: Any) -> None:
    run = year(await serving(deliver, [4, 4]))
    await graded(run, 100, 50)
    await override(run, run.teams[1], "unqualified")
    await upheld(run, run.teams[1])
    assert await grades(run) == ["excellent", None]
    await run.step("score")
    await run.step("grade")
    assert await grades(run) == ["excellent", "qualified"]


async def test_the_cap_binds_people_also_after_the_order_has_changed(deliver: Any, year: Any) -> None:
    run = year(await serving(deliver, [4, 4, 4]))
    await graded(run, 90, 50, 40)
    await override(run, run.teams[0], "qualified")
    await override(run, run.teams[1], "excellent")
    await upheld(run, run.teams[2])
    where = f"/v1/assessments/{run.of[run.teams[2].team_id]}/parts"
    await done(await run.district.post(where, json={"part": "beneficiary_rating", "score": 100}))
    await run.step("score")
    await run.step("grade")
    assert await grades(run) == ["qualified", "qualified", "excellent"]


def test_of_too_many_excellent_teams_those_go_whom_a_person_made_so() -> None:
    facts = {
        "computed": AssessmentFacts("published", computed="qualified", given="qualified"),
        "made": AssessmentFacts("published", computed="qualified", given="excellent"),
        "lowered": AssessmentFacts("published", computed="qualified", given="unqualified"),
    }
    computed = {"computed": "excellent", "made": "qualified", "lowered": "qualified"}
    assert rules.given_grades(facts, computed, 2) == computed | {"made": "excellent", "lowered": "unqualified"}
    assert rules.given_grades(facts, computed, 1) == computed | {"lowered": "unqualified"}
