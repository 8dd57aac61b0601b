"""Payee accounts, bank files and the bank's answers over REST."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.funding.factories import AMOUNT, OTHER_UNIT, UNIT, Desk

ACCOUNT = "7075127192940563568"
NEW_ACCOUNT = "8804165917689224315"


class TestPayee:
    async def test_a_unit_registers_its_own_account_and_sees_only_its_end(self, desk: Desk) -> None:
        body = {
            "unit_code": UNIT,
            "unit_name": "三峡学院",
            "bank_name": "农商行",
            "bank_code": "471434039744",
            "account": ACCOUNT,
        }
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
            "unit_code": "12500000743408730X",
            "unit_name": "=cmd()",
            "bank_name": "x",
            "bank_code": "1",
            "account": "1",
        }
        answer = await desk.post(desk.maker, "/v1/payees", body, 422)
        assert [error["pointer"] for error in answer["errors"]] == ["/unit_name"]
        answer = await desk.post(desk.maker, "/v1/payees", {**body, "unit_name": "x"}, 422)
        assert [error["pointer"] for error in answer["errors"]] == ["/unit_code", "/bank_code", "/account"]

    async def test_no_event_carries_the_account(self, desk: Desk, events: Any) -> None:
        await desk.verified_payee()
        assert ACCOUNT not in str([event.model_dump() for event in await events()])


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
        rows = answer.content.decode("gbk").splitlines()
        assert all(f",{ACCOUNT},50000.05," in row for row in rows[1:3])
        assert {row.split(",")[1] for row in rows[1:3]} == {one["reference"] for one in batch["instructions"]}
        assert rows[3:] == ["合计,笔数,2,金额（元）,100000.10"]
        assert (answer.headers["x-control-count"], answer.headers["x-control-sum-fen"]) == ("2", "10000010")

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
        (row,) = await desk.answer(batch, "paid")
        assert [reason["code"] for reason in row["reasons"]] == ["instruction.two_people"]
        assert (await desk.money(round_id))["in_transit"] == AMOUNT

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
