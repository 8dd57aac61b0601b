"""Expenses over REST: drafted offline, submitted with receipts, accepted by a second person; lists in and out."""

import io
from datetime import date
from typing import Any

import openpyxl

from shared.contracts.funding import ExpenseAccepted, ExpenseDrafted
from shared.spreadsheet import XLSX
from tests.funding.factories import UNIT, Desk
from tests.funding.spending import FAPIAO, OWN, Spending, sent


async def line(spending: Spending, name: str) -> Any:
    found = await spending.desk.get(f"/v1/awards/{spending.award_id}/budget")
    return next(one for one in found["lines"] if one["name"] == name)


async def test_from_the_draft_to_the_accepted_expense(desk: Desk, spending: Spending, events: Any) -> None:
    key = await spending.submitted(fapiaos=[FAPIAO])
    assert (await line(spending, "差旅费"))["pending_fen"] == 50_000
    accepted = await desk.post(desk.checker, f"/v1/expenses/{key}/accept")
    assert (accepted["status"], accepted["decided_by"]) == ("accepted", desk.checker.id)
    assert (await line(spending, "差旅费"))["remaining_fen"] == 2_950_000
    assert [one.amount_fen for one in await events(ExpenseAccepted)] == [50_000]
    assert len(await desk.get(f"/v1/expenses/{key}/history")) == 3


async def test_what_was_accepted_under_a_line_that_is_gone_stands_as_an_overrun(desk: Desk, spending: Spending) -> None:
    await desk.post(desk.checker, f"/v1/expenses/{await spending.submitted()}/accept")
    await desk.deliver(spending.team.amended(2, {"专家咨询费": 5_000_000, "培训费": 3_000_000}))
    gone = await line(spending, "差旅费")
    assert (gone["budget_fen"], gone["accepted_fen"], gone["overrun_fen"]) == (0, 50_000, 50_000)
    body = {"source": "培训费", "target": "差旅费", "amount_fen": 1, "reason": "补足"}
    path = f"/v1/awards/{spending.award_id}"
    assert await desk.refused(desk.unit, f"{path}/transfers", body) == ["transfer.line"]


async def test_a_batch_sent_twice_counts_once(desk: Desk, spending: Spending, events: Any) -> None:
    batch = [sent(), sent(what="汽油", fapiaos=[{**FAPIAO, "number": "1"}])]
    assert await spending.draft(*batch) == [("drafted", []), ("refused", ["fapiao.number"])]
    batch[1]["fapiaos"] = [FAPIAO]
    assert await spending.draft(*batch) == [("duplicate", []), ("drafted", [])]
    assert await spending.draft({**batch[0], "what": "别的"}) == [("refused", ["expense.changed"])]
    assert len(await events(ExpenseDrafted)) == 2


async def test_a_fapiao_is_used_once_until_its_expense_is_withdrawn(desk: Desk, spending: Spending) -> None:
    first, second = sent(fapiaos=[FAPIAO]), sent(fapiaos=[FAPIAO])
    assert await spending.draft(first, second) == [("drafted", []), ("refused", ["fapiao.used"])]
    await desk.post(desk.unit, f"/v1/expenses/{first['id']}/withdraw")
    assert await spending.draft(second) == [("drafted", [])]
    split = [{"line": "差旅费", "amount_fen": 20_000}, {"line": "培训费", "amount_fen": 30_000}]
    other = {**FAPIAO, "number": "87654321"}
    assert await spending.draft(sent(parts=split, fapiaos=[other])) == [("drafted", [])]


async def test_the_checklist_says_before_what_would_refuse_it(desk: Desk, spending: Spending) -> None:
    one = sent(category="礼品", spent_on="2019-01-01")
    await spending.draft(one)
    shown = await desk.get(f"/v1/expenses/{one['id']}", desk.unit)
    [submit] = [action for action in shown["actions"] if action["action"] == "submit"]
    expected = ["expense.term", "expense.negative", "expense.receipt"]
    assert [reason["code"] for reason in submit["reasons"]] == expected
    assert await desk.refused(desk.unit, f"/v1/expenses/{one['id']}/submit") == expected


async def test_whoever_books_does_not_accept_and_whoever_oversees_does_neither(desk: Desk, spending: Spending) -> None:
    both = desk.actors.change(desk.checker, roles=frozenset({"finance_maker", "finance_checker"}))
    one = sent()
    await desk.post(both, f"/v1/awards/{spending.award_id}/expenses", {"expenses": [one]})
    await spending.attach(one["id"])
    await desk.post(desk.unit, f"/v1/expenses/{one['id']}/submit")
    assert await desk.refused(both, f"/v1/expenses/{one['id']}/accept") == ["expense.same_person"]
    await desk.post(desk.actors.supervisor, f"/v1/expenses/{one['id']}/accept", status=403)
    await desk.post(desk.third, f"/v1/expenses/{one['id']}/accept")


