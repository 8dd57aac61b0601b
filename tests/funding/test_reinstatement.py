"""A failed rectification revokes an award; a corrected edition brings it back, to the fen."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.funding.rules.reinstatement import ReinstatementFacts, clear, reinstate_obstacles
from shared.contracts.funding import AwardCleared, AwardReinstated, RecoveryForgiven
from tests.funding.factories import AMOUNT, Desk, TeamOf

BUDGET = 100_000_000


@pytest.fixture
async def round_id(desk: Desk) -> Any:
    found = await desk.open_round()
    await desk.verified_payee()
    return found


async def failed(desk: Desk, team: TeamOf) -> dict[str, Any]:
    """Rated unqualified, not put right: revoked."""
    await desk.deliver(team.graded("unqualified", edition=2))
    await desk.deliver(team.rectification_opened())
    await desk.deliver(team.rectification_failed())
    award = await desk.award(team)
    assert award["status"] == "revoked"
    return award  # type: ignore[no-any-return]


async def corrected(desk: Desk, team: TeamOf) -> None:
    """In the order in which assessment says it; the two come from different rows and may also change places."""
    await desk.deliver(team.graded("qualified", edition=3))
    await desk.deliver(team.rectification_cancelled())


async def verified(desk: Desk) -> None:
    assert (await desk.get("/v1/ledger/verify"))["differences"] == []


@pytest.mark.parametrize("cancelled_first", [False, True])
async def test_unpaid_money_is_promised_anew_and_due_at_once(
    desk: Desk, round_id: Any, events: Any, cancelled_first: bool
) -> None:
    team = await desk.qualified_team(round_id)
    await failed(desk, team)
    assert await desk.money(round_id) == {"available": BUDGET}
    said = [team.graded("qualified", edition=3), team.rectification_cancelled()]
    for event in reversed(said) if cancelled_first else said:
        await desk.deliver(event)
    award = await desk.award(team)
    assert (award["status"], [part["status"] for part in award["instalments"]]) == ("active", ["due"])
    assert await desk.money(round_id) == {"available": BUDGET - AMOUNT, "committed": AMOUNT}
    assert [event.obstacles for event in await events(AwardCleared)] == [[]]
    assert len(await events(AwardReinstated)) == 1
    await desk.pay(team)
    assert (await desk.award(team))["status"] == "settled"
    await verified(desk)


async def test_told_twice_it_comes_back_once(desk: Desk, round_id: Any, events: Any) -> None:
    team = await desk.qualified_team(round_id)
    await failed(desk, team)
    await corrected(desk, team)
    await desk.deliver(team.rectification_cancelled())
    assert len(await events(AwardReinstated)) == 1
    await verified(desk)


async def test_what_was_owed_is_forgiven_and_what_came_back_is_paid_once_more(
    desk: Desk, round_id: Any, events: Any
) -> None:
    team = await desk.qualified_team(round_id)
    await desk.pay(team)
    award = await failed(desk, team)
    [owed] = (await desk.get("/v1/recoveries", award_id=award["id"]))["items"]
    body = {"amount_fen": 300_000, "reference": "HK-1", "paid_on": "2020-03-01"}
    part = await desk.post(desk.maker, f"/v1/recoveries/{owed['id']}/repayments", body, 201)
    await desk.post(desk.checker, f"/v1/repayments/{part['id']}/confirm")
    await corrected(desk, team)

    found = await desk.award(team)
    assert [(p["amount_fen"], p["status"]) for p in found["instalments"]] == [(AMOUNT, "paid"), (300_000, "due")]
    [closed] = (await desk.get("/v1/recoveries", award_id=award["id"]))["items"]
    assert (closed["status"], closed["owed_fen"], closed["repaid_fen"]) == ("forgiven", 0, 300_000)
    assert len(await events(RecoveryForgiven)) == 1
    assert await desk.money(round_id) == {
        "available": BUDGET - AMOUNT - 300_000,
        "committed": 300_000,
        "paid": AMOUNT - 300_000,
        "recovered": 300_000,
    }
    await verified(desk)
    await desk.pay(team)
    assert (await desk.money(round_id))["paid"] == AMOUNT
    await verified(desk)


async def test_all_of_it_came_back_and_all_of_it_is_paid_once_more(desk: Desk, round_id: Any) -> None:
    team = await desk.qualified_team(round_id)
    await desk.pay(team)
    award = await failed(desk, team)
    await desk.repay(award["id"])
    assert (await desk.award(team))["status"] == "recovered"
    await corrected(desk, team)
    await desk.pay(team)
    assert await desk.money(round_id) == {"available": BUDGET - 2 * AMOUNT, "paid": AMOUNT, "recovered": AMOUNT}
    # found wanting once more, and put right once more: nothing is made good twice
    await desk.deliver(team.graded("unqualified", edition=4))
    again = replace(team, rectification_id=uuid4())
    await desk.deliver(again.rectification_opened())
    await desk.deliver(again.rectification_failed())
    await desk.deliver(team.graded("qualified", edition=5))
    await desk.deliver(again.rectification_cancelled())
    assert await desk.money(round_id) == {"available": BUDGET - 2 * AMOUNT, "paid": AMOUNT, "recovered": AMOUNT}
    await verified(desk)


async def test_what_the_bureau_revoked_itself_stays_revoked(desk: Desk, round_id: Any) -> None:
    team = await desk.qualified_team(round_id)
    award = await desk.award(team)
    await desk.post(desk.bureau, f"/v1/awards/{award['id']}/revoke", {"reason": "虚报服务记录"})
    await desk.deliver(team.rectification_cancelled())
    assert (await desk.award(team))["status"] == "revoked"
    path = f"/v1/awards/{award['id']}/reinstate"
    assert await desk.refused(desk.bureau, path) == ["award.ground_stands"]


async def test_without_the_money_it_waits_for_the_bureau(desk: Desk, round_id: Any, events: Any) -> None:
    team = await desk.qualified_team(round_id)
    award = await failed(desk, team)
    await desk.appropriate(round_id, AMOUNT - 1)
    await corrected(desk, team)
    assert [event.obstacles for event in await events(AwardCleared)] == [["award.short"]]
    path = f"/v1/awards/{award['id']}/reinstate"
    assert await desk.refused(desk.bureau, path) == ["award.short"]
    [action] = [a for a in (await desk.award(team))["actions"] if a["action"] == "reinstate"]
    assert [reason["code"] for reason in action["reasons"]] == ["award.short"]
    await desk.appropriate(round_id, AMOUNT)
    await desk.post(desk.bureau, path)
    assert (await desk.award(team))["status"] == "active"
    await verified(desk)


async def test_it_waits_for_a_team_that_was_dissolved_for_it(desk: Desk, round_id: Any, events: Any) -> None:
    team = await desk.qualified_team(round_id)
    award = await failed(desk, team)
    await desk.deliver(team.dissolved())
    await corrected(desk, team)
    assert [event.obstacles for event in await events(AwardCleared)] == [["award.team_gone"]]
    assert await desk.refused(desk.bureau, f"/v1/awards/{award['id']}/reinstate") == ["award.team_gone"]
    owed = (await desk.get("/v1/due", round_id=round_id))["items"]
    assert [(one["code"], one["role"]) for one in owed] == [("reinstate", "bureau")]
    await desk.deliver(team.reinstated())
    award = await desk.award(team)
    assert (award["status"], award["cleared_at"], [p["status"] for p in award["instalments"]]) == (
        "active",
        None,
        ["due"],
    )
    await verified(desk)


async def test_a_team_that_hears_of_its_end_late_is_paid_nothing_until_it_is_back(desk: Desk, round_id: Any) -> None:
    team = await desk.qualified_team(round_id)
    await failed(desk, team)
    await corrected(desk, team)
    await desk.deliver(team.dissolved())
    award = await desk.award(team)
    assert (award["status"], award["hold_reason"]) == ("active", "team.gone")
    assert [p["status"] for p in award["instalments"]] == ["held"]
    await desk.deliver(team.reinstated())
    award = await desk.award(team)
    assert (award["hold_reason"], [p["status"] for p in award["instalments"]]) == (None, ["due"])
    await verified(desk)


@pytest.mark.parametrize("way", ["withdrawn", "left_dissolved"])
async def test_a_team_that_somebody_ended_does_not_bring_its_award_back(
    desk: Desk, round_id: Any, events: Any, way: str
) -> None:
    team = await desk.qualified_team(round_id)
    award = await failed(desk, team)
    if way == "left_dissolved":
        await desk.deliver(team.dissolved())
        await corrected(desk, team)
        await desk.deliver(team.dissolved(""))
    else:
        await desk.deliver(team.withdrawn())
        await corrected(desk, team)
    found = await desk.award(team)
    assert (found["status"], found["ended_reason"][:5], found["cleared_at"]) == ("revoked", "team.", None)
    refused = await desk.refused(desk.bureau, f"/v1/awards/{award['id']}/reinstate")
    assert refused[0] == "award.team_left"
    assert await events(AwardReinstated) == []
    assert (await desk.get("/v1/due", round_id=round_id))["items"] == []
    await verified(desk)


async def test_a_concluded_team_gets_its_money_and_its_award_closes(desk: Desk, round_id: Any) -> None:
    team = await desk.qualified_team(round_id)
    await desk.pay(team)
    await failed(desk, team)
    await desk.deliver(team.concluded())
    await corrected(desk, team)
    assert (await desk.award(team))["status"] in ("settled", "closed")
    await verified(desk)


async def test_one_year_put_right_does_not_undo_what_another_year_failed(desk: Desk, round_id: Any) -> None:
    team = await desk.qualified_team(round_id)
    later = replace(team, assessment_id=uuid4(), rectification_id=uuid4())
    await failed(desk, team)
    for event in (later.graded("unqualified"), later.rectification_opened(), later.rectification_failed()):
        await desk.deliver(event)
    await corrected(desk, team)
    assert (await desk.award(team))["status"] == "revoked"
    await desk.deliver(later.graded("qualified", edition=2))
    await desk.deliver(later.rectification_cancelled())
    assert (await desk.award(team))["status"] == "active"
    await verified(desk)


async def test_found_wanting_once_more_it_waits_no_longer(desk: Desk, round_id: Any) -> None:
    team = await desk.qualified_team(round_id)
    award = await failed(desk, team)
    await desk.appropriate(round_id, AMOUNT - 1)
    await corrected(desk, team)
    again = replace(team, rectification_id=uuid4())
    for event in (team.graded("unqualified", 4), again.rectification_opened(), again.rectification_failed()):
        await desk.deliver(event)
    await desk.appropriate(round_id, AMOUNT)
    path = f"/v1/awards/{award['id']}/reinstate"
    assert await desk.refused(desk.bureau, path) == ["award.ground_stands"]


def test_every_obstacle_is_said_at_once() -> None:
    facts = ReinstatementFacts("revoked", False, ("in_batch",), 10, 5, 14, pending=True, team_gone=True)
    found = [reason.code for reason in reinstate_obstacles(facts)]
    assert found == ["award.ground_stands", "award.team_gone", "award.at_bank", "award.pending", "award.short"]
    left = replace(facts, ground="team.withdrawn", team_gone=False)
    assert [reason.code for reason in reinstate_obstacles(left)][:2] == ["award.team_left", "award.at_bank"]
    assert reinstate_obstacles(ReinstatementFacts("revoked", True, ("paid",), 10, 5, 15)) == []


def test_only_a_failed_rectification_can_lose_its_ground() -> None:
    assert clear("revoked", "rectification.failed")
    assert clear("recovered", "rectification.failed")
    assert not clear("active", "rectification.failed")
    assert not clear("revoked", "虚报服务记录")
    assert not clear("revoked", None)
