"""Whose payee accounts are, and what becomes of one that the bank does not take."""

from datetime import timedelta
from typing import Any

import pytest

from services.funding.rules import instalment, payee
from services.funding.rules.payee import PayeeFacts
from shared.contracts.funding import PayeeClosed
from tests.funding.factories import UNIT, Desk
from tests.funding.test_payments import ACCOUNT, NEW_ACCOUNT

ELSEWHERE = "510000000000"


async def test_an_office_of_another_division_neither_sees_nor_verifies_nor_replaces_it(desk: Desk) -> None:
    await desk.active_team(await desk.open_round())
    made = await desk.registered_payee()
    maker, checker = (desk.actors.change(one, division=ELSEWHERE) for one in (desk.maker, desk.checker))
    assert (await desk.get("/v1/payees", checker))["items"] == []
    closing = {"ground": "closed", "reason": "x"}
    await desk.post(checker, f"/v1/payees/{made['id']}/verify", status=404)
    await desk.post(checker, f"/v1/payees/{made['id']}/close", closing, 404)
    body = {
        "unit_code": UNIT,
        "unit_name": "三峡学院",
        "bank_name": "农商行",
        "bank_code": "471434039744",
        "account": NEW_ACCOUNT,
    }
    assert await desk.refused(maker, "/v1/payees", body, 403) == ["payee.division"]
    await desk.post(desk.checker, f"/v1/payees/{made['id']}/verify")


async def test_an_account_of_a_unit_without_awards_is_seen_where_it_was_registered(desk: Desk) -> None:
    made = await desk.registered_payee()
    assert [one["id"] for one in (await desk.get("/v1/payees", desk.checker))["items"]] == [made["id"]]
    other = desk.actors.change(desk.checker, division=ELSEWHERE)
    assert (await desk.get("/v1/payees", other))["items"] == []
    desk.bureau = desk.actors.change(desk.bureau, division=ELSEWHERE)
    await desk.active_team(await desk.open_round(division=ELSEWHERE))
    assert [one["id"] for one in (await desk.get("/v1/payees", other))["items"]] == [made["id"]]
    assert (await desk.get("/v1/payees", desk.checker))["items"] == []


async def test_a_closed_account_is_registered_anew_and_cools_off(desk: Desk, clock: Any, events: Any) -> None:
    round_id = await desk.open_round()
    team = await desk.qualified_team(round_id)
    old = await desk.verified_payee()
    key = await desk.request(team)
    path = f"/v1/payees/{old['id']}/close"
    assert await desk.refused(desk.checker, path, {"ground": "rejected", "reason": " "}) == ["payee.reason"]
    await desk.post(desk.checker, path, {"ground": "mood", "reason": "x"}, 422)
    closed = await desk.post(desk.checker, path, {"ground": "rejected", "reason": "账户状态异常"})
    assert (closed["status"], closed["closed_as"], closed["closed_by"]) == ("closed", "rejected", desk.checker.id)
    assert await desk.refused(desk.checker, f"/v1/instalments/{key}/approve") == ["payee.changed"]
    await desk.post(desk.checker, f"/v1/instalments/{key}/reject", {"reason": "账户停用"})
    assert await desk.refused(desk.maker, f"/v1/instalments/{key}/request") == ["payee.not_verified"]
    new = await desk.registered_payee(ACCOUNT)
    assert new["id"] != old["id"]
    assert await desk.refused(desk.checker, f"/v1/payees/{new['id']}/verify") == ["payee.cooling_off"]
    await clock.set(clock.now + timedelta(days=3, minutes=1))
    await desk.post(desk.checker, f"/v1/payees/{new['id']}/verify")
    await desk.request(team)
    assert len(await events(PayeeClosed)) == 1


async def test_a_unit_closes_its_own_account(desk: Desk) -> None:
    made = await desk.verified_payee()
    await desk.post(desk.unit, f"/v1/payees/{made['id']}/close", {"ground": "closed", "reason": "已销户"})


async def test_an_account_under_another_name_is_not_paid(desk: Desk) -> None:
    team = await desk.qualified_team(await desk.open_round())
    body = {
        "unit_code": UNIT,
        "unit_name": "三峡后勤公司",
        "bank_name": "农商行",
        "bank_code": "471434039744",
        "account": ACCOUNT,
    }
    made = await desk.post(desk.maker, "/v1/payees", body, 201)
    await desk.post(desk.checker, f"/v1/payees/{made['id']}/verify")
    key = (await desk.instalments(team))[0]["id"]
    assert await desk.refused(desk.maker, f"/v1/instalments/{key}/request") == ["payee.name_mismatch"]


@pytest.mark.parametrize(
    ("one", "other"), [("三峡学院（万州）", "三峡学院(万州)"), ("三峡 学院", "三峡学院"), ("Ａ校", "a校")]
)
def test_widths_and_blanks_make_no_other_name(one: str, other: str) -> None:
    assert payee.same_name(one, other)
    assert not payee.same_name(one, "三峡医院")


def test_only_a_verified_account_of_the_agreed_name_is_asked_for(clock: Any) -> None:
    facts = PayeeFacts("verified", "m", clock.now, "三峡学院")
    assert instalment.request_obstacles(facts, "三峡学院") == [] == instalment.request_obstacles(facts)
    assert payee.register_obstacles(False, False) == [] == payee.register_obstacles(True, True)
