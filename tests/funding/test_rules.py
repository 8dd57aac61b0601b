"""The funding rules as sentences: awards, instalments, payees, batches, budget."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.rules import award, batch, budget, instalment, payee
from services.funding.rules.award import AwardFacts, GradeFacts
from services.funding.rules.budget import BudgetFacts
from services.funding.rules.instalment import InstalmentFacts
from services.funding.rules.payee import PayeeFacts
from services.funding.rules.policy import Policy, Share
from services.funding.rules.treasury import TreasuryFields
from shared.actor import SYSTEM, Actor
from shared.contracts.policy import SCHEDULES
from shared.errors import Forbidden, NotAllowed, Refused

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLICY = Policy()
MAKER = Actor("maker", frozenset({"finance_maker"}))
CHECKER = Actor("checker", frozenset({"finance_checker"}))
THIRD = Actor("third", frozenset({"finance_checker"}))
BUREAU = Actor("bureau", frozenset({"bureau"}))
BOTH = Actor("maker", frozenset({"finance_maker", "finance_checker"}))
"""The maker, who also carries a checker's role."""

VERIFIED = PayeeFacts("verified", "maker", NOW)
ACTIVE = AwardFacts("active", 10_000_000, ("due",))
DUE = InstalmentFacts("due", 10_000_000, ("grade",))


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


BAND = (5_000_000, 20_000_000)


class TestBudget:
    def test_money_is_reserved_while_the_budget_lasts(self) -> None:
        assert budget.reserve(BudgetFacts(20_000_000, 10_000_000), 10_000_000, BAND).granted

    def test_a_refusal_says_how_much_is_missing(self) -> None:
        answer = budget.reserve(BudgetFacts(20_000_000, 4_000_000), 10_000_000, BAND)
        assert (answer.granted, answer.code, answer.short_fen) == (False, "budget.short", 6_000_000)

    def test_one_missing_fen_is_missing(self) -> None:
        assert budget.reserve(BudgetFacts(5_000_000, 4_999_999), 5_000_000, BAND).short_fen == 1

    @pytest.mark.parametrize("amount_fen", [5_000_000, 20_000_000])
    def test_the_ends_of_the_band_belong_to_it(self, amount_fen: int) -> None:
        answer = budget.reserve(BudgetFacts(amount_fen, amount_fen), amount_fen, BAND)
        assert (answer.granted, answer.short_fen) == (True, 0)

    @pytest.mark.parametrize("amount_fen", [4_999_999, 20_000_001])
    def test_no_amount_outside_the_band_is_reserved(self, amount_fen: int) -> None:
        assert budget.reserve(BudgetFacts(10**9, 10**9), amount_fen, BAND).code == "award.band"

    def test_an_appropriation_may_be_cut_down_to_what_is_promised_and_no_further(self) -> None:
        facts = BudgetFacts(20_000_000, 8_000_000)
        assert budget.change(facts, 12_000_000, "年中调减") == -8_000_000
        with pytest.raises(Refused) as refused:
            budget.change(facts, 11_999_999, "")
        assert codes(refused) == ["appropriation.below_promised", "appropriation.reason"]
        assert "120,000.00 yuan" in refused.value.reasons[0].en


