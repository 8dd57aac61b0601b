"""What is taken back, as sentences: batches that nobody has, claims, revocations, accounts that the bank refuses."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.funding.rules import award, batch, budget, instalment, recovery, reinstatement, repayment
from services.funding.rules.award import AwardFacts
from services.funding.rules.batch import BatchFacts
from services.funding.rules.instalment import InstalmentFacts
from services.funding.rules.payee import GROUNDS, PayeeFacts
from services.funding.rules.recovery import RecoveryFacts
from services.funding.rules.reinstatement import ReinstatementFacts
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotAllowed
from tests.funding.reasons import refused, said

BUREAU, MAKER, CHECKER = (Actor(name, frozenset({name})) for name in ("bureau", "finance_maker", "finance_checker"))
SENT = BatchFacts("sent", "finance_maker", 0, (None, None))
OWED = RecoveryFacts("opened", 100, date(2026, 3, 31))
REVOKED = ReinstatementFacts("revoked", True, ("paid", "cancelled"), 10, 5, 15)
THEN = datetime(2026, 3, 1, tzinfo=UTC)
VERIFIED = PayeeFacts("verified", "unit", THEN, "三峡学院")


class TestBatches:
    def test_one_that_nobody_has_is_voided_by_another_with_a_reason(self) -> None:
        assert batch.void(SENT, "选错批次", CHECKER) == "voided"
        assert refused(batch.void, SENT, "选错批次", MAKER, kind=Forbidden) == ["batch.role"]
        assert refused(batch.void, replace(SENT, status="settled"), "x", CHECKER, kind=NotAllowed) == [
            "batch.status /status"
        ]

    def test_everything_that_speaks_against_it_is_said_at_once(self) -> None:
        out = replace(SENT, made_by=CHECKER.id, handed_out=1, results=(None, "paid"))
        codes = ["batch.reason /reason", "batch.same_person", "batch.handed_out", "batch.answered"]
        assert refused(batch.void, out, " ", CHECKER) == codes

    def test_the_file_of_a_voided_one_is_handed_out_no_more(self) -> None:
        assert said(batch.file_obstacles("voided")) == ["batch.voided"]
        assert [batch.file_obstacles(status) for status in ("sent", "settled")] == [[], []]

    @pytest.mark.parametrize("result", ["paid", "returned", "unknown"])
    def test_the_bank_answers_nothing_of_a_voided_instruction(self, result: str) -> None:
        assert refused(batch.answer, "voided", result) == ["instruction.voided /result"]

    def test_one_person_does_not_say_what_became_of_an_unknown_payment(self) -> None:
        assert refused(batch.answer, "unknown", "paid", typed=True) == ["instruction.two_people /result"]
        assert batch.answer("unknown", "paid", typed=False) is True
        assert batch.answer(None, "paid", typed=True) is True
        assert batch.answer("unknown", "unknown", typed=True) is False


class TestClaims:
    def test_an_untouched_claim_is_taken_back_with_a_reason(self) -> None:
        assert recovery.take_back(OWED, "决算重开", BUREAU) == "reversed"
        assert refused(recovery.take_back, OWED, " ", BUREAU) == ["recovery.reason /reason"]
        assert refused(recovery.take_back, OWED, "决算重开", MAKER, kind=Forbidden) == ["recovery.role"]

    @pytest.mark.parametrize("touched", [replace(OWED, repaid_fen=1), replace(OWED, pending_fen=1)])
    def test_one_that_something_was_paid_of_is_not(self, touched: RecoveryFacts) -> None:
        assert refused(recovery.take_back, touched, "", BUREAU) == ["recovery.reason /reason", "recovery.repaid"]

    @pytest.mark.parametrize("status", ["opened", "partly", "written_off"])
    def test_what_is_owed_or_was_given_up_is_forgiven(self, status: str) -> None:
        assert recovery.forgive(replace(OWED, status=status)) == "forgiven"

    @pytest.mark.parametrize("status", ["recovered", "reversed", "forgiven"])
    def test_what_is_settled_is_not(self, status: str) -> None:
        assert refused(recovery.forgive, replace(OWED, status=status), kind=NotAllowed) == ["recovery.status /status"]

    @pytest.mark.parametrize("written", ["hk-1", "ＨＫ－１", " HK -1 ", "H\u200bK-\u00a01", "HK\t-1"])
    def test_a_reference_is_one_however_it_is_written(self, written: str) -> None:
        assert repayment.as_one(written) == "HK-1"


class TestAwards:
    @pytest.mark.parametrize("status", ["revoked", "recovered"])
    @pytest.mark.parametrize("actor", [SYSTEM, BUREAU])
    def test_a_revoked_one_comes_back_to_the_last_fen(self, status: str, actor: Actor) -> None:
        assert reinstatement.reinstate(replace(REVOKED, status=status), actor) == "active"

    def test_nobody_else_brings_it_back_and_no_other_comes_back(self) -> None:
        assert refused(reinstatement.reinstate, REVOKED, CHECKER, kind=Forbidden) == ["award.role"]
        closed = replace(REVOKED, status="closed")
        assert refused(reinstatement.reinstate, closed, BUREAU, kind=NotAllowed) == ["award.status /status"]

    def test_one_fen_too_little_is_too_little(self) -> None:
        assert refused(reinstatement.reinstate, replace(REVOKED, available_fen=14), SYSTEM) == ["award.short"]

    def test_it_closes_when_the_team_is_concluded_and_the_money_accounted_for(self) -> None:
        serving = AwardFacts("settled", 1, ("paid",), unaccounted=True)
        assert said(award.close_obstacles(serving)) == ["award.team_serves", "award.unaccounted"]
        assert award.close_obstacles(replace(serving, concluded=True, unaccounted=False)) == []

    @pytest.mark.parametrize("amount_fen", [1, 10**13])
    def test_an_award_may_have_this_amount(self, amount_fen: int) -> None:
        assert budget.proposal_obstacles(amount_fen) == []

    @pytest.mark.parametrize("amount_fen", [-1, 0, 10**13 + 1])
    def test_no_award_can_have_this_amount(self, amount_fen: int) -> None:
        [reason] = budget.proposal_obstacles(amount_fen)
        assert said([reason]) == ["award.amount_range /amount_fen"]
        assert "100,000,000,000.00" in reason.zh
        assert "100,000,000,000.00" in reason.en


class TestInstalments:
    def test_a_cancelled_one_waits_for_its_gates_again(self) -> None:
        assert instalment.reinstate(InstalmentFacts("cancelled", 1)) == "scheduled"
        assert refused(instalment.reinstate, InstalmentFacts("paid", 1), kind=NotAllowed) == [
            "instalment.status /status"
        ]

    def test_what_came_back_is_asked_for_again_under_the_agreed_name(self) -> None:
        back = InstalmentFacts("returned", 1)
        assert instalment.reissue(back, VERIFIED, MAKER) == "reissued"
        assert instalment.reissue(back, VERIFIED, MAKER, "三峡学院") == "reissued"
        assert refused(instalment.reissue, back, VERIFIED, MAKER, "西南大学") == ["payee.name_mismatch"]
        assert refused(instalment.reissue, back, None, MAKER) == ["payee.not_verified"]

    @pytest.mark.parametrize("ground", GROUNDS)
    def test_an_account_that_the_bank_refused_is_named_with_its_ground(self, ground: str) -> None:
        closed = replace(VERIFIED, status="closed", closed_as=ground)
        asked = InstalmentFacts("returned", 1)
        assert refused(instalment.reissue, asked, None, MAKER, last=closed) == ["payee.refused"]
        [reason] = instalment.request_obstacles(None, last=closed)
        assert GROUNDS[ground] in reason.zh
        assert f"({ground.replace('_', ' ')})" in reason.en
        assert instalment.reissue(asked, VERIFIED, MAKER, last=closed) == "reissued"
