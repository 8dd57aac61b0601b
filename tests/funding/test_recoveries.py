"""Money that must come back: planned, repaid in parts by two people, overdue, written off, reversed."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.rules import recovery
from services.funding.rules.recovery import RecoveryFacts
from shared.contracts.funding import AwardRecovered, RecoveryOpened, RecoveryOverdue
from tests.funding.factories import AMOUNT, Desk, TeamOf

DAY = date(2020, 6, 1)


class Owed:
    """An award that was paid and revoked."""

    def __init__(self, desk: Desk, team: TeamOf, award_id: str, recovery_id: str) -> None:
        self.desk, self.team, self.award_id, self.id = desk, team, award_id, recovery_id
        self.path = f"/v1/recoveries/{recovery_id}"

    async def read(self) -> Any:
        return await self.desk.get(self.path)

    async def register(self, amount_fen: int, reference: str, status: int = 201) -> Any:
        body = {"amount_fen": amount_fen, "reference": reference, "paid_on": "2020-03-01"}
        return await self.desk.post(self.desk.maker, f"{self.path}/repayments", body, status)

    async def refused(self, amount_fen: int, reference: str) -> list[str]:
        return [error["code"] for error in (await self.register(amount_fen, reference, 409))["errors"]]


@pytest.fixture
async def owed(desk: Desk) -> Owed:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.pay(team)
    key = (await desk.award(team))["id"]
    await desk.post(desk.bureau, f"/v1/awards/{key}/revoke", {"reason": "虚报服务记录"})
    [found] = (await desk.get("/v1/recoveries", award_id=key))["items"]
    return Owed(desk, team, key, found["id"])


async def test_it_comes_back_in_parts_each_seen_by_two(desk: Desk, owed: Owed, events: Any) -> None:
    assert [(e.ground, e.amount_fen) for e in await events(RecoveryOpened)] == [("revoked", AMOUNT)]
    first = await owed.register(AMOUNT - 1, "HK-1")
    both = desk.actors.change(desk.maker, roles=frozenset({"finance_maker", "finance_checker"}))
    assert await desk.refused(both, f"/v1/repayments/{first['id']}/confirm") == ["repayment.same_person"]
    await desk.post(desk.checker, f"/v1/repayments/{first['id']}/confirm")
    found = await owed.read()
    assert (found["status"], found["owed_fen"]) == ("partly", 1)
    assert await desk.money(owed.team.round_id) == {"available": 92_000_000, "recoverable": 1, "recovered": AMOUNT - 1}
    last = await owed.register(1, "HK-2")
    await desk.post(desk.checker, f"/v1/repayments/{last['id']}/confirm")
    assert ((await owed.read())["status"], (await desk.award(owed.team))["status"]) == ("recovered", "recovered")
    assert [e.amount_fen for e in await events(AwardRecovered)] == [AMOUNT]


async def test_never_more_than_is_owed_and_a_reference_once(desk: Desk, owed: Owed) -> None:
    assert await owed.refused(AMOUNT + 1, "HK-1") == ["repayment.too_much"]
    first = await owed.register(AMOUNT - 10, "HK-1")
    assert (await owed.register(AMOUNT - 10, "HK-1"))["id"] == first["id"]
    assert await owed.refused(11, "HK-2") == ["repayment.too_much"]
    assert await owed.refused(5, "HK-1") == ["repayment.reference_used"]
    await desk.post(desk.checker, f"/v1/repayments/{first['id']}/reject", {"reason": "查无此款"})
    assert (await owed.register(AMOUNT, "HK-1"))["id"] != first["id"]
    for body in ({"amount_fen": 0}, {"amount_fen": -1}, {"amount_fen": 1.5}):
        sent = {"reference": "x", "paid_on": "2020-03-01", **body}
        await desk.post(desk.maker, f"{owed.path}/repayments", sent, 422)


@pytest.mark.parametrize("other", ["hk-1", "ＨＫ－１", "HK -1", "HK-1\u200b", "HK-1\u00a0"])
async def test_one_transfer_does_not_repay_twice_by_how_its_reference_is_written(
    desk: Desk, owed: Owed, other: str
) -> None:
    await owed.register(5, "HK-1")
    assert await owed.refused(7, other) == ["repayment.reference_used"]
    assert (await owed.register(5, other))["reference"] == "HK-1"
    await owed.register(7, "\u200b", 422)


async def test_what_is_dated_ahead_was_not_paid(desk: Desk, owed: Owed, clock: Any) -> None:
    ahead = str(clock.now.date() + timedelta(days=1))
    body = {"amount_fen": 1, "reference": "HK-1", "paid_on": ahead}
    assert await desk.refused(desk.maker, f"{owed.path}/repayments", body) == ["repayment.future"]


async def test_a_plan_sums_exactly_and_is_settled_from_its_first_day(
    desk: Desk, owed: Owed, clock: Any, events: Any, run_due_jobs: Any
) -> None:
    today = clock.now.date()
    days = [today + timedelta(days=after) for after in (10, 40)]

    def plan(*amounts: int) -> dict[str, Any]:
        return {"instalments": [{"due_on": str(d), "amount_fen": a} for d, a in zip(days, amounts, strict=True)]}

    async def put(body: dict[str, Any], **headers: str) -> Any:
        return await desk.api(desk.bureau).put(f"{owed.path}/plan", json=body, headers=headers)

    seen = {"If-Match": f'"{(await desk.get(owed.path))["version"]}"'}
    wrong = await put(plan(AMOUNT // 2, 1), **seen)
    assert [error["code"] for error in wrong.json()["errors"]] == ["plan.total"]
    assert (await put(plan(AMOUNT // 2, AMOUNT // 2))).status_code == 428
    assert (await put(plan(AMOUNT // 2, AMOUNT // 2), **seen)).status_code == 200
    assert (await put(plan(AMOUNT - 1, 1), **seen)).status_code == 412
    first = await owed.register(AMOUNT // 2, "HK-1")
    await desk.post(desk.checker, f"/v1/repayments/{first['id']}/confirm")
    await clock.set(clock.now + timedelta(days=45))
    await run_due_jobs()
    assert [e.due_on for e in await events(RecoveryOverdue)] == [days[1]]
    await run_due_jobs()
    assert len(await events(RecoveryOverdue)) == 1
    [late] = (await desk.get("/v1/recoveries", overdue="true"))["items"]
    assert (late["overdue_fen"], late["overdue_days"], late["next_due_on"]) == (AMOUNT // 2, 5, str(days[1]))


async def test_two_people_write_off_what_is_left(desk: Desk, owed: Owed) -> None:
    first = await owed.register(1_000_000, "HK-1")
    await desk.post(desk.checker, f"/v1/repayments/{first['id']}/confirm")
    assert await desk.refused(desk.checker, f"{owed.path}/write_off") == ["recovery.not_proposed"]
    assert await desk.refused(desk.bureau, f"{owed.path}/propose_write_off", {"reason": " "}) == ["recovery.reason"]
    await desk.post(desk.bureau, f"{owed.path}/propose_write_off", {"reason": "单位已注销"})
    assert await desk.refused(desk.bureau, f"{owed.path}/write_off") == ["recovery.same_person"]
    found = await desk.post(desk.checker, f"{owed.path}/write_off")
    assert (found["status"], found["owed_fen"], found["written_off_fen"]) == ("written_off", 0, 7_000_000)
    assert (await desk.award(owed.team))["status"] == "revoked"
    assert await owed.refused(1, "HK-2") == ["recovery.closed"]
    money = await desk.money(owed.team.round_id)
    assert money == {"available": 92_000_000, "recovered": 1_000_000, "written_off": 7_000_000}


async def test_a_substitute_gives_up_what_is_owed_with_both_names_and_never_for_both_sides(
    desk: Desk, owed: Owed, clock: Any
) -> None:
    today = clock.now.date().isoformat()
    naming = {"role": "bureau", "principal": desk.bureau.id, "since": today, "until": today, "reason": "出差"}
    other = desk.actors.change(desk.bureau, id="bureau-2")
    for stands_in in ("clerk", "teller"):
        await desk.post(other, "/v1/substitutes", {**naming, "substitute": stands_in}, 201)
    clerk, teller = (desk.actors.change(desk.maker, id=name) for name in ("clerk", "teller"))
    body, behalf = {"reason": "单位已注销"}, {"on_behalf_of": desk.bureau.id}
    assert await desk.refused(clerk, f"{owed.path}/propose_write_off", body, 403) == ["role.missing"]
    found = await desk.post(clerk, f"{owed.path}/propose_write_off", {**body, **behalf})
    assert (found["write_off_by"], found["write_off_for"]) == ("clerk", desk.bureau.id)
    assert await desk.refused(desk.bureau, f"{owed.path}/write_off") == ["recovery.same_person"]
    for path, said in (("write_off", behalf), ("reverse", {**body, **behalf})):
        assert await desk.refused(teller, f"{owed.path}/{path}", said) == ["recovery.same_person"]
    both = desk.actors.change(desk.checker, id="clerk")
    assert await desk.refused(both, f"{owed.path}/write_off") == ["recovery.same_person"]
    found = await desk.post(desk.checker, f"{owed.path}/write_off")
    assert (found["status"], found["written_off_by"], found["written_off_for"]) == (
        "written_off",
        desk.checker.id,
        None,
    )


async def test_one_opened_by_mistake_is_reversed_while_nothing_came_back(desk: Desk, owed: Owed) -> None:
    first = await owed.register(1, "HK-1")
    assert await desk.refused(desk.bureau, f"{owed.path}/reverse", {"reason": ""}) == [
        "recovery.reason",
        "recovery.not_proposed",
        "recovery.repaid",
    ]
    await desk.post(desk.checker, f"/v1/repayments/{first['id']}/reject", {"reason": "误登"})
    reason = {"reason": "撤销决定被更正"}
    assert await desk.refused(desk.bureau, f"{owed.path}/reverse", reason) == ["recovery.not_proposed"]
    await desk.post(desk.bureau, f"{owed.path}/propose_write_off", reason)
    assert await desk.refused(desk.bureau, f"{owed.path}/reverse", reason) == ["recovery.same_person"]
    other = desk.actors.change(desk.bureau, id="bureau-2")
    found = await desk.post(other, f"{owed.path}/reverse", reason)
    assert (found["status"], found["owed_fen"]) == ("reversed", 0)
    assert await desk.money(owed.team.round_id) == {"available": 92_000_000, "paid": AMOUNT}


async def test_an_office_of_another_place_finds_none_of_it(desk: Desk, owed: Owed) -> None:
    strange = desk.actors.change(desk.maker, division="510000000000")
    body = {"amount_fen": 1, "reference": "HK-1", "paid_on": "2020-03-01"}
    await desk.post(strange, f"{owed.path}/repayments", body, 404)
    assert (await desk.get("/v1/recoveries", strange))["items"] == []
    assert (await desk.get(owed.path, desk.unit))["actions"] == []


amounts = st.lists(st.integers(1, 10**7), min_size=1, max_size=6)


@given(parts=amounts, paid=st.integers(0, 10**8), days=st.integers(-400, 400))
def test_arrears_are_what_was_due_less_what_came(parts: list[int], paid: int, days: int) -> None:
    total = sum(parts)
    paid = min(paid, total)
    plan = tuple((DAY + timedelta(days=30 * number), fen) for number, fen in enumerate(parts))
    today = DAY + timedelta(days=days)
    status = "recovered" if paid == total else "partly"
    found = recovery.arrears(RecoveryFacts(status, total, DAY, paid, 0, plan), today)
    due = sum(fen for due_on, fen in plan if due_on < today)
    assert found.overdue_fen == max(0, due - paid)
    assert (found.next_due_on is None) == (paid == total)
    assert (found.overdue_days > 0) == (found.overdue_fen > 0)
