"""The bytes that a bank gets: every cell as the template says, and nothing that the bank could not take."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest

from services.funding.rules import bankfile, pain, template
from services.funding.rules.instruction import Line
from services.funding.rules.template import Column, Payment
from services.funding.usecases.template import shipped
from shared.spreadsheet import XLSX
from tests.funding.reasons import refused, said
from tests.funding.test_templates import COVER, LINE, PAYER

CSV = shipped()["generic_csv_gbk"].payment
PAIN = shipped()["iso20022_pain001"].payment
EVERY = tuple(Column(name, field=name) for name in template.FIELDS)
SECOND = replace(LINE, amount_fen=123_456)


def text(payment: Payment, *lines: Line, **cover: Any) -> list[str]:
    file = bankfile.bank_file(payment, lines or (LINE,), replace(COVER, **cover))
    return file.content.decode(payment.encoding).split(payment.line_end)


def plain(*columns: Column, **more: Any) -> Payment:
    own = {"columns": columns or (Column("号", field="reference"),), "below": ()}
    return replace(CSV, **{**own, **more})


def test_every_field_has_its_own_cell() -> None:
    line = replace(LINE, budget_indicator="渝财〔2020〕1号", functional_class="2080199", economic_class="50502")
    head, row, rest = text(plain(*EVERY, Column("币种", fixed="人民币"), delimiter="|"), line)
    assert head == "|".join([*template.FIELDS, "币种"])
    assert dict(zip(head.split("|"), row.split("|"), strict=True)) == {
        "reference": LINE.reference,
        "serial": "1",
        "unit_name": LINE.unit_name,
        "unit_code": LINE.unit_code,
        "bank_name": LINE.bank_name,
        "bank_code": LINE.bank_code,
        "account": LINE.account,
        "amount": "80000.05",
        "purpose": LINE.purpose,
        "payer_name": PAYER.payer_name,
        "payer_bank_name": PAYER.payer_bank_name,
        "payer_bank_code": PAYER.payer_bank_code,
        "payer_account": PAYER.payer_account,
        "date": "20201231",
        "budget_indicator": "渝财〔2020〕1号",
        "functional_class": "2080199",
        "economic_class": "50502",
        "币种": "人民币",
    }
    assert rest == ""


def test_lines_are_counted_from_one_and_written_as_the_template_says() -> None:
    columns = (Column("n", field="serial"), Column("a", field="amount"), Column("d", field="date"))
    grouped = plain(*columns, delimiter=";", amount="yuan_grouped", date="chinese", encoding="utf-8", line_end="\n")
    assert text(grouped, LINE, SECOND) == ["n;a;d", "1;80,000.05;2020年12月31日", "2;1,234.56;2020年12月31日", ""]
    assert text(replace(grouped, headings=False, amount="fen", date="iso"), SECOND) == ["1;123456;2020-12-31", ""]


def test_what_stands_around_the_table_is_filled_in() -> None:
    around = (("{count}", "{sum}", "{date}", "{number}"), ("{payer_name}", "{payer_account}", "{round}"))
    lines = text(plain(above=around, below=around[:1], amount="yuan_grouped"), LINE, SECOND)
    assert lines[0] == lines[-2] == '2,"81,234.61",20201231,007'
    assert lines[1] == f"{PAYER.payer_name},{PAYER.payer_account},{COVER.round}"
    assert bankfile.bank_file(plain(name="{round}-{sum}-{number}"), [LINE], COVER).name == f"{COVER.round}-80000.05-007"
    without = text(plain(above=(("付款人", "x"),)), payer=None)
    assert without[0] == "付款人,x"


def test_what_kind_of_file_it_is_is_said() -> None:
    kinds = {"generic_csv_gbk": "text/csv", "generic_xlsx": XLSX, "iso20022_pain001": "application/xml"}
    for code, kind in kinds.items():
        assert bankfile.bank_file(shipped()[code].payment, [LINE], COVER).media_type == kind
    assert refused(bankfile.bank_file, CSV, [], COVER) == ["batch.empty"]


@pytest.mark.parametrize(
    ("changed", "needs"),
    [
        ({}, False),
        ({"name": "{payer_name}.csv"}, True),
        ({"above": (("付款人：{payer_account}",),)}, True),
        ({"below": (("x", "{payer_account}"),)}, True),
        ({"columns": (*CSV.columns, Column("x", field="payer_bank_code"))}, True),
        ({"format": template.PAIN}, True),
        ({"name": "payer_{number}.csv"}, False),
    ],
)
def test_only_a_template_that_names_the_paying_account_needs_one(changed: Any, needs: bool) -> None:
    payment = replace(CSV, **changed)
    assert said(bankfile.payer_obstacles(payment, None)) == (["paying_account.missing"] if needs else [])
    assert bankfile.payer_obstacles(payment, PAYER) == []


def test_a_text_may_be_as_long_as_its_column_and_no_longer() -> None:
    payment = plain(Column("收款人", field="unit_name", width=4))
    assert bankfile.line_obstacles(payment, replace(LINE, unit_name="四个汉字"), None) == []
    (reason,) = bankfile.line_obstacles(payment, replace(LINE, unit_name="五个汉字吗"), None)
    assert said([reason]) == ["batch.too_long"]
    assert "“收款人”超过银行允许的 4 个字符" in reason.zh
    assert "收款人 is longer than the 4 characters" in reason.en
    assert (
        bankfile.line_obstacles(plain(Column("x", field="unit_name")), replace(LINE, unit_name="x" * 999), None) == []
    )


def test_characters_that_the_file_cannot_hold_are_named() -> None:
    (reason,) = bankfile.line_obstacles(
        plain(Column("收款人", field="unit_name")), replace(LINE, unit_name="㵘a㵘b䶮"), None
    )
    assert said([reason]) == ["batch.encoding"]
    odd = "".join(sorted({"㵘", "䶮"}))
    assert f"“收款人”中的字符“{odd}”" in reason.zh
    assert f"the characters '{odd}' of 收款人" in reason.en
    assert bankfile.line_obstacles(plain(Column("x", field="unit_name")), replace(LINE, unit_name="a b!"), None) == []
    workbook = shipped()["generic_xlsx"].payment
    assert bankfile.line_obstacles(workbook, replace(LINE, unit_name="㵘水村"), PAYER) == []


@pytest.mark.parametrize("first", "=+-@")
def test_what_a_spreadsheet_would_run_is_refused_by_its_first_character(first: str) -> None:
    (reason,) = bankfile.line_obstacles(
        plain(Column("收款人", field="unit_name")), replace(LINE, unit_name=f"{first}1x"), None
    )
    assert "“收款人”中的字符“" + first + "”" in reason.zh
    assert (
        bankfile.line_obstacles(plain(Column("x", field="unit_name")), replace(LINE, unit_name=f"x{first}1"), None)
        == []
    )


@pytest.mark.parametrize("control", ["\x00", "\x1f", "\n", "\t"])
def test_control_characters_are_in_no_file(control: str) -> None:
    for payment in (CSV, PAIN, shipped()["generic_xlsx"].payment):
        found = bankfile.line_obstacles(payment, replace(LINE, purpose=f"a{control}b"), PAYER)
        assert said(found) == ["batch.encoding"]


def test_the_iso_message_takes_140_characters_of_each_text() -> None:
    assert bankfile.line_obstacles(PAIN, replace(LINE, purpose="x" * pain.WIDTH), PAYER) == []
    for name in ("unit_name", "bank_name", "purpose"):
        (reason,) = bankfile.line_obstacles(PAIN, replace(LINE, **{name: "资助" + "x" * 140}), PAYER)
        assert said([reason]) == ["batch.too_long"]
        assert f"“资助{'x' * 18}”" in reason.zh
    assert bankfile.line_obstacles(PAIN, replace(LINE, unit_name="㵘水村"), PAYER) == []  # XML has every character


def test_the_payers_cells_are_looked_at_too() -> None:
    columns = plain(
        Column("付款人", field="payer_name", width=3), Column("日", field="date"), Column("序", field="serial", width=1)
    )
    assert said(bankfile.line_obstacles(columns, LINE, PAYER)) == ["batch.too_long"]
    assert bankfile.line_obstacles(columns, LINE, replace(PAYER, payer_name="市局")) == []
    assert bankfile.line_obstacles(columns, LINE, None) == []


def test_what_the_round_is_called_must_fit_the_encoding_too() -> None:
    payment = plain(above=(("{round}",),))
    found = refused(bankfile.bank_file, payment, [LINE], replace(COVER, round="㵘水团"))
    assert found == ["batch.encoding"]
    with pytest.raises(Exception, match="encoding") as refusal:
        text(payment, round="a㵘b")
    assert "“㵘”" in refusal.value.reasons[0].zh  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("form", "shown", "value"), [("yuan_grouped", "0.00", 1234.56), ("yuan", "0.00", 1234.56), ("fen", "0", 123_456)]
)
def test_amounts_of_a_workbook_are_numbers_and_all_else_is_text(form: str, shown: str, value: float) -> None:
    payment = plain(
        Column("号", field="serial"),
        Column("额", field="amount"),
        Column("账", field="account"),
        format="xlsx",
        sheet="付款",
        amount=form,
        above=(("1", "2", "3"),),
    )
    payment = replace(payment, below=(("合计", "{sum}"),))
    book = openpyxl.load_workbook(io.BytesIO(bankfile.bank_file(payment, [SECOND], COVER).content))
    sheet = book["付款"]
    assert [cell.value for cell in sheet[3]] == ["1", value, LINE.account]
    assert [cell.number_format for cell in sheet[3]] == ["@", shown, "@"]
    assert [cell.value for cell in sheet[1]] == ["1", "2", "3"]
    assert (sheet.cell(4, 2).value, sheet.cell(4, 2).number_format) == (template.amount(123_456, form), "@")
    assert {cell.data_type for row in sheet for cell in row if cell.value is not None} == {"s", "n"}


def test_the_day_is_the_covers() -> None:
    assert text(plain(Column("d", field="date"), date="iso"), on=date(2021, 1, 1))[1] == "2021-01-01"
