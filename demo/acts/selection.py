"""Districts recommend, the bureau selects, society may object, three parties sign."""

from typing import Any

from demo.acts.notices import outlive_notice
from demo.acts.reviewing import review
from demo.client import DemoFailed, Person, System, together
from demo.folder import Payee, Team
from demo.year import Year


async def select(year: Year) -> None:
    """Claims are recommended, shortlisted and reviewed, the best proposed and money reserved, the notice outlived."""
    system, teams = year.system, f"/teams/v1/rounds/{year.round_id}/teams"
    with year.stage.act("评审公示 Review, selection, reserved money and public notice", len(year.districts) + 5):
        await system.move_to(year.plan.review_at)

        async def recommend(desk: Person) -> None:
            await system.bulk(desk, f"{teams}/recommend")
            year.stage.step()

        await together(recommend, year.districts)
        await system.bulk(year.bureau, f"{teams}/shortlist")
        year.stage.step()
        best = await review(system, year.bureau, year.round_id)
        year.stage.step()
        proposals = [{"team_id": one["team_id"], "amount_fen": one["amount_fen"]} for one in best]
        await system.bulk_rows(year.bureau, f"{teams}/propose", "proposals", proposals)
        await system.settle()
        year.stage.step()
        await all_stand_at(year, "on_notice")
        await system.move_to(year.plan.notice_at)
        await outlive_notice(year, {"round_id": year.round_id, "kind": "selection"})
        year.stage.step()
        await all_stand_at(year, "confirmed")
        await system.post(year.bureau, f"/orders/v1/rounds/{year.round_id}/decide")
        year.stage.step()


async def sign(year: Year) -> None:
    """Lead, unit and host sign; the units' accounts are registered and verified by another person."""
    system = year.system
    with year.stage.act("三方签约 Lead, unit and host sign; payees are verified", 2 * len(year.folder.teams)):

        async def one(team: Team) -> None:
            claim = f"/teams/v1/teams/{year.teams[team.serial]}"
            shown = await system.get(year.lead(team), claim)
            budget = {"budget": _budget(shown["amount_fen"])}
            await system.patch(year.lead(team), claim, budget, shown["version"])
            path = f"{claim}/agreement"
            await system.get(year.lead(team), path)
            for party in (year.lead(team), year.lead_unit(team), year.host(team)):
                await system.post(party, f"{path}/sign")
            year.stage.step()

        await together(one, year.folder.teams)
        await system.settle()  # the finance desk sees an account once it knows the award that it serves
        await register_payees(year)
        await all_stand_at(year, "agreed", "serving")


def _budget(amount_fen: int) -> list[dict[str, object]]:
    """How such teams spend it (made up for the demo): travel, training, material; the lines make the award."""
    travel, training = amount_fen * 4 // 10, amount_fen * 3 // 10
    lines = {"差旅费": travel, "培训费": training, "材料费": amount_fen - travel - training}
    return [{"name": name, "amount_fen": fen} for name, fen in lines.items()]


async def register_payees(year: Year) -> None:
    """Every payee unit gives its account once; a unit that has a verified one keeps it."""
    known = await year.system.every(year.checker, "/funding/v1/payees")
    have = {payee["unit_code"] for payee in known if payee["status"] == "verified"}
    payees: dict[str, Payee] = {}
    for team in year.folder.teams:
        payees.setdefault(team.payee.unit_code, team.payee)
        year.stage.step()

    async def one(payee: Payee) -> None:
        wanted = {
            "unit_code": payee.unit_code,
            "unit_name": payee.unit_name,
            "bank_name": payee.bank_name,
            "bank_code": payee.bank_code,
            "account": payee.account,
        }
        made = await year.system.post(Person("unit", unit=payee.unit_code), "/funding/v1/payees", wanted)
        await year.system.post(year.checker, f"/funding/v1/payees/{made['id']}/verify")

    await together(one, [payee for code, payee in sorted(payees.items()) if code not in have])


async def all_stand_at(year: Year, *statuses: str) -> list[Any]:
    """Every team of this round; raises when one stands elsewhere."""
    found = await teams_of(year.system, year.bureau, year.round_id)
    astray = [team for team in found if team["status"] not in statuses]
    if astray or len(found) != len(year.folder.teams):
        named = "; ".join(f"{team['name']} is {team['status']}" for team in astray[:5])
        raise DemoFailed(f"{len(found)} teams, all should be {' or '.join(statuses)}: {named}")
    return found


async def teams_of(system: System, who: Person, round_id: str) -> list[Any]:
    return await system.every(who, "/teams/v1/teams", round_id=round_id)
