"""A batch is undone as a whole before anybody has its file, by another person than made it, and never afterwards."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.funding import queries
from services.funding.models import Batch, Instruction
from services.funding.rules import batch as rules
from services.funding.rules import instalment
from services.funding.rules.batch import BatchFacts
from services.funding.rules.instalment import InstalmentFacts
from shared.contracts.funding import BatchVoided, InstalmentUnbatched
from shared.errors import Refused
from tests.funding.bank import Bank, answer, rows_of
from tests.funding.factories import AMOUNT, Desk, TeamOf

REASON = {"reason": "批次选错了付款账户"}


@pytest.fixture
async def teams(desk: Desk) -> list[TeamOf]:
    round_id = await desk.open_round()
    await desk.verified_payee()
    made = [await desk.qualified_team(round_id) for _ in range(2)]
    for team in made:
        await desk.approve(team)
    return made


async def test_what_was_batched_is_approved_again_and_goes_into_another(
    desk: Desk, teams: list[TeamOf], events: Any
) -> None:
    round_id = teams[0].round_id
    made = await desk.batch(round_id)
    assert [one["action"] for one in (await desk.get(f"/v1/batches/{made['id']}", desk.checker))["actions"]] == ["void"]
    found = await desk.post(desk.checker, f"/v1/batches/{made['id']}/void", REASON)
    assert (found["status"], found["voided_by"], found["void_reason"]) == ("voided", desk.checker.id, REASON["reason"])
    assert {line["result"] for line in found["instructions"]} == {"voided"}
    assert (await desk.money(round_id))["payable"] == 2 * AMOUNT
    assert [await desk.statuses(team) for team in teams] == [["approved"], ["approved"]]
    assert [(e.count, e.sum_fen, e.reason) for e in await events(BatchVoided)] == [(2, 2 * AMOUNT, REASON["reason"])]
    assert len(await events(InstalmentUnbatched)) == 2
    assert await desk.refused(desk.checker, f"/v1/batches/{made['id']}/void", REASON) == ["batch.status"]
    again = await desk.batch(round_id)
    assert (again["number"], again["count"], again["sum_fen"]) == (2, 2, 2 * AMOUNT)
    await desk.answer(again, "paid", "paid")
    assert await desk.money(round_id) == {"available": 84_000_000, "paid": 2 * AMOUNT}
    assert (await desk.get("/v1/ledger/verify"))["balanced"]


async def test_nobody_voids_alone_or_without_a_reason(desk: Desk, teams: list[TeamOf]) -> None:
    made = await desk.batch(teams[0].round_id)
    path = f"/v1/batches/{made['id']}/void"
    both = desk.actors.change(desk.maker, roles=frozenset({"finance_maker", "finance_checker"}))
    assert await desk.refused(both, path, {"reason": " "}) == ["batch.reason", "batch.same_person"]
    await desk.post(desk.maker, path, REASON, 403)
    await desk.post(desk.actors.change(desk.checker, division="510000000000"), path, REASON, 404)
    assert await desk.statuses(teams[0]) == ["in_batch"]


async def test_a_file_that_somebody_has_is_never_voided(desk: Desk, teams: list[TeamOf]) -> None:
    made = await desk.batch(teams[0].round_id)
    assert (await desk.api(desk.maker).get(f"/v1/batches/{made['id']}/file")).status_code == 200
    assert await desk.refused(desk.checker, f"/v1/batches/{made['id']}/void", REASON) == ["batch.handed_out"]
    [read] = (await desk.get("/v1/readings", what="bank_file"))["items"]
    assert (read["reader"], read["rows"], read["asked"]["batch_id"]) == (desk.maker.id, 2, made["id"])
    await desk.answer(made, "paid", "unknown")
    codes = await desk.refused(desk.checker, f"/v1/batches/{made['id']}/void", REASON)
    assert codes == ["batch.handed_out", "batch.answered"]


async def test_what_the_bank_says_of_a_voided_batch_changes_nothing_and_is_queued(
    desk: Desk, teams: list[TeamOf], session: Any
) -> None:
    round_id = teams[0].round_id
    made = await desk.batch(round_id)
    _row, content = await queries.bank_file(session, UUID(made["id"]), desk.maker)
    await desk.post(desk.checker, f"/v1/batches/{made['id']}/void", REASON)
    client = desk.api(desk.maker)
    file = await client.get(f"/v1/batches/{made['id']}/file")
    assert (file.status_code, file.json()["errors"][0]["code"]) == (409, "batch.voided")
    key = made["instructions"][0]["instruction_id"]
    body = {"answers": [{"instruction_id": key, "result": "paid"}]}
    [said] = (await desk.post(desk.checker, f"/v1/batches/{made['id']}/answers", body))["results"]
    assert [one["code"] for one in said["reasons"]] == ["instruction.voided"]
    bank = Bank(desk, round_id, made, rows_of(content))
    file = await bank.send(answer(bank.rows, "成功", "成功"))
    assert (file["paid"], file["queued"]) == (0, 2)
    assert [one["code"] for one in await bank.items()] == ["instruction.voided"] * 2
    assert await desk.money(round_id) == {"available": 84_000_000, "payable": 2 * AMOUNT}
    with pytest.raises(DBAPIError, match="is settled"):
        async with session.begin_nested():
            await session.execute(sa.update(Instruction).where(Instruction.id == UUID(key)).values(result="paid"))
    with pytest.raises(DBAPIError, match="ck_batches_voided"):
        async with session.begin_nested():
            await session.execute(sa.update(Batch).where(Batch.id == UUID(made["id"])).values(voided_by=desk.maker.id))


async def test_an_award_that_ended_meanwhile_ends_what_was_batched(desk: Desk, teams: list[TeamOf]) -> None:
    made = await desk.batch(teams[0].round_id)
    key = (await desk.award(teams[0]))["id"]
    await desk.post(desk.bureau, f"/v1/awards/{key}/revoke", {"reason": "虚报"})
    assert await desk.statuses(teams[0]) == ["in_batch"]
    await desk.post(desk.checker, f"/v1/batches/{made['id']}/void", REASON)
    assert [await desk.statuses(team) for team in teams] == [["cancelled"], ["approved"]]
    assert (await desk.get("/v1/ledger/verify"))["balanced"]


def test_the_rule_says_everything_at_once(actors: Any) -> None:
    facts = BatchFacts("sent", actors.finance_checker.id, 1, (None, "unknown"))
    found = [one.code for one in rules.void_obstacles(facts, "", actors.finance_checker)]
    assert found == ["batch.reason", "batch.same_person", "batch.handed_out", "batch.answered"]
    assert rules.void_obstacles(BatchFacts("sent", "maker", 0, (None,)), "x", actors.finance_checker) == []


def test_only_what_is_with_the_bank_unanswered_leaves_its_batch(actors: Any) -> None:
    assert instalment.unbatch(InstalmentFacts("in_batch", AMOUNT), actors.finance_checker) == "approved"
    for status in ("approved", "paid", "unknown", "returned"):
        with pytest.raises(Refused):
            instalment.unbatch(InstalmentFacts(status, AMOUNT), actors.finance_checker)
