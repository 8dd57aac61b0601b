"""Yuan taken for fen: warned of where an amount is entered and told at a glance, never refused for it."""

from datetime import timedelta
from typing import Any

import pytest

from services.funding.rules import slip
from tests.funding.bank import answer
from tests.funding.factories import AMOUNT, Desk
from tests.funding.spending import FAPIAO, Spending
from tests.funding.test_bank_statements import Account, bank, statement
from tests.funding.test_recoveries import Owed, owed

__all__ = ["bank", "owed"]


@pytest.mark.parametrize(
    ("amount", "expected", "is_one"),
    [
        (100, 1, True),
        (1, 100, True),
        (99, 1, False),
        (1, 1, False),
        (0, 0, False),
        (10_000, 1, False),
        (-100, -1, False),
    ],
)
def test_only_what_is_exactly_100_times_off_is_a_slip(amount: int, expected: int, is_one: bool) -> None:
    assert slip.slipped(amount, expected) is is_one
    assert [one.code for one in slip.warnings(amount, expected, expected)] == ["amount.slip"] * is_one


def codes(answer: Any) -> list[str]:
    return [one["code"] for one in answer["warnings"]]


async def slips(desk: Desk, round_id: Any) -> list[tuple[int, str]]:
    found = (await desk.get(f"/v1/rounds/{round_id}/money"))["exceptions"]
    return [(one["amount_fen"], one["zh"]) for one in found if one["kind"] == "slip"]


async def test_an_appropriation_100_times_the_former_is_warned_of(desk: Desk, clock: Any) -> None:
    round_id = await desk.open_round(1_000_000)
    assert await slips(desk, round_id) == []
    made = await desk.appropriate(round_id, 100_000_000)
    assert codes(made) == ["amount.slip"]
    assert made["warnings"][0]["zh"] == "1,000,000.00元与10,000.00元恰差100倍，请核对元、分"
    assert await slips(desk, round_id) == [(99_000_000, "疑似元、分填错")]
    assert codes(await desk.appropriate(round_id, 100_000_001)) == []
    assert await slips(desk, round_id) == []
    papers = {"reason": "年终", "budget_indicator": "渝财预〔2020〕1号", "document": "渝财〔2020〕9号"}
    body = {"amount_fen": 1_000_000, **papers}
    assert codes(await desk.post(desk.bureau, f"/v1/appropriations/{made['id']}/lapse", body)) == []
    await desk.appropriate(round_id, 100_000_000)
    answer = await desk.post(desk.bureau, f"/v1/appropriations/{made['id']}/lapse", {**body, "amount_fen": 990_000})
    assert codes(answer) == ["amount.slip"]
    await clock.set(clock.now + timedelta(days=32))
    assert await slips(desk, round_id) == []


async def test_a_repayment_of_a_hundredth_is_warned_of_until_it_is_confirmed(desk: Desk, owed: Owed) -> None:
    first = await owed.register(AMOUNT // 100, "HK-1")
    assert codes(first) == ["amount.slip"]
    assert await slips(desk, owed.team.round_id) == [(AMOUNT // 100, "疑似元、分填错")]
    assert codes(await desk.post(desk.checker, f"/v1/repayments/{first['id']}/confirm")) == []
    assert await slips(desk, owed.team.round_id) == []
    assert codes(await owed.register(AMOUNT // 2, "HK-2")) == []


async def test_an_expense_of_a_hundredth_of_its_fapiao_is_asked_about(desk: Desk, spending: Spending) -> None:
    key = await spending.submitted(parts=[{"line": "差旅费", "amount_fen": 500}], fapiaos=[FAPIAO])
    assert await slips(desk, spending.team.round_id) == [(500, "疑似元、分填错")]
    assert await desk.refused(desk.checker, f"/v1/expenses/{key}/accept", {}) == ["amount.slip"]
    await desk.post(desk.checker, f"/v1/expenses/{key}/accept", {"answer": "发票含其他项目"})
    assert await slips(desk, spending.team.round_id) == []


async def test_a_line_of_the_bank_that_is_100_times_off_says_so(desk: Desk, bank: Account) -> None:
    await bank.send(answer(bank.rows, "成功", "成功"))
    await bank.import_(statement(bank.paid(0, out="800.00"), bank.paid(1, out="80000.01")))
    await bank.send(answer(bank.rows[:1], "成功", **{"金额（元）": "8000000.00"}))
    found = (await desk.get(f"/v1/rounds/{bank.round_id}/money"))["exceptions"]
    told = {(one["kind"], one["amount_fen"], one["zh"].endswith("疑似元、分填错")) for one in found}
    assert {("slip", 80_000, True), ("slip", 100 * AMOUNT, True), ("item", 8_000_001, False)} <= told


async def test_a_round_at_a_glance_tells_this_month_and_the_next(desk: Desk, clock: Any) -> None:
    round_id = await desk.open_round()
    await desk.qualified_team(round_id)
    now, then = (await desk.get(f"/v1/rounds/{round_id}/money"))["forecast"]
    assert (now["due_fen"], then["due_fen"], then["planned_fen"]) == (AMOUNT, 0, 0)
    assert (now["month"], then["month"]) == (f"{clock.now:%Y-%m}", f"{clock.now.replace(day=1) + timedelta(31):%Y-%m}")
