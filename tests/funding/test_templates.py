"""Bank file templates: what a bank's file looks like is data; what the bank could not read is refused."""

import json
from dataclasses import replace
from datetime import date
from importlib import import_module
from importlib.resources import files
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy.exc import DBAPIError

from services.funding.rules import bankfile, template
from services.funding.rules.instruction import Line, Payer
from services.funding.rules.template import Column, TemplateFacts
from services.funding.usecases.template import document, read, shipped
from shared.actor import Actor
from shared.crypto import unseal
from shared.errors import Refused
from tests.funding.factories import AMOUNT, CITY, Desk

LINE = Line(
    "0199a2b4c5d67e8f9012345678901234",
    "三峡学院",
    "12500000743408730K",
    "农商行",
    "471434039744",
    "7075127192940563568",
    8_000_005,
    "资助：2020年专家服务团第1期",
)
PAYER = Payer("重庆市人社局", "农商行", "471434039744", "0005127192940563568")
COVER = bankfile.Cover(7, date(2020, 12, 31), "2020年专家服务团", PAYER)
ACCOUNT = {
    "holder": "重庆市人社局",
    "bank_name": "农商行",
    "bank_code": "471434039744",
    "account": "0005127192940563568",
}


def made(code: str, *lines: Line) -> bankfile.BankFile:
    return bankfile.bank_file(shipped()[code].payment, lines or (LINE,), COVER)


def test_every_shipped_template_is_one_that_a_bank_could_read_and_reads_back_as_it_is() -> None:
    assert sorted(shipped()) == ["generic_csv_gbk", "generic_xlsx", "iso20022_pain001"]
    for one in shipped().values():
        assert template.obstacles(one) == []
        assert read(json.loads(json.dumps(document(one)))) == one


def test_the_csv_is_in_gbk_with_yuan_and_a_line_of_control_figures() -> None:
    file = made("generic_csv_gbk", LINE, replace(LINE, amount_fen=1))
    head, first, second, total = file.content.decode("gbk").split("\r\n")[:4]
    assert head.startswith("序号,指令编号,")
    assert (first.split(",")[7], second.split(",")[7]) == ("80000.05", "0.01")
    assert total == "合计,笔数,2,金额（元）,80000.06"
    assert (file.name, file.count, file.sum_fen) == ("支付20201231-007.csv", 2, 8_000_006)
    assert bankfile.altered_obstacles(file.content, file.sha256) == []
    assert bankfile.altered_obstacles(file.content + b" ", file.sha256)[0].code == "batch.altered"
    assert bankfile.altered_obstacles(None, file.sha256)[0].code == "batch.altered"


def test_a_workbook_keeps_leading_noughts_and_every_digit_of_an_account(tmp_path: Any) -> None:
    (tmp_path / "x.xlsx").write_bytes(made("generic_xlsx").content)
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["批量付款"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:5] == ("批量付款指令", "笔数", "1", "总金额（元）", "80000.05")
    paid = dict(zip(rows[1], rows[2], strict=True))
    assert (paid["付款账号"], paid["收款账号"], paid["金额"]) == (PAYER.payer_account, LINE.account, 80000.05)


def test_the_iso_message_is_what_the_standards_schema_says() -> None:
    schema = etree.XMLSchema(etree.fromstring(files("sepaxml").joinpath("schemas/pain.001.001.09.xsd").read_bytes()))
    message = etree.fromstring(made("iso20022_pain001", LINE, replace(LINE, amount_fen=1)).content)
    schema.assertValid(message)
    space = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
    assert message.xpath("string(//p:GrpHdr/p:CtrlSum)", namespaces=space) == "80000.06"
    assert message.xpath("//p:InstdAmt[@Ccy='CNY']/text()", namespaces=space) == ["80000.05", "0.01"]
    assert message.xpath("//p:EndToEndId/text()", namespaces=space) == [LINE.reference] * 2


