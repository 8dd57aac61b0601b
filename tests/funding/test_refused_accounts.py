"""Money that came back for the account's sake goes nowhere until an account is verified anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.funding.rules import instalment, template
from services.funding.rules.answer_file import Said
from services.funding.rules.payee import GROUNDS, PayeeFacts
from services.funding.usecases.template import shipped
from shared.contracts.funding import PayeeClosed
from tests.funding.bank import Bank, answer
from tests.funding.factories import Desk
from tests.funding.reasons import said
from tests.funding.test_due import waits
from tests.funding.test_return_rules import GOOD, TABLE, read

NOW = datetime(2020, 12, 1, tzinfo=UTC)
OLD, NEW = "7075127192940563568", "7075127192940563569"


async def returned(desk: Desk, **more: Any) -> tuple[Any, str]:
    """A team whose one payment came back, and its instalment."""
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    key = await desk.approve(team)
    batch = await desk.batch(round_id)
    line = {"instruction_id": batch["instructions"][0]["instruction_id"], "result": "returned", **more}
    await desk.post(desk.checker, f"/v1/batches/{batch['id']}/answers", {"answers": [line]})
    return team, key


async def reissue(desk: Desk, key: str) -> tuple[bool, list[str]]:
    """Whether the maker may ask again, as the answer's actions say."""
    actions = (await desk.get(f"/v1/instalments/{key}", desk.maker))["actions"]
    [found] = [one for one in actions if one["action"] == "reissue"]
    return found["allowed"], [reason["code"] for reason in found["reasons"]]


async def test_another_account_is_verified_before_it_is_asked_for_again(desk: Desk, clock: Any, events: Any) -> None:
    team, key = await returned(desk, reason="账户已于三月销户", ground="closed")
    (old,) = (await desk.get("/v1/payees", desk.unit))["items"]
    assert (old["status"], old["closed_as"], old["closed_reason"]) == ("closed", "closed", "账户已于三月销户")
    assert len(await events(PayeeClosed)) == 1
    assert await reissue(desk, key) == (False, ["payee.refused"])
    assert await desk.refused(desk.maker, f"/v1/instalments/{key}/reissue") == ["payee.refused"]
    assert await waits(desk, team) == [("register_payee", "unit")]
    made = await desk.registered_payee(NEW)
    assert await waits(desk, team) == [("verify_payee", "finance_checker")]
    assert await desk.refused(desk.checker, f"/v1/payees/{made['id']}/verify") == ["payee.cooling_off"]
    await clock.set(clock.now + timedelta(days=4))
    await desk.post(desk.checker, f"/v1/payees/{made['id']}/verify")
    assert await reissue(desk, key) == (True, [])
    assert await waits(desk, team) == [("reissue", "finance_maker")]
    again = await desk.post(desk.maker, f"/v1/instalments/{key}/reissue")
    assert again["status"] == "reissued"


async def test_the_same_account_may_be_verified_anew(desk: Desk, clock: Any) -> None:
    _team, key = await returned(desk, ground="name_mismatch")
    made = await desk.registered_payee(OLD)
    await clock.set(clock.now + timedelta(days=4))
    await desk.post(desk.checker, f"/v1/payees/{made['id']}/verify")
    assert await reissue(desk, key) == (True, [])


async def test_what_came_back_for_another_reason_leaves_the_account_as_it_is(desk: Desk) -> None:
    _team, key = await returned(desk, reason="超过当日限额")
    assert await reissue(desk, key) == (True, [])


async def test_nothing_is_wrong_with_the_account_of_what_was_paid(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    await desk.approve(await desk.qualified_team(round_id))
    batch = await desk.batch(round_id)
    line = {"instruction_id": batch["instructions"][0]["instruction_id"], "result": "paid", "ground": "closed"}
    await desk.post(desk.checker, f"/v1/batches/{batch['id']}/answers", {"answers": [line]}, 422)


@pytest.mark.parametrize(
    ("why", "status"), [("户名不符", "closed"), ("户名不符，请核实", "verified"), ("", "verified")]
)
async def test_the_banks_words_count_only_as_its_template_lists_them(bank: Bank, why: str, status: str) -> None:
    await bank.send(answer(bank.rows, "成功", "失败", "成功", 失败原因=why))
    (account,) = (await bank.desk.get("/v1/payees", bank.desk.unit))["items"]
    assert account["status"] == status
    lines = (await bank.desk.get(f"/v1/batches/{bank.batch['id']}", bank.desk.maker))["instructions"]
    assert [line["ground"] for line in lines if line["ground"]] == (["name_mismatch"] if status == "closed" else [])


async def test_what_an_unknown_payment_turns_out_to_be_closes_the_account_too(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    await desk.approve(await desk.qualified_team(round_id))
    batch = await desk.batch(round_id)
    await desk.answer(batch, "unknown")
    await desk.resolve(batch, "returned", ground="closed")
    assert [one["closed_as"] for one in (await desk.get("/v1/payees", desk.unit))["items"]] == ["closed"]


class TestRules:
    def test_a_row_says_what_is_wrong_with_the_account_only_when_it_came_back(self) -> None:
        table = template.Table(
            TABLE.format,
            columns={**TABLE.columns, "reason": ("reason",)},
            words=TABLE.words,
            grounds={"AC04": "closed"},
        )

        def ground(**row: str) -> str | None:
            one: Said = read({**GOOD, **row}, table=table)[0]
            return one.ground

        assert ground(result="失败", reason=" AC04 ") == "closed"
        assert ground(result="失败", reason="AC0") is None
        assert ground(result="成功", reason="AC04") is None

    def test_the_reason_says_on_which_ground(self) -> None:
        for ground, zh in GROUNDS.items():
            last = PayeeFacts("closed", "m", NOW, "单位", ground)
            for present in (None, PayeeFacts("registered", "m", NOW)):
                (reason,) = instalment.request_obstacles(present, "", last)
                assert (reason.code, zh in reason.zh) == ("payee.refused", True)
            assert instalment.request_obstacles(PayeeFacts("verified", "m", NOW), "", last) == []
        replaced = PayeeFacts("replaced", "m", NOW)
        assert said(instalment.request_obstacles(None, "", replaced)) == ["payee.not_verified"]

    def test_a_ground_that_no_account_is_closed_on_is_refused(self) -> None:
        csv = shipped()["generic_csv_gbk"]
        assert csv.answer
        assert template.obstacles(csv) == []
        wrong = replace(csv, answer=replace(csv.answer, grounds={"x": "tired"}))
        assert said(template.obstacles(wrong)) == ["template.form /answer/grounds"]