class TestAward:
    def test_it_is_promised_to_the_fen_that_was_reserved(self) -> None:
        assert award.commit(AwardFacts("reserved", 100), 100) == "committed"
        with pytest.raises(Refused, match=r"award\.amount"):
            award.commit(AwardFacts("reserved", 100), 101)

    def test_an_agreement_with_another_amount_does_not_start_it(self) -> None:
        assert award.activate(AwardFacts("committed", 100), 100) == "active"
        with pytest.raises(Refused, match=r"award\.amount"):
            award.activate(AwardFacts("committed", 100), 99)

    def test_it_settles_only_when_every_instalment_is_paid_or_cancelled(self) -> None:
        assert award.settle(replace(ACTIVE, instalments=("paid", "cancelled"))) == "settled"
        for open_status in set(instalment.LIFECYCLE.statuses) - {"paid", "cancelled"}:
            with pytest.raises(Refused, match=r"award\.open_instalments"):
                award.settle(replace(ACTIVE, instalments=("paid", open_status)))

    def test_held_money_keeps_an_award_active(self) -> None:
        with pytest.raises(Refused, match=r"award\.open_instalments"):
            award.settle(replace(ACTIVE, instalments=("held",), concluded=True))

    def test_it_closes_when_its_team_is_concluded(self) -> None:
        assert award.close(AwardFacts("settled", 100, ("paid",), concluded=True)) == "closed"
        with pytest.raises(Refused, match=r"award\.team_serves"):
            award.close(AwardFacts("settled", 100, ("paid",)))

    @pytest.mark.parametrize("status", ["reserved", "committed", "active"])
    def test_a_team_that_leaves_before_any_payment_frees_its_money(self, status: str) -> None:
        assert award.release(AwardFacts(status, 100, ("due",))) == "released"

    @pytest.mark.parametrize("status", ["paid", "in_batch", "unknown"])
    def test_money_that_was_paid_or_is_with_the_bank_is_never_just_released(self, status: str) -> None:
        with pytest.raises(Refused, match=r"award\.paid"):
            award.release(replace(ACTIVE, instalments=(status, "due")))

    def test_the_bureau_revokes_with_a_reason_also_a_closed_award(self) -> None:
        assert award.revoke(AwardFacts("closed", 100, ("paid",)), "虚报服务", BUREAU) == "revoked"
        with pytest.raises(Refused, match=r"award\.reason"):
            award.revoke(ACTIVE, " ", BUREAU)
        with pytest.raises(Forbidden):
            award.revoke(ACTIVE, "x", MAKER)

    def test_it_is_recovered_when_everything_is_back_and_nothing_with_the_bank(self) -> None:
        paid_back = AwardFacts("revoked", 100, ("paid", "cancelled"), recovered_fen=60)
        assert award.recover(paid_back) == "recovered"
        with pytest.raises(Refused) as refused:
            award.recover(AwardFacts("revoked", 100, ("unknown",), missing_fen=1))
        assert codes(refused) == ["award.at_bank", "award.nothing_back", "award.missing"]

    def test_what_the_table_does_not_list_is_refused_with_what_it_lists(self) -> None:
        with pytest.raises(NotAllowed, match="recover"):
            award.commit(AwardFacts("revoked", 100), 100)

    @given(st.integers(1, 10**11), st.lists(st.integers(1, 30), min_size=1, max_size=6))
    def test_instalments_always_sum_to_the_award(self, amount_fen: int, shares: list[int]) -> None:
        percents = [*shares[:-1], 100 - sum(shares[:-1])] if sum(shares[:-1]) < 100 else [100]
        parts = award.schedule(amount_fen, [Share(p, ()) for p in percents])
        assert sum(parts) == amount_fen
        assert all(part >= 0 for part in parts)

    def test_the_last_instalment_takes_the_fen_that_do_not_divide(self) -> None:
        assert award.schedule(5_000_001, SCHEDULES["two_payments"]) == [3_000_000, 2_000_001]

    def test_three_instalments_take_their_shares_in_order(self) -> None:
        assert award.schedule(1_001, [Share(50, ()), Share(30, ()), Share(20, ())]) == [500, 300, 201]

    @pytest.mark.parametrize("percents", [(60, 30), (100, 0), (110, -10)])
    def test_a_schedule_of_other_than_positive_shares_of_a_hundred_is_an_error(self, percents: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match="sum to 100"):
            award.schedule(100, [Share(percent, ()) for percent in percents])


class TestGraded:
    def test_without_a_grade_the_gate_is_closed_and_nothing_is_held(self) -> None:
        assert award.graded([]) == award.Graded(gate=False)

    @pytest.mark.parametrize("grade", ["qualified", "excellent"])
    def test_qualified_or_better_opens_the_gate(self, grade: str) -> None:
        assert award.graded([GradeFacts(grade)]) == award.Graded(gate=True)

    def test_unqualified_holds(self) -> None:
        assert award.graded([GradeFacts("unqualified")]) == award.Graded(False, "grade.unqualified")

    def test_a_passed_rectification_counts_like_qualified(self) -> None:
        assert award.graded([GradeFacts("unqualified", rectified=True)]) == award.Graded(gate=True)

    def test_one_unqualified_year_holds_also_beside_a_good_one(self) -> None:
        years = [GradeFacts("excellent"), GradeFacts("unqualified")]
        assert award.graded(years).hold == "grade.unqualified"


