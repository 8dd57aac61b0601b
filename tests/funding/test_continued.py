"""Continued funding for excellent teams, and no new money for whoever owes some."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.funding.rules.budget import BudgetFacts
from services.funding.rules.continuation import EarlierAward, continued_refusals, kept, leave
from services.funding.rules.policy import Policy
from shared.contracts.funding import AwardRefused, AwardReserved
from shared.errors import NotYet
from tests.funding.factories import AMOUNT, UNIT, Desk, TeamOf


async def excellent(desk: Desk, round_id: UUID) -> TeamOf:
    team = await desk.active_team(round_id)
    await desk.deliver(team.graded("excellent"))
    return team


async def refusal(events: Any) -> tuple[str, int]:
    last = (await events(AwardRefused))[-1]
    return last.reason, last.short_fen


async def owing(desk: Desk, round_id: UUID, lead: UUID) -> UUID:
    """A paid team whose award was revoked; the award."""
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.deliver(team.on_notice(lead))
    await desk.pay(team)
    key = (await desk.award(team))["id"]
    await desk.post(desk.bureau, f"/v1/awards/{key}/revoke", {"reason": "虚报"})
    return UUID(key)


class TestRules:
    def test_whoever_was_excellent_and_owes_nothing_may_have_as_much_again(self) -> None:
        earlier = EarlierAward("active", 100, "excellent")
        assert continued_refusals(earlier, 100, Policy()) == []
        assert continued_refusals(earlier, 101, Policy()) == ["continued.amount"]
        assert continued_refusals(earlier, 150, Policy(continued_most_percent=150)) == []

    def test_every_ground_is_found_the_gravest_first(self) -> None:
        earlier = EarlierAward("revoked", 100, "qualified", held=True, owing_fen=1)
        assert continued_refusals(earlier, 101, Policy()) == [
            "continued.revoked",
            "continued.owing",
            "continued.held",
            "continued.not_excellent",
            "continued.amount",
        ]

    def test_what_is_kept_shrinks_with_what_continued_teams_got(self) -> None:
        budget, policy = BudgetFacts(1_000, 500), Policy(continued_reserve_percent=30)
        assert [kept(budget, used, policy) for used in (0, 100, 300, 400)] == [300, 200, 0, 0]
        assert leave(budget, 200, 300).granted
        assert (leave(budget, 201, 300).code, leave(budget, 201, 300).short_fen) == ("budget.kept", 1)


class TestContinuedAward:
    async def test_it_names_the_award_that_it_continues(self, desk: Desk, events: Any) -> None:
        earlier = await excellent(desk, await desk.open_round())
        proposal = earlier.continued_by(await desk.open_round())
        await desk.deliver(proposal)
        assert len(await events(AwardReserved)) == 2
        found = (await desk.get("/v1/awards", team_id=str(proposal.team_id)))["items"][0]
        assert (found["status"], found["continues_team_id"]) == ("reserved", str(earlier.team_id))
        assert found["continues_award_id"] == (await desk.award(earlier))["id"]

    async def test_more_than_before_is_refused(self, desk: Desk, events: Any) -> None:
        earlier, later = await excellent(desk, await desk.open_round()), await desk.open_round()
        await desk.deliver(earlier.continued_by(later, AMOUNT + 1))
        assert await refusal(events) == ("continued.amount", 0)
        assert await desk.money(later) == {"available": 100_000_000}

    async def test_the_last_grade_counts_also_a_corrected_one(self, desk: Desk, events: Any) -> None:
        earlier, later = await excellent(desk, await desk.open_round()), await desk.open_round()
        await desk.deliver(earlier.graded("qualified", edition=2))
        await desk.deliver(earlier.continued_by(later))
        assert await refusal(events) == ("continued.not_excellent", 0)

    async def test_while_money_is_held_or_was_revoked_nobody_continues(self, desk: Desk, events: Any) -> None:
        earlier, later = await excellent(desk, await desk.open_round()), await desk.open_round()
        other = earlier.graded("unqualified", assessment_id=UUID(int=1))
        await desk.deliver(other)
        await desk.deliver(earlier.continued_by(later))
        assert await refusal(events) == ("continued.held", 0)
        await desk.post(desk.bureau, f"/v1/awards/{(await desk.award(earlier))['id']}/revoke", {"reason": "虚报"})
        await desk.deliver(earlier.continued_by(later))
        assert await refusal(events) == ("continued.revoked", 0)

    async def test_the_proposal_waits_for_the_grade_that_it_rests_on(self, desk: Desk) -> None:
        earlier, later = await desk.active_team(await desk.open_round()), await desk.open_round()
        with pytest.raises(NotYet) as waits:
            await desk.deliver(earlier.continued_by(later))
        assert (waits.value.producer, waits.value.aggregate) == ("assessment", f"assessment/{earlier.assessment_id}")

    async def test_a_team_without_an_earlier_award_has_only_band_and_budget(self, desk: Desk, events: Any) -> None:
        later = await desk.open_round()
        await desk.deliver(TeamOf(later).proposed(continues=uuid4()))
        assert [one.round_id for one in await events(AwardReserved)] == [later]


class TestKeptShare:
    async def test_other_teams_leave_it_and_continued_ones_take_it(self, desk: Desk, events: Any) -> None:
        earlier = await excellent(desk, await desk.open_round())
        later = await desk.open_round(2 * AMOUNT, funding={"continued_reserve_percent": 50})
        await desk.deliver(TeamOf(later).proposed())
        await desk.deliver(TeamOf(later).proposed())
        assert await refusal(events) == ("budget.kept", AMOUNT)
        await desk.deliver(earlier.continued_by(later))
        assert await desk.money(later) == {"reserved": 2 * AMOUNT}
        await desk.deliver(TeamOf(later).proposed())
        assert await refusal(events) == ("budget.short", AMOUNT)

    async def test_once_they_have_it_the_rest_is_everybodys(self, desk: Desk) -> None:
        earlier = await excellent(desk, await desk.open_round())
        later = await desk.open_round(3 * AMOUNT, funding={"continued_reserve_percent": 33})
        await desk.deliver(earlier.continued_by(later))
        for _ in range(2):
            await desk.deliver(TeamOf(later).proposed())
        assert await desk.money(later) == {"reserved": 3 * AMOUNT}


class TestOwing:
    async def test_neither_the_lead_nor_the_unit_gets_new_money(self, desk: Desk, events: Any) -> None:
        round_id, lead = await desk.open_round(), uuid4()
        key = await owing(desk, round_id, lead)
        for whose in ({"lead_id": lead}, {"payee_unit_code": UNIT}):
            await desk.deliver(TeamOf(round_id).proposed(**whose))
            assert await refusal(events) == ("award.owing", 0)
        await desk.deliver(TeamOf(round_id).proposed(lead_id=uuid4(), payee_unit_code="another"))
        assert (await desk.money(round_id))["reserved"] == AMOUNT
        await desk.repay(key)
        await desk.deliver(TeamOf(round_id).proposed(lead_id=lead, payee_unit_code=UNIT))
        assert (await desk.money(round_id))["reserved"] == 2 * AMOUNT

    async def test_where_the_policy_lets_it_pass_the_office_is_warned(self, desk: Desk) -> None:
        lead = uuid4()
        await owing(desk, await desk.open_round(), lead)
        later, team = await desk.open_round(funding={"owing_blocks": False}), uuid4()
        await desk.deliver(TeamOf(later, team_id=team).proposed(lead_id=lead))
        found = (await desk.get("/v1/awards", team_id=str(team)))["items"][0]
        assert (found["status"], found["warnings"]) == ("reserved", ["award.owing"])
