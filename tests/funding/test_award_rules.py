"""Every refusal about rounds, awards, instalments, accounts and batches: its codes, all at once, and what it points to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.funding.rules import attachment, award, batch, budget, continuation, instalment, payee, words
from services.funding.rules.award import AwardFacts
from services.funding.rules.budget import BudgetFacts
from services.funding.rules.instalment import InstalmentFacts
from services.funding.rules.payee import PayeeFacts
from services.funding.rules.policy import Policy
from services.funding.rules.treasury import TreasuryFields
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotAllowed
from tests.funding.reasons import refused, said

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLICY = Policy()
MAKER, CHECKER, BUREAU, LEAD = (
    Actor(name, frozenset({name})) for name in ("finance_maker", "finance_checker", "bureau", "expert")
)
ACTIVE = AwardFacts("active", 100, ("due",))
BUDGET = BudgetFacts(1_000, 400)
GOOD = PayeeFacts("verified", "finance_maker", NOW)
PART = InstalmentFacts("requested", 100, signed=("finance_maker",))

Case = tuple[Callable[..., Any], tuple[Any, ...], list[str]]
REFUSED: tuple[Case, ...] = (
    (award.commit, (AwardFacts("reserved", 100), 101), ["award.amount /amount_fen"]),
    (award.activate, (AwardFacts("committed", 100), 99), ["award.amount /amount_fen"]),
    (award.settle, (ACTIVE,), ["award.open_instalments"]),
    (award.settle, (replace(ACTIVE, instalments=()),), ["award.open_instalments"]),
    (award.close, (AwardFacts("settled", 100, ("paid",)),), ["award.team_serves"]),
    (award.release, (replace(ACTIVE, instalments=("paid", "due")),), ["award.paid"]),
    (award.revoke, (ACTIVE, " ", BUREAU), ["award.reason /reason"]),
    (award.recover, (AwardFacts("revoked", 100, ("in_batch",)),), ["award.at_bank", "award.nothing_back"]),
    (award.recover, (AwardFacts("revoked", 100, missing_fen=1),), ["award.nothing_back", "award.missing"]),
    (budget.change, (BUDGET, 599, " "), ["appropriation.below_promised /amount_fen", "appropriation.reason /reason"]),
    (
        instalment.due,
        (InstalmentFacts("scheduled", 1, tuple(instalment.NOT_MET)), {"begun"}),
        ["instalment.gate_agreed", "instalment.gate_grade", "instalment.gate_documents", "instalment.gate_milestone"],
    ),
    (instalment.request, (replace(PART, status="due"), None, TreasuryFields(), POLICY, MAKER), ["payee.not_verified"]),
    (instalment.reissue, (replace(PART, status="returned"), None, MAKER), ["payee.not_verified"]),
    (
        instalment.approve,
        (PART, None, POLICY, Actor("finance_maker", CHECKER.roles)),
        ["payee.changed", "instalment.same_person"],
    ),
    (instalment.batch, (replace(PART, status="approved"), None, MAKER), ["payee.changed"]),
    (instalment.reject, (PART, " ", CHECKER), ["instalment.reason /reason"]),
    (
        payee.verify,
        (replace(GOOD, status="registered", registered_by="finance_checker"), CHECKER, NOW - timedelta(minutes=1)),
        ["payee.same_person", "payee.cooling_off"],
    ),
)


@pytest.mark.parametrize(("act", "given", "reasons"), REFUSED)
def test_every_refusal_names_all_its_grounds(
    act: Callable[..., Any], given: tuple[Any, ...], reasons: list[str]
) -> None:
    assert refused(act, *given) == reasons


FORBIDDEN: tuple[Case, ...] = (
    (award.revoke, (ACTIVE, "x", MAKER), ["award.role"]),
    (instalment.request, (replace(PART, status="due"), GOOD, TreasuryFields(), POLICY, CHECKER), ["instalment.role"]),
    (instalment.approve, (PART, GOOD, POLICY, MAKER), ["instalment.role"]),
    (instalment.reject, (PART, "x", MAKER), ["instalment.role"]),
    (instalment.batch, (replace(PART, status="approved"), GOOD, CHECKER), ["instalment.role"]),
    (instalment.pay, (replace(PART, status="in_batch"), MAKER), ["instalment.role"]),
    (instalment.return_, (replace(PART, status="in_batch"), MAKER), ["instalment.role"]),
    (instalment.lose, (replace(PART, status="in_batch"), MAKER), ["instalment.role"]),
    (instalment.reissue, (replace(PART, status="returned"), GOOD, CHECKER), ["instalment.role"]),
    (payee.verify, (replace(GOOD, status="registered"), BUREAU, NOW), ["payee.role"]),
    (attachment.attach, (False,), ["attachment.read_only"]),
    (attachment.remove, (False, "expert", False, LEAD), ["attachment.not_yours"]),
    (attachment.remove, (True, "someone", False, LEAD), ["attachment.not_yours"]),
)


@pytest.mark.parametrize(("act", "given", "reasons"), FORBIDDEN)
def test_whoever_may_not_is_told_so(act: Callable[..., Any], given: tuple[Any, ...], reasons: list[str]) -> None:
    assert refused(act, *given, kind=Forbidden) == reasons


@pytest.mark.parametrize(
    ("act", "given"),
    [
        (award.reserve, (ACTIVE,)),
        (award.refuse, (ACTIVE,)),
        (award.commit, (ACTIVE, 100)),
        (award.activate, (ACTIVE, 100)),
        (award.settle, (replace(ACTIVE, status="closed"),)),
        (award.close, (replace(ACTIVE, concluded=True),)),
        (award.release, (replace(ACTIVE, status="settled"),)),
        (award.revoke, (replace(ACTIVE, status="released"), "x", BUREAU)),
        (award.recover, (ACTIVE,)),
        (instalment.due, (PART, ())),
        (instalment.resume, (PART,)),
        (instalment.cancel, (replace(PART, status="paid"),)),
        (instalment.hold, (replace(PART, status="in_batch"),)),
        (payee.verify, (GOOD, CHECKER, NOW)),
        (payee.replace, (replace(GOOD, status="replaced"),)),
    ],
)
def test_a_step_that_the_status_does_not_list_says_what_does(act: Callable[..., Any], given: tuple[Any, ...]) -> None:
    (only,) = refused(act, *given, kind=NotAllowed)
    assert only in ("award.status /status", "instalment.status /status", "payee.status /status")


def test_a_refusal_says_both_amounts() -> None:
    (reason,) = award._amount_obstacles(AwardFacts("reserved", 100), 101)
    assert "100" in reason.zh
    assert "101" in reason.zh
    assert "100" in reason.en
    assert "101" in reason.en


def test_a_settled_instruction_says_what_it_settled_as() -> None:
    assert refused(batch.answer, "paid", "returned") == ["instruction.settled /result"]


def test_what_is_promised_is_what_is_not_available() -> None:
    assert BUDGET.promised_fen == 600
    assert budget.change(BUDGET, 600, "x") == -400
    assert budget.change(BUDGET, 1_500, "x") == 500


def test_an_award_is_at_the_bank_while_any_part_is() -> None:
    for status, at_bank, touched in (
        ("in_batch", True, True),
        ("unknown", True, True),
        ("paid", False, True),
        ("due", False, False),
    ):
        facts = replace(ACTIVE, instalments=("cancelled", status))
        assert (facts.at_bank, facts.paid_or_at_bank) == (at_bank, touched)


def test_the_bureau_and_the_system_revoke() -> None:
    for actor in (BUREAU, SYSTEM):
        assert award.revoke(ACTIVE, "x", actor) == "revoked"


def test_signatures_of_checkers_are_counted_after_the_makers() -> None:
    limit = POLICY.second_checker_from_fen
    counted = [
        instalment.checkers_missing(InstalmentFacts("requested", fen, signed=signed), POLICY)
        for fen in (limit - 1, limit)
        for signed in ((), ("m",), ("m", "c"), ("m", "c", "d"))
    ]
    assert counted == [1, 1, 0, -1, 2, 2, 1, 0]


def test_every_step_of_an_instalment_leads_where_the_table_says() -> None:
    assert instalment.cancel(replace(PART, status="held")) == "cancelled"
    assert instalment.due(InstalmentFacts("scheduled", 1), ()) == "due"
    assert instalment.reissue(replace(PART, status="returned"), GOOD, MAKER) == "reissued"
    assert instalment.consequence(InstalmentFacts("held", 1), (), "", True) == "cancel"
    assert instalment.consequence(InstalmentFacts("scheduled", 1, ("grade",)), (), "", False) == ""


def test_an_account_is_read_strictly_and_each_fault_points_to_its_field() -> None:
    good = ("12500000743408730K", "471434039744", "7075127192940563568")
    assert payee.registration_obstacles(*good) == []
    for place, wrong, reason in (
        (0, "12500000743408730X", "identifier.credit_code /unit_code"),
        (1, "47143403974", "payee.bank_code /bank_code"),
        (1, "４71434039744", "payee.bank_code /bank_code"),
        (1, "47143403974A", "payee.bank_code /bank_code"),
        (2, "6222-0000-11", "payee.account /account"),
        (2, "６２２２００００１１", "payee.account /account"),
        (2, "1234567", "payee.account /account"),
    ):
        sent = [wrong if number == place else value for number, value in enumerate(good)]
        (found,) = said(payee.registration_obstacles(*sent))
        assert found.split()[1] == reason.split()[1]
        assert place == 0 or found == reason


def test_files_are_taken_out_by_whoever_handed_them_in_or_an_office_until_they_were_judged() -> None:
    attachment.attach(True)
    for who in (LEAD, BUREAU, MAKER, CHECKER):
        attachment.remove(True, "expert", False, who)
        assert refused(attachment.remove, True, "expert", True, who) == ["attachment.proof"]


def test_continued_money_is_compared_with_the_earlier_award() -> None:
    half = Policy(continued_most_percent=50)
    earlier = continuation.EarlierAward("closed", 200, "excellent")
    assert continuation.continued_refusals(earlier, 100, half) == []
    assert continuation.continued_refusals(earlier, 101, half) == ["continued.amount"]
    for facts, code in (
        (replace(earlier, status="revoked"), "revoked"),
        (replace(earlier, status="recovered"), "revoked"),
        (replace(earlier, owing_fen=1), "owing"),
        (replace(earlier, held=True), "held"),
        (replace(earlier, grade="qualified"), "not_excellent"),
    ):
        assert continuation.continued_refusals(facts, 1, half) == [f"continued.{code}"]


def test_what_is_kept_for_continued_teams_the_others_leave() -> None:
    policy = Policy(continued_reserve_percent=30)
    assert [continuation.kept(BUDGET, used, policy) for used in (0, 299, 300, 301)] == [300, 1, 0, 0]
    assert continuation.leave(BUDGET, 100, 300) == budget.Reservation()
    assert continuation.leave(BUDGET, 101, 300) == budget.Reservation("budget.kept", 1)


def test_an_office_registers_for_its_own_units_and_for_those_that_nobody_pays_yet() -> None:
    assert payee.register_obstacles(True, True) == payee.register_obstacles(False, False) == []
    assert payee.register_obstacles(True, False) == []
    assert said(payee.register_obstacles(False, True)) == ["payee.division /unit_code"]


def test_an_account_is_closed_once_with_the_ground() -> None:
    closes = Actor("c", frozenset(payee.CLOSES))
    for status in ("registered", "verified"):
        assert payee.close(replace(GOOD, status=status), "已销户", closes) == "closed"
    assert refused(payee.close, GOOD, " ", closes) == ["payee.reason /reason"]
    assert refused(payee.close, GOOD, "x", LEAD, kind=Forbidden) == ["payee.role"]
    assert refused(payee.close, replace(GOOD, status="closed"), "x", closes, kind=NotAllowed) == [
        "payee.status /status"
    ]


def test_what_was_booked_has_words_or_stands_for_itself() -> None:
    assert words.booked("reverse") == ("冲销", "Reversed")
    assert words.booked("raw") == ("raw", "raw")
