"""The papers of payments: what they say, who reads the account, and that a sealed scan finds its version."""

import io
from typing import Any

import docx

from services.funding import forms
from services.funding.models import Instalment
from tests.funding.factories import Desk
from tests.funding.test_attachments import send
from tests.funding.test_payments import ACCOUNT


def words(content: bytes) -> str:
    """Everything that a paper says, tables too."""
    paper = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


async def read(desk: Desk, path: str, actor: Any) -> tuple[str, str]:
    answer = await desk.api(actor).get(path)
    assert answer.status_code == 200, answer.text
    return words(answer.content), answer.headers["X-Document-Fingerprint"]


async def test_the_request_says_what_is_paid_to_whom_and_who_signed(desk: Desk) -> None:
    round_id = await desk.open_round(funding={"functional_class": "2080199", "economic_class": "30227"})
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    key = await desk.approve(team)
    said, code = await read(desk, f"/v1/instalments/{key}/form", desk.maker)
    for part in (
        "资金支付申请书",
        "80,000.00元（大写：人民币捌万元整）",
        "三峡学院",
        ACCOUNT,
        "2080199",
        "30227 委托业务费",
        desk.maker.id,
        desk.checker.id,
        "年度考核合格以上",
        "第1期，共1期",
        "重庆市人力资源和社会保障局",
    ):
        assert part in said
    seen, same = await read(desk, f"/v1/instalments/{key}/form", desk.unit)
    assert (ACCOUNT in seen, "****3568" in seen, same) == (False, True, code)
    fields = {"kind": "scan", "form": "payment_request", "document": code[:16]}
    assert (await send(desk.api(desk.maker), f"/v1/instalments/{key}", **fields)).status_code == 201
    [version] = await desk.get(f"/v1/instalments/{key}/forms")
    assert (version["document"], version["current"], len(version["scans"])) == (code, True, 1)
    stranger = desk.actors.change(desk.maker, division="510000000000")
    assert (await desk.api(stranger).get(f"/v1/instalments/{key}/form")).status_code == 404


def test_a_substitutes_signature_names_both() -> None:
    part = Instalment(requested_by="甲", approved_by="乙", approved_for="丙")
    assert forms.signatures(part) == [("申请", "甲"), ("复核", "乙（代丙）")]


async def test_a_batch_is_summed_up_on_paper(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    for _team in range(2):
        await desk.approve(await desk.qualified_team(round_id))
    batch = await desk.batch(round_id)
    said, code = await read(desk, f"/v1/batches/{batch['id']}/form", desk.checker)
    for part in (
        "拨款汇总表",
        "第1批",
        "160,000.00元（大写：人民币壹拾陆万元整）",
        batch["sha256"],
        "****3568",
        "合计",
    ):
        assert part in said
    assert ACCOUNT not in said
    assert (await read(desk, f"/v1/batches/{batch['id']}/form", desk.maker))[1] == code
    assert (await desk.api(desk.unit).get(f"/v1/batches/{batch['id']}/form")).status_code == 403
