"""Lists of money narrowed as people expect, files exactly as filtered, and who read them out."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.funding.models import Reading
from tests.funding.factories import AMOUNT, CITY, OTHER_UNIT, UNIT, Desk, TeamOf


async def lines(desk: Desk, path: str, actor: Any = None, **query: Any) -> list[dict[str, str]]:
    answer = await desk.api(actor or desk.bureau).get(path, params={"format": "csv", **query})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def found(desk: Desk, path: str, **query: Any) -> list[Any]:
    return list((await desk.get(path, **query))["items"])


@pytest.fixture
async def paid(desk: Desk) -> TeamOf:
    """A paid team, beside another unit's team whose instalment waits."""
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.deliver(team.on_notice(uuid4()))
    await desk.pay(team)
    await desk.active_team(round_id, AMOUNT + 1, unit=OTHER_UNIT)
    return team


class TestFilters:
    async def test_awards_by_amount_unit_place_and_status(self, desk: Desk, paid: TeamOf) -> None:
        async def teams(**query: Any) -> list[bool]:
            return [one["team_id"] == str(paid.team_id) for one in await found(desk, "/v1/awards", **query)]

        assert await teams(amount_to_fen=AMOUNT) == await teams(payee_unit_code=UNIT) == [True]
        assert await teams(amount_from_fen=AMOUNT + 1) == await teams(payee_unit_code=OTHER_UNIT) == [False]
        assert await teams(division="500101000000") == await teams(status="settled,closed") == [True]
        assert await teams(continued="true") == await teams(division="510000") == []
        assert await teams(sort="-amount_fen") == [False, True]

    async def test_instalments_by_days_voucher_and_class(self, desk: Desk, paid: TeamOf, clock: Any) -> None:
        today = clock.now.date()

        async def numbers(**query: Any) -> int:
            return len(await found(desk, "/v1/instalments", **query))

        assert await numbers() == await numbers(sort="due_at") == await numbers(sort="-due_at") == 2
        assert await numbers(due_from=str(today), due_to=str(today)) == 1
        assert await numbers(due_from=str(today + timedelta(days=1))) == 0
        assert await numbers(paid_to=str(today - timedelta(days=1))) == 0
        assert await numbers(voucher="PZ-0") == await numbers(team_id=str(paid.team_id)) == 1
        assert await numbers(functional_class="2130599") == await numbers(payee_unit_code="x") == 0

    async def test_the_one_that_is_not_due_comes_last(self, desk: Desk, paid: TeamOf) -> None:
        first = await desk.get("/v1/instalments", sort="due_at", limit=1)
        rest = await desk.api(desk.bureau).get(first["next"])
        assert (first["items"][0]["status"], rest.json()["items"][0]["status"]) == ("paid", "scheduled")

    async def test_payments_show_who_signed_and_the_masked_account(self, desk: Desk, paid: TeamOf) -> None:
        [one] = await found(desk, "/v1/payments", round_id=str(paid.round_id), status="paid", voucher="PZ-0")
        assert (one["account"], one["amount_fen"], one["batch_number"]) == ("****3568", AMOUNT, 1)
        signed = (one["requested_by"], one["approved_by"], one["sent_by"], one["answered_by"])
        assert signed == (desk.maker.id, desk.checker.id, desk.maker.id, desk.checker.id)
        assert await found(desk, "/v1/payments", status="unknown,sent") == []


