"""The finance desk over REST."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.funding import InstalmentApproved, InstalmentChecked
from tests.funding.factories import AMOUNT, OTHER_UNIT, UNIT, Desk, TeamOf

ACCOUNT = "7075127192940563568"
NEW_ACCOUNT = "8804165917689224315"


class TestAppropriation:
    async def test_an_increase_is_available_at_once(self, desk: Desk) -> None:
        round_id = await desk.open_round(10_000_000)
        made = await desk.appropriate(round_id, 15_000_000)
        assert (made["amount_fen"], made["version"]) == (15_000_000, 2)
        assert await desk.money(round_id) == {"available": 15_000_000}

    async def test_a_cut_below_what_is_promised_is_refused_with_all_reasons(self, desk: Desk) -> None:
        round_id = await desk.open_round(10_000_000)
        await desk.deliver(TeamOf(round_id).proposed())
        body = {"round_id": str(round_id), "amount_fen": 7_999_999, "reason": " "}
        assert await desk.refused(desk.bureau, "/v1/appropriations", body) == [
            "appropriation.below_promised",
            "appropriation.reason",
        ]
        await desk.appropriate(round_id, 8_000_000)
        assert await desk.money(round_id) == {"reserved": AMOUNT}

    async def test_a_round_may_lose_its_whole_budget_while_nothing_is_promised(self, desk: Desk) -> None:
        round_id = await desk.open_round(10_000_000)
        await desk.appropriate(round_id, 0)
        assert await desk.money(round_id) == {}

    @pytest.mark.parametrize("amount_fen", [-1, 1.5, "80000", 10**14, None])
    async def test_an_amount_that_is_not_whole_fen_is_malformed(self, desk: Desk, amount_fen: Any) -> None:
        round_id = await desk.open_round(None)
        body = {"round_id": str(round_id), "amount_fen": amount_fen, "reason": "x"}
        await desk.post(desk.bureau, "/v1/appropriations", body, 422)

    async def test_a_round_that_is_unknown_or_of_another_province_is_not_there(self, desk: Desk) -> None:
        elsewhere = await desk.open_round(None, division="510000000000")
        for round_id in (elsewhere, uuid4()):
            await desk.appropriate(round_id, 1, 404)
            assert (await desk.api(desk.bureau).get(f"/v1/rounds/{round_id}/money")).status_code == 404

    async def test_only_the_bureau_appropriates(self, desk: Desk) -> None:
        round_id = await desk.open_round(None)
        body = {"round_id": str(round_id), "amount_fen": 1, "reason": "x"}
        for actor in (desk.maker, desk.checker, desk.unit):
            await desk.post(actor, "/v1/appropriations", body, 403)


class TestPayee:
    async def test_a_unit_registers_its_own_account_and_sees_only_its_end(self, desk: Desk) -> None:
        body = {
            "unit_code": UNIT, "unit_name": "三峡学院", "bank_name": "农商行", "bank_code": "471434039744", "account": ACCOUNT,
        }  # fmt: skip
        made = await desk.post(desk.unit, "/v1/payees", body, 201)
        assert (made["account"], made["status"]) == ("****3568", "registered")
        for found in (made, await desk.get("/v1/payees", desk.checker), await desk.get("/v1/payees", desk.unit)):
            assert ACCOUNT not in str(found)
        await desk.post(desk.unit, "/v1/payees", {**body, "unit_code": OTHER_UNIT}, 403)

    async def test_whoever_registered_it_cannot_verify_it(self, desk: Desk) -> None:
        made = await desk.registered_payee()
        both = desk.actors.change(desk.checker, id=desk.maker.id)
        assert await desk.refused(both, f"/v1/payees/{made['id']}/verify") == ["payee.same_person"]
        verified = await desk.post(desk.checker, f"/v1/payees/{made['id']}/verify")
        assert (verified["status"], verified["verified_by"], verified["version"]) == ("verified", desk.checker.id, 2)

    async def test_the_same_account_again_changes_nothing(self, desk: Desk) -> None:
        verified = await desk.verified_payee()
        again = await desk.registered_payee()
        assert (again["id"], again["status"]) == (verified["id"], "verified")

    async def test_a_changed_account_waits_three_days_while_the_old_one_stays(self, desk: Desk, clock: Any) -> None:
        old = await desk.verified_payee()
        new = await desk.registered_payee(NEW_ACCOUNT)
        assert await desk.refused(desk.checker, f"/v1/payees/{new['id']}/verify") == ["payee.cooling_off"]
        assert (await desk.get(f"/v1/payees/{old['id']}", desk.checker))["status"] == "verified"
        await clock.set(clock.now + timedelta(days=3, minutes=1))
        await desk.post(desk.checker, f"/v1/payees/{new['id']}/verify")
        assert (await desk.get(f"/v1/payees/{old['id']}", desk.checker))["status"] == "replaced"

    async def test_a_unit_has_one_account_waiting_the_newest(self, desk: Desk) -> None:
        first = await desk.registered_payee()
        await desk.registered_payee(NEW_ACCOUNT)
        assert (await desk.get(f"/v1/payees/{first['id']}", desk.checker))["status"] == "replaced"

    async def test_every_fault_of_form_is_named_with_its_field(self, desk: Desk) -> None:
        body = {
            "unit_code": "12500000743408730X", "unit_name": "=cmd()", "bank_name": "x", "bank_code": "1", "account": "1",
        }  # fmt: skip
        answer = await desk.post(desk.maker, "/v1/payees", body, 422)
        assert [error["pointer"] for error in answer["errors"]] == ["/unit_name"]
        answer = await desk.post(desk.maker, "/v1/payees", {**body, "unit_name": "x"}, 422)
        assert [error["pointer"] for error in answer["errors"]] == ["/unit_code", "/bank_code", "/account"]

    async def test_no_event_carries_the_account(self, desk: Desk, events: Any) -> None:
        await desk.verified_payee()
        assert ACCOUNT not in str([event.model_dump() for event in await events()])


class TestMakerAndChecker:
    async def test_a_request_names_treasury_fields_and_the_account(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        payee = await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        (due,) = await desk.instalments(team)
        fields = {"budget_indicator": "渝财社2020-17", "functional_class": "2130599", "economic_class": "30227"}
        made = await desk.post(desk.maker, f"/v1/instalments/{due['id']}/request", fields)
        assert made["status"] == "requested"
        assert {name: made[name] for name in fields} == fields
        assert (made["payee_id"], made["requested_by"], made["checkers_missing"]) == (payee["id"], desk.maker.id, 1)

    async def test_without_a_verified_account_nothing_is_requested(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        team = await desk.qualified_team(round_id)
        (due,) = await desk.instalments(team)
        await desk.registered_payee()
        assert await desk.refused(desk.maker, f"/v1/instalments/{due['id']}/request") == ["payee.not_verified"]
        shown = await desk.get(f"/v1/instalments/{due['id']}", desk.maker)
        (action,) = shown["actions"]
        assert (action["action"], action["allowed"]) == ("request", False)

    async def test_what_is_not_due_is_not_requested(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.active_team(round_id)
        (waiting,) = await desk.instalments(team)
        assert await desk.refused(desk.maker, f"/v1/instalments/{waiting['id']}/request") == ["instalment.status"]

    async def test_one_person_with_both_roles_is_still_one_person(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        key = await desk.request(await desk.qualified_team(round_id))
        both = desk.actors.change(desk.maker, roles=frozenset({"finance_maker", "finance_checker"}))
        assert await desk.refused(both, f"/v1/instalments/{key}/approve") == ["instalment.same_person"]
        await desk.post(desk.maker, f"/v1/instalments/{key}/approve", status=403)

    async def test_a_large_payment_needs_a_third_person(self, desk: Desk, events: Any) -> None:
        round_id = await desk.open_round(funding={"second_checker_from_fen": AMOUNT})
        await desk.verified_payee()
        key = await desk.request(await desk.qualified_team(round_id))
        once = await desk.post(desk.checker, f"/v1/instalments/{key}/approve")
        assert (once["status"], once["checkers_missing"]) == ("requested", 1)
        assert await desk.refused(desk.checker, f"/v1/instalments/{key}/approve") == ["instalment.same_person"]
        twice = await desk.post(desk.third, f"/v1/instalments/{key}/approve")
        assert (twice["status"], twice["second_approved_by"]) == ("approved", desk.third.id)
        assert (len(await events(InstalmentChecked)), len(await events(InstalmentApproved))) == (1, 1)

    async def test_a_rejected_request_starts_anew_and_its_approval_is_reversed(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        key = await desk.approve(team)
        assert (await desk.money(round_id))["payable"] == AMOUNT
        assert await desk.refused(desk.checker, f"/v1/instalments/{key}/reject", {}) == ["instalment.reason"]
        back = await desk.post(desk.checker, f"/v1/instalments/{key}/reject", {"reason": "缺少合同"})
        assert (back["status"], back["rejected_reason"], back["approved_by"]) == ("due", "缺少合同", None)
        assert (await desk.money(round_id))["committed"] == AMOUNT
        await desk.approve(team)
        back = await desk.post(desk.checker, f"/v1/instalments/{key}/reject", {"reason": "再退回"})
        assert back["status"] == "due"

    async def test_many_at_once_are_answered_row_by_row(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        good = (await desk.instalments(await desk.qualified_team(round_id)))[0]["id"]
        early = (await desk.instalments(await desk.active_team(round_id)))[0]["id"]
        unknown = str(uuid4())
        body = {"ids": [good, early, unknown]}
        answer = await desk.post(desk.maker, "/v1/instalments/request", body)
        said = {row["id"]: (row["ok"], row["status"], [r["code"] for r in row["reasons"]]) for row in answer["results"]}
        assert said == {
            good: (True, "requested", []),
            early: (False, None, ["instalment.status"]),
            unknown: (False, None, ["instalment.not_found"]),
        }
        answer = await desk.post(desk.checker, "/v1/instalments/approve", {"ids": [good, early]})
        assert sorted(row["ok"] for row in answer["results"]) == [False, True]

    async def test_a_maker_of_another_province_finds_nothing(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        (due,) = await desk.instalments(await desk.qualified_team(round_id))
        stranger = desk.actors.change(desk.maker, division="510000000000")
        nobody = desk.actors.change(desk.maker, division="")
        for actor in (stranger, nobody):
            await desk.post(actor, f"/v1/instalments/{due['id']}/request", status=404)
            assert (await desk.get("/v1/instalments", actor))["items"] == []
            assert (await desk.get("/v1/awards", actor))["items"] == []

    async def test_who_did_what_is_read_from_the_history(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        key = await desk.approve(await desk.qualified_team(round_id))
        told = await desk.get(f"/v1/instalments/{key}/history")
        assert [(entry["type"].split(".")[2], entry["actor"]) for entry in told] == [
            ("due", "system"),
            ("requested", desk.maker.id),
            ("approved", desk.checker.id),
        ]


class TestBatch:
    async def test_the_file_is_what_was_counted_summed_and_hashed(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        for _team in range(2):
            await desk.approve(await desk.qualified_team(round_id, 5_000_005))
        batch = await desk.batch(round_id)
        assert (batch["number"], batch["count"], batch["sum_fen"], batch["status"]) == (1, 2, 10_000_010, "sent")
        answer = await desk.api(desk.maker).get(f"/v1/batches/{batch['id']}/file")
        assert hashlib.sha256(answer.content).hexdigest() == batch["sha256"] == answer.headers["x-content-sha256"]
        rows = answer.content.decode().splitlines()
        assert len(rows) == 3
        assert all(f",{ACCOUNT},50000.05," in row for row in rows[1:])
        assert {row.split(",")[0] for row in rows[1:]} == {one["instruction_id"] for one in batch["instructions"]}

    async def test_nothing_approved_makes_no_batch(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        assert await desk.refused(desk.maker, "/v1/batches", {"round_id": str(round_id)}) == ["batch.empty"]

    async def test_a_second_batch_takes_nothing_that_was_sent(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        await desk.approve(await desk.qualified_team(round_id))
        await desk.batch(round_id)
        assert await desk.refused(desk.maker, "/v1/batches", {"round_id": str(round_id)}) == ["batch.empty"]

    async def test_an_account_that_changed_after_the_approval_is_left_out_and_named(
        self, desk: Desk, clock: Any
    ) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        key = await desk.approve(team)
        new = await desk.registered_payee(NEW_ACCOUNT)
        await clock.set(clock.now + timedelta(days=4))
        await desk.post(desk.checker, f"/v1/payees/{new['id']}/verify")
        assert await desk.refused(desk.maker, "/v1/batches", {"round_id": str(round_id)}) == ["payee.changed"]
        await desk.verified_payee(unit=OTHER_UNIT)
        other = await desk.active_team(round_id, unit=OTHER_UNIT)
        await desk.deliver(other.graded("qualified"))
        await desk.approve(other)
        batch = await desk.batch(round_id)
        assert [one["instalment_id"] for one in batch["left_out"]] == [key]
        assert [one["team_id"] for one in batch["instructions"]] == [str(other.team_id)]

    async def test_the_same_answers_twice_change_nothing(self, desk: Desk, events: Any) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        batch = await desk.pay(team)
        before = (await desk.award(team), len(await events()))
        (row,) = await desk.answer(batch, "paid")
        assert (row["ok"], row["status"]) == (True, "paid")
        assert (await desk.award(team), len(await events())) == before
        assert (await desk.get(f"/v1/batches/{batch['id']}", desk.maker))["status"] == "settled"

    async def test_a_settled_instruction_settles_only_once(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        batch = await desk.pay(await desk.qualified_team(round_id))
        (row,) = await desk.answer(batch, "returned")
        assert (row["ok"], [reason["code"] for reason in row["reasons"]]) == (False, ["instruction.settled"])
        assert (await desk.money(round_id))["paid"] == AMOUNT

    async def test_an_answer_for_an_unknown_instruction_is_refused_and_the_others_count(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        await desk.approve(await desk.qualified_team(round_id))
        batch = await desk.batch(round_id)
        known, stranger = batch["instructions"][0]["instruction_id"], str(uuid4())
        said = {"answers": [{"instruction_id": key, "result": "paid"} for key in (known, stranger)]}
        answer = await desk.post(desk.checker, f"/v1/batches/{batch['id']}/answers", said)
        assert {row["id"]: row["ok"] for row in answer["results"]} == {known: True, stranger: False}
        await desk.post(desk.checker, f"/v1/batches/{batch['id']}/answers", {"answers": said["answers"][:1] * 2}, 422)

    async def test_an_unknown_answer_stays_in_transit_until_the_bank_knows(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        key = await desk.approve(team)
        batch = await desk.batch(round_id)
        await desk.answer(batch, "unknown")
        assert await desk.statuses(team) == ["unknown"]
        assert (await desk.money(round_id))["in_transit"] == AMOUNT
        assert await desk.refused(desk.maker, f"/v1/instalments/{key}/reissue") == ["instalment.status"]
        assert await desk.refused(desk.maker, "/v1/batches", {"round_id": str(round_id)}) == ["batch.empty"]
        await desk.answer(batch, "paid")
        assert (await desk.money(round_id))["paid"] == AMOUNT

    async def test_what_was_returned_is_reissued_checked_and_paid_once(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        key = await desk.approve(team)
        first = await desk.batch(round_id)
        await desk.answer(first, "returned")
        assert (await desk.money(round_id))["returned"] == AMOUNT
        await desk.post(desk.maker, f"/v1/instalments/{key}/reissue")
        assert await desk.refused(desk.maker, "/v1/batches", {"round_id": str(round_id)}) == ["batch.empty"]
        await desk.post(desk.checker, f"/v1/instalments/{key}/approve")
        second = await desk.batch(round_id)
        await desk.answer(second, "paid")
        await desk.answer(first, "returned")
        assert await desk.money(round_id) == {"available": 92_000_000, "paid": AMOUNT}
        assert second["instructions"][0]["instruction_id"] != first["instructions"][0]["instruction_id"]

    async def test_only_the_checker_says_what_the_bank_said(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        await desk.approve(await desk.qualified_team(round_id))
        batch = await desk.batch(round_id)
        said = {"answers": [{"instruction_id": batch["instructions"][0]["instruction_id"], "result": "paid"}]}
        for actor in (desk.maker, desk.bureau, desk.unit):
            await desk.post(actor, f"/v1/batches/{batch['id']}/answers", said, 403)


class TestAward:
    async def test_the_bureau_revokes_with_a_reason_and_books_the_recovery(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        await desk.pay(team)
        key = (await desk.award(team))["id"]
        assert await desk.refused(desk.bureau, f"/v1/awards/{key}/revoke", {}) == ["award.reason"]
        revoked = await desk.post(desk.bureau, f"/v1/awards/{key}/revoke", {"reason": "虚报服务记录"})
        assert (revoked["status"], revoked["money"]["recoverable_fen"]) == ("revoked", AMOUNT)
        recovered = await desk.post(desk.bureau, f"/v1/awards/{key}/recover")
        assert (recovered["status"], recovered["money"]["recovered_fen"]) == ("recovered", AMOUNT)
        assert await desk.money(round_id) == {"available": 92_000_000, "recovered": AMOUNT}

    async def test_an_award_without_payments_has_nothing_to_recover(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        team = await desk.active_team(round_id)
        key = (await desk.award(team))["id"]
        await desk.post(desk.bureau, f"/v1/awards/{key}/revoke", {"reason": "团队失联"})
        assert await desk.refused(desk.bureau, f"/v1/awards/{key}/recover") == ["award.nothing_paid"]
        assert await desk.money(round_id) == {"available": 100_000_000}

    async def test_a_unit_sees_its_own_awards_and_nobody_elses(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        own = await desk.active_team(round_id)
        await desk.active_team(round_id, unit=OTHER_UNIT)
        seen = (await desk.get("/v1/awards", desk.unit))["items"]
        assert [one["team_id"] for one in seen] == [str(own.team_id)]
        assert (await desk.get(f"/v1/awards/{seen[0]['id']}", desk.unit))["actions"] == []
        for path in (f"/v1/rounds/{round_id}/money", "/v1/ledger/verify", "/v1/ledger/accounts", "/v1/batches"):
            assert (await desk.api(desk.unit).get(path)).status_code == 403


class TestLedgerOverRest:
    async def test_every_fen_of_the_appropriation_stands_in_one_place(self, desk: Desk) -> None:
        round_id = await desk.open_round(50_000_000)
        await desk.verified_payee()
        await desk.pay(await desk.qualified_team(round_id))
        await desk.deliver((await desk.active_team(round_id)).graded("unqualified"))
        await desk.deliver(TeamOf(round_id).proposed())
        money = await desk.get(f"/v1/rounds/{round_id}/money")
        places = ("available", "reserved", "held", "paid", "committed", "payable", "in_transit", "returned")
        assert sum(money[f"{place}_fen"] for place in places) == money["appropriation_fen"] == 50_000_000
        assert money["awarded_fen"] == money["paid_fen"] + money["held_fen"] == 2 * AMOUNT

    async def test_accounts_are_named_in_both_languages(self, desk: Desk) -> None:
        round_id = await desk.open_round(50_000_000)
        found = (await desk.get("/v1/ledger/accounts", round_id=str(round_id)))["items"]
        assert {(one["place"], one["zh"], one["balance_fen"]) for one in found} == {
            ("appropriation", "预算下达", 50_000_000),
            ("available", "可用预算", 50_000_000),
        }

    async def test_verification_counts_what_it_replayed(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.deliver(TeamOf(round_id).proposed())
        found = await desk.get("/v1/ledger/verify", desk.checker)
        assert found == {"balanced": True, "transactions": 2, "postings": 4, "differences": []}
