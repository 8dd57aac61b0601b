"""Money that comes in with a recovery's number: proposed as its repayment, confirmed by another person."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.funding.rules import bank_statement as rules
from services.funding.rules.bank_statement import Owed, Registered
from services.funding.rules.recovery import RecoveryFacts, number
from shared.contracts.funding import ItemOpened, RepaymentRegistered
from shared.db import new_id
from tests.funding.factories import AMOUNT, Desk
from tests.funding.test_bank_statements import line, read, statement
from tests.funding.test_papers import read as paper
from tests.funding.test_recoveries import Owed as Case
from tests.funding.test_recoveries import owed
from tests.funding.test_templates import ACCOUNT

__all__ = ["owed"]
WHOLE = "80000.00"


class Back(Case):
    """What must come back, with the account on which it arrives."""

    account_id: str
    number: str
    today: date

    async def arrives(self, *amounts: str, reference: str = "", serial: str = "LS-1", status: int = 201) -> Any:
        """The maker brings a statement with these incoming lines."""
        lines = [
            line(self.today, in_=one, reference=reference or f"退款{self.number}", serial=f"{serial}{at or ''}")
            for at, one in enumerate(amounts)
        ]
        client = self.desk.api(self.desk.maker)
        path, file = f"/v1/paying-accounts/{self.account_id}/bank-statements", ("对账单.csv", statement(*lines))
        sent = await client.post(path, files={"file": file})
        assert sent.status_code == status, sent.text
        return sent.json()

    async def repayments(self) -> list[Any]:
        return list((await self.read())["repayments"])

    async def items(self, status: str = "open") -> list[Any]:
        return list((await self.desk.get("/v1/outstanding-items", self.desk.checker, status=status))["items"])

    async def match(self, item: Any, actor: Any, status: int = 200) -> Any:
        path = f"/v1/outstanding-items/{item['id']}/match"
        return await self.desk.post(actor, path, {"recovery_id": self.id, "reason": "单位来函"}, status)


@pytest.fixture
async def back(desk: Desk, owed: Case, clock: Any) -> Back:
    made = Back(desk, owed.team, owed.award_id, owed.id)
    account = await desk.paying_account(ACCOUNT)
    made.account_id, made.today, made.number = account["id"], clock.now.date(), (await owed.read())["number"]
    return made


async def test_the_line_is_proposed_and_another_than_who_brought_it_confirms(back: Back, events: Any) -> None:
    file = await back.arrives(WHOLE)
    assert (file["matched"], file["queued"], await back.items()) == (1, 0, [])
    (made,) = await back.repayments()
    assert (made["status"], made["registered_by"], made["reference"]) == ("registered", back.desk.maker.id, "LS-1")
    (shown,) = (await back.desk.get(f"/v1/bank-statements/{file['id']}/lines", back.desk.checker))["items"]
    assert (shown["recovery_id"], shown["id"]) == (back.id, made["bank_line_id"])
    both = back.desk.actors.change(back.desk.maker, roles=frozenset({"finance_maker", "finance_checker"}))
    assert await back.desk.refused(both, f"/v1/repayments/{made['id']}/confirm") == ["repayment.same_person"]
    await back.desk.post(back.desk.checker, f"/v1/repayments/{made['id']}/confirm")
    assert ((await back.read())["status"], len(await events(RepaymentRegistered))) == ("recovered", 1)


@pytest.mark.parametrize(("amount", "twice"), [("79999.99", False), ("1.00", False), (WHOLE, True)])
async def test_what_is_not_expected_is_outstanding_and_never_guessed(back: Back, amount: str, twice: bool) -> None:
    file = await back.arrives(*[WHOLE] * twice, amount)
    assert (file["matched"], file["queued"]) == (int(twice), 1)
    (item,) = await back.items()
    assert (item["code"], item["recovery_id"]) == ("bank_statement.repayment", back.id)
    assert item["round_id"] == str(back.team.round_id)
    assert len(await back.repayments()) == int(twice)


async def test_a_person_says_that_another_amount_pays_it_back_and_a_second_confirms(back: Back) -> None:
    await back.arrives("1.00")
    (item,) = await back.items()
    found = await back.match(item, back.desk.checker)
    assert (found["status"], found["recovery_id"]) == ("matched", back.id)
    (made,) = await back.repayments()
    assert (made["status"], made["amount_fen"], made["registered_by"]) == ("registered", 100, back.desk.checker.id)
    assert await back.desk.refused(back.desk.checker, f"/v1/repayments/{made['id']}/confirm") == [
        "repayment.same_person"
    ]
    await back.desk.post(back.desk.third, f"/v1/repayments/{made['id']}/confirm")
    assert (await back.read())["owed_fen"] == AMOUNT - 100


async def test_more_than_is_owed_can_only_be_explained(back: Back) -> None:
    await back.arrives("80000.01")
    (item,) = await back.items()
    assert [one["code"] for one in (await back.match(item, back.desk.checker, 409))["errors"]] == ["repayment.too_much"]
    assert [one["id"] for one in await back.items()] == [item["id"]]
    path = f"/v1/outstanding-items/{item['id']}"
    for body in ({}, {"recovery_id": back.id, "instruction_id": back.id}):
        await back.desk.post(back.desk.checker, f"{path}/match", body, 422)
    await back.desk.post(back.desk.checker, f"{path}/explain", {"reason": "多汇一分，已原路退还"})


async def test_what_was_registered_by_hand_before_the_statement_came_is_the_same_money(back: Back) -> None:
    made = await back.register(AMOUNT, "LS-1")
    await back.arrives(WHOLE)
    (same,) = await back.repayments()
    assert (same["id"], same["bank_line_id"] is not None, await back.items()) == (made["id"], True, [])


async def test_a_reference_that_stands_for_another_amount_is_outstanding(back: Back) -> None:
    await back.register(AMOUNT - 1, "LS-1")
    await back.arrives(WHOLE)
    (item,) = await back.items()
    assert item["code"] == "bank_statement.reference_used"
    assert [one["code"] for one in (await back.match(item, back.desk.checker, 409))["errors"]] == ["repayment.too_much"]


async def test_what_the_checker_rejects_is_outstanding_again(back: Back, events: Any) -> None:
    await back.arrives(WHOLE)
    (made,) = await back.repayments()
    await back.desk.post(back.desk.checker, f"/v1/repayments/{made['id']}/reject", {"reason": "付款人不是该单位"})
    (item,) = await back.items()
    assert (item["code"], item["amount_fen"]) == ("bank_statement.no_repayment", AMOUNT)
    assert len(await events(ItemOpened)) == 1
    await back.match(item, back.desk.maker)
    assert [one["status"] for one in await back.repayments()] == ["rejected", "registered"]


@pytest.mark.parametrize("reference", ["退款", "SH000000000000", "SH12"])
async def test_without_a_number_that_holds_it_is_nobodys(back: Back, reference: str) -> None:
    await back.arrives(WHOLE, reference=reference)
    assert [one["code"] for one in await back.items()] == ["bank_statement.unknown_in"]
    assert await back.repayments() == []


async def test_a_statement_that_books_tomorrow_is_none(back: Back) -> None:
    back.today += timedelta(days=1)
    assert [one["code"] for one in (await back.arrives(WHOLE, status=422))["errors"]] == ["bank_statement.future"]


async def test_the_notice_says_how_much_by_when_to_where_and_under_which_number(back: Back) -> None:
    said, _code = await paper(back.desk, f"{back.path}/form", back.desk.unit)
    for part in ("资金收回通知书", back.number, "80,000.00元", "捌万元整", "撤销资助", ACCOUNT["account"], "三峡学院"):
        assert part in said
    stranger = back.desk.actors.change(back.desk.maker, division="510000000000")
    assert (await back.desk.api(stranger).get(f"{back.path}/form")).status_code == 404


async def test_a_substitute_registers_and_confirms_with_both_names(back: Back) -> None:
    desk, today = back.desk, back.today.isoformat()
    naming = {
        "role": "finance_maker",
        "principal": desk.maker.id,
        "substitute": "clerk",
        "since": today,
        "until": today,
        "reason": "出差",
    }
    await desk.post(desk.maker, "/v1/substitutes", naming, 201)
    clerk = desk.actors.change(desk.checker, id="clerk")
    body = {"amount_fen": 1, "reference": "HK-1", "paid_on": "2020-03-01"}
    assert await desk.refused(clerk, f"{back.path}/repayments", body, 403) == ["role.missing"]
    made = await desk.post(clerk, f"{back.path}/repayments", {**body, "on_behalf_of": desk.maker.id}, 201)
    assert (made["registered_by"], made["registered_for"]) == ("clerk", desk.maker.id)
    both = desk.actors.change(desk.maker, roles=desk.checker.roles)
    for who in (clerk, both):
        assert await desk.refused(who, f"/v1/repayments/{made['id']}/confirm") == ["repayment.same_person"]
    await desk.post(desk.checker, f"/v1/repayments/{made['id']}/confirm")


def test_two_lines_of_one_reference_do_not_repay_twice() -> None:
    key = new_id()
    facts = RecoveryFacts("opened", 200, date(2020, 12, 1), plan=((date(2020, 12, 1), 100), (date(2020, 12, 2), 100)))
    one = Owed(key, new_id(), facts)
    first, second = read(*(line(date(2020, 12, 1), in_="1.00", reference=number(key), serial="7") for _at in range(2)))
    assert rules.judge_back(first, one, {}).repays
    after, seen = one.after(first, {})
    assert (after.facts.pending_fen, seen.shown) == (100, True)
    reason = rules.judge_back(second, after, {first.movement: seen}).reason
    assert reason
    assert reason.code == "bank_statement.reference_used"
    known = {first.movement: Registered(key, 100, shown=False)}
    assert rules.judge_back(first, one, known).repays
    assert one.after(first, known)[0].facts.pending_fen == 0


async def test_a_line_that_a_recovery_has_already_cannot_pay_it_back_again(back: Back) -> None:
    """The bank shows one transfer a second time, in other words."""
    await back.arrives("1.00", reference="退款")
    (item,) = await back.items()
    await back.match(item, back.desk.checker)
    await back.arrives("1.00", reference="退资助款")
    (again,) = await back.items()
    assert [one["code"] for one in (await back.match(again, back.desk.checker, 409))["errors"]] == [
        "repayment.reference_used"
    ]
    assert [one["amount_fen"] for one in await back.repayments()] == [100]
