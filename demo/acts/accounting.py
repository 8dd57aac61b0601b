"""A few teams account for their money: expenses with receipts, accepted by another person, and the final account.

What they spent it on is made up for the demo and marked so; every fen is spent, so nothing comes back."""

import uuid
from typing import Any

from demo.client import DemoFailed, Person, together
from demo.folder import Team
from demo.invent import MARK
from demo.year import Year

TEAMS = 3
RECEIPT = b"%PDF-1.7\n% generated for the demo, no receipt\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


async def account(year: Year) -> None:
    """Of the first teams whose awards are closed."""
    system = year.system
    with year.stage.act("决算 A few teams hand in expenses and their final accounts", TEAMS):
        closed = await system.every(year.bureau, "/funding/v1/awards", round_id=year.round_id, status="closed")
        by_team = {award["team_id"]: award for award in closed}
        chosen = [(team, by_team[key]) for team in year.folder.teams if (key := year.teams[team.serial]) in by_team]
        done = await together(lambda pair: _account(year, *pair), chosen[:TEAMS])
        spent = sum(one["accepted_fen"] for one in done)
        left = sum(one["unspent_fen"] for one in done)
        if left or any(one["status"] != "accepted" for one in done):
            raise DemoFailed(f"a final account leaves {left} fen or was not accepted")
        year.stage.say(
            f"          决算 final accounts (generated): {len(done)} accepted, {spent} fen spent, {left} unspent"
        )


async def _account(year: Year, team: Team, award: dict[str, Any]) -> dict[str, Any]:
    system, unit = year.system, Person("unit", unit=award["payee_unit_code"])
    path = f"/funding/v1/awards/{award['id']}"
    budget = await system.get(unit, f"{path}/budget")
    expenses = [_expense(year, team, number, line) for number, line in enumerate(budget["lines"], 1)]
    await system.post(unit, f"{path}/expenses", {"expenses": expenses})
    ids = [one["id"] for one in expenses]
    for key in ids:
        files = f"/funding/v1/expenses/{key}/attachments"
        await system.upload(unit, files, "示例凭证.pdf", RECEIPT, "application/pdf")
    await system.bulk(unit, "/funding/v1/expenses/submit", {"ids": ids})
    await system.bulk(year.checker, "/funding/v1/expenses/accept", {"ids": ids})
    made = await system.post(unit, f"{path}/final-account", {"summary": f"{MARK}：按协议预算使用，全部支出"})
    await system.post(unit, f"/funding/v1/final-accounts/{made['id']}/submit")
    year.stage.step()
    return dict(await system.post(year.checker, f"/funding/v1/final-accounts/{made['id']}/accept"))


def _expense(year: Year, team: Team, number: int, line: dict[str, Any]) -> dict[str, Any]:
    """One line of the budget, spent to the fen; the number of its fapiao is no real one's."""
    day, fen = team.starts_on.isoformat(), line["budget_fen"]
    fapiao = {
        "number": f"{year.plan.year}{team.serial:06}{number:010}",
        "seller_code": team.payee.unit_code,
        "amount_fen": fen,
        "issued_on": day,
    }
    return {
        "id": str(uuid.uuid4()),
        "spent_on": day,
        "what": f"{MARK}支出：{line['name']}",
        "parts": [{"line": line["name"], "amount_fen": fen}],
        "recipient": {"kind": "unit", "name": f"{MARK}收款单位"},
        "fapiaos": [fapiao],
    }
