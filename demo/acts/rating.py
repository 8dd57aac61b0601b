"""The yearly assessment: parts from four sides, the scorecard, the notice, the published grades."""

from decimal import Decimal
from functools import partial
from typing import Any

from demo import mistakes, scorecard
from demo.acts import objecting
from demo.acts.notices import outlive_notice
from demo.client import DemoFailed, Person, together
from demo.folder import Team
from demo.plan import moment
from demo.year import Year


async def rate(year: Year) -> None:
    """The cycle opens, everybody hands in their part, teams are scored and graded, grades are published, mistakes are
    put right."""
    system, year.mistakes = year.system, mistakes.choose(year.folder.teams)
    with year.stage.act("年度考核 Assessment, notice and publication of the grades", len(year.folder.teams) + 6):
        cycle = await system.post(
            year.bureau, "/assessment/v1/cycles", {"round_id": year.round_id, "year": year.plan.year}
        )
        path = f"/assessment/v1/cycles/{cycle['id']}"
        await system.post(year.bureau, f"{path}/collect")
        year.stage.step()
        year.assessments = await enrolled(year, cycle["id"])
        late = year.folder.teams[-1]
        await together(partial(_hand_in, year, late), year.folder.teams)
        await system.move_to(year.plan.grading_at)
        await _hand_in_late(year, path, late)
        await system.post(year.bureau, f"{path}/score")
        await system.post(year.bureau, f"{path}/grade")
        year.stage.step()
        await _publish(year, cycle, year.mistakes.objected)
        if year.mistakes.objected:
            await objecting.put_right(year, year.mistakes.objected, path)
            await _publish(year, cycle)
        if year.mistakes.overlooked:
            await objecting.correct(year, year.mistakes.overlooked)
        year.stage.step()
        editions = (await system.get(year.bureau, path))["editions"]
        upheld, corrected = year.tally["objections_upheld"], year.tally["corrected"]
        year.stage.say(
            f"          editions: {len(editions)}; objections upheld: {upheld}, ratings corrected: {corrected}"
        )


async def _publish(year: Year, cycle: dict[str, Any], objected: Team | None = None) -> None:
    """The grades are on notice, where one may be objected to; what stands is published as an edition."""
    wanted = {"round_id": year.round_id, "kind": "grades", "cycle_id": cycle["id"]}
    object_to = partial(objecting.object_to, year, objected) if objected else None
    await outlive_notice(year, wanted, object_to)
    year.stage.step()
    await year.system.post(year.bureau, f"/assessment/v1/cycles/{cycle['id']}/publish")
    await year.system.settle()
    year.stage.step()


async def enrolled(year: Year, cycle_id: str) -> dict[int, str]:
    """The assessment of every team; raises when the cycle left one out."""
    found = await year.system.every(year.bureau, "/assessment/v1/assessments", cycle_id=cycle_id)
    by_team = {str(one["team_id"]): str(one["id"]) for one in found}
    missing = [team.name for team in year.folder.teams if year.teams[team.serial] not in by_team]
    if missing:
        raise DemoFailed(f"not enrolled in the cycle: {'、'.join(missing[:5])}")
    return {team.serial: by_team[year.teams[team.serial]] for team in year.folder.teams}


async def _hand_in(year: Year, late: Team, team: Team) -> None:
    """Everybody's part that is owed on the round's card, which gives the district's score no points; the host of the late
    team forgets."""
    parts: list[tuple[Person, dict[str, Any]]] = [
        (year.lead(team), {"part": "self_report", "text": f"按任务书完成本年度{team.content}服务"}),
        (year.lead_unit(team), {"part": "unit_opinion", "answer": "agree", "text": "情况属实，同意"}),
        (year.district_of(team), {"part": "beneficiary_rating", "score": str(team.beneficiary_rating)}),
    ]
    for who, part in parts:
        await year.system.post(who, _parts(year, team), part)
    if team is not late:
        await _rate(year, team)
    year.stage.step()


async def _hand_in_late(year: Year, cycle: str, team: Team) -> None:
    """Some days before parts are due those who owe one were reminded: the host finds it among what waits, and its
    liaison has a link to rate by on the phone."""
    said = await year.system.get(year.bureau, f"{cycle}/history")
    [reminded] = [one["data"] for one in said if one["type"].startswith("assessment.cycle.reminded")] or [None]
    team_id = year.teams[team.serial]
    owed = (await year.system.get(year.host(team), "/teams/v1/todo"))["items"]
    own = [one for one in owed if (one["team_id"], one["code"]) == (team_id, "rate_service")]
    texts = [one["text"] for one in await year.system.get(None, "/dev/sms", team_id=team_id)]
    if not any("评价服务" in text for text in texts):
        raise DemoFailed(f"{team.name}: its liaison got no link to rate by: {texts[-2:]}")
    if not reminded or reminded["teams"] != 1 or not own or moment(own[0]["due"]) < await year.system.now():
        raise DemoFailed(f"{team.name}: its host was not reminded before the day: {reminded}, {own}")
    year.tally["reminded"] += reminded["teams"]
    await _rate(year, team)


async def _rate(year: Year, team: Team) -> None:
    """The host's rating, as it is entered first."""
    part = {"part": "host_rating", "score": str(year.mistakes.host_rating(team))}
    await year.system.post(year.host(team), _parts(year, team), part)


def _parts(year: Year, team: Team) -> str:
    return f"/assessment/v1/assessments/{year.assessments[team.serial]}/parts"


async def published(year: Year) -> list[Any]:
    """What anybody may read: this round's ratings."""
    return await year.system.every(None, "/public/ratings", round=year.round["prefix"])


def compare(year: Year, ratings: list[Any]) -> None:
    """Every published total and grade against the formula and the files; raises naming each difference."""
    scores = {team.serial: scorecard.score(team) for team in year.folder.teams}
    grades = scorecard.grades(scores)
    shown = {str(one["assessment_id"]): one for one in ratings}
    wrong = []
    for team in year.folder.teams:
        one = shown.get(year.assessments[team.serial])
        if one is None:
            wrong.append(f"{team.name}: no published rating")
        elif (one["grade"], Decimal(str(one["total"]))) != (grades[team.serial], scores[team.serial].total):
            wrong.append(
                f"{team.name}: published {one['grade']} {one['total']}, "
                f"by the formula {grades[team.serial]} {scores[team.serial].total}"
            )
    if wrong:
        raise DemoFailed("published ratings differ from the files:\n" + "\n".join(wrong))
