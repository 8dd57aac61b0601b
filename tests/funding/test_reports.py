"""A round's money at a glance, a team's statement, the year-end report: the ledger's figures, told for people."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import docx
import openpyxl
import pytest

from services.funding.rules.ledger import AWARD_EVENTS, ROUND_EVENTS
from services.funding.rules.words import BOOKED
from shared.amounts import in_yuan
from shared.sheets import Sheet, workbook
from tests.funding.factories import AMOUNT, OTHER_UNIT, TWO_PAYMENTS, Desk, TeamOf

FIELDS = {"budget_indicator": "渝财社2020-17", "functional_class": "2130599", "economic_class": "30227"}


async def told(desk: Desk, path: str, actor: Any = None, **query: Any) -> Any:
    """A file of this route, opened: the paper's text or the workbook."""
    answer = await desk.api(actor or desk.bureau).get(f"{path}/export", params=query)
    assert answer.status_code == 200, answer.text
    content = io.BytesIO(answer.content)
    return openpyxl.load_workbook(content) if query["format"] == "xlsx" else text_of(docx.Document(content))


def text_of(paper: Any) -> str:
    rows = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *rows])


async def mixed(desk: Desk) -> tuple[Any, TeamOf]:
    """A round with one paid team (two shares, the first returned once), one unknown, one held, one waiting."""
    round_id = await desk.open_round(50_000_000, **TWO_PAYMENTS)
    await desk.verified_payee()
    paid = await begun(desk, round_id)
    key = await desk.approve(paid)
    await desk.answer(await desk.batch(round_id), "returned")
    await desk.post(desk.maker, f"/v1/instalments/{key}/reissue")
    await desk.post(desk.checker, f"/v1/instalments/{key}/approve")
    await desk.answer(await desk.batch(round_id), "paid")
    await desk.approve(await begun(desk, round_id))
    await desk.answer(await desk.batch(round_id), "unknown")
    await desk.deliver((await begun(desk, round_id)).graded("unqualified"))
    return round_id, paid


async def begun(desk: Desk, round_id: Any) -> TeamOf:
    team = await desk.active_team(round_id)
    await desk.deliver(team.on_notice(uuid4()))
    await desk.deliver(team.started())
    return team


class TestWords:
    def test_every_booked_event_has_words(self) -> None:
        assert {*ROUND_EVENTS, *AWARD_EVENTS, "approve", "batch", "pay", "return", "reverse"} <= set(BOOKED)

    def test_a_workbook_is_exact_and_harmless(self) -> None:
        content = workbook([Sheet("甲", ("项目", "金额"), [("=1+1", in_yuan(1)), ("合计", in_yuan(10**15 + 1))])])
        page = openpyxl.load_workbook(io.BytesIO(content))["甲"]
        assert [cell.value for cell in page["A"]] == ["项目", "'=1+1", "合计"]
        assert (page["B2"].value, page["B2"].number_format) == (0.01, "#,##0.00")


