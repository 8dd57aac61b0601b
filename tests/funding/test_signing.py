"""Who signs: thresholds, substitutes, many at once; and what the treasury wants to be told."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.funding.rules import instalment, substitute, treasury
from services.funding.rules.instalment import InstalmentFacts
from services.funding.rules.payee import PayeeFacts
from services.funding.rules.policy import Policy
from services.funding.rules.substitute import SubstituteFacts
from services.funding.rules.treasury import TreasuryFields
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.funding import InstalmentBooked, SubstituteEnded, SubstituteNamed, SubstituteRevoked
from shared.contracts.policy_document import BadPolicy, policy_document
from shared.errors import Forbidden, Refused
from tests.funding.bank import answer, rows_of
from tests.funding.factories import AMOUNT, CITY, Desk

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
TODAY = NOW.date()
VERIFIED = PayeeFacts("verified", "maker", NOW)
CHECKER = Actor("c", frozenset({"finance_checker"}))
LEADER = Actor("l", frozenset({"bureau"}))


async def named(desk: Desk, by: Actor, status: int = 201, **body: Any) -> Any:
    body = {
        "role": "finance_checker",
        "principal": desk.checker.id,
        "substitute": desk.third.id,
        "since": "2026-03-02",
        "until": "2026-03-06",
        "reason": "出差",
        **body,
    }
    return await desk.post(by, "/v1/substitutes", body, status)


async def test_a_substitute_signs_with_both_names_until_the_last_day(
    desk: Desk, clock: Any, events: Any, run_due_jobs: Any
) -> None:
    await clock.set(NOW)
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    key = await desk.request(team)
    clerk = desk.actors.change(desk.maker, id="clerk")
    path, body = f"/v1/instalments/{key}/approve", {"on_behalf_of": desk.checker.id}
    assert await desk.refused(clerk, path, body, 403) == ["substitute.none"]
    made = await named(desk, desk.checker, substitute="clerk")
    assert await desk.refused(clerk, path, {}, 403) == ["instalment.role"]
    signed = await desk.post(clerk, path, body)
    assert (signed["status"], signed["approved_by"], signed["approved_for"]) == ("approved", "clerk", desk.checker.id)
    assert (await desk.post(clerk, f"/v1/instalments/{key}/reject", {**body, "reason": "x"}))["approved_for"] is None
    await clock.set(datetime(2026, 3, 7, 0, 1, tzinfo=SHANGHAI))
    await run_due_jobs()
    await desk.request(team)
    assert await desk.refused(clerk, path, body, 403) == ["substitute.none"]
    assert (await desk.get(f"/v1/substitutes/{made['id']}"))["status"] == "ended"
    assert len(await events(SubstituteNamed)) == len(await events(SubstituteEnded)) == 1


async def test_a_substitute_is_never_on_both_sides(desk: Desk, clock: Any) -> None:
    await clock.set(NOW)
    round_id = await desk.open_round()
    await desk.verified_payee()
    key = await desk.request(await desk.qualified_team(round_id))
    await named(desk, desk.checker, substitute=desk.maker.id)
    path = f"/v1/instalments/{key}/approve"
    assert await desk.refused(desk.maker, path, {"on_behalf_of": desk.checker.id}) == ["instalment.same_person"]
    await named(desk, desk.bureau, role="finance_checker", principal=desk.maker.id)
    assert await desk.refused(desk.third, path, {"on_behalf_of": desk.maker.id}) == ["instalment.same_person"]
    await desk.post(desk.third, path)


async def test_nobody_who_signed_chooses_who_checks(desk: Desk, clock: Any) -> None:
    await clock.set(NOW)
    round_id = await desk.open_round()
    await desk.verified_payee()
    both = desk.actors.change(desk.maker, roles=frozenset({"finance_maker", "bureau"}))
    clerk = desk.actors.change(desk.maker, id="clerk")
    await named(desk, both, principal="somebody", substitute="clerk")
    team = await desk.qualified_team(round_id)
    key = (await desk.instalments(team))[0]["id"]
    path, body = f"/v1/instalments/{key}", {"on_behalf_of": "somebody"}
    await desk.post(both, f"{path}/request")
    assert await desk.refused(clerk, f"{path}/approve", body) == ["instalment.own_substitute"]
    await desk.post(desk.checker, f"{path}/approve")


async def test_a_revoked_or_foreign_substitute_signs_nothing(desk: Desk, clock: Any, events: Any) -> None:
    await clock.set(NOW)
    round_id = await desk.open_round()
    await desk.verified_payee()
    key = await desk.request(await desk.qualified_team(round_id))
    made = await named(desk, desk.checker)
    path = f"/v1/substitutes/{made['id']}/revoke"
    assert await desk.refused(desk.third, path, {"reason": "x"}) == ["substitute.not_yours"]
    assert await desk.refused(desk.bureau, path, {"reason": " "}) == ["substitute.reason"]
    await desk.post(desk.bureau, path, {"reason": "提前返岗"})
    on_behalf = {"on_behalf_of": desk.checker.id}
    assert await desk.refused(desk.third, f"/v1/instalments/{key}/approve", on_behalf, 403) == ["substitute.none"]
    district = desk.actors.change(desk.bureau, division="500101000000")
    await named(desk, district)
    assert await desk.refused(desk.third, f"/v1/instalments/{key}/approve", on_behalf, 403) == ["substitute.none"]
    told = [one["type"] for one in await desk.get(f"/v1/substitutes/{made['id']}/history")]
    assert told == [SubstituteNamed.type, SubstituteRevoked.type]
    assert len(await events(SubstituteRevoked)) == 1


async def test_every_fault_of_a_naming_is_named(desk: Desk, clock: Any) -> None:
    await clock.set(NOW)
    refused = await named(desk, desk.checker, status=409, role="bureau", reason=" ", until="2026-03-01")
    assert [error["code"] for error in refused["errors"]] == [
        "substitute.reason",
        "substitute.role",
        "substitute.until",
    ]
    assert (await named(desk, desk.bureau, status=409, substitute=desk.bureau.id))["errors"][0][
        "code"
    ] == "substitute.self"
    assert (await named(desk, desk.bureau, status=409, substitute=desk.checker.id))["errors"][0][
        "code"
    ] == "substitute.same"
    assert (await named(desk, desk.bureau, status=409, until="2027-03-03"))["errors"][0]["code"] == "substitute.long"
    await named(desk, desk.maker, status=403)
    await named(desk, desk.unit, status=403)
    await named(desk, desk.bureau, status=422, role="unit")


def test_a_substitution_holds_from_its_first_moment_to_its_last_in_its_division() -> None:
    facts = SubstituteFacts("named", "finance_checker", "a", "b", CITY, NOW, NOW + timedelta(days=1))
    assert substitute.acts(facts, "500101000000", NOW)
    assert not substitute.acts(facts, CITY, NOW - timedelta(seconds=1))
    assert not substitute.acts(facts, CITY, NOW + timedelta(days=1))
    assert not substitute.acts(facts, "510000000000", NOW)
    assert not substitute.acts(replace(facts, status="revoked"), CITY, NOW)
    assert (substitute.end(facts), substitute.revoke(facts, "x", LEADER)) == ("ended", "revoked")
    with pytest.raises(Forbidden):
        substitute.name("finance_checker", "a", "b", (TODAY, TODAY), "x", CHECKER, NOW)
    assert substitute.name("finance_checker", "c", "b", (TODAY, date(2027, 3, 2)), "x", CHECKER, NOW) == "named"


def test_the_leader_signs_last_above_the_third_threshold() -> None:
    policy = Policy(second_checker_from_fen=100, third_checker_from_fen=200)
    first = InstalmentFacts("requested", 200, signed=("maker",))
    with pytest.raises(Refused, match=r"instalment\.checker"):
        instalment.approve(first, VERIFIED, policy, LEADER)
    assert instalment.approve(first, VERIFIED, policy, CHECKER) == "requested"
    two = replace(first, signed=("maker", "a", "b"))
    assert (instalment.checkers_missing(two, policy), instalment.leader_next(two, policy)) == (1, True)
    with pytest.raises(Refused, match=r"instalment\.leader"):
        instalment.approve(two, VERIFIED, policy, CHECKER)
    assert instalment.approve(two, VERIFIED, policy, LEADER) == "approved"
    below = replace(first, amount_fen=199, signed=("maker", "a"))
    assert instalment.approve(below, VERIFIED, policy, CHECKER) == "approved"
    with pytest.raises(Refused, match=r"instalment\.same_person"):
        instalment.approve(replace(two, stood_for=("l",)), VERIFIED, policy, LEADER)


async def test_four_people_sign_what_is_above_the_third_threshold(desk: Desk) -> None:
    policy = {"second_checker_from_fen": AMOUNT, "third_checker_from_fen": AMOUNT}
    round_id = await desk.open_round(funding=policy)
    await desk.verified_payee()
    key = await desk.approve(await desk.qualified_team(round_id))
    twice = await desk.post(desk.third, f"/v1/instalments/{key}/approve")
    assert (twice["status"], twice["checkers_missing"], twice["leader_next"]) == ("requested", 1, True)
    thrice = await desk.post(desk.bureau, f"/v1/instalments/{key}/approve")
    assert (thrice["status"], thrice["third_approved_by"]) == ("approved", desk.bureau.id)


async def test_a_request_is_complete_before_it_is_made(desk: Desk) -> None:
    round_id = await desk.open_round(funding={"treasury_required": True, "functional_class": "2080199"})
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    path = f"/v1/instalments/{(await desk.instalments(team))[0]['id']}/request"
    assert await desk.refused(desk.maker, path) == ["treasury.missing", "treasury.missing"]
    wrong = await desk.post(desk.maker, path, {"functional_class": "80199", "economic_class": "A0227"}, 422)
    assert [error["pointer"] for error in wrong["errors"]] == ["/functional_class", "/economic_class"]
    asked = await desk.post(desk.maker, path, {"budget_indicator": "渝财社〔2020〕12号", "economic_class": "30299"})
    assert (asked["functional_class"], asked["status"]) == ("2080199", "requested")
    assert [one["code"] for one in asked["warnings"]] == ["treasury.unknown_economic"]


async def test_the_treasurys_voucher_is_entered_once_in_a_year(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    keys = []
    for _team in range(2):
        team = await desk.qualified_team(round_id)
        key = (await desk.instalments(team))[0]["id"]
        assert await desk.refused(desk.maker, f"/v1/instalments/{key}/book", {"voucher": "1"}) == ["instalment.status"]
        await desk.pay(team)
        keys.append(key)
    first = await desk.post(desk.maker, f"/v1/instalments/{keys[0]}/book", {"voucher": " 2020-0731 "})
    assert (first["treasury_voucher"], first["status"]) == ("2020-0731", "paid")
    again = {"voucher": "2020-0731"}
    assert await desk.refused(desk.maker, f"/v1/instalments/{keys[1]}/book", again) == ["instalment.voucher_taken"]
    await desk.post(desk.maker, f"/v1/instalments/{keys[0]}/book", again)
    assert await desk.refused(desk.maker, f"/v1/instalments/{keys[1]}/book", {"voucher": ""}) == ["instalment.voucher"]
    await desk.post(desk.checker, f"/v1/instalments/{keys[0]}/book", again, 403)
    assert [event.voucher for event in await events(InstalmentBooked)] == ["2020-0731", "2020-0731"]


async def test_many_are_sent_back_at_once_for_one_reason(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    asked = await desk.request(await desk.qualified_team(round_id))
    approved = await desk.approve(await desk.qualified_team(round_id))
    body = {"ids": [asked, approved, str(uuid4())], "reason": "指标文号有误"}
    rows = (await desk.post(desk.checker, "/v1/instalments/reject", body))["results"]
    assert [(row["ok"], row["status"]) for row in rows] == [(True, "due"), (True, "due"), (False, None)]
    assert (await desk.money(round_id))["committed"] == 2 * AMOUNT


async def test_twenty_are_signed_in_as_many_statements_as_two(desk: Desk, connection: Any) -> None:
    round_id = await desk.open_round(1_000_000_000)
    await desk.verified_payee()
    keys = [(await desk.instalments(await desk.qualified_team(round_id)))[0]["id"] for _team in range(22)]
    said: list[str] = []

    def hear(*args: Any) -> None:
        said.append(args[2])

    counts = []
    sa.event.listen(connection.sync_connection, "before_cursor_execute", hear)
    for some in (keys[:2], keys[2:]):
        await desk.post(desk.maker, "/v1/instalments/request", {"ids": some})
        rows = (await desk.post(desk.checker, "/v1/instalments/approve", {"ids": some}))["results"]
        assert all(row["ok"] for row in rows)
        counts.append(len(said))
        said.clear()
    sa.event.remove(connection.sync_connection, "before_cursor_execute", hear)
    assert counts[1] <= counts[0] + 4


def test_what_the_policy_says_fills_in_what_the_maker_leaves_out() -> None:
    policy = Policy(treasury_required=True, economic_class="30227")
    fields = treasury.complete(TreasuryFields(functional_class="2080199"), policy)
    assert fields == TreasuryFields(None, "2080199", "30227")
    assert [reason.pointer for reason in treasury.missing(fields, policy)] == ["/budget_indicator"]
    assert treasury.missing(fields, Policy()) == [] == treasury.warnings(fields) == treasury.faults(fields)


@pytest.mark.parametrize("code", ["302270", "3022", "60227", "３０２２７", "3022a"])
def test_a_code_that_no_table_can_have_is_refused(code: str) -> None:
    assert [one.code for one in treasury.faults(TreasuryFields(economic_class=code))] == ["treasury.economic"]
    with pytest.raises(BadPolicy, match="economic_class"):
        policy_document({"funding": {"economic_class": code}})


def test_a_leaders_threshold_below_the_second_checkers_is_no_policy() -> None:
    with pytest.raises(BadPolicy, match="third_checker"):
        policy_document({"funding": {"third_checker_from_fen": 1}})


async def test_a_substitute_makes_batches_brings_answers_and_verifies_accounts_with_both_names(
    desk: Desk, clock: Any
) -> None:
    await clock.set(NOW)
    round_id = await desk.open_round()
    clerk, teller = (desk.actors.change(desk.bureau, id=name) for name in ("clerk", "teller"))
    await named(desk, desk.maker, role="finance_maker", principal=desk.maker.id, substitute="clerk")
    await named(desk, desk.checker, substitute="teller")
    made = await desk.registered_payee()
    verify, as_checker = f"/v1/payees/{made['id']}/verify", {"on_behalf_of": desk.checker.id}
    assert await desk.refused(teller, verify, None, 403) == ["role.missing"]
    assert (await desk.post(teller, verify, as_checker))["verified_for"] == desk.checker.id
    await desk.approve(await desk.qualified_team(round_id))
    body, as_maker = {"round_id": str(round_id)}, {"on_behalf_of": desk.maker.id}
    assert await desk.refused(clerk, "/v1/batches", {**body, **as_checker}, 403) == ["substitute.none"]
    batch = await desk.post(clerk, "/v1/batches", {**body, **as_maker}, 201)
    assert (batch["made_by"], batch["made_for"]) == ("clerk", desk.maker.id)
    said = {"answers": [{"instruction_id": batch["instructions"][0]["instruction_id"], "result": "paid"}]}
    path = f"/v1/batches/{batch['id']}/answers"
    assert await desk.refused(teller, path, said, 403) == ["role.missing"]
    assert (await desk.post(teller, path, {**said, **as_checker}))["results"][0]["ok"]
    content = answer(rows_of((await desk.api(desk.maker).get(f"/v1/batches/{batch['id']}/file")).content), "成功")
    sent = await desk.api(teller).post("/v1/answer-files", files={"file": ("x.csv", content)}, data=as_checker)
    assert (sent.status_code, sent.json()["imported_for"], sent.json()["unchanged"]) == (201, desk.checker.id, 1)