def test_a_template_that_names_the_paying_account_needs_one() -> None:
    for code in ("generic_xlsx", "iso20022_pain001"):
        with pytest.raises(Refused, match=r"paying_account\.missing"):
            bankfile.bank_file(shipped()[code].payment, [LINE], replace(COVER, payer=None))
    with pytest.raises(Refused, match=r"batch\.empty"):
        bankfile.bank_file(shipped()["generic_csv_gbk"].payment, [], COVER)


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("㵘水村合作社", "batch.encoding"),
        ("x" * 61, "batch.too_long"),
        ("=cmd()", "batch.encoding"),
        ("a\nb", "batch.encoding"),
    ],
)
def test_what_a_bank_could_not_take_is_refused_by_its_row_never_replaced_or_cut(unit: str, code: str) -> None:
    payment = shipped()["generic_csv_gbk"].payment
    (reason,) = bankfile.line_obstacles(payment, replace(LINE, unit_name=unit), PAYER)
    assert reason.code == code
    assert unit in reason.zh
    assert bankfile.line_obstacles(payment, LINE, PAYER) == []


def test_a_character_outside_gbk_fits_an_encoding_that_has_it() -> None:
    payment = replace(shipped()["generic_csv_gbk"].payment, encoding="gb18030")
    line = replace(LINE, unit_name="㵘水村合作社")
    assert bankfile.line_obstacles(payment, line, PAYER) == []
    assert "㵘水村合作社" in bankfile.bank_file(payment, [line], COVER).content.decode("gb18030")


@given(st.integers(0, 10**15 - 1), st.sampled_from(template.AMOUNTS))
def test_an_amount_reads_back_as_the_same_fen(fen: int, form: str) -> None:
    if form == "fen" or fen < 10**13:
        assert template.read_amount(template.amount(fen, form), form) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "-1.00",
        "1.001",
        "NaN",
        "1e400",
        "Infinity",
        "1.00.00",
        "9e999999",
        "sNaN",
        "1e5",
        "8_0000",
        "1,5",
        "80000.0000000000000000000000000000000001",
        "9" * 16,
        "\u0661",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        template.read_amount(text, "yuan")


def test_amounts_and_days_as_banks_write_them() -> None:
    assert (
        template.read_amount("１２３，４５６．７０元", "yuan")
        == template.read_amount("+123456.7000", "yuan")
        == 12_345_670
    )
    assert template.read_amount("￥1,234,567.8", "yuan") == template.read_amount("123456780", "fen") == 123_456_780
    assert (
        template.read_date("20201231", "compact")
        == template.read_date("2020-12-31 00:00:00", "compact")
        == date(2020, 12, 31)
    )
    with pytest.raises(Refused):
        template.read_date("31/12/2020", "slashed")


CSV = shipped()["generic_csv_gbk"]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (replace(CSV.payment, encoding="latin-1"), "/payment/encoding"),
        (replace(CSV.payment, name="../{number}.csv"), "/payment/name"),
        (replace(CSV.payment, below=(("{password}",),)), "/payment"),
        (replace(CSV.payment, name="}{.csv"), "/payment"),
        (replace(CSV.payment, below=(("{count}}{",),)), "/payment"),
        (replace(CSV.payment, below=(("{{count}}",),)), "/payment"),
        (replace(CSV.payment, columns=CSV.payment.columns[1:2]), "/payment/columns"),
        (
            replace(CSV.payment, columns=(*CSV.payment.columns, Column("账号", fixed="7075127192940563568"))),
            "/payment/columns/13/fixed",
        ),
        (replace(CSV.payment, columns=(*CSV.payment.columns, Column("x", field="citizen_id"))), "/payment/columns/13"),
        (replace(CSV.payment, columns=(*CSV.payment.columns, Column("另一账号", field="account"))), "/payment/columns"),
    ],
)
def test_a_template_that_a_bank_could_not_read_or_that_leads_money_elsewhere_is_refused(wrong: Any, where: str) -> None:
    assert where in [reason.pointer for reason in template.obstacles(replace(CSV, payment=wrong))]


def test_whoever_changed_a_template_cannot_confirm_it() -> None:
    maker = Actor("甲", frozenset({"finance_maker", "finance_checker"}), division=CITY)
    with pytest.raises(Refused, match=r"template\.same_person"):
        template.confirm(TemplateFacts("proposed", "甲"), maker)
    assert template.confirm(TemplateFacts("proposed", "乙"), maker) == "confirmed"


