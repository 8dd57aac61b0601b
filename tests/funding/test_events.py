"""What other services' events do to the money."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.funding.rules.budget import MOST_FEN
from shared.contracts.base import REGISTRY
from shared.contracts.funding import (
    AppropriationSet,
    AwardClosed,
    AwardRefused,
    AwardReleased,
    AwardReserved,
    AwardRevoked,
    InstalmentDue,
    InstalmentHeld,
    InstalmentPaid,
    InstalmentResumed,
)
from shared.contracts.teams import TeamReopened
from shared.errors import NotYet, Refused
from shared.inbox.apply import reason_of
from tests.funding.factories import AMOUNT, TWO_PAYMENTS, Desk, TeamOf


async def test_a_proposal_sets_its_money_aside(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round(20_000_000)
    team = TeamOf(round_id)
    await desk.deliver(team.proposed())
    assert await desk.money(round_id) == {"reserved": AMOUNT, "available": 12_000_000}
    (reserved,) = await events(AwardReserved)
    assert (reserved.team_id, reserved.amount_fen, reserved.proposal) == (team.team_id, AMOUNT, 1)


async def test_a_refusal_says_the_missing_sum_and_reserves_nothing(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round(10_000_000)
    await desk.deliver(TeamOf(round_id).proposed(7_000_000))
    await desk.deliver(TeamOf(round_id).proposed(7_000_000))
    (refused,) = await events(AwardRefused)
    assert (refused.short_fen, refused.reason) == (4_000_000, "budget.short")
    assert await desk.money(round_id) == {"reserved": 7_000_000, "available": 3_000_000}


async def test_without_an_appropriation_everything_is_missing(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round(None)
    await desk.deliver(TeamOf(round_id).proposed())
    assert [event.short_fen for event in await events(AwardRefused)] == [AMOUNT]


async def test_an_amount_outside_the_band_is_refused_by_name(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    await desk.deliver(TeamOf(round_id).proposed(20_000_001))
    assert [event.reason for event in await events(AwardRefused)] == ["award.band"]


@pytest.mark.parametrize("amount_fen", [0, MOST_FEN + 1, 2**63 - 1, 2**63])
async def test_an_amount_that_no_award_can_have_is_parked_with_its_reason(desk: Desk, amount_fen: int) -> None:
    round_id = await desk.open_round()
    with pytest.raises(Refused) as refusal:
        await desk.deliver(TeamOf(round_id).proposed(amount_fen))
    assert reason_of(refusal.value) == "refused: award.amount_range"
    assert (await desk.get("/v1/awards", round_id=str(round_id)))["items"] == []


async def test_the_largest_amount_that_is_kept_is_refused_for_its_band_however_often(desk: Desk) -> None:
    round_id = await desk.open_round()
    for _team in range(3):
        await desk.deliver(TeamOf(round_id).proposed(MOST_FEN))
    kept = (await desk.get("/v1/awards", round_id=str(round_id)))["items"]
    assert [(one["amount_fen"], one["ended_reason"]) for one in kept] == 3 * [(MOST_FEN, "award.band")]
    assert await desk.money(round_id) == {"available": 100_000_000}


async def test_a_later_proposal_replaces_one_that_was_refused(desk: Desk) -> None:
    round_id = await desk.open_round(None)
    team = TeamOf(round_id)
    await desk.deliver(team.proposed())
    await desk.appropriate(round_id, AMOUNT)
    await desk.deliver(team.proposed(proposal=2))
    assert (await desk.award(team))["status"] == "reserved"
    both = await desk.get("/v1/awards", team_id=str(team.team_id))
    assert sorted((one["proposal"], one["status"]) for one in both["items"]) == [(1, "refused"), (2, "reserved")]


async def test_the_same_proposal_twice_reserves_once(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    team = TeamOf(round_id)
    await desk.deliver(team.proposed())
    await desk.deliver(team.proposed())
    assert (await desk.money(round_id))["reserved"] == AMOUNT
    assert len(await events(AwardReserved)) == 1


async def test_a_proposal_waits_for_its_round(desk: Desk) -> None:
    team = TeamOf(uuid4())
    with pytest.raises(NotYet) as waits:
        await desk.deliver(team.proposed())
    assert (waits.value.producer, waits.value.aggregate) == ("orders", f"round/{team.round_id}")


async def test_a_confirmed_team_has_its_reserved_money_promised(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = TeamOf(round_id)
    await desk.deliver(team.proposed())
    await desk.deliver(team.confirmed())
    assert (await desk.money(round_id))["committed"] == AMOUNT


async def test_a_confirmation_of_another_amount_is_not_guessed_at(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = TeamOf(round_id)
    await desk.deliver(team.proposed())
    with pytest.raises(Refused, match=r"award\.amount"):
        await desk.deliver(team.confirmed(AMOUNT + 1))
    assert (await desk.award(team))["status"] == "reserved"


async def test_two_payments_fall_due_by_their_gates(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round(**TWO_PAYMENTS)
    team = await desk.active_team(round_id, 5_000_001)
    assert [(one["amount_fen"], one["status"]) for one in await desk.instalments(team)] == [
        (3_000_000, "scheduled"),
        (2_000_001, "scheduled"),
    ]
    await desk.deliver(team.started())
    assert await desk.statuses(team) == ["due", "scheduled"]
    await desk.deliver(team.graded("excellent"))
    assert await desk.statuses(team) == ["due", "due"]
    assert [event.number for event in await events(InstalmentDue)] == [1, 2]


async def test_all_of_it_is_due_once_qualified(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    await desk.deliver(team.started())
    assert await desk.statuses(team) == ["scheduled"]
    await desk.deliver(team.graded("qualified"))
    assert await desk.statuses(team) == ["due"]


async def test_a_grade_that_comes_before_the_agreement_counts_when_it_is_signed(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = TeamOf(round_id)
    await desk.deliver(team.proposed())
    await desk.deliver(team.graded("qualified"))
    await desk.deliver(team.confirmed())
    await desk.deliver(team.agreed())
    assert await desk.statuses(team) == ["due"]


@pytest.mark.parametrize("verb", ["withdrawn", "dissolved", "lapsed", "rejected", "reopened"])
async def test_a_team_that_leaves_frees_its_money(desk: Desk, events: Any, verb: str) -> None:
    round_id = await desk.open_round()
    reserved, committed, active = TeamOf(round_id), TeamOf(round_id), await desk.active_team(round_id)
    await desk.deliver(reserved.proposed())
    await desk.deliver(committed.proposed())
    await desk.deliver(committed.confirmed())
    for team in (reserved, committed, active):
        await desk.deliver(REGISTRY[f"teams.team.{verb}.v1"](**team.ids))
        assert (await desk.award(team))["status"] == "released"
    assert await desk.money(round_id) == {"available": 100_000_000}
    assert await desk.statuses(active) == ["cancelled"]
    assert len(await events(AwardReleased)) == 3


async def test_a_reopened_team_may_be_proposed_again(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = TeamOf(round_id)
    await desk.deliver(team.proposed())
    await desk.deliver(TeamReopened(**team.ids))
    await desk.deliver(team.proposed(6_000_000, proposal=2))
    assert (await desk.money(round_id))["reserved"] == 6_000_000


async def test_a_team_that_never_had_money_leaves_without_a_trace(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    before = len(await events())
    await desk.deliver(TeamOf(round_id).withdrawn())
    assert len(await events()) == before


async def test_a_team_that_leaves_after_a_payment_owes_it(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round(**TWO_PAYMENTS)
    await desk.verified_payee()
    team = await desk.active_team(round_id)
    await desk.deliver(team.started())
    await desk.pay(team)
    await desk.deliver(team.withdrawn())
    assert await desk.statuses(team) == ["paid", "cancelled"]
    assert await desk.money(round_id) == {"available": 95_200_000, "recoverable": 4_800_000}
    (revoked,) = await events(AwardRevoked)
    assert revoked.amount_fen == 4_800_000


async def test_unqualified_holds_what_is_not_paid(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    await desk.deliver(team.graded("unqualified"))
    award = await desk.award(team)
    assert (award["hold_reason"], award["instalments"][0]["status"]) == ("grade.unqualified", "held")
    assert await desk.money(round_id) == {"available": 92_000_000, "held": AMOUNT}
    assert len(await events(InstalmentHeld)) == 1


async def test_a_corrected_edition_undoes_the_hold_and_another_redoes_it(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    await desk.deliver(team.graded("unqualified"))
    await desk.deliver(team.graded("qualified", edition=2))
    assert await desk.statuses(team) == ["due"]
    assert len(await events(InstalmentResumed)) == 1
    await desk.deliver(team.graded("unqualified", edition=3))
    assert await desk.statuses(team) == ["held"]


async def test_a_correction_takes_back_a_request_that_was_approved(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.approve(team)
    await desk.deliver(team.graded("unqualified", edition=2))
    (held,) = await desk.instalments(team)
    assert (held["status"], held["requested_by"], held["approved_by"]) == ("held", None, None)
    await desk.deliver(team.graded("qualified", edition=3))
    assert await desk.statuses(team) == ["due"]


async def test_an_older_edition_that_arrives_late_changes_nothing(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    await desk.deliver(team.graded("qualified", edition=2))
    await desk.deliver(team.graded("unqualified", edition=1))
    assert await desk.statuses(team) == ["due"]


async def test_a_team_of_several_years_is_paid_once(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.pay(team)
    await desk.deliver(team.graded("excellent", assessment_id=uuid4()))
    assert await desk.statuses(team) == ["paid"]
    assert len(await events(InstalmentDue)) == 1


async def test_a_passed_rectification_releases_the_held_money(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    await desk.deliver(team.graded("unqualified"))
    await desk.deliver(team.rectification_opened())
    assert await desk.statuses(team) == ["held"]
    await desk.deliver(team.rectification_passed())
    assert await desk.statuses(team) == ["due"]


async def test_a_passed_rectification_does_not_cover_a_later_unqualified_edition(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    await desk.deliver(team.graded("unqualified"))
    await desk.deliver(team.rectification_passed())
    await desk.deliver(team.graded("qualified", edition=2))
    await desk.deliver(team.graded("unqualified", edition=3))
    assert await desk.statuses(team) == ["held"]


async def test_a_rectification_waits_for_its_assessment(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    with pytest.raises(NotYet) as waits:
        await desk.deliver(team.rectification_passed())
    assert waits.value.aggregate == f"assessment/{team.assessment_id}"


async def test_a_failed_rectification_revokes_the_award(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    await desk.deliver(team.graded("unqualified"))
    await desk.deliver(team.rectification_failed())
    await desk.deliver(team.rectification_failed())
    award = await desk.award(team)
    assert (award["status"], award["ended_reason"]) == ("revoked", "rectification.failed")
    assert award["instalments"][0]["status"] == "cancelled"
    assert await desk.money(round_id) == {"available": 100_000_000}
    assert [event.amount_fen for event in await events(AwardRevoked)] == [0]


async def test_what_a_team_does_after_its_award_was_revoked_moves_no_money(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = TeamOf(round_id)
    await desk.deliver(team.proposed())
    key = (await desk.award(team))["id"]
    await desk.post(desk.bureau, f"/v1/awards/{key}/revoke", {"reason": "材料虚假"})
    for event in (team.confirmed(), team.agreed(), team.started(), team.graded("qualified"), team.concluded()):
        await desk.deliver(event)
    assert (await desk.award(team))["status"] == "revoked"
    assert await desk.money(round_id) == {"available": 100_000_000}


async def test_a_failed_rectification_claims_back_what_was_paid_in_an_earlier_year(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.pay(team)
    second_year = replace(team, assessment_id=uuid4())
    await desk.deliver(second_year.graded("unqualified"))
    await desk.deliver(second_year.rectification_failed())
    assert await desk.money(round_id) == {"available": 92_000_000, "recoverable": AMOUNT}


async def test_a_paid_award_closes_when_its_team_is_concluded(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.pay(team)
    assert (await desk.award(team))["status"] == "settled"
    await desk.deliver(team.concluded())
    assert (await desk.award(team))["status"] == "closed"
    assert [event.amount_fen for event in await events(AwardClosed)] == [AMOUNT]


async def test_held_money_stays_visible_after_the_team_is_concluded(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    await desk.deliver(team.graded("unqualified"))
    await desk.deliver(team.concluded())
    assert (await desk.award(team))["status"] == "active"
    assert (await desk.money(round_id))["held"] == AMOUNT


async def test_what_the_bank_returns_while_the_award_is_on_hold_is_held(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.approve(team)
    batch = await desk.batch(round_id)
    await desk.deliver(team.graded("unqualified", edition=2))
    assert await desk.statuses(team) == ["in_batch"]
    await desk.answer(batch, "returned")
    assert await desk.statuses(team) == ["held"]


async def test_a_payment_that_arrives_after_the_revocation_must_come_back(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.approve(team)
    batch = await desk.batch(round_id)
    await desk.deliver(team.graded("unqualified", edition=2))
    await desk.deliver(team.rectification_failed())
    assert (await desk.money(round_id))["in_transit"] == AMOUNT
    await desk.answer(batch, "unknown")
    await desk.resolve(batch, "paid")
    assert await desk.money(round_id) == {"available": 92_000_000, "recoverable": AMOUNT}
    assert len(await events(InstalmentPaid)) == 1


async def test_what_the_bank_returns_after_the_revocation_is_free(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.approve(team)
    batch = await desk.batch(round_id)
    await desk.deliver(team.withdrawn())
    await desk.answer(batch, "returned")
    assert await desk.statuses(team) == ["cancelled"]
    assert await desk.money(round_id) == {"available": 100_000_000}


async def test_an_appropriation_is_said_with_its_amount(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round(30_000_000)
    await desk.appropriate(round_id, 30_000_000)
    await desk.appropriate(round_id, 40_000_000)
    assert [event.amount_fen for event in await events(AppropriationSet)] == [30_000_000, 40_000_000]
