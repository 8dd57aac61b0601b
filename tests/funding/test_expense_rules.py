"""What may be spent: fees by the standard, fapiao as the tax office numbers them, all reasons at once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.rules import expense, fapiao, fee
from services.funding.rules.budget_line import LineFacts
from services.funding.rules.expense import ExpenseFacts, Spending
from services.funding.rules.fapiao import FapiaoFacts
from services.funding.rules.fee import FeeFacts
from services.funding.rules.policy import Policy
from shared.actor import Actor
from shared.errors import Refused
from tests.funding.factories import UNIT

POLICY = Policy()
TODAY = date(2020, 10, 1)
days = st.integers(1, 40).map(lambda halves: Decimal(halves) / 2)
before = st.integers(0, 20).map(Decimal)
levels = st.sampled_from(sorted(fee.LEVELS))


def facts(level: str = "senior", days: str = "1", net_fen: int = 200_000, **more: Any) -> FeeFacts:
    return FeeFacts(level, Decimal(days), net_fen, more.pop("amount_fen", net_fen), **more)


@pytest.mark.parametrize(
    ("level", "days", "least", "most"),
    [
        ("senior", "1", 150_000, 240_000),
        ("other", "1", 90_000, 150_000),
        ("academician", "1", 150_000, 360_000),
        ("senior", "0.5", 90_000, 144_000),
        ("senior", "2", 300_000, 480_000),
        ("senior", "3", 375_000, 600_000),
        ("senior", "2.5", 345_000, 552_000),
    ],
)
def test_the_standard_of_a_fee(level: str, days: str, least: int, most: int) -> None:
    assert fee.bounds(facts(level, days), POLICY) == (least, most)


def test_days_of_the_same_consultation_that_were_paid_already_count() -> None:
    assert fee.bounds(facts(days="1", before=Decimal(2)), POLICY)[1] == 120_000
    assert fee.bounds(facts(days="2", before=Decimal(1)), POLICY)[1] == 360_000


@given(level=levels, days=days, before=before)
def test_a_consultation_costs_the_same_in_one_fee_or_in_two(level: str, days: Decimal, before: Decimal) -> None:
    whole = fee.bounds(FeeFacts(level, days + 1, 1, 1, before), POLICY)[1]
    first = fee.bounds(FeeFacts(level, Decimal(1), 1, 1, before), POLICY)[1]
    rest = fee.bounds(FeeFacts(level, days, 1, 1, before + 1), POLICY)[1]
    assert whole == first + rest


@given(level=levels, days=days, before=before)
def test_more_days_never_cost_less_and_no_day_more_than_the_first(level: str, days: Decimal, before: Decimal) -> None:
    least, most = fee.bounds(FeeFacts(level, days, 1, 1, before), POLICY)
    half_more = fee.bounds(FeeFacts(level, days + fee.HALF, 1, 1, before), POLICY)[1]
    a_day = fee.bounds(FeeFacts(level, Decimal(1), 1, 1), POLICY)[1]
    assert least <= most <= half_more
    assert most <= a_day * (days + fee.HALF)


@given(level=levels, days=days, net_fen=st.integers(1, 10**8))
def test_a_fee_is_refused_exactly_above_the_standard(level: str, days: Decimal, net_fen: int) -> None:
    one = FeeFacts(level, days, net_fen, net_fen)
    refused = [reason.code for reason in fee.obstacles(one, POLICY)]
    assert refused == (["fee.too_much"] if net_fen > fee.bounds(one, POLICY)[1] else [])
    asked = [reason.code for reason in fee.questions(one, POLICY)]
    assert asked == (["fee.low"] if net_fen < fee.bounds(one, POLICY)[0] else [])


def test_never_to_the_teams_own_people_and_never_in_quarters() -> None:
    assert [r.code for r in fee.obstacles(facts(own=True, amount_fen=1), POLICY)] == ["fee.net", "fee.own_people"]
    assert [r.code for r in fee.obstacles(facts(days="0.3"), POLICY)] == ["fee.days"]


@pytest.mark.parametrize(
    ("code", "number", "held"),
    [
        ("050002000111", "12345678", True),
        ("5000201130", "12345678", True),
        ("", "24502000000012345678", True),
        ("", "12345678", False),
        ("050002000111", "24502000000012345678", False),
        ("05000200011", "12345678", False),
        ("050002000111", "1234567８", False),
    ],
)
def test_how_a_fapiao_is_numbered(code: str, number: str, held: bool) -> None:
    found = fapiao.obstacles([FapiaoFacts(code, number, UNIT, 1, TODAY)], TODAY)
    assert [reason.code for reason in found] == ([] if held else ["fapiao.number"])


def test_a_fapiao_is_not_of_tomorrow_nor_named_twice_nor_of_a_wrong_seller() -> None:
    one = FapiaoFacts("", "24502000000012345678", "X", 1, TODAY + timedelta(days=1))
    codes = [reason.code for reason in fapiao.obstacles([one, one], TODAY)]
    assert codes == ["credit_code.form", "fapiao.future", "credit_code.form", "fapiao.future", "fapiao.twice"]


def an_expense(**more: Any) -> ExpenseFacts:
    known: dict[str, Any] = {
        "status": "submitted",
        "spent_on": TODAY,
        "category": "",
        "what": "高铁票",
        "parts": (("差旅费", 50_000),),
        "files": 1,
        "signed": ("甲",),
    }
    return ExpenseFacts(**{**known, **more})


def an_award(**more: Any) -> Spending:
    known: dict[str, Any] = {
        "award_status": "active",
        "starts_on": date(2020, 4, 1),
        "ends_on": date(2021, 3, 31),
        "lines": (LineFacts("差旅费", 300_000), LineFacts("专家咨询费", 500_000)),
        "award_fen": 800_000,
        "received_fen": 800_000,
        "accounted": False,
        "today": TODAY,
    }
    return Spending(**{**known, **more})


def codes(one: ExpenseFacts, award: Spending, actor: str = "乙", answer: str = "") -> list[str]:
    return [r.code for r in expense.accept_obstacles(one, award, POLICY, answer, Actor(actor))]


def test_what_is_in_order_is_accepted_by_a_second_person() -> None:
    checker = Actor("乙", frozenset({"finance_checker"}))
    assert expense.accept(an_expense(), an_award(), POLICY, "", checker) == "accepted"
    assert codes(an_expense(), an_award(), "甲") == ["expense.same_person"]


def test_every_reason_is_said_at_once() -> None:
    one = an_expense(
        spent_on=date(2020, 3, 1),
        category="招待费",
        parts=(("差旅费", 300_001), ("没有", 500_000)),
        files=0,
        fapiaos=(FapiaoFacts("", "24502000000012345678", UNIT, 1, TODAY),),
    )
    award = an_award(award_status="revoked", accounted=True)
    with pytest.raises(Refused) as refused:
        expense.submit(an_expense(status="drafted"), award, POLICY, Actor("甲", frozenset({"unit"})))
    assert [r.code for r in refused.value.reasons] == ["award.not_spending", "expense.accounted"]
    assert [r.code for r in expense.obstacles(one, award, POLICY)] == [
        "award.not_spending",
        "expense.accounted",
        "expense.term",
        "expense.line",
        "expense.over_line",
        "expense.over_award",
        "expense.negative",
        "expense.receipt",
        "fapiao.short",
    ]


def test_the_last_day_is_the_terms_and_the_days_that_policy_adds() -> None:
    award = an_award(today=date(2022, 1, 1))
    last = date(2021, 3, 31) + timedelta(days=POLICY.expense_grace_days)
    assert codes(an_expense(spent_on=last), award) == []
    assert codes(an_expense(spent_on=last + timedelta(days=1)), award) == ["expense.term"]
    assert codes(an_expense(spent_on=TODAY), an_award(today=TODAY - timedelta(days=1))) == ["expense.future"]


def test_words_of_the_negative_list_are_answered() -> None:
    one = an_expense(what="农家书屋酒精消毒用品")
    assert codes(one, an_award()) == ["expense.words"]
    assert codes(one, an_award(), answer="酒精为消毒用") == []


def test_never_more_than_was_received() -> None:
    lines = (LineFacts("差旅费", 300_000, accepted_fen=100_000),)
    assert codes(an_expense(), an_award(lines=lines, received_fen=149_999)) == ["expense.not_received"]
    assert codes(an_expense(), an_award(lines=lines, received_fen=150_000)) == []


def test_what_stands_on_the_line_of_fees_is_a_fee() -> None:
    one = an_expense(parts=(("专家咨询费", 200_000),))
    assert codes(one, an_award()) == ["fee.missing"]
    assert codes(an_expense(parts=(("专家咨询费", 200_000),), fee=facts()), an_award()) == []


def test_a_returned_one_has_a_reason_and_is_not_accounted_for() -> None:
    checker = Actor("乙", frozenset({"finance_checker"}))
    assert expense.return_(an_expense(status="accepted"), an_award(), "票据不清", checker) == "returned"
    with pytest.raises(Refused) as refused:
        expense.return_(an_expense(), an_award(accounted=True), " ", checker)
    assert [r.code for r in refused.value.reasons] == ["expense.reason", "expense.accounted"]