class TestInstalment:
    def test_it_is_due_when_every_gate_is_met(self) -> None:
        waiting = InstalmentFacts("scheduled", 1, ("agreed", "begun"))
        assert instalment.due(waiting, {"agreed", "begun"}) == "due"
        with pytest.raises(Refused) as refused:
            instalment.due(waiting, set())
        assert codes(refused) == ["instalment.gate_agreed", "instalment.gate_begun"]

    def test_a_request_needs_a_verified_account(self) -> None:
        assert instalment.request(DUE, VERIFIED, TreasuryFields(), POLICY, MAKER) == "requested"
        for account in (None, replace(VERIFIED, status="registered"), replace(VERIFIED, status="replaced")):
            with pytest.raises(Refused, match=r"payee\.not_verified"):
                instalment.request(DUE, account, TreasuryFields(), POLICY, MAKER)

    def test_a_second_person_approves(self) -> None:
        assert (
            instalment.approve(replace(DUE, status="requested", signed=("maker",)), VERIFIED, POLICY, CHECKER)
            == "approved"
        )

    def test_nobody_checks_a_request_of_their_own_whatever_their_roles(self) -> None:
        with pytest.raises(Refused, match=r"instalment\.same_person"):
            instalment.approve(replace(DUE, status="requested", signed=("maker",)), VERIFIED, POLICY, BOTH)

    def test_a_large_amount_needs_a_third_person(self) -> None:
        large = InstalmentFacts("requested", POLICY.second_checker_from_fen, signed=("maker",))
        assert instalment.approve(large, VERIFIED, POLICY, CHECKER) == "requested"
        once = replace(large, signed=("maker", "checker"))
        with pytest.raises(Refused, match=r"instalment\.same_person"):
            instalment.approve(once, VERIFIED, POLICY, CHECKER)
        assert instalment.approve(once, VERIFIED, POLICY, THIRD) == "approved"

    def test_an_amount_just_below_the_threshold_needs_two_people(self) -> None:
        just_below = InstalmentFacts("requested", POLICY.second_checker_from_fen - 1, signed=("maker",))
        assert instalment.approve(just_below, VERIFIED, POLICY, CHECKER) == "approved"

    def test_an_approval_for_an_account_that_was_replaced_meanwhile_is_refused(self) -> None:
        with pytest.raises(Refused, match=r"payee\.changed"):
            instalment.approve(
                replace(DUE, status="requested", signed=("maker",)),
                replace(VERIFIED, status="replaced"),
                POLICY,
                CHECKER,
            )

    def test_the_checker_sends_back_with_a_reason(self) -> None:
        assert instalment.reject(replace(DUE, status="requested"), "缺少发票", CHECKER) == "due"
        with pytest.raises(Refused, match=r"instalment\.reason"):
            instalment.reject(replace(DUE, status="requested"), "", CHECKER)

    def test_a_batch_leaves_out_an_account_that_changed_after_the_approval(self) -> None:
        assert instalment.batch(replace(DUE, status="approved"), VERIFIED, MAKER) == "in_batch"
        with pytest.raises(Refused, match=r"payee\.changed"):
            instalment.batch(replace(DUE, status="approved"), replace(VERIFIED, status="replaced"), MAKER)

    def test_an_unknown_answer_is_a_state_that_a_later_answer_resolves(self) -> None:
        assert instalment.lose(replace(DUE, status="in_batch"), CHECKER) == "unknown"
        assert instalment.pay(replace(DUE, status="unknown"), CHECKER) == "paid"
        assert instalment.return_(replace(DUE, status="unknown"), CHECKER) == "returned"

    @pytest.mark.parametrize("action", ["batch", "reissue", "request"])
    def test_nothing_with_an_unknown_answer_is_ever_sent_again(self, action: str) -> None:
        with pytest.raises(NotAllowed):
            instalment.LIFECYCLE.after(action, "unknown", MAKER)

    def test_a_paid_instalment_stays_paid(self) -> None:
        assert {step.after for step in instalment.LIFECYCLE.steps if "paid" in step.before} == {"paid"}

    def test_what_the_bank_returned_is_asked_for_again_and_checked_again(self) -> None:
        assert instalment.reissue(replace(DUE, status="returned"), VERIFIED, MAKER) == "reissued"
        with pytest.raises(Refused, match=r"payee\.not_verified"):
            instalment.reissue(replace(DUE, status="returned"), None, MAKER)
        again = replace(DUE, status="reissued", signed=("maker",))
        assert instalment.approve(again, VERIFIED, POLICY, CHECKER) == "approved"

    def test_every_status_is_reached_from_the_first(self) -> None:
        for lifecycle in (instalment.LIFECYCLE, award.LIFECYCLE, payee.LIFECYCLE):
            assert {step.after for step in lifecycle.steps} | {next(iter(lifecycle.statuses))} == set(
                lifecycle.statuses
            )


