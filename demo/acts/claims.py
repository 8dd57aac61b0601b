"""Lead experts take orders and gather their 1+N+1 teams."""

from demo.client import together
from demo.folder import Team
from demo.year import Year


async def claim_orders(year: Year) -> None:
    """Inside the window: teams form, write the six clear points, invite, accept, consent, submit."""
    people = sum(len(team.members) for team in year.folder.teams)
    with year.stage.act("接单组团 Leads form teams, members accept, units consent", people):
        for team, team_id in zip(
            year.folder.teams, await together(lambda team: _claim(year, team), year.folder.teams), strict=True
        ):
            year.teams[team.serial] = team_id
        await year.system.move_to(year.plan.closes_at)


async def _claim(year: Year, team: Team) -> str:
    system, lead = year.system, year.lead(team)
    claim = await system.post(lead, "/teams/v1/teams", {"order_id": year.orders[team.serial], "name": team.name})
    path = f"/teams/v1/teams/{claim['id']}"
    claim = await system.patch(lead, path, _clear_points(team), claim["version"])
    if team.indicators:
        await system.put(lead, f"{path}/indicators", {"indicators": _indicators(team)}, claim["version"])
    year.stage.step()
    invited = [member for member in team.members if member.role != "lead"]
    invitation = [{"person_id": year.people[one.citizen_id], "role": one.role} for one in invited]
    await system.post(lead, f"{path}/members", {"members": invitation})

    # one after the other: they would queue at the team's row anyway; the teams go side by side
    for one in invited:
        person_id = year.people[one.citizen_id]
        await system.post(year.expert(one.citizen_id), f"{path}/members/{person_id}/accept")
        year.stage.step()
    for unit in year.units(team):
        await system.post(unit, f"{path}/consent")
    await system.post(lead, f"{path}/submit")
    return str(claim["id"])


def _clear_points(team: Team) -> dict[str, object]:
    """The six clear points, the money, the payee and what the local talents will learn."""
    local = "、".join(member.name for member in team.members if member.role == "local_talent")
    return {
        "place": team.place,
        "content": team.content,
        "starts_on": team.starts_on.isoformat(),
        "ends_on": team.ends_on.isoformat(),
        "targets": team.targets,
        "liaison_name": team.liaison_name,
        "liaison_phone": team.liaison_phone,
        "agreed_days": str(team.agreed_days),
        "agreed_visits": team.agreed_visits,
        "asked_fen": team.asked_fen,
        "own_fen": team.own_fen,
        "payee_unit_code": team.payee.unit_code,
        "payee_unit_name": team.payee.unit_name,
        "talent_plan": f"传帮带{local}，期满能独立开展{team.content}的日常技术工作",
    }


def _indicators(team: Team) -> list[dict[str, str]]:
    return [
        {"name": one.name, "unit": one.unit, "baseline": str(one.baseline), "target": str(one.target)}
        for one in team.indicators
    ]
