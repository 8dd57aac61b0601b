"""Teams serve: visits are written down by members and confirmed by hosts, results are reported."""

import re
import uuid
from datetime import date, datetime, time
from functools import partial
from typing import Any

from demo.client import DemoFailed, together
from demo.folder import Entry, Team
from demo.plan import SHANGHAI
from demo.year import Year

LINK_EVERY = 5
"""Every fifth host has no account: its liaison confirms from the link on the phone."""
_LINK = re.compile(r"/public/confirmations/([\w.\-~%]+)")


async def serve(year: Year) -> None:
    """On each reporting day the visits since the last one are handed in and confirmed."""
    entries = sum(len(team.entries) for team in year.folder.teams)
    with year.stage.act("开展服务 Visits are recorded by members and confirmed by hosts", entries):
        since = date.min
        for day in year.plan.reporting:
            await year.system.move_to(datetime.combine(day, time(16), SHANGHAI))
            await together(partial(_hand_in, year, since, day), year.folder.teams)
            since = day
        await year.system.settle()


async def report_results(year: Year) -> None:
    """At the year's end leads report what became of their indicators."""
    teams = [team for team in year.folder.teams if team.indicators]
    with year.stage.act("报告指标 Leads report their indicators", len(teams)):
        await year.system.move_to(year.plan.cycle_at)

        async def report(team: Team) -> None:
            reports = [{"name": one.name, "actual": str(one.actual)} for one in team.indicators]
            path = f"/teams/v1/teams/{year.teams[team.serial]}/indicators/report"
            await year.system.post(year.lead(team), path, {"reports": reports})
            year.stage.step()

        await together(report, teams)
        await year.system.settle()


async def _hand_in(year: Year, since: date, until: date, team: Team) -> None:
    """One batch of a team's visits, and its host's answer to them."""
    batch = [entry for entry in team.entries if since < entry.served_on <= until]
    if not batch:
        return
    team_id = year.teams[team.serial]
    answer = await year.system.post(
        year.lead(team),
        f"/teams/v1/teams/{team_id}/entries",
        {"entries": [_entry(year, team_id, entry) for entry in batch]},
    )
    refused = [result for result in answer["results"] if result["status"] == "refused"]
    if refused:
        raise DemoFailed(f"{team.name}: visits refused: {refused}")
    confirmed = [_entry_id(team_id, entry) for entry in batch if entry.confirmed]
    if confirmed and team.serial % LINK_EVERY == 0:
        await _confirm_by_link(year, team, confirmed)
    elif confirmed:
        path = f"/teams/v1/teams/{team_id}/entries/confirm"
        await year.system.post(year.host(team), path, {"ids": confirmed})
    year.stage.step(len(batch))


async def _confirm_by_link(year: Year, team: Team, confirmed: list[str]) -> None:
    """The liaison opens the link on the phone, where no account is needed, and confirms what took place."""
    path = f"/public/confirmations/{await _link(year, team)}"
    shown = {str(entry["id"]) for entry in (await year.system.get(None, path))["entries"]}
    if not shown.issuperset(confirmed):
        raise DemoFailed(f"{team.name}: the liaison's page does not show all visits")
    await year.system.post(None, path, {"confirmed": confirmed, "disputed": []})


async def _link(year: Year, team: Team) -> str:
    """The lead has a one-time link sent to the liaison. A message that got lost with a killed process is asked
    for again."""
    team_id = year.teams[team.serial]

    async def received() -> list[str]:
        return _LINK.findall(str(await year.system.get(None, "/dev/sms", team_id=team_id)))

    before = set(await received())
    for _ in range(5):
        await year.system.post(year.lead(team), f"/teams/v1/teams/{team_id}/confirmation_link")
        new = [link for link in await received() if link not in before]
        if new:
            return new[-1]
    raise DemoFailed(f"{team.name}: no confirmation link came to the liaison's phone")


def _entry(year: Year, team_id: str, entry: Entry) -> dict[str, Any]:
    return {
        "id": _entry_id(team_id, entry),
        "served_on": entry.served_on.isoformat(),
        "person_id": year.people[entry.citizen_id],
        "form": entry.form,
        "days": str(entry.days),
        "beneficiaries": entry.beneficiaries,
        "problem": entry.problem,
    }


def _entry_id(team_id: str, entry: Entry) -> str:
    """Made by the client, so that the same visit sent twice counts once."""
    return str(uuid.uuid5(uuid.UUID(team_id), f"service.xlsx:{entry.row}"))