class TestGlance:
    async def test_every_status_county_and_exception_is_counted(self, desk: Desk, clock: Any) -> None:
        round_id, _paid = await mixed(desk)
        found = await desk.get(f"/v1/rounds/{round_id}/money")
        assert (found["paid_percent"], found["awarded_fen"]) == (20, 3 * AMOUNT)
        assert [(one["code"], one["count"]) for one in found["instalments"]] == [
            ("scheduled", 2),
            ("unknown", 1),
            ("paid", 1),
            ("held", 2),
        ]
        [district] = found["districts"]
        assert (district["name"], district["awards"], district["paid_fen"]) == ("万州区", 3, AMOUNT * 6 // 10)
        assert sorted(one["kind"] for one in found["exceptions"]) == ["held", "held", "unknown"]
        assert [(one["code"], one["count"], one["amount_fen"]) for one in found["holds"]] == [("grade", 1, AMOUNT)]
        assert (found["due"]["count"], found["balanced"]) == (0, True)

    async def test_what_is_due_for_longer_than_the_policy_allows_is_overdue(self, desk: Desk, clock: Any) -> None:
        round_id = await desk.open_round()
        await desk.qualified_team(round_id)
        found = await desk.get(f"/v1/rounds/{round_id}/money")
        assert (found["due"]["amount_fen"], found["overdue"]["amount_fen"]) == (AMOUNT, 0)
        await clock.set(clock.now + timedelta(days=31))
        found = await desk.get(f"/v1/rounds/{round_id}/money")
        assert (found["due"]["amount_fen"], found["overdue"]["amount_fen"]) == (AMOUNT, AMOUNT)

    async def test_an_empty_round_has_nothing_to_count(self, desk: Desk) -> None:
        found = await desk.get(f"/v1/rounds/{await desk.open_round(None)}/money")
        assert (found["paid_percent"], found["awards"], found["districts"], found["exceptions"]) == (None, [], [], [])


class TestStatement:
    async def test_it_tells_everything_in_order_with_running_balances(self, desk: Desk) -> None:
        _round, paid = await mixed(desk)
        key = (await desk.award(paid))["id"]
        found = await desk.get(f"/v1/awards/{key}/statement")
        first = AMOUNT * 6 // 10
        assert [(line["event"], line["paid_fen"], line["open_fen"]) for line in found["bookings"]] == [
            ("reserve", 0, AMOUNT),
            ("commit", 0, AMOUNT),
            ("approve", 0, AMOUNT),
            ("batch", 0, AMOUNT),
            ("return", 0, AMOUNT),
            ("reissue", 0, AMOUNT),
            ("approve", 0, AMOUNT),
            ("batch", 0, AMOUNT),
            ("pay", first, AMOUNT - first),
        ]
        assert (found["bookings"][-1]["voucher"], found["bookings"][-1]["number"]) == ("PZ-0", 1)
        assert (found["paid_fen"], found["paid_capitals"]) == (first, "肆万捌仟元整")
        assert (found["opening"]["paid_fen"], found["closing"]["committed_fen"]) == (0, AMOUNT - first)
        steps = [(one["step"].split(".")[2], one["actor"]) for one in found["instalments"][0]["steps"]]
        assert steps[:3] == [("due", "system"), ("requested", desk.maker.id), ("approved", desk.checker.id)]

    async def test_a_period_opens_with_what_stood_before(self, desk: Desk, clock: Any) -> None:
        _round, paid = await mixed(desk)
        key, today = (await desk.award(paid))["id"], clock.now.date()
        later = await desk.get(f"/v1/awards/{key}/statement", since=str(today + timedelta(days=1)))
        assert (later["bookings"], later["opening"]) == ([], later["closing"])
        before = await desk.get(f"/v1/awards/{key}/statement", until=str(today - timedelta(days=1)))
        assert (before["bookings"], before["paid_fen"]) == ([], 0)

    async def test_paper_and_workbook_say_the_same(self, desk: Desk) -> None:
        _round, paid = await mixed(desk)
        path = f"/v1/awards/{(await desk.award(paid))['id']}/statement"
        paper = await told(desk, path, desk.unit, format="docx")
        assert "48,000.00元（大写：人民币肆万捌仟元整）" in paper
        assert "资金明细" in paper
        assert "确认拨付（第1期）" in paper
        book = await told(desk, path, format="xlsx")
        assert book.sheetnames == ["汇总", "资金明细", "办理情况", "支出"]
        assert book["资金明细"].max_row == 1 + 9

    async def test_only_the_office_the_payee_and_the_lead_may_read_it(self, desk: Desk) -> None:
        _round, paid = await mixed(desk)
        path = f"/v1/awards/{(await desk.award(paid))['id']}/statement"
        stranger = desk.actors.change(desk.unit, unit=OTHER_UNIT)
        for way in (path, f"{path}/export"):
            assert (await desk.api(stranger).get(way)).status_code == 404
        assert (await desk.api(desk.unit).get(path)).status_code == 200


class TestReport:
    async def test_a_round_is_told_from_appropriation_to_exceptions(self, desk: Desk, clock: Any) -> None:
        round_id, _paid = await mixed(desk)
        await desk.appropriate(round_id, 60_000_000)
        await desk.appropriate(round_id, 55_000_000)
        found = await desk.get(f"/v1/rounds/{round_id}/report")
        first = AMOUNT * 6 // 10
        assert [(one["event"], one["amount_fen"]) for one in found["appropriations"]] == [
            ("appropriate", 50_000_000),
            ("appropriate", 10_000_000),
            ("cut", 5_000_000),
        ]
        moved = {one["event"]: (one["count"], one["amount_fen"]) for one in found["movements"]}
        assert (moved["reserve"], moved["pay"], moved["return"]) == ((3, 3 * AMOUNT), (1, first), (1, first))
        assert found["months"][0]["month"] == f"{clock.now:%Y-%m}"
        assert found["months"][0]["moved"]["pay"] == first
        assert [(one["functional_class"], one["paid_fen"]) for one in found["classes"]] == [("", first)]
        assert sum(one["unpaid_fen"] for one in found["unpaid"]) == 3 * AMOUNT - first
        assert (found["closing"]["appropriation_fen"], found["verification"]["balanced"]) == (55_000_000, True)
        assert len(found["exceptions"]) == 3

    async def test_a_reversal_is_taken_off_what_it_takes_back(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        key = await desk.approve(await desk.qualified_team(round_id))
        await desk.post(desk.checker, f"/v1/instalments/{key}/reject", {"reason": "缺少合同"})
        found = await desk.get(f"/v1/rounds/{round_id}/report")
        assert {one["event"]: one["amount_fen"] for one in found["movements"]}["approve"] == 0

    async def test_payments_stand_under_their_classes(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        key = (await desk.instalments(await desk.qualified_team(round_id)))[0]["id"]
        await desk.post(desk.maker, f"/v1/instalments/{key}/request", FIELDS)
        await desk.post(desk.checker, f"/v1/instalments/{key}/approve")
        await desk.answer(await desk.batch(round_id), "paid")
        [line] = (await desk.get(f"/v1/rounds/{round_id}/report"))["classes"]
        assert line == {"functional_class": "2130599", "economic_class": "30227", "count": 1, "paid_fen": AMOUNT}

    async def test_a_year_opens_and_closes_with_what_stood_then(self, desk: Desk, clock: Any) -> None:
        await mixed(desk)
        this = await desk.get(f"/v1/reports/{clock.now.year}")
        after = await desk.get(f"/v1/reports/{clock.now.year + 1}")
        assert (this["opening"]["appropriation_fen"], this["closing"]["appropriation_fen"]) == (0, 50_000_000)
        assert (after["opening"], after["movements"], after["months"]) == (this["closing"], [], [])
        stranger = desk.actors.change(desk.bureau, division="510000000000")
        assert (await desk.api(stranger).get(f"/v1/reports/{clock.now.year}")).status_code == 404

    @pytest.mark.parametrize("path", ["/v1/rounds/{round}/report", "/v1/reports/{year}"])
    async def test_paper_and_workbook(self, desk: Desk, clock: Any, path: str) -> None:
        round_id, _paid = await mixed(desk)
        where = path.format(round=round_id, year=clock.now.year)
        paper = await told(desk, where, format="docx")
        assert "500,000.00元（大写：人民币伍拾万元整）" in paper
        assert "账实相符，无差异" in paper
        book = await told(desk, where, format="xlsx")
        assert book.sheetnames[:3] == ["总体", "预算变动", "本期发生"]
        assert book["待处理"].max_row == 1 + 3
        audit = desk.actors.change(desk.actors.department, division=desk.bureau.division)
        assert (await desk.api(audit).get(f"{where}/export")).status_code == 403
