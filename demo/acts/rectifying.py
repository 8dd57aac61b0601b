"""The half-year after the grades: one unqualified team puts things right, another does not."""

from collections import Counter
from datetime import timedelta
from typing import Any

from demo.acts import money
from demo.client import DemoFailed
from demo.plan import moment
from demo.year import Year

MORE_TIME = timedelta(days=30)


async def rectify(year: Year) -> None:
    """The first is inspected and in order: its held money is paid. The second is given more time and fails: its award is
    revoked."""
    system, path = year.system, "/assessment/v1/rectifications"
    with year.stage.act("限期整改 One team puts things right, one does not", 3):
        opened = await system.every(year.bureau, path, round_id=year.round_id, status="open")
        serial = {team_id: number for number, team_id in year.teams.items()}
        found = sorted(opened, key=lambda one: serial[one["team_id"]])
        passing, failing = found[:1], found[1:2]
        for one in passing:
            await _plan(year, one)
            await _inspect(year, one, in_order=True, finding="育苗棚已修复，村民代表签字确认")
            await system.post(
                year.bureau, f"{path}/{one['id']}/pass", {"reason": "现场复核：整改到位，村民代表签字确认"}
            )
        await system.settle()
        paid = await money.pay_released(year)
        year.stage.step()
        for one in failing:
            later = (moment(one["due_at"]).date() + MORE_TIME).isoformat()
            await system.post(year.bureau, f"{path}/{one['id']}/extend", {"due_on": later, "reason": "汛期无法进村"})
            await _inspect(year, one, in_order=False, finding="延期后仍未开展服务")
            await system.post(year.bureau, f"{path}/{one['id']}/fail", {"reason": "延期后仍未开展服务"})
        await system.settle()
        year.stage.step()
        awards = await system.every(year.bureau, "/funding/v1/awards", round_id=year.round_id, status="revoked")
        if {one["team_id"] for one in awards} != {one["team_id"] for one in failing} or paid != len(passing):
            raise DemoFailed(f"{paid} released payments, {len(awards)} revoked awards")
        year.stage.step()
        year.stage.say(f"          整改 rectified: {len(passing)}, failed and revoked: {len(failing)}")
        year.tally += Counter(rectified=len(passing), failed=len(failing))


async def _plan(year: Year, one: dict[str, Any]) -> None:
    """The lead says what will be put right."""
    team = next(team for team in year.folder.teams if year.teams[team.serial] == one["team_id"])
    wanted = {"plan": f"三个月内补足{team.content}服务天数，逐户回访"}
    await year.system.post(year.lead(team), f"/assessment/v1/rectifications/{one['id']}/plan", wanted)


async def _inspect(year: Year, one: dict[str, Any], *, in_order: bool, finding: str) -> None:
    """The team's district looks on the spot."""
    team = next(team for team in year.folder.teams if year.teams[team.serial] == one["team_id"])
    path, found = f"/assessment/v1/rectifications/{one['id']}/inspect", {"in_order": in_order, "finding": finding}
    await year.system.post(year.district_of(team), path, found)
