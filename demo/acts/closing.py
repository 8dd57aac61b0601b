"""The round ends: teams are concluded, and later the suspensions run out."""

from typing import Any

from demo.acts.selection import all_stand_at
from demo.client import DemoFailed
from demo.plan import moment, past
from demo.year import Year


async def conclude(year: Year) -> None:
    """The bureau concludes the teams."""
    with year.stage.act("结项 Teams are concluded", 1):
        await year.system.bulk(year.bureau, f"/teams/v1/rounds/{year.round_id}/teams/conclude")
        await year.system.settle()
        await all_stand_at(year, "concluded")
        year.stage.step()


async def outlive_suspensions(year: Year) -> None:
    """The clock passes the end of the last one: each ends by itself."""
    with year.stage.act("恢复资格 Suspensions end by themselves", 1):
        running = await suspensions(year)
        if running:
            await year.system.move_to(past(max(moment(one["ends_at"]) for one in running)))
        left = await suspensions(year)
        if left:
            raise DemoFailed(f"{len(left)} suspensions are still running after their end")
        year.tally["suspensions_ended"] = len(running)
        year.stage.step()


async def suspensions(year: Year) -> list[Any]:
    """Running ones of this round's teams."""
    own = set(year.teams.values())
    found = await year.system.every(year.bureau, "/teams/v1/suspensions")
    return [one for one in found if str(one["team_id"]) in own and one["status"] == "started"]
