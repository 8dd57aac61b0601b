"""Half a year after the end the districts look at what still stands of a few teams' work."""

from typing import Any

from demo.client import together
from demo.folder import Team
from demo.invent import MARK
from demo.plan import moment, past
from demo.year import Year

TEAMS = 3
VISITS = "/assessment/v1/follow-ups"


async def visit(year: Year) -> None:
    """The first visit to each of the first teams, on its first day. A policy without visits has none."""
    with year.stage.act("回访 Half a year later districts look at what still stands", TEAMS):
        teams = year.folder.teams[:TEAMS]
        planned = await together(lambda team: _planned(year, team), teams)
        firsts = [(team, visits[0]) for team, visits in zip(teams, planned, strict=True) if visits]
        if firsts:
            await year.system.move_to(past(max(moment(visit["opens_at"]) for _team, visit in firsts)))
        await together(lambda pair: _record(year, *pair), firsts)
        year.stage.say(f"          {year.tally['follow_ups_recorded']} follow-up visits recorded")


async def _planned(year: Year, team: Team) -> list[Any]:
    found = await year.system.every(year.district_of(team), VISITS, team_id=year.teams[team.serial])
    return sorted(found, key=lambda visit: moment(visit["opens_at"]))


async def _record(year: Year, team: Team, visit: dict[str, Any]) -> None:
    """Each indicator's value now (for the demo: as the team reported it), and how many local talents go on."""
    found = {
        "visited_on": (await year.system.now()).date().isoformat(),
        "text": f"{MARK}：服务成果持续发挥作用",
        "going_on": sum(member.role == "local_talent" for member in team.members),
        "standing": [{"name": one.name, "now": str(one.actual)} for one in team.indicators],
    }
    await year.system.post(year.district_of(team), f"{VISITS}/{visit['id']}/record", found)
    year.tally["follow_ups_recorded"] += 1
    year.stage.step()
