"""The round ends: teams are concluded, suspensions run out, and the system is asked what the year came to."""

from collections import Counter
from typing import Any

from demo.acts.rating import compare, published
from demo.acts.selection import all_stand_at
from demo.client import DemoFailed, Person, System, together
from demo.plan import moment, past
from demo.year import Year

ENDED = ("refused", "released")
"""Awards that came to nothing; the team may have had another one since."""
SERVICES = ("orders", "teams", "funding", "assessment")


async def conclude(year: Year) -> None:
    """The bureau concludes the teams; the clock passes the end of the last suspension."""
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


async def suspensions(year: Year) -> list[Any]:
    """Running ones of this round's teams."""
    own = set(year.teams.values())
    found = await year.system.every(year.bureau, "/teams/v1/suspensions")
    return [one for one in found if str(one["team_id"]) in own and one["status"] == "started"]


async def figures(year: Year, events_before: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The result line and the rows of the table, both from the system's answers."""
    system, bureau = year.system, year.bureau
    orders = await system.every(bureau, "/orders/v1/orders", round_id=year.round_id)
    teams = await system.every(bureau, "/teams/v1/teams", round_id=year.round_id)
    awards = await system.every(bureau, "/funding/v1/awards", round_id=year.round_id)
    money = await system.get(bureau, f"/funding/v1/rounds/{year.round_id}/money")
    ledger = await system.get(year.checker, "/funding/v1/ledger/verify")
    ratings = await published(year)
    compare(year, ratings)
    rosters = await together(lambda team: system.get(bureau, f"/teams/v1/teams/{team['id']}"), teams)
    experts = {member["person_id"] for roster in rosters for member in roster["members"]}
    grades = Counter(one["grade"] for one in ratings)
    states = await statuses(system, year.operator)
    line = {
        "orders": len(orders),
        "teams": len(teams),
        "experts": len(experts),
        "awarded_fen": money["awarded_fen"],
        "paid_fen": money["paid_fen"],
        "held_fen": money["held_fen"],
        "ratings": {grade: grades[grade] for grade in ("excellent", "qualified", "unqualified")},
        "ledger_balanced": bool(ledger["balanced"]) and bool(money["balanced"]),
        "events": sum(state["journal_head"] for state in states) - events_before,
        "parked": sum(state["parked"] for state in states),
        "seconds": round(year.stage.seconds, 1),
    }
    award_of = {str(award["team_id"]): award for award in awards if award["status"] not in ENDED}
    team_of = {year.assessments[serial]: team_id for serial, team_id in year.teams.items()}
    return line, [{**one, "award": award_of[team_of[str(one["assessment_id"])]]} for one in ratings]


async def statuses(system: System, operator: Person) -> list[dict[str, Any]]:
    """How far each service's events have come."""
    return await together(lambda name: system.get(operator, f"/{name}/v1/status"), SERVICES)
