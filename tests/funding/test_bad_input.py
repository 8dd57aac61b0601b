"""Bad input: refused or queued with reasons, never guessed, and nothing has changed. Wrong, altered and repeated files
of the bank stand in ``test_answer_files.py``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from shared.contracts.funding import AwardRefused
from shared.errors import NotYet, Refused
from tests.funding.factories import AMOUNT, OTHER_UNIT, TWO_PAYMENTS, UNIT, Desk, TeamOf

NO_AMOUNTS = [150_000.5, "15000000", "150000.50", -1, 10**13 + 1, 2**63, True, None, [1], "壹拾伍万元"]


async def all_of(desk: Desk) -> list[Any]:
    """Everything that the desk can see of its money."""
    paths = ("/v1/awards", "/v1/instalments", "/v1/payments", "/v1/batches", "/v1/ledger/transactions")
    listed = [(await desk.get(path, desk.maker, limit=200))["items"] for path in paths]
    return [*listed, (await desk.get("/v1/payees", desk.maker))["items"], await desk.get("/v1/ledger/verify")]


@asynccontextmanager
async def unchanged(desk: Desk) -> AsyncIterator[None]:
    before = await all_of(desk)
    yield
    assert await all_of(desk) == before
    assert before[-1]["balanced"] is True


async def malformed(desk: Desk, actor: Any, path: str, body: Any) -> list[str]:
    """The fields that a 422 names."""
    answer = await desk.post(actor, path, body, 422)
    assert all(error["text"] for error in answer["errors"])
    return [error["pointer"] for error in answer["errors"]]


class TestAmounts:
    @pytest.mark.parametrize("amount_fen", NO_AMOUNTS)
    async def test_an_appropriation_takes_whole_fen_only(self, desk: Desk, amount_fen: Any) -> None:
        round_id = await desk.open_round()
        body = {"round_id": str(round_id), "amount_fen": amount_fen, "reason": "渝财预〔2020〕1号"}
        async with unchanged(desk):
            assert await malformed(desk, desk.bureau, "/v1/appropriations", body) == ["/amount_fen"]

    async def test_yuan_for_fen_are_refused_where_money_is_promised_already(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.deliver(TeamOf(round_id).proposed())
        body = {"round_id": str(round_id), "amount_fen": 1_000_000, "reason": "按元填写"}
        async with unchanged(desk):
            assert await desk.refused(desk.bureau, "/v1/appropriations", body) == ["appropriation.below_promised"]

    @pytest.mark.parametrize("amount_fen", [0, 80_000, 10**13])
    async def test_a_proposal_in_another_unit_lies_outside_the_band(
        self, desk: Desk, events: Any, amount_fen: int
    ) -> None:
        """80,000 yuan given as 80,000 fen are 800 yuan: no award."""
        round_id = await desk.open_round()
        if not amount_fen:
            with pytest.raises(ValueError, match="greater"):
                TeamOf(round_id).proposed(-1)
        await desk.deliver(TeamOf(round_id).proposed(amount_fen or 1))
        assert [event.reason for event in await events(AwardRefused)] == ["award.band"]
        assert await desk.money(round_id) == {"available": 100_000_000}

    @pytest.mark.parametrize("amount", [-1, 1.5, "many"])
    def test_an_event_with_an_amount_that_is_none_is_no_event(self, amount: Any) -> None:
        with pytest.raises(ValidationError, match="amount_fen"):
            TeamOf(uuid4()).proposed(amount)


class TestForeignPayee:
    async def test_only_the_unit_that_the_agreement_names_is_paid(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee(unit=OTHER_UNIT)
        key = (await desk.instalments(await desk.qualified_team(round_id)))[0]["id"]
        async with unchanged(desk):
            assert await desk.refused(desk.maker, f"/v1/instalments/{key}/request") == ["payee.not_verified"]

    async def test_a_payee_named_in_the_request_is_not_listened_to(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        foreign = await desk.verified_payee("6222000011112222", OTHER_UNIT)
        own = await desk.verified_payee()
        key = (await desk.instalments(await desk.qualified_team(round_id)))[0]["id"]
        made = await desk.post(desk.maker, f"/v1/instalments/{key}/request", {"payee_id": foreign["id"]})
        assert made["payee_id"] == own["id"]

    async def test_a_unit_registers_no_account_for_another(self, desk: Desk) -> None:
        body = {
            "unit_code": OTHER_UNIT,
            "unit_name": "x",
            "bank_name": "银行",
            "bank_code": "102653000011",
            "account": "6222000011112222",
        }
        async with unchanged(desk):
            answer = await desk.post(desk.unit, "/v1/payees", body, 403)
        assert [error["code"] for error in answer["errors"]] == ["payee.scope"]

    async def test_a_request_to_an_account_that_was_replaced_is_not_approved(self, desk: Desk, clock: Any) -> None:
        round_id = await desk.open_round(funding={"account_cooling_off_days": 0})
        await desk.verified_payee()
        key = await desk.request(await desk.qualified_team(round_id))
        await desk.verified_payee("6222000011112222")
        async with unchanged(desk):
            assert await desk.refused(desk.checker, f"/v1/instalments/{key}/approve") == ["payee.changed"]


class TestAnswers:
    async def test_an_instruction_of_another_batch_is_unknown_to_this_one(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        await desk.approve(await desk.qualified_team(round_id))
        first = await desk.batch(round_id)
        await desk.approve(await desk.qualified_team(round_id))
        second = await desk.batch(round_id)
        foreign = second["instructions"][0]["instruction_id"]
        async with unchanged(desk):
            for key in (foreign, str(uuid4())):
                said = {"answers": [{"instruction_id": key, "result": "paid", "voucher": "PZ-1"}]}
                answered = await desk.post(desk.checker, f"/v1/batches/{first['id']}/answers", said)
                [row] = answered["results"]
                assert (row["ok"], [r["code"] for r in row["reasons"]]) == (False, ["instruction.not_found"])

    @pytest.mark.parametrize("result", ["PAID", "成功", "", None, 1])
    async def test_a_word_that_the_bank_does_not_have_is_malformed(self, desk: Desk, result: Any) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        await desk.approve(await desk.qualified_team(round_id))
        batch = await desk.batch(round_id)
        said = {"answers": [{"instruction_id": batch["instructions"][0]["instruction_id"], "result": result}]}
        async with unchanged(desk):
            path = f"/v1/batches/{batch['id']}/answers"
            assert await malformed(desk, desk.checker, path, said) == ["/answers/0/result"]


class TestEvents:
    @pytest.mark.parametrize("amount_fen", [AMOUNT - 1, AMOUNT + 1, AMOUNT // 100, AMOUNT * 100])
    async def test_another_amount_than_the_reserved_one_is_refused(self, desk: Desk, amount_fen: int) -> None:
        round_id = await desk.open_round()
        team = TeamOf(round_id)
        await desk.deliver(team.proposed())
        for event in (team.confirmed(amount_fen), team.agreed(amount_fen)):
            async with unchanged(desk):
                with pytest.raises(Refused) as refusal:
                    await desk.deliver(event)
                assert {reason.code for reason in refusal.value.reasons} <= {"award.amount", "award.status"}
            if await self._status(desk, team) == "reserved":
                await desk.deliver(team.confirmed())
        assert await self._status(desk, team) == "committed"

    @staticmethod
    async def _status(desk: Desk, team: TeamOf) -> str:
        return str((await desk.award(team))["status"])

    async def test_everything_twice_is_as_everything_once(self, desk: Desk) -> None:
        round_id = await desk.open_round(**TWO_PAYMENTS)
        await desk.verified_payee()
        team = TeamOf(round_id)
        for event in (team.proposed(), team.confirmed(), team.agreed(), team.started(), team.graded("qualified")):
            await desk.deliver(event)
            if event.type not in _MOVES_ONCE:
                async with unchanged(desk):
                    await desk.deliver(event)
        assert await desk.statuses(team) == ["due", "due"]

    async def test_what_comes_before_its_time_waits_or_is_kept(self, desk: Desk) -> None:
        unknown, team = TeamOf(uuid4()), TeamOf(await desk.open_round())
        async with unchanged(desk):
            with pytest.raises(NotYet):
                await desk.deliver(unknown.proposed())
            with pytest.raises(NotYet):
                await desk.deliver(team.rectification_passed())
            for early in (team.confirmed(), team.agreed(), team.started(), team.concluded(), team.withdrawn()):
                await desk.deliver(early)
        await desk.deliver(team.graded("qualified"))
        for event in (team.proposed(), team.confirmed(), team.agreed()):
            await desk.deliver(event)
        assert await desk.statuses(team) == ["due"]

    async def test_what_comes_after_the_end_changes_nothing(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        await desk.post(
            desk.bureau, f"/v1/awards/{UUID((await desk.award(team))['id'])}/revoke", {"reason": "虚报服务记录"}
        )
        async with unchanged(desk):
            for late in (team.confirmed(), team.agreed(), team.graded("excellent"), team.withdrawn()):
                await desk.deliver(late)
        assert (await desk.award(team))["payee_unit_code"] == UNIT


_MOVES_ONCE = {"teams.team.confirmed.v1", "teams.team.agreed.v1"}
"""Delivered again under another id they are refused, see below; under their own id the inbox takes them once."""


async def test_a_confirmation_that_somebody_repeats_is_refused(desk: Desk) -> None:
    team = await desk.active_team(await desk.open_round())
    for event in (team.confirmed(), team.agreed()):
        async with unchanged(desk):
            with pytest.raises(Refused) as refusal:
                await desk.deliver(event)
            assert [reason.code for reason in refusal.value.reasons] == ["award.status"]
