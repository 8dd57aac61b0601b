"""When the books of an award may be closed, by whom, and when they may be opened again: every condition by itself."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.funding.rules import final_account as rules
from services.funding.rules.budget_line import LineFacts
from services.funding.rules.final_account import Accounted, Figures, FinalAccountFacts
from services.funding.rules.policy import Policy
from services.funding.rules.recovery import RecoveryFacts
from shared.actor import Actor
from shared.errors import Forbidden, NotAllowed
from tests.funding.reasons import refused, said

UNIT = Actor("u", frozenset({"unit"}))
CHECKER = Actor("c", frozenset({"finance_checker"}))
BUREAU = Actor("b", frozenset({"bureau"}))
SPENT = LineFacts("差旅费", 100, accepted_fen=100)
OF = Accounted("settled", True, ("paid", "cancelled"), Figures(100, (SPENT,)))
DRAFTED = FinalAccountFacts("drafted")
SUBMITTED = FinalAccountFacts("submitted", signed=("u", "v"))
ACCEPTED = FinalAccountFacts("accepted", signed=("u",), decided_by="c")
CLAIM = RecoveryFacts("opened", 5, date(2020, 1, 1))
FILES = Policy(final_account_files=("scan", "evidence"))
# Each condition by itself, with what it answers: on submission and again on acceptance.
CONDITIONS: list[tuple[FinalAccountFacts, Accounted, Policy, list[str]]] = [
    (DRAFTED, replace(OF, award_status="revoked"), Policy(), ["award.not_spending"]),
    (DRAFTED, replace(OF, concluded=False), Policy(), ["final_account.team_serves"]),
    (DRAFTED, replace(OF, instalments=("paid", "in_batch")), Policy(), ["final_account.at_bank"]),
    (DRAFTED, replace(OF, instalments=("held",)), Policy(), ["final_account.held"]),
    (DRAFTED, replace(OF, instalments=("due", "paid")), Policy(), ["final_account.unpaid"]),
    (
        DRAFTED,
        replace(OF, instalments=("unknown", "held", "approved")),
        Policy(),
        ["final_account.at_bank", "final_account.held", "final_account.unpaid"],
    ),
    (DRAFTED, replace(OF, figures=Figures(100, (replace(SPENT, pending_fen=1),))), Policy(), ["final_account.pending"]),
    (DRAFTED, replace(OF, figures=Figures(101, (SPENT,))), Policy(), ["final_account.variance /variance"]),
    (
        replace(DRAFTED, variance=" "),
        replace(OF, figures=Figures(101, (SPENT,))),
        Policy(),
        ["final_account.variance /variance"],
    ),
    (replace(DRAFTED, variance="未发生"), replace(OF, figures=Figures(101, (SPENT,))), Policy(), []),
    (
        DRAFTED,
        replace(OF, figures=Figures(100, (replace(SPENT, agreed_fen=99),))),
        Policy(),
        ["final_account.variance /variance"],
    ),
    (DRAFTED, replace(OF, figures=Figures(99, (SPENT,))), Policy(), []),  # the payee bears it
    (DRAFTED, OF, FILES, ["final_account.file /attachments", "final_account.file /attachments"]),
    (replace(DRAFTED, files=("scan", "other")), OF, FILES, ["final_account.file /attachments"]),
    (replace(DRAFTED, files=("scan", "evidence")), OF, FILES, []),
    (DRAFTED, OF, Policy(), []),
]


@pytest.mark.parametrize(("account", "of", "policy", "expected"), CONDITIONS)
def test_each_condition_of_closing_the_books(
    account: FinalAccountFacts, of: Accounted, policy: Policy, expected: list[str]
) -> None:
    assert said(rules.obstacles(account, of, policy)) == expected
    handed_in = replace(account, status="submitted", signed=("u",))
    assert said(rules.accept_obstacles(handed_in, of, policy, CHECKER)) == expected
    assert said(rules.accept_obstacles(handed_in, of, policy, UNIT)) == [*expected, "final_account.same_person"]
    if expected:
        assert refused(rules.submit, account, of, policy, UNIT) == expected
        assert refused(rules.accept, handed_in, of, policy, CHECKER) == expected
    else:
        assert rules.submit(account, of, policy, UNIT) == "submitted"
        assert rules.accept(handed_in, of, policy, CHECKER) == "accepted"


def test_the_missing_file_and_the_waiting_money_are_named() -> None:
    (reason,) = rules.obstacles(DRAFTED, OF, Policy(final_account_files=("scan",)))
    assert (reason.zh, reason.en) == ("缺少附件：scan", "A file of the kind scan is missing")
    (reason,) = rules.obstacles(
        DRAFTED, replace(OF, figures=Figures(100, (replace(SPENT, pending_fen=123),))), Policy()
    )
    assert reason.zh == "尚有1.23元支出待审核"


def test_one_for_each_award_in_force() -> None:
    for status in ("active", "settled", "closed"):
        assert rules.draft(status, exists=False) == "drafted"
    assert refused(rules.draft, "active", True) == ["final_account.exists"]
    assert refused(rules.draft, "reserved", True) == ["award.not_spending", "final_account.exists"]


@pytest.mark.parametrize("status", ["drafted", "returned", "submitted", "accepted"])
def test_the_payees_side_writes_until_it_is_handed_in(status: str) -> None:
    account = FinalAccountFacts(status)
    if status in ("drafted", "returned"):
        assert rules.edit(account, UNIT) == "drafted"
        assert rules.submit(account, OF, Policy(), UNIT) == "submitted"
        assert refused(rules.submit, account, OF, Policy(), CHECKER, kind=Forbidden) == ["final_account.role"]
    else:
        assert refused(rules.edit, account, UNIT, kind=NotAllowed) == ["final_account.status /status"]
        assert refused(rules.submit, account, OF, Policy(), UNIT, kind=NotAllowed) == ["final_account.status /status"]
    assert refused(rules.edit, account, CHECKER, kind=NotAllowed if status in rules.HANDED_IN else Forbidden)


def test_only_the_office_sends_it_back_and_says_why() -> None:
    for who in (CHECKER, BUREAU):
        assert rules.return_(SUBMITTED, "缺票据", who) == "returned"
        assert refused(rules.return_, SUBMITTED, "  ", who) == ["final_account.reason /reason"]
    assert refused(rules.return_, SUBMITTED, "缺票据", UNIT, kind=Forbidden) == ["final_account.role"]
    assert refused(rules.return_, DRAFTED, "缺票据", CHECKER, kind=NotAllowed) == ["final_account.status /status"]


def test_nobody_accepts_what_they_wrote_or_handed_in() -> None:
    for name in SUBMITTED.signed:
        same = Actor(name, frozenset({"finance_checker"}))
        assert refused(rules.accept, SUBMITTED, OF, Policy(), same) == ["final_account.same_person"]
    assert rules.accept(SUBMITTED, OF, Policy(), CHECKER) == "accepted"
    assert refused(rules.accept, DRAFTED, OF, Policy(), CHECKER, kind=NotAllowed) == ["final_account.status /status"]
    assert refused(rules.accept, SUBMITTED, OF, Policy(), UNIT, kind=Forbidden) == ["final_account.role"]


REOPENED: list[tuple[str, Any, list[str]]] = [
    ("settled", CLAIM, []),
    ("closed", None, []),
    ("revoked", CLAIM, ["award.not_spending"]),
    ("closed", replace(CLAIM, repaid_fen=1, status="partly"), ["final_account.repaid"]),
    ("closed", replace(CLAIM, pending_fen=1), ["final_account.repaid"]),
    ("closed", replace(CLAIM, status="written_off"), ["final_account.repaid"]),
    ("closed", replace(CLAIM, status="recovered", repaid_fen=5), ["final_account.repaid"]),
]


@pytest.mark.parametrize(("status", "claim", "expected"), REOPENED)
def test_it_is_opened_again_while_nothing_came_back(status: str, claim: Any, expected: list[str]) -> None:
    assert said(rules.reopen_obstacles(ACCEPTED, status, claim, BUREAU)) == expected
    if expected:
        assert refused(rules.reopen, ACCEPTED, status, claim, "漏报", BUREAU) == expected
    else:
        assert rules.reopen(ACCEPTED, status, claim, "漏报", BUREAU) == "returned"
    without = ["final_account.reason /reason", *expected]
    assert refused(rules.reopen, ACCEPTED, status, claim, " ", BUREAU) == without


def test_whoever_had_a_hand_in_it_does_not_open_it_again() -> None:
    for name in ("u", "c"):
        same = Actor(name, frozenset({"bureau"}))
        assert refused(rules.reopen, ACCEPTED, "closed", None, "漏报", same) == ["final_account.same_person"]
    assert refused(rules.reopen, ACCEPTED, "closed", None, "漏报", CHECKER, kind=Forbidden) == ["final_account.role"]
    assert refused(rules.reopen, SUBMITTED, "closed", None, "漏报", BUREAU, kind=NotAllowed) == [
        "final_account.status /status"
    ]


def test_figures_of_an_award() -> None:
    found = Figures(150, (replace(SPENT, moved_fen=20, pending_fen=7), replace(SPENT, agreed_fen=50, accepted_fen=30)))
    assert (found.budget_fen, found.accepted_fen, found.pending_fen) == (170, 130, 7)
    assert (found.unspent_fen, found.overspent_fen) == (20, 0)
    assert (Figures(100, found.lines).unspent_fen, Figures(100, found.lines).overspent_fen) == (0, 30)
    assert rules.percent(replace(SPENT, agreed_fen=1, accepted_fen=2)) == 200
    assert rules.percent(replace(SPENT, agreed_fen=0)) is None
    assert rules.percent(replace(SPENT, agreed_fen=3, accepted_fen=2)) == 66


def test_once_it_is_handed_in_nothing_more_is_booked() -> None:
    assert said(rules.open_obstacles(accounted=True)) == ["expense.accounted"]
    assert list(rules.open_obstacles(accounted=False)) == []
