"""What the year came to, asked of the system and of nothing else."""

from collections import Counter, defaultdict
from typing import Any

from demo.acts.rating import compare, published
from demo.client import Person, System, together
from demo.year import Year

SERVICES = ("orders", "teams", "funding", "assessment")
TOLD = (
    "reminded",
    "objections_upheld",
    "corrected",
    "benefits_used",
    "cards_used",
    "certificates_checked",
    "forgeries_refused",
    "rectified",
    "failed",
    "cases_selected",
    "reports_issued",
    "follow_ups_recorded",
    "suspensions_ended",
    "webhooks_verified",
    "log_entries_verified",
)
"""What the acts counted (``year.tally``)."""
ENDED = ("refused", "released")
"""Awards that came to nothing; the team may have had another one since."""


async def closing(year: Year) -> dict[str, int]:
    """The round's money when what the year's grades open is paid, before anybody rectifies."""
    money = await year.system.get(year.bureau, f"/funding/v1/rounds/{year.round_id}/money")
    return {name: money[name] for name in ("awarded_fen", "paid_fen", "held_fen")}


async def figures(
    year: Year, heads: dict[str, int], closed: dict[str, int]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The result line, and the rows of the table. ``heads``: where the journals stood before the run; ``closed``: the
    money at the year's close.
    Raises DemoFailed when a published grade is not the formula's."""
    system, bureau, of_round = year.system, year.bureau, {"round_id": year.round_id}
    ratings = await published(year)
    compare(year, ratings)
    orders = await system.every(bureau, "/orders/v1/orders", **of_round)
    teams = await system.every(bureau, "/teams/v1/teams", **of_round)
    money = await system.get(bureau, f"/funding/v1/rounds/{year.round_id}/money")
    ledger = await system.get(year.checker, "/funding/v1/ledger/verify")
    events = await together(lambda name: events_since(year, name, heads[name]), SERVICES)
    grades = Counter(one["grade"] for one in ratings)
    line = {
        "orders": len(orders),
        "teams": len(teams),
        "experts": len(await people(year, teams)),
        **closed,
        "ratings": {grade: grades[grade] for grade in ("excellent", "qualified", "unqualified")},
        **{name: year.tally[name] for name in TOLD},
        "paid_in_the_end_fen": money["paid_fen"],
        "held_in_the_end_fen": money["held_fen"],
        "ledger_balanced": ledger["balanced"] and money["balanced"],
        "events": sum(events),
        "parked": sum(state["parked"] for state in (await statuses(system, year.operator)).values()),
        "seconds": round(year.stage.seconds, 1),
    }
    return line, await rows(year, ratings)


async def people(year: Year, teams: list[Any]) -> set[str]:
    """The distinct people on the rosters."""
    details = await together(lambda team: year.system.get(year.bureau, f"/teams/v1/teams/{team['id']}"), teams)
    return {member["person_id"] for detail in details for member in detail["members"]}


async def rows(year: Year, ratings: list[Any]) -> list[dict[str, Any]]:
    """The published ratings, each with what its team was awarded and what has been paid."""
    system, bureau, of_round = year.system, year.bureau, {"round_id": year.round_id}
    awarded: dict[str, int] = defaultdict(int)
    revoked: dict[str, bool] = defaultdict(bool)
    for award in await system.every(bureau, "/funding/v1/awards", **of_round):
        if award["status"] not in ENDED:
            awarded[award["team_id"]] += award["amount_fen"]
            revoked[award["team_id"]] |= award["status"] == "revoked"
    paid: dict[str, int] = defaultdict(int)
    for instalment in await system.every(bureau, "/funding/v1/instalments", status="paid", **of_round):
        paid[instalment["team_id"]] += instalment["amount_fen"]
    team_of = {year.assessments[serial]: team_id for serial, team_id in year.teams.items()}
    shown = [(team_of[one["assessment_id"]], one) for one in ratings]
    return [
        {**one, "awarded_fen": awarded[team], "paid_fen": paid[team], "revoked": revoked[team]} for team, one in shown
    ]


async def events_since(year: Year, service: str, position: int) -> int:
    """How many events this round made a service tell, read at its door. While the clock moved, other rounds may
    have had theirs."""
    mine, teams = 0, set(year.teams.values())
    while True:
        door = f"/{service}/v1/events"
        page = await year.system.get(year.operator, door, after=position, limit=500)
        for event in page["events"]:
            of_round, of_team = event.get("round_id"), event.get("team_id")
            mine += of_round == year.round_id if of_round else of_team is None or of_team in teams
        if not page["events"]:
            return mine
        position = page["next_after"]


async def statuses(system: System, operator: Person) -> dict[str, dict[str, Any]]:
    """How far each service's events have come."""
    states = await together(lambda name: system.get(operator, f"/{name}/v1/status"), SERVICES)
    return dict(zip(SERVICES, states, strict=True))
