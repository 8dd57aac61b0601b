"""Statements of the paying account: ledger, instruction and bank are held against each other."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.funding.rules import bank_statement as rules
from services.funding.rules.bank_statement import Sent
from services.funding.usecases.template import shipped
from shared.delimited import read_delimited
from shared.errors import Malformed
from tests.funding.bank import PAYEE, Bank, answer, line, rows_of, statement
from tests.funding.factories import AMOUNT, Desk
from tests.funding.test_templates import ACCOUNT


class Account(Bank):
    """The same bank, with the account from which is paid."""

    account_id: str
    today: date

    async def import_(self, content: bytes, status: int = 201) -> Any:
        client = self.desk.api(self.desk.maker)
        sent = await client.post(
            f"/v1/paying-accounts/{self.account_id}/bank-statements", files={"file": ("对账单.csv", content)}
        )
        assert sent.status_code == status, sent.text
        return sent.json()

    async def codes(self, **query: Any) -> list[str]:
        return sorted(one["code"] for one in await self.items(**query))

    async def reconciled(self) -> dict[str, int]:
        month = (self.today + timedelta(days=0)).strftime("%Y-%m")
        return dict(await self.desk.get(f"/v1/rounds/{self.round_id}/reconciliation", self.desk.checker, month=month))

    def paid(self, at: int, **changed: Any) -> tuple[str, ...]:
        return line(self.today, **{"out": "80000.00", "reference": self.rows[at]["指令编号"], **changed})


@pytest.fixture
async def bank(desk: Desk, clock: Any) -> Account:
    """Two instructions from a known account."""
    own = await desk.paying_account(ACCOUNT)
    round_id = await desk.open_round()
    await desk.verified_payee()
    for _team in range(2):
        await desk.approve(await desk.qualified_team(round_id))
    batch = await desk.batch(round_id)
    content = (await desk.api(desk.maker).get(f"/v1/batches/{batch['id']}/file")).content
    made = Account(desk, round_id, batch, rows_of(content))
    made.account_id, made.today = own["id"], clock.now.date()
    return made


async def test_what_agrees_in_all_three_is_matched_and_the_statement_counts_once(bank: Account) -> None:
    await bank.send(answer(bank.rows, "成功", "成功"))
    before = await bank.reconciled()
    assert (before["ledger_fen"], before["bank_fen"], before["ledger_only_fen"], before["balanced"]) == (
        2 * AMOUNT,
        0,
        2 * AMOUNT,
        True,
    )
    content = statement(bank.paid(0), bank.paid(1))
    first = await bank.import_(content)
    assert [first[name] for name in ("lines", "known", "matched", "queued")] == [2, 0, 2, 0]
    assert await bank.import_(content) == first
    overlapping = await bank.import_(statement(bank.paid(1), encoding="utf-8-sig"))
    assert [overlapping[name] for name in ("lines", "known", "matched")] == [1, 1, 0]
    assert await bank.items() == []
    after = await bank.reconciled()
    assert (after["bank_fen"], after["ledger_only_fen"], after["bank_only_fen"], after["open_items"]) == (
        2 * AMOUNT,
        0,
        0,
        0,
    )
    found = (await bank.desk.get(f"/v1/bank-statements/{first['id']}/lines", bank.desk.checker))["items"]
    assert PAYEE not in str(found)
    assert [one["id"] for one in (await bank.desk.get("/v1/bank-statements", bank.desk.maker))["items"]].count(
        first["id"]
    ) == 1


async def test_a_payment_that_the_statement_does_not_show_is_outstanding_until_a_later_one_does(bank: Account) -> None:
    await bank.send(answer(bank.rows, "成功", "成功"))
    await bank.import_(statement(bank.paid(0)))
    (missing,) = await bank.items(status="open")
    assert (missing["queue"], missing["code"], missing["amount_fen"]) == ("ledger", "bank_statement.missing", AMOUNT)
    assert (await bank.reconciled())["ledger_only_fen"] == AMOUNT
    await bank.import_(statement(bank.paid(1)))
    assert [one["status"] for one in await bank.items()] == ["matched"]


async def test_what_the_bank_booked_but_did_not_answer_waits_for_its_answer(bank: Account) -> None:
    await bank.send(answer(bank.rows[:1], "成功"))
    await bank.import_(statement(bank.paid(0), bank.paid(1)))
    assert await bank.codes(status="open") == ["bank_statement.unanswered"]
    told = await bank.reconciled()
    assert (told["ledger_fen"], told["bank_fen"], told["bank_only_fen"], told["balanced"]) == (
        AMOUNT,
        2 * AMOUNT,
        AMOUNT,
        True,
    )
    await bank.send(answer(bank.rows[1:], "成功"))
    assert [one["status"] for one in await bank.items()] == ["matched"]


async def test_a_returned_payment_goes_out_and_comes_back(bank: Account) -> None:
    await bank.send(answer(bank.rows, "成功", "退回"))
    back = bank.paid(1, out="", in_="80000.00")
    file = await bank.import_(statement(bank.paid(0), bank.paid(1), back))
    assert (file["matched"], file["queued"]) == (3, 0)
    told = await bank.reconciled()
    assert (told["ledger_fen"], told["bank_fen"], told["balanced"], told["open_items"]) == (AMOUNT, AMOUNT, True, 0)
    await bank.import_(statement(bank.paid(0, out="", in_="80000.00")))
    assert await bank.codes(status="open") == ["bank_statement.refund"]


async def test_what_the_bank_paid_twice_is_outstanding_in_one_statement_or_in_two(bank: Account) -> None:
    await bank.send(answer(bank.rows, "成功", "成功"))
    file = await bank.import_(statement(bank.paid(0, serial="1"), bank.paid(0, serial="2"), bank.paid(1, serial="3")))
    assert (file["matched"], file["queued"]) == (3, 1)
    assert await bank.codes(status="open") == ["bank_statement.twice"]
    await bank.import_(statement(bank.paid(1, serial="4")))
    assert await bank.codes(status="open") == ["bank_statement.twice", "bank_statement.twice"]
    assert (await bank.reconciled())["bank_only_fen"] == 2 * AMOUNT


async def test_what_is_said_to_be_returned_and_only_went_out_is_outstanding_until_it_is_back(bank: Account) -> None:
    await bank.send(answer(bank.rows, "成功", "退回"))
    await bank.import_(statement(bank.paid(0), bank.paid(1)))
    assert await bank.codes(status="open") == ["bank_statement.not_back"]
    await bank.import_(statement(bank.paid(1, out="", in_="80000.00")))
    assert [one["status"] for one in await bank.items()] == ["matched"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"out": "80000.01"}, "bank_statement.amount"),
        ({"account": "62220000"}, "bank_statement.account"),
        ({"reference": uuid4().hex, "account": "62220000"}, "bank_statement.unknown_out"),
        ({"out": "", "in_": "5.00", "reference": "存款利息", "account": ""}, "bank_statement.unknown_in"),
    ],
)
async def test_what_does_not_agree_is_for_a_person(bank: Account, changed: Any, code: str) -> None:
    await bank.send(answer(bank.rows[:1], "成功"))
    file = await bank.import_(statement(bank.paid(0, **changed)))
    assert (file["matched"], file["queued"]) == (0, 1)
    assert await bank.codes(status="open", queue="bank_statement") == [code]


async def test_amount_account_and_day_only_suggest_and_a_person_confirms(bank: Account) -> None:
    await bank.send(answer(bank.rows[:1], "成功"))
    file = await bank.import_(statement(bank.paid(0, reference="")))
    assert (file["matched"], file["queued"]) == (0, 1)
    (found,) = await bank.items(status="open", queue="bank_statement")
    assert found["code"] == "bank_statement.no_reference"
    path = f"/v1/outstanding-items/{found['id']}/match"
    await bank.desk.post(bank.desk.checker, path, {"instruction_id": found["instruction_id"]})
    assert await bank.items(status="open") == []
    assert (await bank.reconciled())["bank_fen"] == AMOUNT


async def test_a_statement_is_taken_whole_or_not_at_all(bank: Account) -> None:
    faulty = statement(bank.paid(0), bank.paid(1, out="八万"), bank.paid(1, out="", in_=""))
    refused = await bank.import_(faulty, 422)
    assert [error["pointer"] for error in refused["errors"]] == ["/rows/3", "/rows/4"]
    assert (await bank.import_(answer(bank.rows, "成功", "成功"), 422))["errors"][0]["code"] == "file.column"
    early = (await bank.import_(statement(("0001-01-01", *bank.paid(0)[1:])), 422))["errors"]
    assert [error["code"] for error in early] == ["bank_statement.date_form"]
    assert (await bank.import_(statement(), 422))["errors"][0]["code"] == "bank_statement.empty"
    assert (await bank.desk.get("/v1/bank-statements", bank.desk.maker))["items"] == []
    stranger = bank.desk.actors.change(bank.desk.maker, division="510000000000")
    path = f"/v1/paying-accounts/{bank.account_id}/bank-statements"
    assert (await bank.desk.api(stranger).post(path, files={"file": ("x.csv", faulty)})).status_code == 404


def read(*lines: tuple[str, ...]) -> list[rules.Line]:
    table = shipped()["generic_csv_gbk"].statement
    assert table
    synonyms = {name: list(ways) for name, ways in table.columns.items()}
    return rules.read(
        read_delimited(statement(*lines), ",", [*table.columns], synonyms=synonyms), table, date(2020, 12, 31)
    )


def test_two_movements_that_look_alike_are_two_and_the_same_in_the_next_statement() -> None:
    same = line(date(2020, 12, 1), "1.00")
    once, twice = read(same), read(same, same)
    assert [one.key for one in twice][:1] == [one.key for one in once]
    assert twice[0].key != twice[1].key


def test_a_reference_is_found_however_the_bank_wraps_it_and_two_suggestions_are_none() -> None:
    key = uuid4()
    (named,) = read(line(date(2020, 12, 1), "1.00", reference=f"网银/{str(key).upper()}；资助"))
    assert named.named == key
    assert read(line(date(2020, 12, 1), "1.00", reference=f"{key.hex}0"))[0].named is None
    alike = [Sent(uuid4(), uuid4(), 100, "h", "paid", date(2020, 12, day)) for day in (2, 3)]
    (unnamed,) = read(line(date(2020, 12, 1), "1.00"))
    assert rules.judge(unnamed, "h", {}, alike[:1]).sent == alike[0]
    assert rules.judge(unnamed, "h", {}, alike).sent is None
    with pytest.raises(Malformed):
        read(line(date(2020, 12, 1), "1.00", "1.00"))


async def test_a_statement_has_as_many_lines_as_a_file_may(bank: Account) -> None:
    """More than PostgreSQL takes parameters."""
    many = [line(bank.today, in_="1.00", reference=f"x{number}", serial=str(number)) for number in range(33_000)]
    taken = await bank.import_(statement(*many))
    assert (taken["lines"], taken["known"], taken["queued"]) == (33_000, 0, 33_000)


async def balanced(bank: Account, status: int = 200) -> Any:
    client = bank.desk.api(bank.desk.checker)
    found = await client.get(f"/v1/paying-accounts/{bank.account_id}/reconciliation", params={"on": str(bank.today)})
    assert found.status_code == status, found.text
    return found.json()


def with_balance(one: tuple[str, ...], balance: str) -> tuple[str, ...]:
    return (*one[:-1], balance)


async def test_the_balance_by_book_and_by_bank_and_what_stands_between(bank: Account) -> None:
    await balanced(bank, 404)
    await bank.send(answer(bank.rows, "成功", "成功"))
    interest = line(bank.today, in_="5.00", reference="存款利息", account="")
    lines = [with_balance(bank.paid(0), "920000.00"), with_balance(interest, "920005.00")]
    file = await bank.import_(statement(*reversed(lines)))
    assert (file["opening_fen"], file["closing_fen"]) == (100_000_000, 92_000_500)
    told = await balanced(bank)
    assert (told["book_fen"], told["bank_fen"]) == (100_000_000 - 2 * AMOUNT, 92_000_500)
    assert (told["ledger_only_fen"], told["bank_in_only_fen"], told["bank_out_only_fen"]) == (AMOUNT, 500, 0)
    assert (told["difference_fen"], told["balanced"], told["open_items"]) == (0, True, 2)


async def test_a_line_that_no_statement_brought_is_a_difference(bank: Account) -> None:
    await bank.send(answer(bank.rows, "成功", "成功"))
    await bank.import_(statement(with_balance(bank.paid(0), "920000.00")))
    await bank.import_(statement(with_balance(bank.paid(1), "839999.00")))
    told = await balanced(bank)
    assert (told["book_fen"], told["bank_fen"], told["difference_fen"], told["balanced"]) == (
        84_000_000,
        83_999_900,
        -100,
        False,
    )


def test_balances_follow_from_the_movements_whichever_way_round_or_are_none() -> None:
    day = date(2020, 12, 1)
    one, two = with_balance(line(day, "1.00"), "9.00"), with_balance(line(day, in_="3.00"), "12.00")
    assert rules.balances(read(one, two)) == rules.balances(read(two, one)) == (1000, 1200)
    assert rules.balances(read(one)) == (1000, 900)
    assert rules.balances(read(one, with_balance(line(day, in_="3.00"), "12.01"))) is None
    assert rules.balances(read(one, line(day, in_="3.00"))) is None
    back = with_balance(line(day, in_="1.00"), "10.00")
    assert rules.balances(read(one, back)) is None, "out and in of one day follow both ways round"
    later = with_balance(line(day + timedelta(days=1), in_="1.00"), "10.00")
    assert rules.balances(read(one, later)) == rules.balances(read(later, one)) == (1000, 1000)


@pytest.mark.parametrize("said", ["-4.00", "4.00-", "－4.00", " -4.00 "])
def test_an_overdrawn_balance_is_below_zero(said: str) -> None:
    assert rules.balances(read(with_balance(line(date(2020, 12, 1), "9.00"), said))) == (500, -400)


@pytest.mark.parametrize("said", ["--4.00", "-4.00-", "(4.00)", "-"])
def test_a_balance_that_cannot_be_read_refuses_the_statement(said: str) -> None:
    with pytest.raises(Malformed, match="amount_form"):
        read(with_balance(line(date(2020, 12, 1), "9.00"), said))


async def test_what_the_bank_booked_before_the_first_balance_is_in_it(bank: Account) -> None:
    await bank.send(answer(bank.rows, "成功", "成功"))
    earlier = bank.today - timedelta(days=3)
    await bank.import_(statement(line(earlier, "80000.00", reference=bank.rows[0]["指令编号"])))
    await bank.import_(statement(with_balance(bank.paid(1), "920000.00")))
    told = await balanced(bank)
    assert (told["from_on"], told["opening_fen"], told["paid_fen"], told["book_fen"]) == (
        str(bank.today),
        100_000_000,
        AMOUNT,
        92_000_000,
    )
    assert (told["ledger_only_fen"], told["bank_out_only_fen"], told["difference_fen"]) == (0, 0, 0)


async def matched_with(bank: Account, item: Any, instruction_id: str) -> list[str]:
    body = {"instruction_id": instruction_id, "reason": "核对无误"}
    sent = await bank.desk.api(bank.desk.checker).post(f"/v1/outstanding-items/{item['id']}/match", json=body)
    return [error["code"] for error in sent.json().get("errors", ())]


async def test_a_payment_is_matched_with_one_line_that_went_out_and_a_second_can_only_be_explained(
    bank: Account,
) -> None:
    await bank.send(answer(bank.rows[:1], "成功"))
    file = await bank.import_(statement(*(bank.paid(0, reference="", serial=one) for one in "12")))
    assert (file["matched"], file["queued"]) == (0, 2)
    first, second = await bank.items(status="open", queue="bank_statement")
    assert first["instruction_id"] == second["instruction_id"]
    assert await matched_with(bank, first, first["instruction_id"]) == []
    assert await matched_with(bank, second, first["instruction_id"]) == ["item.twice"]
    assert [one["id"] for one in await bank.items(status="open")] == [second["id"]]
    await bank.desk.post(bank.desk.checker, f"/v1/outstanding-items/{second['id']}/explain", {"reason": "银行重复扣款"})


async def test_what_the_bank_paid_twice_is_not_matched_away_with_the_payment_itself(bank: Account) -> None:
    await bank.send(answer(bank.rows, "成功", "成功"))
    await bank.import_(statement(bank.paid(0, serial="1"), bank.paid(0, serial="2")))
    (twice,) = await bank.items(status="open", queue="bank_statement")
    (missing,) = await bank.items(status="open", queue="ledger")
    assert await matched_with(bank, twice, twice["instruction_id"]) == ["item.twice"]
    assert await matched_with(bank, missing, missing["instruction_id"]) == ["item.not_shown"]
    assert await matched_with(bank, twice, missing["instruction_id"]) == [], "the bank named the wrong one"
    assert await bank.items(status="open") == []
    assert (await bank.reconciled())["bank_only_fen"] == 0


async def test_a_line_by_its_number_after_one_by_hand_is_the_second(bank: Account) -> None:
    await bank.send(answer(bank.rows[:1], "成功"))
    await bank.import_(statement(bank.paid(0, reference="", serial="1")))
    (found,) = await bank.items(status="open", queue="bank_statement")
    assert await matched_with(bank, found, found["instruction_id"]) == []
    await bank.import_(statement(bank.paid(0, serial="2")))
    assert await bank.codes(status="open") == ["bank_statement.twice"]


async def test_a_number_of_the_same_statement_comes_before_a_likeness(bank: Account) -> None:
    await bank.send(answer(bank.rows[:1], "成功"))
    await bank.import_(statement(bank.paid(0, reference="", serial="1"), bank.paid(0, serial="2")))
    assert await bank.codes(status="open") == ["bank_statement.unknown_out"]


async def test_what_comes_back_is_matched_with_one_return(bank: Account) -> None:
    await bank.send(answer(bank.rows, "成功", "退回"))
    back = [bank.paid(at, out="", in_="80000.00", serial=serial) for at, serial in ((1, "1"), (1, "2"), (0, "3"))]
    await bank.import_(statement(bank.paid(0), bank.paid(1), *back))
    again, refund = sorted(await bank.items(status="open"), key=lambda one: str(one["code"]))
    assert (again["code"], refund["code"]) == ("bank_statement.back_twice", "bank_statement.refund")
    assert await matched_with(bank, again, again["instruction_id"]) == ["item.twice"]
    assert await matched_with(bank, refund, refund["instruction_id"]) == ["item.refund"]


async def test_what_came_back_before_the_bank_said_paid_stays_outstanding(bank: Account) -> None:
    await bank.import_(statement(bank.paid(0), bank.paid(0, out="", in_="80000.00")))
    assert await bank.codes(status="open") == ["bank_statement.unanswered"] * 2
    await bank.send(answer(bank.rows[:1], "成功"))
    assert await bank.codes(status="open") == ["bank_statement.unanswered"]
    (refund,) = await bank.items(status="open")
    assert await matched_with(bank, refund, refund["instruction_id"]) == ["item.refund"]
