"""Who signs a payment, in whose place, and what the treasury asks for, as sentences."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.funding.rules import instalment, substitute, treasury
from services.funding.rules.instalment import InstalmentFacts
from services.funding.rules.payee import PayeeFacts
from services.funding.rules.policy import Policy
from services.funding.rules.substitute import SubstituteFacts
from services.funding.rules.treasury import TreasuryFields
from shared.actor import Actor
from shared.errors import Forbidden, Malformed, NotAllowed
from tests.funding.reasons import refused, said

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)
MAKER, CHECKER, BUREAU, UNIT = (
    Actor(name, frozenset({name})) for name in ("finance_maker", "finance_checker", "bureau", "unit")
)
GOOD = PayeeFacts("verified", "finance_maker", NOW)
POLICY = Policy(second_checker_from_fen=100, third_checker_from_fen=200)
REQUESTED = InstalmentFacts("requested", 99, signed=("m",))
FIELDS = TreasuryFields("渝财预〔2026〕1号", "2080299", "30226")
NAMED = SubstituteFacts("named", "finance_maker", "finance_maker", "s", "500000000000", NOW, NOW + timedelta(days=1))


class TestSignatures:
    @pytest.mark.parametrize(
        ("amount_fen", "signed", "left"),
        [
            (99, ("m",), 1),
            (100, ("m",), 2),
            (100, ("m", "c"), 1),
            (199, ("m", "c"), 1),
            (200, ("m",), 3),
            (200, ("m", "c"), 2),
            (200, ("m", "c", "d"), 1),
            (99, (), 1),
            (200, (), 3),
        ],
    )
    def test_the_amount_says_how_many_sign(self, amount_fen: int, signed: tuple[str, ...], left: int) -> None:
        part = InstalmentFacts("requested", amount_fen, signed=signed)
        assert instalment.checkers_missing(part, POLICY) == left
        assert instalment.leader_next(part, POLICY) == (amount_fen >= 200 and left == 1)

    def test_without_a_leaders_threshold_no_leader_signs(self) -> None:
        part = InstalmentFacts("requested", 10**12, signed=("m", "c"))
        assert instalment.checkers_missing(part, Policy(third_checker_from_fen=0)) == 1
        assert not instalment.leader_next(part, Policy(third_checker_from_fen=0))

    def test_it_is_approved_with_the_last_signature(self) -> None:
        assert instalment.approve(REQUESTED, GOOD, POLICY, CHECKER) == "approved"
        large = replace(REQUESTED, amount_fen=200)
        assert instalment.approve(large, GOOD, POLICY, CHECKER) == "requested"
        assert instalment.approve(replace(large, signed=("m", "c")), GOOD, POLICY, CHECKER) == "requested"
        assert instalment.approve(replace(large, signed=("m", "c", "d")), GOOD, POLICY, BUREAU) == "approved"

    def test_the_leader_signs_last_and_only_last(self) -> None:
        assert refused(instalment.approve, REQUESTED, GOOD, POLICY, BUREAU) == ["instalment.checker"]
        last = replace(REQUESTED, amount_fen=200, signed=("m", "c", "d"))
        assert refused(instalment.approve, last, GOOD, POLICY, CHECKER) == ["instalment.leader"]

    @pytest.mark.parametrize(("actor", "behalf"), [("m", ""), ("p", ""), ("x", "m"), ("x", "p"), ("m", "x")])
    def test_no_name_stands_under_a_request_twice(self, actor: str, behalf: str) -> None:
        part = replace(REQUESTED, stood_for=("p",))
        who = Actor(actor, CHECKER.roles, on_behalf=behalf)
        assert refused(instalment.approve, part, GOOD, POLICY, who) == ["instalment.same_person"]
        other = Actor("x", CHECKER.roles, on_behalf="y")
        assert instalment.approve(part, GOOD, POLICY, other) == "approved"

    def test_a_payment_gets_the_treasurys_voucher(self) -> None:
        paid = replace(REQUESTED, status="paid")
        assert instalment.book(paid, "记-12", MAKER) == "paid"
        assert refused(instalment.book, paid, " ", MAKER) == ["instalment.voucher /voucher"]
        assert refused(instalment.book, paid, "1", CHECKER, kind=Forbidden) == ["instalment.role"]
        assert refused(instalment.book, REQUESTED, "1", MAKER, kind=NotAllowed) == ["instalment.status /status"]

    def test_a_request_says_everything_that_is_missing(self) -> None:
        due = replace(REQUESTED, status="due")
        strict = replace(POLICY, treasury_required=True)
        assert instalment.request(due, GOOD, FIELDS, strict, MAKER) == "requested"
        assert instalment.request(due, GOOD, TreasuryFields(), POLICY, MAKER) == "requested"
        assert refused(instalment.request, due, None, TreasuryFields(), strict, MAKER) == [
            "payee.not_verified",
            "treasury.missing /budget_indicator",
            "treasury.missing /functional_class",
            "treasury.missing /economic_class",
        ]
        wrong = replace(FIELDS, functional_class="1080299", economic_class="40226")
        assert refused(instalment.request, due, GOOD, wrong, POLICY, MAKER, kind=Malformed) == [
            "treasury.functional /functional_class",
            "treasury.economic /economic_class",
        ]

    def test_money_goes_to_the_name_that_the_agreement_gives(self) -> None:
        due, named = replace(REQUESTED, status="due"), replace(GOOD, unit_name="三峡学院")
        given = (FIELDS, POLICY, MAKER)
        for agreed in ("三峡学院", " 三峡学院", ""):
            assert instalment.request(due, named, *given, agreed) == "requested"
        assert instalment.request(due, GOOD, *given, "三峡学院") == "requested"
        assert refused(instalment.request, due, named, *given, "三峡大学") == ["payee.name_mismatch"]


class TestTreasury:
    def test_what_was_left_out_stands_as_the_policy_has_it(self) -> None:
        policy = Policy(budget_indicator="指标", functional_class="2080299", economic_class="30226")
        assert treasury.complete(TreasuryFields(), policy) == TreasuryFields("指标", "2080299", "30226")
        own = TreasuryFields("另", "2080201", "30211")
        assert treasury.complete(own, policy) == own
        assert treasury.complete(TreasuryFields(), Policy()) == TreasuryFields()

    @pytest.mark.parametrize("code", ["208029", "20802990", "1080299", "２080299", "208029a"])
    def test_a_functional_class_has_seven_digits(self, code: str) -> None:
        assert said(treasury.faults(replace(FIELDS, functional_class=code))) == [
            "treasury.functional /functional_class"
        ]

    @pytest.mark.parametrize("code", ["3022", "302260", "10226", "５0226", "3022a"])
    def test_an_economic_class_has_five(self, code: str) -> None:
        assert said(treasury.faults(replace(FIELDS, economic_class=code))) == ["treasury.economic /economic_class"]

    def test_what_has_the_form_is_taken_and_what_is_unknown_is_warned_of(self) -> None:
        assert treasury.faults(FIELDS) == treasury.faults(TreasuryFields()) == []
        assert treasury.faults(replace(FIELDS, economic_class="50201")) == []
        assert treasury.warnings(FIELDS) == treasury.warnings(TreasuryFields()) == []
        assert said(treasury.warnings(replace(FIELDS, economic_class="30299"))) == [
            "treasury.unknown_economic /economic_class"
        ]


def name(actor: Actor = MAKER, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "role": "finance_maker",
        "principal": "finance_maker",
        "substitute": "s",
        "days": (TODAY, TODAY),
        "reason": "出差",
        "actor": actor,
        "now": NOW,
    }
    return {**given, **more}


class TestSubstitute:
    def test_a_person_names_for_their_own_role_and_the_bureau_for_anybody(self) -> None:
        assert substitute.name(**name()) == "named"
        assert substitute.name(**name(BUREAU, role="finance_checker")) == "named"
        assert refused(substitute.name, **name(role="finance_checker")) == ["substitute.role /role"]
        assert refused(substitute.name, **name(CHECKER), kind=Forbidden) == ["substitute.scope /principal"]
        assert substitute.name(**name(BUREAU, role="bureau", principal="bureau")) == "named"

    def test_nobody_stands_in_for_themselves_nor_names_themselves(self) -> None:
        assert refused(substitute.name, **name(substitute="finance_maker")) == ["substitute.same /substitute"]
        assert refused(substitute.name, **name(BUREAU, substitute="bureau")) == ["substitute.self /substitute"]

    def test_the_days_lie_ahead_and_are_at_most_a_year(self) -> None:
        year = TODAY + timedelta(days=365)
        assert substitute.name(**name(days=(TODAY, year))) == "named"
        late = year + timedelta(days=1)
        assert refused(substitute.name, **name(days=(TODAY, late))) == ["substitute.long /until"]
        for days in ((TODAY + timedelta(days=2), TODAY + timedelta(days=1)), (date(2026, 1, 1), date(2026, 3, 1))):
            assert refused(substitute.name, **name(days=days, reason=" ")) == [
                "substitute.reason /reason",
                "substitute.until /until",
            ]

    def test_the_person_stood_in_for_or_the_bureau_revokes(self) -> None:
        for actor in (MAKER, BUREAU):
            assert substitute.revoke(NAMED, "已返岗", actor) == "revoked"
        assert refused(substitute.revoke, NAMED, " ", CHECKER) == ["substitute.reason /reason", "substitute.not_yours"]
        assert refused(substitute.revoke, NAMED, "x", UNIT, kind=Forbidden) == ["substitute.role"]
        assert substitute.end(NAMED) == "ended"
        for act in ((substitute.end,), (substitute.revoke, "x", MAKER)):
            found = refused(act[0], replace(NAMED, status="revoked"), *act[1:], kind=NotAllowed)
            assert found == ["substitute.status /status"]

    def test_it_holds_from_its_first_moment_until_before_its_last_in_its_division(self) -> None:
        inside = "500101000000"
        assert substitute.acts(NAMED, inside, NOW)
        assert not substitute.acts(NAMED, inside, NOW - timedelta(microseconds=1))
        assert not substitute.acts(NAMED, inside, NAMED.ends_at)
        assert not substitute.acts(NAMED, "510000000000", NOW)
        assert not substitute.acts(replace(NAMED, status="revoked"), inside, NOW)