class TestConsequences:
    def test_a_met_gate_makes_it_due_once(self) -> None:
        assert instalment.consequence(InstalmentFacts("scheduled", 1, ("grade",)), {"grade"}, "", False) == "due"
        assert instalment.consequence(InstalmentFacts("due", 1, ("grade",)), {"grade"}, "", False) == ""

    @pytest.mark.parametrize("status", ["scheduled", "due", "requested", "reissued", "approved", "returned"])
    def test_a_hold_catches_everything_that_is_not_with_the_bank(self, status: str) -> None:
        assert instalment.consequence(InstalmentFacts(status, 1), {"grade"}, "grade.unqualified", False) == "hold"

    @pytest.mark.parametrize("status", ["in_batch", "unknown", "paid", "cancelled"])
    def test_a_hold_leaves_what_is_with_the_bank_or_final(self, status: str) -> None:
        assert instalment.consequence(InstalmentFacts(status, 1), set(), "grade.unqualified", False) == ""

    def test_held_money_resumes_when_the_ground_is_gone(self) -> None:
        assert instalment.consequence(InstalmentFacts("held", 1), set(), "", False) == "resume"
        assert instalment.hold(InstalmentFacts("approved", 1)) == "held"
        assert instalment.resume(InstalmentFacts("held", 1)) == "scheduled"

    def test_an_ended_award_cancels_what_was_not_paid(self) -> None:
        assert instalment.consequence(InstalmentFacts("held", 1), set(), "grade.unqualified", True) == "cancel"
        assert instalment.cancel(InstalmentFacts("held", 1)) == "cancelled"
        for status in ("paid", "in_batch", "unknown"):
            assert instalment.consequence(InstalmentFacts(status, 1), set(), "", True) == ""


class TestPayee:
    def test_the_first_account_of_a_unit_needs_a_second_person_and_no_waiting(self) -> None:
        first = PayeeFacts("registered", "maker", payee.usable_from(NOW, False, POLICY))
        assert payee.verify(first, CHECKER, NOW) == "verified"
        with pytest.raises(Refused, match=r"payee\.same_person"):
            payee.verify(first, BOTH, NOW)

    def test_a_changed_account_cools_off_first(self) -> None:
        changed = PayeeFacts("registered", "maker", payee.usable_from(NOW, True, POLICY))
        with pytest.raises(Refused, match=r"payee\.cooling_off"):
            payee.verify(changed, CHECKER, NOW + timedelta(days=2, hours=23))
        assert payee.verify(changed, CHECKER, NOW + timedelta(days=3)) == "verified"

    def test_codes_and_account_numbers_are_read_strictly(self) -> None:
        assert payee.registration_obstacles("12500000743408730K", "471434039744", "7075127192940563568") == []
        found = payee.registration_obstacles("12500000743408730X", "47143403974４", "六二二二")
        assert [reason.pointer for reason in found] == ["/unit_code", "/bank_code", "/account"]

    @pytest.mark.parametrize(("digits", "fits"), [(7, False), (8, True), (32, True), (33, False)])
    def test_an_account_number_has_eight_to_thirty_two_digits(self, digits: int, fits: bool) -> None:
        found = payee.registration_obstacles("12500000743408730K", "471434039744", "6" * digits)
        assert (not found) == fits

    def test_only_the_last_four_digits_are_shown(self) -> None:
        assert payee.masked("7075127192940563568") == "****3568"

    def test_a_newer_account_replaces_the_older(self) -> None:
        assert payee.replace(VERIFIED) == "replaced"


class TestBatch:
    def test_the_same_answer_twice_is_no_news_and_a_contradiction_is_refused(self) -> None:
        assert batch.answer(None, "paid")
        assert not batch.answer("paid", "paid")
        assert batch.answer("unknown", "returned")
        for known, said in (("paid", "returned"), ("returned", "paid"), ("paid", "unknown")):
            with pytest.raises(Refused, match=r"instruction\.settled"):
                batch.answer(known, said)

    def test_a_batch_is_settled_with_its_last_definite_answer(self) -> None:
        assert batch.settle_obstacles(["paid", "returned"]) == []
        for open_ in (["paid", None], ["paid", "unknown"]):
            assert [reason.code for reason in batch.settle_obstacles(open_)] == ["batch.unanswered"]
        assert batch.settle("sent") == "settled"


def test_events_move_awards_and_people_do_not() -> None:
    assert all(step.by == ("system",) for step in award.LIFECYCLE.steps if step.action not in ("revoke", "reinstate"))
    assert award.reserve(AwardFacts("proposed", 1)) == "reserved"
    assert award.refuse(AwardFacts("proposed", 1)) == "refused"
    assert award.revoke(ACTIVE, "rectification.failed", SYSTEM) == "revoked"
