"""The bank's answer files: found by their references, judged row by row, never guessed at."""

import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.funding.rules import item
from services.funding.usecases.item import go_unanswered
from shared.errors import Refused
from tests.funding.bank import Bank, answer, workbook
from tests.funding.factories import AMOUNT, Desk
from tests.funding.test_templates import ACCOUNT


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
async def test_a_file_says_what_was_paid_what_came_back_and_what_nobody_knows(bank: Bank, encoding: str) -> None:
    file = await bank.send(answer(bank.rows, "成功", "失败", "处理中", encoding=encoding))
    assert [file[name] for name in ("rows", "paid", "returned", "unknown", "queued")] == [3, 1, 1, 1, 0]
    assert await bank.results() == ["paid", "returned", "unknown"]
    detail = await bank.desk.get(f"/v1/batches/{bank.batch['id']}", bank.desk.maker)
    told = {line["result"]: (line["voucher"], line["bank_reason"]) for line in detail["instructions"]}
    assert told == {"paid": ("PZ-1", None), "returned": ("PZ-2", "户名不符"), "unknown": ("PZ-3", None)}
    money = await bank.desk.money(bank.round_id)
    assert (money["paid"], money["returned"], money["in_transit"]) == (AMOUNT, AMOUNT, AMOUNT)


async def test_the_same_file_twice_changes_nothing_and_a_later_one_resolves_the_unknown(
    bank: Bank, events: Any
) -> None:
    content = answer(bank.rows, "成功", "成功", "处理中")
    first = await bank.send(content)
    before = len(await events())
    assert await bank.send(content, "另一名称.csv") == first
    assert len(await events()) == before
    later = await bank.send(answer(bank.rows, "成功", "成功", "成功"))
    assert [later[name] for name in ("paid", "unchanged", "queued")] == [1, 2, 0]
    assert await bank.results() == ["paid"] * 3
    assert (await bank.desk.get(f"/v1/batches/{bank.batch['id']}", bank.desk.maker))["status"] == "settled"
    assert [
        file["id"] for file in (await bank.desk.get("/v1/answer-files", bank.desk.maker, sort="imported_at"))["items"]
    ] == [first["id"], later["id"]]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"金额（元）": "80000.01"}, "answer.amount"),
        ({"金额（元）": "八万"}, "answer.amount_form"),
        ({"收款人账号": "7075127192940563569"}, "answer.account"),
        ({"处理结果": "也许"}, "answer.word"),
    ],
)
async def test_what_differs_from_the_instruction_is_queued_with_its_reason(bank: Bank, changed: Any, code: str) -> None:
    file = await bank.send(answer(bank.rows[:1], "成功", **changed))
    assert (file["paid"], file["queued"]) == (0, 1)
    (found,) = await bank.items(status="open")
    assert (found["queue"], found["code"], found["age"], found["days"]) == ("answer", code, "3", 0)
    assert await bank.results() == [None] * 3
    (line,) = (await bank.desk.get(f"/v1/answer-files/{file['id']}/lines", bank.desk.checker))["items"]
    assert (line["outcome"], line["codes"]) == ("queued", [code])


async def test_an_unknown_instruction_and_a_contradiction_are_queued_while_the_others_count(bank: Bank) -> None:
    stranger = {**bank.rows[0], "指令编号": uuid4().hex}
    rows = [bank.rows[0], bank.rows[1], bank.rows[1], stranger]
    file = await bank.send(answer(rows, "成功", "成功", "失败", "成功"))
    assert (file["paid"], file["queued"]) == (1, 3)
    assert await bank.results() == ["paid", None, None]
    codes = sorted(one["code"] for one in await bank.items())
    assert codes == ["answer.contradiction", "answer.contradiction", "answer.unknown"]
    await bank.send(answer(bank.rows[1:2], "成功"))
    left = await bank.items(status="open")
    assert [one["code"] for one in left] == ["answer.unknown"]


async def test_what_is_settled_otherwise_already_is_queued(bank: Bank) -> None:
    await bank.send(answer(bank.rows[:1], "成功"))
    file = await bank.send(answer(bank.rows[:1], "退回"))
    assert (file["returned"], file["queued"]) == (0, 1)
    assert [one["code"] for one in await bank.items()] == ["instruction.settled"]
    assert (await bank.results())[0] == "paid"


async def test_another_offices_file_finds_none_of_our_instructions(bank: Bank) -> None:
    elsewhere = bank.desk.actors.change(bank.desk.checker, division="510000000000")
    sent = await bank.desk.api(elsewhere).post(
        "/v1/answer-files", files={"file": ("x.csv", answer(bank.rows[:1], "成功"))}
    )
    assert (sent.status_code, sent.json()["errors"][0]["code"]) == (422, "answer_file.no_batch")
    assert await bank.results() == [None] * 3


async def test_wrong_files_are_refused_with_their_reasons(bank: Bank) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    sent = (await bank.desk.api(bank.desk.maker).get(f"/v1/batches/{bank.batch['id']}/file")).content
    strange = answer([{**bank.rows[0], "指令编号": uuid4().hex}], "成功")
    assert await bank.refused(b"") == ["file.empty"]
    assert await bank.refused(b"  \r\n") == ["file.empty"]
    assert await bank.refused(b"\x00\x01\xff\xfe" * 9) == ["file.unreadable"]
    assert await bank.refused(bomb.getvalue()) != []
    assert set(await bank.refused(sent)) == {"file.column"}
    assert set(await bank.refused(b'<?xml version="1.0"?><Document/>')) == {"file.column"}
    assert await bank.refused(strange) == ["answer_file.strange"]
    assert await bank.items() == []


