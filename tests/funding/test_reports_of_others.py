"""What expenses and the bank's outstanding items add to a statement and to a round's money at a glance."""

from typing import Any

from services.funding.models import OutstandingItem
from shared.db import new_id
from tests.funding.factories import Desk
from tests.funding.spending import Spending


async def test_a_statement_tells_what_was_spent_and_never_on_whom(desk: Desk, spending: Spending) -> None:
    key = await spending.submitted()
    path = f"/v1/awards/{spending.award_id}/statement"
    waiting = await desk.get(path)
    assert ([one["status"] for one in waiting["expenses"]], waiting["spent_fen"]) == (["submitted"], 0)
    await desk.post(desk.checker, f"/v1/expenses/{key}/accept")
    found = await desk.get(path, until="2020-05-02")
    assert ([one["what"] for one in found["expenses"]], found["spent_fen"]) == (["高铁票"], 50_000)
    assert (await desk.get(path, since="2020-05-03"))["expenses"] == []
    assert "铁路客运公司" not in str(found)


async def test_what_ledger_and_bank_do_not_agree_on_is_an_exception(desk: Desk, session: Any, clock: Any) -> None:
    round_id = await desk.open_round()
    item = OutstandingItem(
        id=new_id(),
        division=desk.bureau.division,
        round_id=round_id,
        queue="answer",
        code="answer.amount",
        zh="金额与指令不符",
        en="The amount differs",
        reference="PZ-7",
        amount_fen=100,
        since=clock.now,
        status="open",
    )
    session.add(item)
    await session.flush()
    [found] = (await desk.get(f"/v1/rounds/{round_id}/money"))["exceptions"]
    assert (found["kind"], found["reason"], found["amount_fen"], found["award_id"]) == ("item", "PZ-7", 100, None)
    item.status = "explained"
    await session.flush()
    assert (await desk.get(f"/v1/rounds/{round_id}/report"))["exceptions"] == []