async def test_a_substitute_accepts_and_sends_back_with_both_names(desk: Desk, spending: Spending) -> None:
    naming = {
        "role": "finance_checker",
        "principal": desk.checker.id,
        "substitute": "clerk",
        "since": "2020-10-01",
        "until": "2020-10-09",
        "reason": "出差",
    }
    await desk.post(desk.checker, "/v1/substitutes", naming, 201)
    clerk, behalf = desk.actors.change(desk.maker, id="clerk"), {"on_behalf_of": desk.checker.id}
    one, two = await spending.submitted(), await spending.submitted()
    assert await desk.refused(clerk, f"/v1/expenses/{one}/accept", None, 403) == ["role.missing"]
    assert await desk.refused(desk.third, f"/v1/expenses/{one}/accept", behalf, 403) == ["substitute.none"]
    found = await desk.post(clerk, f"/v1/expenses/{one}/accept", behalf)
    assert (found["decided_by"], found["decided_for"]) == ("clerk", desk.checker.id)
    many = await desk.post(clerk, "/v1/expenses/accept", {"ids": [two], **behalf})
    assert [result["ok"] for result in many["results"]] == [True]
    back = await desk.post(clerk, f"/v1/expenses/{two}/return", {"reason": "重复", **behalf})
    assert (back["status"], back["decided_for"]) == ("returned", desk.checker.id)


async def test_nobody_has_an_expense_accepted_in_their_own_place(desk: Desk, spending: Spending) -> None:
    """Neither the booker's substitute accepts, nor one whom the booker named."""
    both = desk.actors.change(desk.checker, roles=frozenset({"finance_maker", "finance_checker", "bureau"}))
    naming = {"role": "finance_checker", "since": "2020-10-01", "until": "2020-10-09", "reason": "出差"}
    for principal, stands_in in ((both.id, "clerk"), (desk.third.id, "teller")):
        await desk.post(both, "/v1/substitutes", {**naming, "principal": principal, "substitute": stands_in}, 201)
    one = sent()
    await desk.post(both, f"/v1/awards/{spending.award_id}/expenses", {"expenses": [one]})
    await spending.attach(one["id"])
    await desk.post(desk.unit, f"/v1/expenses/{one['id']}/submit")
    for stands_in, principal, codes in (
        ("clerk", both.id, ["expense.own_substitute", "expense.same_person"]),
        ("teller", desk.third.id, ["expense.own_substitute"]),
    ):
        who, behalf = desk.actors.change(desk.maker, id=stands_in), {"on_behalf_of": principal}
        assert await desk.refused(who, f"/v1/expenses/{one['id']}/accept", behalf) == codes


async def test_a_returned_expense_is_put_right(desk: Desk, spending: Spending) -> None:
    key = await spending.submitted()
    assert await desk.refused(desk.checker, f"/v1/expenses/{key}/return", {"reason": " "}) == ["expense.reason"]
    shown = await desk.post(desk.checker, f"/v1/expenses/{key}/return", {"reason": "金额有误"})
    body = {
        name: value for name, value in sent(parts=[{"line": "差旅费", "amount_fen": 40_000}]).items() if name != "id"
    }
    client, path = desk.api(desk.unit), f"/v1/expenses/{key}"
    edited = await client.put(path, json=body, headers={"If-Match": f'"{shown["version"]}"'})
    assert (edited.status_code, edited.json()["status"], edited.json()["amount_fen"]) == (200, "drafted", 40_000)
    await desk.post(desk.unit, f"{path}/submit")
    await desk.post(desk.checker, f"{path}/accept")
    await desk.post(desk.checker, f"{path}/return", {"reason": "审计发现重复"})
    assert (await line(spending, "差旅费"))["accepted_fen"] == 0


async def test_a_fee_never_goes_to_the_teams_own_people_however_they_are_named(desk: Desk, spending: Spending) -> None:
    fee = {"level": "senior", "days": "1", "net_fen": 200_000}
    parts = [{"line": "专家咨询费", "amount_fen": 230_000}]
    stranger = {"kind": "person", "name": "赵六", "unit_name": "外地大学"}
    by_id = {"kind": "person", "name": "另名", "citizen_id": OWN[0]}
    by_name = {"kind": "person", "name": "王 五", "unit_name": "三峡学院"}
    for who, expected in ((by_id, ["fee.own_people"]), (by_name, ["fee.own_people"]), (stranger, [])):
        one = sent(parts=parts, recipient=who, fee=fee)
        assert await spending.draft(one) == [("drafted", [])]
        await spending.attach(one["id"])
        shown = await desk.get(f"/v1/expenses/{one['id']}", desk.unit)
        [submit] = [action for action in shown["actions"] if action["action"] == "submit"]
        assert [reason["code"] for reason in submit["reasons"]] == expected
    nobody = sent(parts=parts, recipient={"kind": "unit", "name": "某公司"}, fee=fee)
    await desk.post(desk.unit, f"/v1/awards/{spending.award_id}/expenses", {"expenses": [nobody]}, 422)