class TestFiles:
    async def test_the_file_has_exactly_what_the_list_finds(self, desk: Desk, paid: TeamOf) -> None:
        assert len(await lines(desk, "/v1/awards/export")) == 2
        [line] = await lines(desk, "/v1/awards/export", status="settled,closed")
        assert (line["资助金额（元）"], line["已拨付（元）"], line["区县"]) == ("80000.00", "80000.00", "万州区")
        [line] = await lines(desk, "/v1/payments/export", voucher="PZ-0")
        assert (line["收款账号"], line["银行结果"], line["经办"]) == ("****3568", "已拨付", desk.maker.id)
        assert len(await lines(desk, "/v1/instalments/export", due_from="2099-01-01")) == 0

    async def test_formulas_are_made_harmless(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        key = (await desk.instalments(await desk.qualified_team(round_id)))[0]["id"]
        await desk.post(desk.maker, f"/v1/instalments/{key}/request", {"budget_indicator": "=1+1"})
        [line] = await lines(desk, "/v1/instalments/export", round_id=str(round_id))
        assert line["预算指标文号"] == "'=1+1"
        answer = await desk.api(desk.bureau).get("/v1/instalments/export", params={"round_id": str(round_id)})
        sheet: Any = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        rows = list(sheet.values)
        assert rows[1][rows[0].index("金额（元）")] == AMOUNT / 100

    async def test_a_unit_gets_its_own_and_another_authority_needs_the_scope(self, desk: Desk, paid: TeamOf) -> None:
        assert len(await lines(desk, "/v1/awards/export", desk.unit)) == 1
        outside = desk.actors.department
        assert (await desk.api(outside).get("/v1/awards/export")).status_code == 403
        audit = desk.actors.change(outside, division=CITY, scopes=frozenset({"funding:read"}))
        assert len(await lines(desk, "/v1/awards/export", audit)) == 2

    async def test_who_read_what_is_kept_and_cannot_be_changed(self, desk: Desk, paid: TeamOf, session: Any) -> None:
        audit = desk.actors.change(desk.actors.department, division=CITY, scopes=frozenset({"funding:read"}))
        await lines(desk, "/v1/payments/export", audit, status="paid")
        [read] = await found(desk, "/v1/readings", reader=audit.id)
        assert (read["what"], read["asked"], read["rows"]) == ("payments.csv", {"status": "paid"}, 1)
        assert (await desk.api(desk.unit).get("/v1/readings")).status_code == 403
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
            async with session.begin_nested():
                await session.execute(sa.delete(Reading))

    async def test_an_office_sees_who_read_its_money_and_nobody_elses(self, desk: Desk, paid: TeamOf) -> None:
        award = (await found(desk, "/v1/awards", team_id=str(paid.team_id)))[0]["id"]
        unit = desk.actors.change(desk.unit, division="")
        assert (await desk.api(unit).get(f"/v1/awards/{award}/statement")).status_code == 200
        await lines(desk, "/v1/awards/export", unit)
        await lines(desk, "/v1/payments/export", round_id=str(paid.round_id))
        elsewhere = desk.actors.change(desk.maker, division="510000000000", id="maker-51")
        await lines(desk, "/v1/awards/export", elsewhere)
        seen = {(one["reader"], one["what"]) for one in await found(desk, "/v1/readings")}
        assert seen == {
            (unit.id, "award_statement.json"),
            (unit.id, "awards.csv"),
            (desk.bureau.id, "payments.csv"),
        }
        for role in ("bureau", "supervisor"):
            stranger = desk.actors.change(getattr(desk.actors, role), division="510000000000")
            assert (await desk.api(stranger).get("/v1/readings")).json()["items"] == []

    async def test_whatever_is_handed_out_is_noted_and_bound_to_the_scope(self, desk: Desk, paid: TeamOf) -> None:
        audit = desk.actors.change(desk.actors.department, division=CITY, scopes=frozenset({"funding:read"}))
        award = (await found(desk, "/v1/awards", team_id=str(paid.team_id)))[0]["id"]
        lists = (
            "awards",
            "instalments",
            "payments",
            "expenses",
            "outstanding-items",
            "final-accounts",
            "due",
            "ledger/transactions",
        )
        reports = (f"awards/{award}/statement", f"rounds/{paid.round_id}/report", "reports/2020")
        files = {f"/v1/{name}/export": {"format": "csv"} for name in lists}
        files["/v1/forecast/export"] = {"format": "csv", "round_id": str(paid.round_id)}
        files |= {f"/v1/{name}{more}": {} for name in reports for more in ("", "/export")}
        for path, query in files.items():
            assert (await desk.api(desk.actors.department).get(path, params=query)).status_code == 403, path
            assert (await desk.api(audit).get(path, params=query)).status_code == 200, path
        read = [one["what"] for one in await found(desk, "/v1/readings", reader=audit.id)]
        assert sorted(read) == sorted(
            [
                *(f"{name.split('/')[0]}.csv" for name in lists),
                "forecast.csv",
                "award_statement.json",
                "award_statement.docx",
                *("report.json", "report.docx") * 2,
            ]
        )
