"""The round ends: teams are concluded and suspensions run out."""

from typing import Any

from demo.acts.selection import all_stand_at
from demo.client import DemoFailed
from demo.plan import moment, past
from demo.year import Year


async def conclude(year: Year) -> int:
    """The bureau concludes the teams; the clock passes the end of the last suspension. How many ended by themselves."""
    system = year.system
    with year.stage.act("结项 Teams are concluded, the last suspension ends", 2):
        await system.bulk(year.bureau, f"/teams/v1/rounds/{year.round_id}/teams/conclude")
        await system.settle()
        await all_stand_at(year, "concluded")
        year.stage.step()
        running = await suspensions(year)
        if running:
            await system.move_to(past(max(moment(one["ends_at"]) for one in running)))
        left = await suspensions(year)
        if left:
            raise DemoFailed(f"{len(left)} suspensions are still running after their end")
        year.stage.step()
    return len(running)


async def suspensions(year: Year) -> list[Any]:
    """Running ones of this round's teams."""
    own = set(year.teams.values())
    found = await year.system.every(year.bureau, "/teams/v1/suspensions")
    return [one for one in found if str(one["team_id"]) in own and one["status"] == "started"]