async def test_fees_of_one_consultation_split_over_expenses_count_together(desk: Desk, spending: Spending) -> None:
    who = {"kind": "person", "name": "赵六", "unit_name": "外地大学"}
    parts = [{"line": "专家咨询费", "amount_fen": 480_000}]
    full = {"level": "senior", "days": "2", "net_fen": 480_000}
    await spending.submitted(parts=parts, recipient=who, fee=full)
    more = sent(
        spent_on="2020-05-04",
        parts=[{"line": "专家咨询费", "amount_fen": 200_000}],
        recipient=who,
        fee={"level": "senior", "days": "1", "net_fen": 200_000},
    )
    await spending.draft(more)
    await spending.attach(more["id"])
    assert await desk.refused(desk.unit, f"/v1/expenses/{more['id']}/submit") == ["fee.too_much"]


async def test_a_persons_name_is_masked_for_whoever_oversees(desk: Desk, spending: Spending) -> None:
    one = sent(recipient={"kind": "person", "name": "赵六六", "unit_name": "外地大学"})
    await spending.draft(one)
    path = f"/v1/expenses/{one['id']}"
    assert (await desk.get(path, desk.unit))["recipient_name"] == "赵六六"
    assert (await desk.get(path, desk.actors.supervisor))["recipient_name"] == "赵**"
    listed = await desk.get("/v1/expenses", desk.unit, award_id=spending.award_id)
    assert listed["items"][0]["recipient_name"] == "赵**"
    answer = await desk.api(desk.bureau).get("/v1/expenses/export", params={"format": "csv", "status": "drafted"})
    assert "赵**" in answer.text
    assert "赵六六" not in answer.text


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["支出明细表"])
    sheet.append(
        [
            "日期",
            "科目",
            "金额",
            "用途",
            "收款人",
            "收款人单位",
            "发票号码",
            "销售方代码",
            "专家级别",
            "天数",
            "税后金额",
        ]
    )
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


GOOD = ("2020年5月2日", "差旅费", "500.5元", "高铁票", "铁路客运公司", "", "24502000000012345678", UNIT, "", "", "")
FEE = (date(2020, 5, 3), "专家咨询费", 2300, "诊断茶园", "赵六", "外地大学", "", "", "高级", 1, 2000)


async def upload(desk: Desk, spending: Spending, content: bytes, **headers: str) -> Any:
    files = {"file": ("list.xlsx", content, XLSX)}
    path = f"/v1/awards/{spending.award_id}/expenses/import"
    return await desk.api(desk.unit).post(path, files=files, headers=headers)


async def test_a_list_is_imported_once_or_not_at_all(desk: Desk, spending: Spending) -> None:
    content = workbook(GOOD, FEE)
    for created in (2, 0):
        answer = await upload(desk, spending, content)
        assert answer.json() == {"rows": 2, "created": created, "existing": 2 - created}
    found = await desk.get("/v1/expenses", desk.unit, award_id=spending.award_id, sort="amount_fen")
    assert [one["amount_fen"] for one in found["items"]] == [50_050, 230_000]


async def test_a_faulty_list_comes_back_marked(desk: Desk, spending: Spending) -> None:
    content = workbook(GOOD, (*GOOD[:2], "五百", *GOOD[3:]), GOOD)
    answer = await upload(desk, spending, content)
    assert [(e["code"], e["pointer"]) for e in answer.json()["errors"]] == [("row.value", "/rows/4/金额（元）")]
    answer = await upload(desk, spending, workbook(GOOD, GOOD), Accept=XLSX)
    assert answer.status_code == 422
    marked = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert "发票" in marked["G4"].comment.text
    assert (await desk.get("/v1/expenses", desk.unit))["items"] == []


async def test_the_receipts_of_what_was_handed_in_stay_until_it_is_sent_back(spending: Spending) -> None:
    desk, key = spending.desk, await spending.submitted()
    path = f"/v1/expenses/{key}/attachments"
    file = (await desk.get(path, desk.unit))["items"][0]["id"]
    for accept in (False, True):
        if accept:
            await desk.post(desk.checker, f"/v1/expenses/{key}/accept")
        for who in (desk.unit, desk.maker):
            answer = await desk.api(who).delete(f"{path}/{file}", params={"reason": "误传"})
            assert (answer.status_code, answer.json()["code"]) == (409, "attachment.proof")
    await desk.post(desk.checker, f"/v1/expenses/{key}/return", {"reason": "凭证不清"})
    assert (await desk.api(desk.unit).delete(f"{path}/{file}", params={"reason": "误传"})).status_code == 200
