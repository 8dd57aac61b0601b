"""Two hosts' ratings were entered wrong. One is objected to while the grades are on notice; the other is found only after
it was published and is put right by a corrected edition. In the end it is as if nothing had gone wrong."""

from typing import Any

from demo.client import DemoFailed, Person
from demo.folder import Team
from demo.year import Year


async def object_to(year: Year, team: Team, notice_id: str) -> None:
    """The host objects in writing and without an account; the supervisor finds it right: the entry leaves the notice."""
    system, host = year.system, year.order_row(team)
    written = {
        "team_id": year.teams[team.serial],
        "name": f"{team.place}（受援单位）",
        "unit_code": host.host_code,
        "text": f"我单位评分应为{team.host_rating}分，录入时漏了一位数字",
    }
    raised = await system.post(None, f"/public/notices/{notice_id}/objections", written)
    supervisor = Person("supervisor", division=year.folder.division)
    found = await system.every(supervisor, "/assessment/v1/objections", notice_id=notice_id)
    [objection] = [one for one in found if one["receipt"] == raised["receipt"]]
    answer = {"upheld": True, "text": "经核对受援单位签字的评分表，异议成立，重新评分"}
    await system.post(supervisor, f"/assessment/v1/objections/{objection['id']}/answer", answer)
    year.tally["objections_upheld"] += 1


async def put_right(year: Year, team: Team, cycle: str) -> None:
    """The rating is handed in again; what was objected to is scored and graded anew, and goes on notice by itself."""
    part = {"part": "host_rating", "score": str(team.host_rating)}
    await year.system.post(year.host(team), f"/assessment/v1/assessments/{year.assessments[team.serial]}/parts", part)
    await year.system.post(year.bureau, f"{cycle}/score")
    await year.system.post(year.bureau, f"{cycle}/grade")


async def correct(year: Year, team: Team) -> None:
    """One person of the bureau proposes, another confirms. What was published wrong stays readable; a new edition says what
    is right, and undoes what followed."""
    system, team_id = year.system, year.teams[team.serial]
    await system.settle()
    before = await _consequences(year, team_id)
    wanted = {
        "assessment_id": year.assessments[team.serial],
        "reason": "受援单位评分录入有误，按签字的评分表更正",
        "parts": [{"part": "host_rating", "score": str(team.host_rating)}],
    }
    proposed = await system.post(year.bureau, "/assessment/v1/corrections", wanted)
    await system.post(year.second, f"/assessment/v1/corrections/{proposed['id']}/confirm")
    await system.settle()
    after = await _consequences(year, team_id)
    if set(after) - {"cancelled", "lifted"}:
        raise DemoFailed(f"{team.name}: the corrected edition leaves {after} of {before}")
    year.tally["corrected"] += 1


async def _consequences(year: Year, team_id: str) -> list[Any]:
    """Where its rectifications and suspensions stand."""
    rectifications = await year.system.every(year.bureau, "/assessment/v1/rectifications", team_id=team_id)
    suspensions = await year.system.every(year.bureau, "/teams/v1/suspensions")
    return [one["status"] for one in rectifications + suspensions if one["team_id"] == team_id]
