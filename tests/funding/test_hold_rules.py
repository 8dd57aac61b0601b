"""Holds, proofs and budget lines as sentences: every refusal with what it points to, and who may do what."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.funding.rules import budget_line, hold, proof
from services.funding.rules.budget_line import LineFacts
from services.funding.rules.hold import HoldFacts
from services.funding.rules.policy import Policy, Share
from services.funding.rules.proof import ProofFacts, Wanted
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotAllowed
from tests.funding.reasons import refused, said

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 3, 2), date(2026, 3, 1)
BUREAU, SUPERVISOR, MAKER, LEAD = (
    Actor(name, frozenset({name})) for name in ("bureau", "supervisor", "finance_maker", "expert")
)
HELD = HoldFacts("standing", "person", "bureau")
RECEIPT = ProofFacts("receipt", "submitted", "finance_maker", "expert")
MILESTONE = ProofFacts("milestone", "submitted", "bureau", "expert")
LINES = [LineFacts("差旅费", 600), LineFacts("培训费", 400)]


class TestHold:
    @pytest.mark.parametrize("status", ["reserved", "committed", "active"])
    def test_money_that_is_not_paid_can_be_held(self, status: str) -> None:
        assert hold.place(status, None, "查实中", TODAY, BUREAU, NOW) == ("standing", "bureau")
        assert hold.place(status, "due", "查实中", None, SUPERVISOR, NOW) == ("standing", "supervisor")

    @pytest.mark.parametrize("status", ["refused", "settled", "closed", "released", "revoked", "recovered"])
    def test_an_ended_award_cannot(self, status: str) -> None:
        found = refused(hold.place, status, "paid", " ", YESTERDAY, BUREAU, NOW)
        assert found == ["hold.award_ended", "hold.reason /reason", "hold.until /until"]

    @pytest.mark.parametrize("part", ["paid", "cancelled"])
    def test_an_instalment_that_is_final_cannot(self, part: str) -> None:
        found = refused(hold.place, "active", part, "x", None, BUREAU, NOW)
        assert found == ["hold.instalment_final /instalment_id"]

    def test_who_placed_it_lifts_it(self) -> None:
        assert hold.lift(HELD, "已核实", BUREAU) == "lifted"
        assert hold.lift(HELD, "已核实", SUPERVISOR) == "lifted"
        by_supervisor = replace(HELD, placed_as="supervisor")
        assert hold.lift(by_supervisor, "已核实", SUPERVISOR) == "lifted"
        assert refused(hold.lift, by_supervisor, " ", BUREAU) == ["hold.reason /reason", "hold.supervisor"]

    def test_what_the_grade_holds_only_the_grade_releases(self) -> None:
        by_grade = HoldFacts("standing", "grade", "system")
        assert refused(hold.lift, by_grade, "x", BUREAU) == ["hold.automatic"]
        assert hold.lift(by_grade, "rectified", SYSTEM) == "lifted"
        assert hold.lift(replace(HELD, placed_as="supervisor"), "x", SYSTEM) == "lifted"
        assert refused(hold.lift, HELD, "x", MAKER, kind=Forbidden) == ["hold.role"]

    def test_it_ends_once(self) -> None:
        assert hold.expire(HELD) == "expired"
        for status in ("lifted", "expired"):
            assert refused(hold.lift, replace(HELD, status=status), "x", BUREAU, kind=NotAllowed) == [
                "hold.status /status"
            ]
            assert refused(hold.expire, replace(HELD, status=status), kind=NotAllowed) == ["hold.status /status"]

    def test_the_gravest_ground_is_named(self) -> None:
        assert hold.code([]) == hold.code([replace(HELD, status="expired")]) == ""
        assert hold.code([replace(HELD, source="objection"), HELD]) == "hold.person"
        assert hold.code([HELD, replace(HELD, source="grade")]) == "grade.unqualified"
        own = replace(HELD, instalment="a")
        assert (hold.code([own], "a"), hold.code([own], "b"), hold.code([own])) == ("hold.person", "", "")
        assert hold.code([HELD], "b") == "hold.person"


class TestProof:
    def test_a_document_is_a_file_of_the_instalment(self) -> None:
        wanted = replace(RECEIPT, status="wanted")
        assert proof.submit(wanted, "", ["f"], {"f", "g"}, LEAD) == "submitted"
        assert proof.submit(replace(wanted, status="returned"), "", ["f"], {"f"}, LEAD) == "submitted"
        assert refused(proof.submit, wanted, "说明", [], {"f"}, LEAD) == ["proof.no_file /attachment_ids"]
        assert refused(proof.submit, wanted, "", ["f", "x"], {"f"}, LEAD) == ["proof.unknown_file /attachment_ids"]

    def test_a_milestone_is_told_in_words_or_files(self) -> None:
        wanted = replace(MILESTONE, status="wanted")
        assert proof.submit(wanted, "完成", [], set(), LEAD) == "submitted"
        assert proof.submit(wanted, " ", ["f"], {"f"}, LEAD) == "submitted"
        assert refused(proof.submit, wanted, " ", [], set(), LEAD) == ["proof.empty /note"]

    def test_the_office_that_the_policy_names_judges_it(self) -> None:
        assert proof.accept(RECEIPT, MAKER) == "accepted"
        assert proof.accept(MILESTONE, BUREAU) == "accepted"
        assert proof.return_(RECEIPT, "缺少印章", MAKER) == "returned"
        assert refused(proof.accept, RECEIPT, BUREAU, kind=Forbidden) == ["proof.role"]
        assert refused(proof.return_, MILESTONE, "x", MAKER, kind=Forbidden) == ["proof.role"]
        assert refused(proof.return_, RECEIPT, " ", MAKER) == ["proof.reason /reason"]

    def test_nobody_judges_their_own(self) -> None:
        own = replace(RECEIPT, submitted_by="finance_maker")
        assert refused(proof.accept, own, MAKER) == refused(proof.return_, own, "x", MAKER) == ["proof.same_person"]

    def test_other_roles_and_other_statuses_are_refused(self) -> None:
        wanted = replace(RECEIPT, status="wanted")
        assert refused(proof.submit, wanted, "", ["f"], {"f"}, BUREAU, kind=Forbidden) == ["proof.role"]
        for act in (
            (proof.accept, wanted, MAKER),
            (proof.return_, wanted, "x", MAKER),
            (proof.submit, RECEIPT, "", ["f"], {"f"}, LEAD),
        ):
            assert refused(*act, kind=NotAllowed) == ["proof.status /status"]
        for act in ((proof.accept, RECEIPT, LEAD), (proof.return_, RECEIPT, "x", LEAD)):
            assert refused(*act, kind=Forbidden) == ["proof.role"]

    def test_a_share_asks_for_what_its_gates_need(self) -> None:
        share = Share(100, ("milestone", "documents"), ("receipt", "invoice"), "中期", "Mid-term")
        assert list(proof.wanted(share, Policy(milestones_judged_by="district"))) == [
            Wanted("milestone", "中期", "Mid-term", "district"),
            Wanted("receipt", "收款票据", "Receipt of the unit", "finance_maker"),
            Wanted("invoice", "发票", "Invoice", "finance_maker"),
        ]
        assert list(proof.wanted(Share(100, ("grade",), ("receipt",)), Policy())) == []

    def test_a_gate_opens_with_its_last_proof(self) -> None:
        accepted = replace(RECEIPT, status="accepted")
        assert proof.opened([accepted, replace(RECEIPT, kind="invoice")]) == set()
        assert proof.opened([accepted, MILESTONE]) == {"documents"}
        assert proof.opened(one for one in (accepted, replace(MILESTONE, status="accepted"))) == set(proof.GATES)


class TestBudgetLine:
    @pytest.mark.parametrize("status", ["active", "settled", "closed"])
    def test_an_award_in_force_is_spent(self, status: str) -> None:
        assert list(budget_line.of_award(status)) == []

    def test_another_is_not_nor_by_others(self) -> None:
        assert said(budget_line.of_award("revoked")) == ["award.not_spending"]
        budget_line.spends(True)
        assert refused(budget_line.spends, False, kind=Forbidden) == ["expense.not_yours"]

    def test_what_is_left_is_what_is_neither_spent_nor_asked_for(self) -> None:
        line = LineFacts("差旅费", 600, moved_fen=-100, accepted_fen=150, pending_fen=70)
        assert (line.budget_fen, line.remaining_fen, line.overrun_fen) == (500, 280, 0)
        assert replace(line, accepted_fen=502).overrun_fen == 2
        assert replace(line, accepted_fen=500).overrun_fen == 0

    def test_a_fifth_of_the_budget_moves_and_not_a_fen_more(self) -> None:
        budget_line.transfer(LINES, "差旅费", "培训费", 200, 0, Policy())
        budget_line.transfer(LINES, "差旅费", "培训费", 150, 50, Policy())
        found = refused(budget_line.transfer, LINES, "差旅费", "培训费", 151, 50, Policy())
        assert found == ["transfer.amendment /amount_fen"]

    def test_all_that_is_left_moves_and_not_a_fen_more(self) -> None:
        spent = [replace(LINES[0], accepted_fen=500), LINES[1]]
        budget_line.transfer(spent, "差旅费", "培训费", 100, 0, Policy())
        found = refused(budget_line.transfer, spent, "差旅费", "培训费", 101, 0, Policy())
        assert found == ["transfer.too_much /amount_fen"]

    def test_every_ground_is_named_at_once(self) -> None:
        assert refused(budget_line.transfer, LINES, "甲", "乙", 201, 0, Policy()) == [
            "transfer.line /source",
            "transfer.line /target",
            "transfer.amendment /amount_fen",
        ]
        assert refused(budget_line.transfer, LINES, "甲", "甲", 1, 0, Policy()) == [
            "transfer.line /source",
            "transfer.line /target",
            "transfer.same /target",
        ]

    def test_the_refusal_says_how_much_in_yuan(self) -> None:
        lines = [LineFacts("差旅费", 1_234_566, accepted_fen=1_234_568), LineFacts("培训费", 1)]
        too_much, amendment = budget_line.transfer_obstacles(lines, "差旅费", "培训费", 1, 246_913, Policy())
        assert "0.00元" in too_much.zh
        assert "Only 0.00 yuan" in too_much.en
        assert "20%（2,469.13元，已调剂2,469.13元）" in amendment.zh
        assert "(2,469.13 yuan; 2,469.13" in amendment.en