async def test_a_new_version_counts_once_a_second_person_confirmed_it_and_old_batches_keep_theirs(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    await desk.approve(await desk.qualified_team(round_id))
    first = await desk.batch(round_id)
    body = {**document(CSV), "payment": {**document(CSV)["payment"], "amount": "fen", "name": "fen-{number}.csv"}}
    del body["version"]
    proposed = await desk.post(desk.maker, "/v1/bank-templates", body, 201)
    assert (proposed["version"], proposed["status"]) == (CSV.version + 1, "proposed")
    both = desk.actors.change(desk.checker, id=desk.maker.id)
    assert await desk.refused(both, f"/v1/bank-templates/{proposed['id']}/confirm") == ["template.same_person"]
    await desk.post(desk.checker, f"/v1/bank-templates/{proposed['id']}/confirm")
    await desk.approve(await desk.qualified_team(round_id))
    second = await desk.batch(round_id)
    versions = [(one["template_version"], one["file_name"]) for one in (first, second)]
    assert versions == [(CSV.version, first["file_name"]), (CSV.version + 1, "fen-002.csv")]
    contents = [await file(desk, one) for one in (first, second)]
    assert [
        f",{amount}," in content.decode("gbk")
        for content, amount in zip(contents, ("80000.00", str(AMOUNT)), strict=True)
    ] == [True, True]
    codes = await desk.refused(
        desk.maker, "/v1/bank-templates", {**body, "payment": {**body["payment"], "encoding": "x"}}, 422
    )
    assert codes == ["template.form"]
    known = await desk.get("/v1/bank-templates", desk.checker)
    assert {(one["code"], one["version"]) for one in known} >= {
        ("generic_csv_gbk", CSV.version),
        ("generic_csv_gbk", CSV.version + 1),
        ("iso20022_pain001", 2),
    }


async def test_the_paying_accounts_bank_says_which_format_it_takes(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    await desk.approve(await desk.qualified_team(round_id))
    refused = {"round_id": str(round_id), "template": "iso20022_pain001"}
    assert await desk.refused(desk.maker, "/v1/batches", refused) == ["paying_account.missing"]
    own = await desk.paying_account({**ACCOUNT, "template_code": "generic_xlsx"})
    again = await desk.post(desk.maker, "/v1/paying-accounts", {**ACCOUNT, "template_code": "generic_xlsx"}, 201)
    assert (own["account"], again["id"]) == ("****3568", own["id"])
    batch = await desk.batch(round_id)
    assert (batch["template_code"], batch["paying_account_id"], batch["file_name"][-5:]) == (
        "generic_xlsx",
        own["id"],
        ".xlsx",
    )
    listed = (await desk.get("/v1/paying-accounts", desk.checker))["items"]
    assert ACCOUNT["account"] not in str(listed)
    assert await desk.refused(
        desk.maker, "/v1/batches", {"round_id": str(round_id), "template": "unheard_of"}, 422
    ) == ["template.unknown"]


async def test_altered_bytes_in_the_database_are_not_handed_out(desk: Desk, session: Any, monkeypatch: Any) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    await desk.approve(await desk.qualified_team(round_id))
    batch = await desk.batch(round_id)
    assert await file(desk, batch) == await file(desk, batch)
    with pytest.raises(DBAPIError, match="permission denied"):
        async with session.begin_nested():
            await session.execute(sa.text("update batches set content = content || '\\x00'"))
    for altered in (lambda kept: b"altered", lambda kept: unseal(kept[:-1] + b"x")):
        monkeypatch.setattr(import_module("services.funding.queries.batches"), "unseal", altered)
        assert await altered_file(desk, batch) == (409, "batch.altered")


async def altered_file(desk: Desk, batch: Any) -> tuple[int, str]:
    answer = await desk.api(desk.maker).get(f"/v1/batches/{batch['id']}/file")
    return answer.status_code, answer.json()["errors"][0]["code"]


async def file(desk: Desk, batch: Any) -> bytes:
    answer = await desk.api(desk.maker).get(f"/v1/batches/{batch['id']}/file")
    assert answer.status_code == 200, answer.text
    content: bytes = answer.content
    return content