async def test_a_workbook_answers_what_went_out_as_a_workbook(desk: Desk) -> None:
    await desk.paying_account({**ACCOUNT, "template_code": "generic_xlsx"})
    round_id = await desk.open_round()
    await desk.verified_payee()
    await desk.approve(await desk.qualified_team(round_id))
    batch = await desk.batch(round_id)
    bank = Bank(desk, round_id, batch, [])
    line = (batch["instructions"][0]["reference"], "7075127192940563568", 80000.0, "交易成功", "HD1", "")
    head = ("客户流水号", "收款账号", "金额", "交易状态", "银行流水号", "失败原因")
    orders = workbook([("需求名称", "村（社区）"), ("金果梨", "x")])
    assert set(await bank.refused(orders, "orders.xlsx")) == {"file.column"}
    assert set(await bank.refused(answer([], encoding="utf-8"))) == {"file.unreadable"}
    file = await bank.send(workbook([("批量付款结果",), head, line, ("合计", "", 80000.0)]), "回单.xlsx")
    assert (file["rows"], file["paid"], file["template_code"]) == (1, 1, "generic_xlsx")


async def test_a_bank_that_does_not_answer_is_outstanding_until_it_does(
    bank: Bank, clock: Any, run_due_jobs: Any
) -> None:
    await bank.send(answer(bank.rows[:2], "成功", "成功"))
    await clock.set(clock.now + timedelta(days=4, hours=23))
    await run_due_jobs()
    assert await bank.items() == []
    await clock.set(clock.now + timedelta(days=12))
    await run_due_jobs()
    await run_due_jobs()
    (found,) = await bank.items(status="open", queue="unanswered")
    assert (found["amount_fen"], found["days"], found["age"], found["batch_id"]) == (AMOUNT, 11, "30", bank.batch["id"])
    assert [len(await bank.items(age=age)) for age in ("3", "10", "30", "over")] == [0, 0, 1, 0]
    await bank.send(answer(bank.rows[2:], "成功"))
    assert [one["status"] for one in await bank.items()] == ["matched"]


async def test_a_person_matches_or_explains_what_is_outstanding_and_says_why(bank: Bank) -> None:
    stranger = {**bank.rows[0], "指令编号": uuid4().hex}
    await bank.send(answer([*bank.rows[:1], stranger, {**stranger, "指令编号": "手工"}], "成功", "成功", "成功"))
    first, second = await bank.items(status="open", sort="since")
    paid, waiting = (
        line["instruction_id"]
        for line in sorted(
            (await bank.desk.get(f"/v1/batches/{bank.batch['id']}", bank.desk.maker))["instructions"],
            key=lambda line: line["result"] or "~",
        )[:2]
    )
    path = f"/v1/outstanding-items/{first['id']}"
    assert await bank.desk.refused(bank.desk.maker, f"{path}/match", {"instruction_id": waiting}) == ["item.unsettled"]
    await bank.desk.refused(bank.desk.maker, f"{path}/match", {"instruction_id": str(uuid4())}, 404)
    matched = await bank.desk.post(bank.desk.maker, f"{path}/match", {"instruction_id": paid, "reason": "银行重号"})
    assert (matched["status"], matched["closed_by"], matched["reason"]) == ("matched", bank.desk.maker.id, "银行重号")
    path = f"/v1/outstanding-items/{second['id']}"
    assert await bank.desk.refused(bank.desk.maker, f"{path}/explain", {"reason": " "}, 422)
    explained = await bank.desk.post(bank.desk.checker, f"{path}/explain", {"reason": "他单位业务，银行误发"})
    assert explained["status"] == "explained"
    assert await bank.desk.refused(bank.desk.maker, f"{path}/explain", {"reason": "x"}) == ["item.status"]
    export = await bank.desk.api(bank.desk.checker).get("/v1/outstanding-items/export", params={"format": "csv"})
    assert export.content.decode("utf-8-sig").count("他单位业务，银行误发") == 1


def test_an_item_is_matched_with_the_same_amount_only() -> None:
    facts, other = item.ItemFacts("open", 100), item.Counterpart(101, "paid")
    assert [reason.code for reason in item.match_obstacles(facts, other)] == ["item.amount"]
    with pytest.raises(Refused, match=r"item\.reason"):
        item.explain(facts, " ", item_person())


def item_person() -> Any:
    from shared.actor import Actor

    return Actor("甲", frozenset({"finance_maker"}))


async def test_a_heading_that_stands_twice_is_not_guessed_at(bank: Bank) -> None:
    head, *lines = answer(bank.rows, "成功", "成功", "成功").decode("gbk").splitlines()
    doubled = "\r\n".join([f"{head},处理结果", *(f"{line},失败" for line in lines)])
    assert await bank.refused(doubled.encode("gbk")) == ["file.column_twice"]
    book = workbook([[*head.split(","), "处理结果"], *([*line.split(","), "失败"] for line in lines)])
    assert "answer_file.no_batch" not in await bank.refused(book, "回单.xlsx")
    assert await bank.results() == [None, None, None]


@pytest.mark.parametrize("amount", ["9e999999", "8_0000", "80000.0000000000000000000000000000000001"])
async def test_an_amount_that_no_bank_writes_is_queued(bank: Bank, amount: str) -> None:
    file = await bank.send(answer(bank.rows, "成功", "成功", "成功", **{"金额（元）": amount}))
    assert (file["paid"], file["queued"]) == (0, 3)
    assert {one["code"] for one in await bank.items()} == {"answer.amount_form"}


async def test_a_batch_that_was_answered_at_the_last_moment_is_not_outstanding(
    bank: Bank, session: Any, clock: Any
) -> None:
    await bank.send(answer(bank.rows, "成功", "失败", "成功"))
    await go_unanswered(session, UUID(bank.batch["id"]), clock.now)
    assert await bank.items() == []
