"""Final accounts: figures by line, handed in by the payee, accepted by a second person; what is left comes back."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.rules import final_account
from services.funding.rules.budget_line import LineFacts
from services.funding.rules.final_account import Accounted, Figures, FinalAccountFacts
from services.funding.rules.policy import Policy
from services.funding.rules.recovery import RecoveryFacts
from shared.actor import SYSTEM
from shared.contracts.funding import AwardClosed, FinalAccountAccepted, FinalAccountReopened, RecoveryOpened
from tests.funding.factories import AMOUNT, OTHER_UNIT, Desk, TeamOf
from tests.funding.spending import FAPIAO, Spending, sent
from tests.shared.handed_in import PDF

TEXT = {"summary": "按预算使用", "variance": "部分差旅未发生"}
LEFT = AMOUNT - 50_000
"""What one accepted expense of 50,000 fen leaves."""


class Closing:
    """A paid award with one accepted expense, whose team is concluded, and its drafted final account."""

    def __init__(self, paid: Spending, key: str) -> None:
        self.desk, self.team, self.award_id, self.id = paid.desk, paid.team, paid.award_id, key
        self.path, self.spending = f"/v1/final-accounts/{key}", paid

    async def read(self) -> Any:
        return await self.desk.get(self.path)

    async def accepted(self) -> Any:
        await self.desk.post(self.desk.unit, f"{self.path}/submit")
        return await self.desk.post(self.desk.checker, f"{self.path}/accept")

    async def recoveries(self) -> list[Any]:
        return list((await self.desk.get("/v1/recoveries", award_id=self.award_id))["items"])


async def drafted(spending: Spending) -> Closing:
    made = await spending.desk.post(spending.desk.unit, f"/v1/awards/{spending.award_id}/final-account", TEXT, 201)
    return Closing(spending, made["id"])


@pytest.fixture
async def closing(desk: Desk, spending: Spending) -> Closing:
    await desk.post(desk.checker, f"/v1/expenses/{await spending.submitted()}/accept")
    await desk.deliver(spending.team.concluded())
    return await drafted(spending)


async def test_what_is_left_comes_back_in_two_parts_to_zero(desk: Desk, closing: Closing, events: Any) -> None:
    found = await closing.read()
    assert (found["status"], found["received_fen"], found["accepted_fen"], found["unspent_fen"]) == (
        "drafted",
        AMOUNT,
        50_000,
        LEFT,
    )
    [travel] = [line for line in found["lines"] if line["name"] == "差旅费"]
    assert (travel["budget_fen"], travel["remaining_fen"], travel["percent"]) == (3_000_000, 2_950_000, 1)
    done = await closing.accepted()
    assert (done["status"], done["unspent_fen"], done["decided_by"]) == ("accepted", LEFT, desk.checker.id)
    assert [(e.received_fen, e.accepted_fen, e.unspent_fen) for e in await events(FinalAccountAccepted)] == [
        (AMOUNT, 50_000, LEFT)
    ]
    assert [(e.ground, e.amount_fen) for e in await events(RecoveryOpened)] == [("unspent", LEFT)]
    [claim] = await closing.recoveries()
    assert claim["id"] == done["recovery_id"]
    money = await desk.money(closing.team.round_id)
    assert money == {"available": 92_000_000, "paid": 50_000, "recoverable": LEFT}
    for fen, reference in ((1_000_000, "HK-1"), (LEFT - 1_000_000, "HK-2")):
        body = {"amount_fen": fen, "reference": reference, "paid_on": "2020-09-30"}
        part = await desk.post(desk.maker, f"/v1/recoveries/{claim['id']}/repayments", body, 201)
        await desk.post(desk.checker, f"/v1/repayments/{part['id']}/confirm")
    assert [(one["status"], one["owed_fen"]) for one in await closing.recoveries()] == [("recovered", 0)]
    assert await desk.money(closing.team.round_id) == {"available": 92_000_000, "paid": 50_000, "recovered": LEFT}
    assert (await closing.read())["received_fen"] == AMOUNT
    budget = await desk.get(f"/v1/awards/{closing.award_id}/budget")
    assert (budget["final_account_status"], bool(budget["accounted_at"])) == ("accepted", True)
    assert len(await desk.get(f"{closing.path}/history")) == 3


async def test_nothing_is_booked_once_it_is_handed_in_until_it_is_sent_back(desk: Desk, closing: Closing) -> None:
    waiting = sent()
    await closing.spending.draft(waiting)
    await desk.post(desk.unit, f"{closing.path}/submit")
    path = f"/v1/awards/{closing.award_id}"
    assert await desk.refused(desk.unit, f"{path}/expenses", {"expenses": [sent()]}) == ["expense.accounted"]
    move = {"source": "差旅费", "target": "培训费", "amount_fen": 1, "reason": "调剂"}
    assert await desk.refused(desk.unit, f"{path}/transfers", move) == ["expense.accounted"]
    assert "expense.accounted" in await desk.refused(desk.unit, f"/v1/expenses/{waiting['id']}/submit")
    [accepted] = (await desk.get("/v1/expenses", award_id=closing.award_id, status="accepted"))["items"]
    assert await desk.refused(desk.checker, f"/v1/expenses/{accepted['id']}/return", {"reason": "改"}) == [
        "expense.accounted"
    ]
    assert await desk.refused(desk.bureau, f"{closing.path}/return", {"reason": " "}) == ["final_account.reason"]
    found = await desk.post(desk.bureau, f"{closing.path}/return", {"reason": "补一笔"})
    assert (found["status"], found["decided_reason"]) == ("returned", "补一笔")
    await desk.post(desk.unit, f"{path}/expenses", {"expenses": [sent()]})


async def test_too_early_says_everything_at_once(desk: Desk, spending: Spending) -> None:
    await spending.submitted(fapiaos=[FAPIAO])
    made = await desk.post(desk.unit, f"/v1/awards/{spending.award_id}/final-account", {"summary": "按预算使用"}, 201)
    refused = ["final_account.team_serves", "final_account.pending", "final_account.variance"]
    assert await desk.refused(desk.unit, f"/v1/final-accounts/{made['id']}/submit") == refused
    shown = await desk.get(f"/v1/final-accounts/{made['id']}", desk.unit)
    [submit] = [one for one in shown["actions"] if one["action"] == "submit"]
    assert [reason["code"] for reason in submit["reasons"]] == refused


async def test_one_for_each_award_and_each_step_once(desk: Desk, closing: Closing) -> None:
    path = f"/v1/awards/{closing.award_id}/final-account"
    assert await desk.refused(desk.unit, path, TEXT) == ["final_account.exists"]
    await desk.post(desk.unit, path, {"summary": "  "}, 422)
    assert await desk.refused(desk.checker, f"{closing.path}/accept") == ["final_account.status"]
    await closing.accepted()
    assert await desk.refused(desk.unit, f"{closing.path}/submit") == ["final_account.status"]
    assert await desk.refused(desk.checker, f"{closing.path}/accept") == ["final_account.status"]
    assert len(await closing.recoveries()) == 1


async def test_nobody_accepts_what_they_wrote(desk: Desk, closing: Closing) -> None:
    both = desk.actors.change(desk.unit, roles=frozenset({"unit", "finance_checker"}), division="500000000000")
    seen = (await closing.read())["version"]
    client = desk.api(desk.actors.change(both, id="second-of-unit"))
    edited = await client.put(closing.path, json=TEXT, headers={"If-Match": f'"{seen}"'})
    assert edited.status_code == 200, edited.text
    await desk.post(desk.unit, f"{closing.path}/submit")
    for who in (both, desk.actors.change(both, id="second-of-unit")):
        assert await desk.refused(who, f"{closing.path}/accept") == ["final_account.same_person"]
    await desk.post(desk.checker, f"{closing.path}/accept")


async def test_only_the_payees_side_writes_it_and_a_stranger_finds_nothing(desk: Desk, closing: Closing) -> None:
    stranger = desk.actors.change(desk.actors.unit, unit=OTHER_UNIT)
    assert (await desk.get("/v1/final-accounts", stranger))["items"] == []
    await desk.post(stranger, f"{closing.path}/submit", None, 404)
    await desk.post(stranger, f"/v1/awards/{closing.award_id}/final-account", TEXT, 404)
    await desk.post(desk.maker, f"{closing.path}/submit", None, 403)
    await desk.post(desk.unit, f"{closing.path}/accept", None, 403)
    elsewhere = desk.actors.change(desk.checker, division="510000000000")
    await desk.post(elsewhere, f"{closing.path}/accept", None, 404)


async def test_it_is_reopened_while_nothing_was_paid_back(desk: Desk, closing: Closing, events: Any) -> None:
    await closing.accepted()
    [claim] = await closing.recoveries()
    reverse = f"/v1/recoveries/{claim['id']}/reverse"
    assert await desk.refused(desk.bureau, reverse, {"reason": "误"}) == [
        "recovery.of_account",
        "recovery.not_proposed",
    ]
    assert await desk.refused(desk.bureau, f"{closing.path}/reopen", {"reason": ""}) == ["final_account.reason"]
    found = await desk.post(desk.bureau, f"{closing.path}/reopen", {"reason": "漏报支出"})
    assert (found["status"], found["recovery_id"], found["unspent_fen"]) == ("returned", None, LEFT)
    assert await desk.money(closing.team.round_id) == {"available": 92_000_000, "paid": AMOUNT}
    assert len(await events(FinalAccountReopened)) == 1
    await desk.post(desk.checker, f"/v1/expenses/{await closing.spending.submitted()}/accept")
    assert (await closing.accepted())["unspent_fen"] == LEFT - 50_000
    claim = next(one for one in await closing.recoveries() if one["status"] == "opened")
    body = {"amount_fen": 1, "reference": "HK-1", "paid_on": "2020-09-30"}
    await desk.post(desk.maker, f"/v1/recoveries/{claim['id']}/repayments", body, 201)
    assert await desk.refused(desk.bureau, f"{closing.path}/reopen", {"reason": "再改"}) == ["final_account.repaid"]


async def test_where_policy_asks_the_award_closes_and_goes_on_only_with_its_account(desk: Desk, events: Any) -> None:
    policy = {"funding": {"final_account_required": True, "final_account_files": ["scan"]}}
    round_id = await desk.open_round(**policy)
    await desk.verified_payee()
    team = TeamOf(round_id)
    for event in (team.proposed(), team.confirmed(), team.agreed(), team.graded("excellent")):
        await desk.deliver(event)
    await desk.pay(team)
    await desk.deliver(team.concluded())
    award = await desk.award(team)
    assert award["status"] == "settled"
    later = await desk.open_round()
    refused = team.continued_by(later)
    await desk.deliver(refused)
    [found] = (await desk.get("/v1/awards", team_id=str(refused.team_id)))["items"]
    assert (found["status"], found["ended_reason"]) == ("refused", "continued.unaccounted")
    made = await desk.post(desk.unit, f"/v1/awards/{award['id']}/final-account", TEXT, 201)
    path = f"/v1/final-accounts/{made['id']}"
    assert await desk.refused(desk.unit, f"{path}/submit") == ["final_account.file"]
    paper = await desk.api(desk.unit).get(f"{path}/form")
    assert paper.status_code == 200
    code = paper.headers["X-Document-Fingerprint"]
    scan = {"kind": "scan", "form": "final_account", "document": code}
    sent = await desk.api(desk.unit).post(f"{path}/attachments", files={"file": ("决算表.pdf", PDF)}, data=scan)
    assert sent.status_code == 201, sent.text
    [version] = await desk.get(f"{path}/forms", desk.unit)
    assert (version["current"], len(version["scans"])) == (True, 1)
    await desk.post(desk.unit, f"{path}/submit")
    await desk.post(desk.checker, f"{path}/accept")
    assert (await desk.award(team))["status"] == "closed"
    assert len(await events(AwardClosed)) == 1
    [claim] = (await desk.get("/v1/recoveries", award_id=award["id"]))["items"]
    assert claim["owed_fen"] == AMOUNT
    await desk.repay(award["id"])
    granted = team.continued_by(later)
    await desk.deliver(granted)
    [found] = (await desk.get("/v1/awards", team_id=str(granted.team_id)))["items"]
    assert found["status"] == "reserved"


async def test_the_list_is_filtered_and_exported(desk: Desk, closing: Closing) -> None:
    await closing.accepted()
    own = {"round_id": str(closing.team.round_id), "status": "accepted"}
    assert [one["id"] for one in (await desk.get("/v1/final-accounts", **own))["items"]] == [closing.id]
    assert (await desk.get("/v1/final-accounts", status="drafted"))["items"] == []
    file = await desk.api(desk.bureau).get("/v1/final-accounts/export", params={**own, "format": "csv"})
    assert "80000.00,500.00,79500.00" in file.text
    report = await desk.get(f"/v1/rounds/{closing.team.round_id}/report")
    told = {"accounted": 1, "received_fen": AMOUNT, "accepted_fen": 50_000, "unspent_fen": LEFT}
    assert report["accounts"] == told
    paper = await desk.api(desk.bureau).get(f"/v1/rounds/{closing.team.round_id}/report/export")
    assert paper.status_code == 200


async def test_its_files_stay_once_it_is_handed_in(desk: Desk, closing: Closing) -> None:
    path = f"{closing.path}/attachments"
    added = await desk.api(desk.unit).post(path, files={"file": ("决算表.pdf", PDF)}, data={"kind": "scan"})
    await desk.post(desk.unit, f"{closing.path}/submit")
    removing = f"{path}/{added.json()['id']}"
    refused = await desk.api(desk.unit).delete(removing, params={"reason": "换"})
    assert [one["code"] for one in refused.json()["errors"]] == ["attachment.proof"]
    await desk.post(desk.checker, f"{closing.path}/return", {"reason": "补章"})
    assert (await desk.api(desk.unit).delete(removing, params={"reason": "换"})).status_code == 200


async def test_whoever_drafted_an_expense_that_another_changed_cannot_accept_it(
    desk: Desk,
    spending: Spending,
) -> None:
    one = sent()
    await spending.draft(one)
    await spending.attach(one["id"])
    other = desk.actors.change(desk.unit, id="unit-2")
    path, body = f"/v1/expenses/{one['id']}", {name: one[name] for name in one if name != "id"}
    seen = (await desk.get(path, desk.unit))["version"]
    assert (await desk.api(other).put(path, json=body, headers={"If-Match": f'"{seen}"'})).status_code == 200
    await desk.post(desk.actors.change(desk.unit, id="unit-3"), f"{path}/submit")
    for who in (desk.unit, other):
        both = desk.actors.change(who, roles=frozenset({"unit", "finance_checker"}), division="500000000000")
        assert await desk.refused(both, f"{path}/accept") == ["expense.same_person"]
    found = await desk.post(desk.checker, f"{path}/accept")
    assert (found["booked_by"], found["editors"]) == (desk.unit.id, ["unit-2"])


OF = Accounted("settled", True, ("paid",), Figures(100, (LineFacts("差旅费", 100, accepted_fen=100),)))
SUBMITTED = FinalAccountFacts("submitted", signed=("a",))


@pytest.mark.parametrize(
    ("instalments", "code"),
    [
        (("paid", "in_batch"), "at_bank"),
        (("paid", "unknown"), "at_bank"),
        (("held",), "held"),
        (("due",), "unpaid"),
        (("approved", "cancelled"), "unpaid"),
    ],
)
def test_money_that_may_still_arrive_keeps_the_books_open(instalments: tuple[str, ...], code: str) -> None:
    found = final_account.obstacles(SUBMITTED, Accounted("active", True, instalments, OF.figures), Policy())
    assert [one.code for one in found] == [f"final_account.{code}"]


def test_a_revoked_award_is_not_accounted_for() -> None:
    found = final_account.obstacles(SUBMITTED, Accounted("revoked", True, ("paid",), OF.figures), Policy())
    assert [one.code for one in found] == ["award.not_spending"]
    claim = RecoveryFacts("written_off", 5, date(2020, 1, 1))
    assert [one.code for one in final_account.reopen_obstacles(SUBMITTED, "closed", claim, SYSTEM)] == [
        "final_account.repaid"
    ]
    assert (
        final_account.reopen_obstacles(SUBMITTED, "closed", RecoveryFacts("opened", 5, date(2020, 1, 1)), SYSTEM) == []
    )


amounts = st.integers(0, 10**12)


@given(received=amounts, spent=st.lists(st.tuples(amounts, amounts), max_size=6))
def test_what_is_left_is_never_below_zero_and_explains_every_fen(received: int, spent: list[tuple[int, int]]) -> None:
    lines = tuple(LineFacts(str(n), budget, accepted_fen=fen) for n, (budget, fen) in enumerate(spent))
    found = Figures(received, lines)
    assert found.received_fen - found.accepted_fen == found.unspent_fen - found.overspent_fen
    assert min(found.unspent_fen, found.overspent_fen) == 0
    for line in lines:
        share = final_account.percent(line)
        assert (share is None) == (line.budget_fen == 0)
        assert share is None or share * line.budget_fen <= line.accepted_fen * 100 < (share + 1) * line.budget_fen
