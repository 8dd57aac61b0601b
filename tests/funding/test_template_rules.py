"""What a bank's template may say, field by field; amounts and days as banks write them, to the last digit."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.funding.rules import template
from services.funding.rules.payee import GROUNDS
from services.funding.rules.template import FIELDS, RESULTS, Column, Table, TemplateFacts
from services.funding.usecases.template import shipped
from shared.actor import Actor
from tests.funding.reasons import refused, said

CSV = shipped()["generic_csv_gbk"]
COLUMNS = CSV.payment.columns


def faults(**changed: Any) -> list[str]:
    """Where it is wrong: each fault has the same code."""
    return [one.removeprefix("template.form ") for one in said(template.obstacles(replace(CSV, **changed)))]


def payment(**changed: Any) -> list[str]:
    return faults(payment=replace(CSV.payment, **changed))


def answer(**changed: Any) -> list[str]:
    return faults(answer=replace(CSV.answer, **changed))  # type: ignore[type-var]


def statement(**changed: Any) -> list[str]:
    return faults(statement=replace(CSV.statement, **changed))  # type: ignore[type-var]


@pytest.mark.parametrize("name", ["format", "encoding", "amount", "date"])
def test_what_is_none_of_the_choices_is_refused_where_it_stands(name: str) -> None:
    assert payment(**{name: "x"}) == [f"/payment/{name}"]
    assert answer(**{name: "x"}) == [f"/answer/{name}"]
    assert statement(**{name: "x"}) == [f"/statement/{name}"]


def test_every_choice_that_is_named_may_be_chosen() -> None:
    found = template.obstacles(replace(CSV, payment=replace(CSV.payment, date="x", amount="y", encoding="z")))
    choices = {"date": template.DATES, "amount": template.AMOUNTS, "encoding": template.ENCODINGS}
    for reason in found:
        known = choices[(reason.pointer or "").rpartition("/")[2]]
        assert reason.zh == f"可用：{'、'.join(known)}"
        assert reason.en == f"One of: {', '.join(known)}"
    for name, known in choices.items():
        for one in known:
            assert payment(**{name: one}) == answer(**{name: one}) == statement(**{name: one}) == []


def test_delimiters_and_ends_of_lines() -> None:
    for one in (",", "|", "\t", ";"):
        assert payment(delimiter=one) == answer(delimiter=one) == statement(delimiter=one) == []
    for bad in ("", ":", ",,", "x"):
        assert payment(delimiter=bad) == ["/payment/delimiter"]
        assert answer(delimiter=bad) == ["/answer/delimiter"]
        assert statement(delimiter=bad) == ["/statement/delimiter"]
    assert payment(line_end="\n") == payment(line_end="\r\n") == []
    assert payment(line_end="\r") == payment(line_end="") == ["/payment/line_end"]
    assert payment(format="x", line_end="\r", delimiter="x") == [
        "/payment/format",
        "/payment/delimiter",
        "/payment/line_end",
    ]


@pytest.mark.parametrize("cell", ["合计{count}", "{sum}", "{date}{number}", "{payer_name}{payer_account}", "{round}"])
def test_what_the_lines_around_the_table_may_have_put_in(cell: str) -> None:
    assert payment(above=((cell,),)) == payment(below=(("x", cell),)) == []


@pytest.mark.parametrize(
    "cell", ["{", "}", "a{count", "a}b", "{Count}", "{amount}", "{count!r}", "=1", "+1", "-1", "@x", "\tx"]
)
def test_what_cannot_be_filled_in_or_would_be_run(cell: str) -> None:
    assert payment(above=((cell,),)) == payment(below=(("x", cell),)) == ["/payment"]


@pytest.mark.parametrize(
    "name", ["", "  ", "a/b.csv", "a\\b", "a:b", "a*", "a?", 'a"', "a<", "a>", "a|", "a\nb", "a\rb"]
)
def test_a_name_that_no_file_can_have(name: str) -> None:
    assert payment(name=name) == ["/payment/name"]


def test_each_column_is_one_of_our_fields_or_a_fixed_text() -> None:
    at = f"/payment/columns/{len(COLUMNS)}"
    for name in set(FIELDS) - set(template.NEEDED):
        assert payment(columns=(*COLUMNS, Column("x", field=name))) == []
    for wrong in (Column("x"), Column("x", field="serial", fixed="1"), Column("x", field="Account")):
        assert payment(columns=(*COLUMNS, wrong)) == [at]
    for formula in ("=1", "+1", "-1", "@1", "\tx", "\rx"):
        assert payment(columns=(*COLUMNS, Column(formula, field="date"))) == [at]
        assert payment(columns=(*COLUMNS, Column("x", fixed=formula))) == [at]
    assert payment(columns=(*COLUMNS, Column("a\nb", field="date"))) == [at]


def test_a_fixed_text_that_could_be_an_account_is_refused_from_eight_digits_on() -> None:
    at = f"/payment/columns/{len(COLUMNS)}/fixed"
    assert payment(columns=(*COLUMNS, Column("x", fixed="账号12345678"))) == [at]
    assert payment(columns=(*COLUMNS, Column("x", fixed="1234567"))) == []


@pytest.mark.parametrize("name", template.NEEDED)
def test_what_a_bank_needs_has_one_column(name: str) -> None:
    without = tuple(column for column in COLUMNS if column.field != name)
    twice = (*COLUMNS, Column("x", field=name))
    assert payment(columns=without) == payment(columns=twice) == ["/payment/columns"]
    (reason,) = template.obstacles(replace(CSV, payment=replace(CSV.payment, columns=COLUMNS[:1])))
    assert "、".join(template.NEEDED) in reason.zh
    assert ", ".join(template.NEEDED) in reason.en
    assert payment(format=template.PAIN, columns=()) == []  # the message has fields of its own


def test_an_answer_has_our_number_and_a_result_whose_words_are_known() -> None:
    known = dict(CSV.answer.columns)  # type: ignore[union-attr]
    for needed in ("reference", "result"):
        assert answer(columns={**known, needed: ()}) == ["/answer/columns"]
        assert answer(columns={name: ways for name, ways in known.items() if name != needed}) == ["/answer/columns"]
    assert answer(columns={name: known[name] for name in ("reference", "result")}) == []
    for wrong in ({"balance": ("余额",)}, {"voucher": ("指令编号",)}, {"voucher": ("",)}, {"voucher": ("a", "a")}):
        assert answer(columns={**known, **wrong}) == ["/answer/columns"]
    for meaning in RESULTS:
        assert answer(words={"x": meaning}) == []
    for words in ({}, {"x": "Paid"}, {"成功": "paid", "x": "held"}):
        assert answer(words=words) == ["/answer/words"]
    (reason,) = template.obstacles(replace(CSV, answer=replace(CSV.answer, columns={})))  # type: ignore[type-var]
    assert reason.zh == f"须含 reference、result，可用 {'、'.join(template.ANSWER_COLUMNS)}，各列名不得重复"
    assert reason.en == f"It needs reference, result of {', '.join(template.ANSWER_COLUMNS)}, each heading once"


def test_why_money_comes_back_is_one_of_the_grounds_on_which_an_account_closes() -> None:
    for ground in GROUNDS:
        assert answer(grounds={"x": ground}) == []
    assert answer(grounds={}) == []
    assert answer(grounds={"a": "moved", "b": "closed", "c": "lost"}) == ["/answer/grounds"]
    odd = replace(CSV.answer, grounds={"a": "moved", "c": "lost"})  # type: ignore[type-var]
    (reason,) = template.obstacles(replace(CSV, answer=odd))
    assert reason.zh == f"账户原因须为 {'、'.join(GROUNDS)} 之一：lost、moved"
    assert reason.en == f"The account's ground is one of {', '.join(GROUNDS)}"


DATE, ONE = {"date": ("日",)}, {"amount": ("额",), "direction": ("向",)}
TWO = {"paid_out": ("借",), "paid_in": ("贷",)}


@pytest.mark.parametrize(
    ("columns", "words", "well"),
    [
        (DATE | TWO, {}, True),
        (DATE | ONE, {"借": "out", "贷": "in"}, True),
        (DATE | ONE | {"summary": ("摘",)}, {"D": "out", "C": "in", "c": "in"}, True),
        (DATE | ONE, {}, False),
        (DATE | ONE, {"借": "out"}, False),
        (DATE | ONE, {"借": "out", "贷": "in", "x": "back"}, False),
        (DATE, {}, False),
        (DATE, {"借": "out", "贷": "in"}, False),
        (DATE | {"amount": ("额",)}, {"借": "out", "贷": "in"}, False),
        (DATE | {"paid_out": ("借",)}, {}, False),
        (DATE | ONE | TWO, {"借": "out", "贷": "in"}, False),
    ],
)
def test_a_statement_has_an_amount_with_its_direction_or_two_columns(columns: Any, words: Any, well: bool) -> None:
    assert statement(columns=columns, words=words) == ([] if well else ["/statement/columns"])


def test_a_statement_has_days_and_a_template_needs_neither_answer_nor_statement() -> None:
    assert statement(columns=TWO) == ["/statement/columns"]
    assert statement(columns=DATE | TWO | {"reference": ("日",)}) == ["/statement/columns"]
    assert faults(answer=None, statement=None) == []
    table = Table("csv", columns=DATE)
    assert faults(answer=table) == ["/answer/columns", "/answer/words"]


def test_who_changed_it_is_told_why_they_cannot_confirm_it() -> None:
    checker = Actor("甲", frozenset({"finance_checker"}))
    assert said(template.confirm_obstacles(TemplateFacts("proposed", "甲"), checker)) == ["template.same_person"]
    assert template.confirm_obstacles(TemplateFacts("proposed", "乙"), checker) == []


@pytest.mark.parametrize(
    ("fen", "form", "text"),
    [
        (123_456_789, "yuan", "1234567.89"),
        (123_456_789, "yuan_grouped", "1,234,567.89"),
        (123_456_789, "fen", "123456789"),
        (5, "yuan", "0.05"),
        (100_000, "yuan_grouped", "1,000.00"),
        (99_999, "yuan_grouped", "999.99"),
        (0, "fen", "0"),
    ],
)
def test_an_amount_as_the_bank_writes_it(fen: int, form: str, text: str) -> None:
    assert template.amount(fen, form) == text
    assert template.read_amount(text, form) == fen


@pytest.mark.parametrize(
    ("text", "form", "fen"),
    [
        ("¥1.00", "yuan", 100),
        ("￥ 1.00 元", "yuan", 100),
        ("1", "yuan", 100),
        ("1.", "yuan", 100),
        ("1.5", "yuan", 150),
        ("0.10", "yuan", 10),
        ("10.100", "yuan", 1010),
        ("200", "fen", 200),
        ("20.00", "fen", 20),
        (" 7 ", "fen", 7),
        ("9999999999999.99", "yuan", 10**15 - 1),
        ("999999999999999", "fen", 10**15 - 1),
    ],
)
def test_an_amount_is_read_to_its_last_digit(text: str, form: str, fen: int) -> None:
    assert template.read_amount(text, form) == fen


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("10000000000000.00", "yuan"),
        ("1.001", "yuan"),
        ("1.01", "fen"),
        ("X1.00", "yuan"),
        ("1.00圆", "yuan"),
        ("1.00X", "yuan"),
    ],
)
def test_more_than_a_quadrillion_fen_or_a_part_of_one_is_no_amount(text: str, form: str) -> None:
    assert refused(template.read_amount, text, form) == ["answer.amount_form"]


def test_what_is_no_amount_or_no_day_is_quoted_in_part() -> None:
    for act, most in ((template.read_amount, 40), (template.read_date, 20)):
        given = "abcdefghij" * 9
        with pytest.raises(Exception, match="_form") as refusal:
            act(given, "fen" if most == 40 else "iso")
        (reason,) = refusal.value.reasons  # type: ignore[attr-defined]
        assert f"“{given[:most]}”" in reason.zh
        assert f"'{given[:most]}'" in reason.en


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("20201231", "compact"),
        ("2020/12/31", "slashed"),
        ("2020年12月31日", "chinese"),
        ("2020-12-31", "slashed"),
        (" 2020-12-31 ", "iso"),
        ("2020-12-31T23:59:59", "iso"),
        ("2020-12-31 00:00:00", "compact"),
        ("20201231 11:00", "compact"),
    ],
)
def test_a_day_in_the_banks_form_or_as_a_workbook_keeps_it(text: str, form: str) -> None:
    assert template.read_date(text, form) == date(2020, 12, 31)


@pytest.mark.parametrize("text", ["", "2020-02-30", "31.12.2020", "2020-12-31x", "T2020-12-31", "20201231"])
def test_what_is_no_day_is_refused(text: str) -> None:
    assert refused(template.read_date, text, "iso") == ["bank_statement.date_form"]
