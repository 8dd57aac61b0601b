"""What a line of the bank's statement is: matched by our number, suggested, or for a person, with the reason."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.funding.rules import bank_statement as rules
from services.funding.rules.bank_statement import Line, Sent, Verdict
from services.funding.rules.template import Table
from services.funding.usecases.template import shipped
from shared.errors import Malformed
from shared.spreadsheet import Cells
from tests.funding.reasons import refused, said

DAY = date(2020, 12, 10)
KEY = UUID("0199a2b4-c5d6-7e8f-9012-345678901234")
PAID = Sent(KEY, uuid4(), 8_000_000, "hash", "paid", DAY)
LINE = Line(3, DAY, 8_000_000, "out", "三峡学院", "7075", KEY.hex, "资助", "1", None)
ONE = Table(
    "csv",
    amount="yuan",
    words={"借": "out", "贷": "in"},
    columns={"date": ("日期",), "amount": ("金额",), "direction": ("方向",)},
)
TWO = shipped()["generic_csv_gbk"].statement


def read(table: Any, *rows: dict[str, Any]) -> list[Line]:
    return rules.read([Cells(number, row) for number, row in enumerate(rows, 2)], table, date(2020, 12, 31))


def two(**row: Any) -> Line:
    (line,) = read(TWO, {"date": "20201210", "paid_out": "1.00", **row})
    return line


def verdict(line: Line, mark: str | None = "hash", **more: Any) -> tuple[Sent | None, bool, list[str]]:
    found = rules.judge(line, mark, **{"known": {KEY: PAID}, "unmatched": [], **more})
    return found.sent, found.matched, said([found.reason] if found.reason else [])


def test_what_agrees_with_our_number_amount_and_account_is_matched_in_both_directions() -> None:
    assert rules.judge(LINE, "hash", {KEY: PAID}, []) == Verdict(PAID, True)
    back = replace(PAID, result="returned")
    assert verdict(replace(LINE, direction="in"), known={KEY: back}) == (back, True, [])
    assert verdict(LINE, known={KEY: back}) == (back, True, [])
    assert verdict(LINE, None) == (PAID, True, [])  # the bank does not say the account


@pytest.mark.parametrize(
    ("line", "mark", "code"),
    [
        (replace(LINE, amount_fen=7_999_999), "hash", "amount"),
        (replace(LINE, amount_fen=8_000_001), "other", "amount"),
        (LINE, "other", "account"),
    ],
)
def test_our_number_alone_matches_nothing(line: Line, mark: str, code: str) -> None:
    assert verdict(line, mark) == (PAID, False, [f"bank_statement.{code}"])


@pytest.mark.parametrize(
    ("line", "changed", "gone", "code"),
    [
        (LINE, {}, {KEY}, "twice"),
        (replace(LINE, direction="in"), {}, {KEY}, "refund"),
        (LINE, {"result": "unknown"}, (), "unanswered"),
        (LINE, {"result": None}, (), "unanswered"),
        (replace(LINE, direction="in"), {"result": None}, (), "unanswered"),
        (replace(LINE, direction="in"), {"result": "returned"}, {KEY}, "back_twice"),
    ],
)
def test_what_is_matched_and_yet_for_a_person(line: Line, changed: Any, gone: Any, code: str) -> None:
    """Paid twice, back although paid, or booked before the bank answered."""
    sent = replace(PAID, **changed)
    assert verdict(line, known={KEY: sent}, gone=gone) == (sent, True, [f"bank_statement.{code}"])


UNNAMED = replace(LINE, reference="")


@pytest.mark.parametrize("days", [-10, -1, 0, 10])
def test_amount_account_and_a_near_day_suggest(days: int) -> None:
    line = replace(UNNAMED, booked_on=DAY + timedelta(days=days))
    assert verdict(line, unmatched=[PAID]) == (PAID, False, ["bank_statement.no_reference"])


@pytest.mark.parametrize(
    ("line", "mark", "changed"),
    [
        (replace(UNNAMED, booked_on=DAY + timedelta(days=11)), "hash", {}),
        (replace(UNNAMED, booked_on=DAY - timedelta(days=11)), "hash", {}),
        (replace(UNNAMED, amount_fen=8_000_001), "hash", {}),
        (UNNAMED, "other", {}),
        (UNNAMED, None, {}),
        (UNNAMED, "hash", {"answered_on": None}),
        (replace(LINE, reference=uuid4().hex), "other", {}),
    ],
)
def test_what_does_not_agree_in_all_of_them_suggests_nothing(line: Line, mark: str | None, changed: Any) -> None:
    assert verdict(line, mark, unmatched=[replace(PAID, **changed)]) == (None, False, ["bank_statement.unknown_out"])


def test_what_comes_in_or_could_be_two_suggests_nothing() -> None:
    assert verdict(replace(UNNAMED, direction="in"), unmatched=[PAID]) == (None, False, ["bank_statement.unknown_in"])
    twins = [PAID, replace(PAID, instruction_id=uuid4())]
    assert verdict(UNNAMED, unmatched=twins) == (None, False, ["bank_statement.unknown_out"])
    (reason,) = [rules.judge(UNNAMED, "hash", {}, []).reason]
    assert reason
    assert reason.zh.startswith("对账单第3行：")
    assert reason.en.startswith("line 3 of the statement: ")


def test_our_number_is_found_in_the_summary_too() -> None:
    assert replace(LINE, reference="附言", summary=f"网银 {KEY}").named == KEY
    assert replace(LINE, reference="x" + KEY.hex).named == KEY
    assert replace(LINE, reference="a" + KEY.hex).named is None  # one digit more: another number


def test_a_line_with_an_amount_and_its_direction() -> None:
    first, second = read(
        ONE,
        {"date": "2020-12-10", "amount": "80000.00", "direction": "借"},
        {"date": "2020-12-11", "amount": "0.01", "direction": "贷"},
    )
    assert (first.row, first.booked_on, first.amount_fen, first.direction) == (2, DAY, 8_000_000, "out")
    assert (second.amount_fen, second.direction, second.balance_fen) == (1, "in", None)
    (fen,) = read(replace(ONE, amount="fen"), {"date": "2020-12-10", "amount": "100", "direction": "借"})
    assert fen.amount_fen == 100


def test_a_line_with_two_columns() -> None:
    assert (two().amount_fen, two().direction) == (100, "out")
    assert (two(paid_out="", paid_in="2.00").amount_fen, two(paid_out="0", paid_in="2").direction) == (200, "in")
    table = replace(TWO, amount="fen")  # type: ignore[type-var]
    (out,) = read(table, {"date": "20201210", "paid_out": "7"})
    (back,) = read(table, {"date": "20201210", "paid_in": "8", "balance": "9"})
    assert [out.amount_fen, back.amount_fen, back.balance_fen] == [7, 8, 9]


def test_what_the_bank_says_beside_it_is_kept_to_its_first_200_characters() -> None:
    given = {"counterparty": "三峡学院", "account": "7075", "reference": "附言", "summary": "资助", "serial": "L-1"}
    line = two(**given, balance="-1,234.50")
    assert {name: getattr(line, name) for name in given} == given
    assert line.balance_fen == -123_450
    assert two().balance_fen is None
    assert len(two(summary="资" * 300).summary) == 200


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"paid_out": "", "paid_in": ""}, "bank_statement.direction"),
        ({"paid_out": "1", "paid_in": "1"}, "bank_statement.direction"),
        ({"paid_out": "0.00"}, "bank_statement.direction"),
        ({"paid_out": "八万"}, "answer.amount_form"),
        ({"paid_out": "-1.00"}, "answer.amount_form"),
        ({"date": "10/12/2020"}, "bank_statement.date_form"),
        ({"balance": "x"}, "answer.amount_form"),
    ],
)
def test_a_line_that_cannot_be_read_refuses_the_statement_by_its_row(row: dict[str, str], code: str) -> None:
    good = {"date": "20201210", "paid_out": "1.00"}
    assert refused(read, TWO, good, {**good, **row}, kind=Malformed) == [f"{code} /rows/3"]


def test_every_faulty_row_is_named_and_an_empty_statement_is_none() -> None:
    bad = {"date": "20201210"}
    assert refused(read, TWO, bad, bad, kind=Malformed) == [
        "bank_statement.direction /rows/2",
        "bank_statement.direction /rows/3",
    ]
    with pytest.raises(Malformed) as refusal:
        read(TWO, bad)
    assert refusal.value.reasons[0].zh.startswith("第2行：")
    assert refusal.value.reasons[0].en.startswith("row 2: ")
    assert refused(read, TWO, kind=Malformed) == ["bank_statement.empty /file"]
    one = {"date": "2020-12-10", "amount": "1.00"}
    for direction in ("", "转", "out"):
        assert refused(read, ONE, {**one, "direction": direction}, kind=Malformed) == [
            "bank_statement.direction /rows/2"
        ]


def test_a_template_without_statements_reads_none() -> None:
    assert rules.format_of(shipped()["generic_csv_gbk"]) == TWO
    none = replace(shipped()["generic_csv_gbk"], statement=None)
    assert refused(rules.format_of, none, kind=Malformed) == ["bank_statement.template /template"]


def test_a_line_keeps_its_key_whatever_version_reads_it() -> None:
    """Else every line of the next overlapping statement would count a second time."""
    row = {"date": "20201210", "paid_out": "1.00", "counterparty": "三峡学院", "serial": "L-1"}
    first, second = read(TWO, row, row)
    assert [line.key[:12] for line in (first, second)] == ["1d0807bd7807", "1b4b6de758f5"]
    assert replace(first, row=0, key="") == replace(second, row=0, key="")
    assert two(**{**row, "balance": "5.00"}).key == first.key  # the balance is not what makes a movement


@pytest.mark.parametrize(
    "changed",
    [
        {"date": "20201211"},
        {"paid_out": "1.01"},
        {"paid_out": "", "paid_in": "1.00"},
        {"counterparty": "b"},
        {"account": "b"},
        {"reference": "b"},
        {"summary": "b"},
        {"serial": "b"},
    ],
)
def test_whatever_the_bank_says_otherwise_is_another_movement(changed: dict[str, str]) -> None:
    assert two(**changed).key != two().key
