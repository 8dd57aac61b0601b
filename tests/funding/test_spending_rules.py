"""What may be spent: every refusal of an expense, a fapiao and a fee with what it points to, at the edge of each bound."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.funding.rules import expense, fapiao, fee
from services.funding.rules.budget_line import LineFacts
from services.funding.rules.expense import ExpenseFacts, Spending
from services.funding.rules.fapiao import FapiaoFacts
from services.funding.rules.fee import FeeFacts
from services.funding.rules.policy import Policy
from shared.actor import Actor
from shared.errors import Forbidden, NotAllowed
from tests.funding.reasons import refused, said

POLICY = Policy(
    expense_tolerance_percent=10,
    expense_grace_days=30,
    expense_files=1,
    negative_categories=("招待费",),
    negative_words=("烟", "酒"),
    fee_lines=("咨询费",),
)
DAY = date(2020, 6, 1)
UNIT, CHECKER, BUREAU = (Actor(name, frozenset({name})) for name in ("unit", "finance_checker", "bureau"))
TRAVEL, FEES = LineFacts("差旅费", 1_000), LineFacts("咨询费", 10_000_000)
AWARD = Spending("active", date(2020, 4, 1), date(2021, 3, 31), (TRAVEL, FEES), 10_001_000, 10_001_000, False, DAY)
TRAIN = ExpenseFacts("drafted", DAY, "交通", "高铁票", (("差旅费", 500),), files=1, signed=("unit",))
SENT = replace(TRAIN, status="submitted")
BILL = FapiaoFacts("", "24502000000012345678", "12500000743408730K", 500, DAY)
SENIOR = FeeFacts("senior", Decimal(1), POLICY.fee_senior_most_fen, 1_000_000)


class TestExpense:
    def test_who_moves_it_where(self) -> None:
        assert expense.edit(replace(TRAIN, status="returned"), UNIT) == "drafted"
        assert expense.submit(TRAIN, AWARD, POLICY, UNIT) == "submitted"
        assert expense.accept(SENT, AWARD, POLICY, "", CHECKER) == "accepted"
        assert expense.return_(SENT, AWARD, "缺印章", BUREAU) == "returned"
        assert expense.withdraw(SENT, UNIT) == "withdrawn"

    def test_others_do_not(self) -> None:
        for act in (
            (expense.edit, TRAIN, CHECKER),
            (expense.submit, TRAIN, AWARD, POLICY, CHECKER),
            (expense.accept, SENT, AWARD, POLICY, "", UNIT),
            (expense.return_, SENT, AWARD, "x", UNIT),
            (expense.withdraw, SENT, CHECKER),
        ):
            assert refused(*act, kind=Forbidden) == ["expense.role"]
        for act in (
            (expense.edit, SENT, UNIT),
            (expense.submit, SENT, AWARD, POLICY, UNIT),
            (expense.accept, TRAIN, AWARD, POLICY, "", CHECKER),
            (expense.return_, TRAIN, AWARD, "x", CHECKER),
            (expense.withdraw, replace(SENT, status="accepted"), UNIT),
        ):
            assert refused(*act, kind=NotAllowed) == ["expense.status /status"]

    @pytest.mark.parametrize(
        ("change", "award", "reasons"),
        [
            ({}, {"award_status": "revoked"}, ["award.not_spending"]),
            ({}, {"accounted": True}, ["expense.accounted"]),
            ({"spent_on": date(2020, 6, 2)}, {}, ["expense.future /spent_on"]),
            ({"spent_on": date(2020, 3, 31)}, {}, ["expense.term /spent_on"]),
            ({"spent_on": date(2021, 5, 1)}, {"today": date(2022, 1, 1)}, ["expense.term /spent_on"]),
            ({"parts": (("差旅费", 1), ("没有", 1))}, {}, ["expense.line /parts/1/line"]),
            ({"parts": (("差旅费", 600), ("差旅费", 501))}, {}, ["expense.over_line /parts"]),
            ({"parts": (("差旅费", 500),)}, {"award_fen": 499}, ["expense.over_award /parts"]),
            ({"category": "招待费"}, {}, ["expense.negative /category"]),
            ({"files": 0}, {}, ["expense.receipt /attachments"]),
            ({"fapiaos": (replace(BILL, amount_fen=499),)}, {}, ["fapiao.short /fapiaos"]),
            ({"parts": (("咨询费", 1),)}, {}, ["fee.missing /fee"]),
            ({"fee": replace(SENIOR, own=True)}, {}, ["fee.own_people /recipient"]),
        ],
    )
    def test_every_ground_has_its_code_and_place(self, change: dict, award: dict, reasons: list[str]) -> None:  # type: ignore[type-arg]
        assert said(expense.obstacles(replace(TRAIN, **change), replace(AWARD, **award), POLICY)) == reasons
        assert refused(expense.submit, replace(TRAIN, **change), replace(AWARD, **award), POLICY, UNIT) == reasons

    def test_the_edges_of_every_bound_belong_to_it(self) -> None:
        late = replace(AWARD, today=date(2022, 1, 1))
        for one, award in (
            (replace(TRAIN, spent_on=date(2020, 4, 1)), AWARD),
            (replace(TRAIN, spent_on=date(2021, 4, 30)), late),
            (replace(TRAIN, spent_on=date(2000, 1, 1)), replace(AWARD, starts_on=None)),
            (replace(TRAIN, spent_on=date(2000, 1, 1)), replace(AWARD, ends_on=None)),
            (replace(TRAIN, parts=(("差旅费", 600), ("差旅费", 500))), AWARD),
            (TRAIN, replace(AWARD, award_fen=500)),
            (replace(TRAIN, fapiaos=(BILL,)), AWARD),
            (replace(TRAIN, parts=(("别的", 1),)), replace(AWARD, lines=())),
        ):
            assert expense.obstacles(one, award, POLICY) == []

    def test_what_waits_and_what_was_accepted_is_no_longer_left(self) -> None:
        used = replace(TRAVEL, accepted_fen=300, pending_fen=300)
        award = replace(AWARD, lines=(used, FEES))
        assert said(expense.obstacles(replace(TRAIN, parts=(("差旅费", 501),)), award, POLICY)) == [
            "expense.over_line /parts"
        ]
        assert said(expense.obstacles(TRAIN, replace(award, award_fen=1_099), POLICY)) == ["expense.over_award /parts"]
        assert expense.obstacles(TRAIN, replace(award, award_fen=1_100), POLICY) == []

    def test_a_line_that_an_amendment_took_away_is_no_line(self) -> None:
        gone = replace(AWARD, lines=(LineFacts("差旅费", 0, moved_fen=500), FEES))
        assert said(expense.obstacles(TRAIN, gone, POLICY)) == ["expense.line /parts/0/line"]

    def test_a_refusal_says_how_much_is_left(self) -> None:
        over, whole = expense.obstacles(
            replace(TRAIN, parts=(("差旅费", 123_456),)), replace(AWARD, award_fen=250), POLICY
        )
        assert "11.00元，不足支付1,234.56元" in over.zh
        assert "has 11.00 yuan left for 1,234.56" in over.en
        assert ("仅2.50元" in whole.zh, "Only 2.50 yuan" in whole.en) == (True, True)
        spent = replace(AWARD, lines=(replace(TRAVEL, accepted_fen=5_000),), award_fen=1_000)
        over, whole = expense.obstacles(TRAIN, spent, POLICY)
        assert ("余额0.00元" in over.zh, "仅0.00元" in whole.zh) == (True, True)
        assert ("has 0.00" in over.en, "Only 0.00" in whole.en) == (True, True)

    def test_a_second_person_accepts_what_was_received(self) -> None:
        assert refused(expense.accept, replace(SENT, signed=("finance_checker",)), AWARD, POLICY, "", CHECKER) == [
            "expense.same_person"
        ]
        received = replace(AWARD, lines=(replace(TRAVEL, accepted_fen=100), FEES), received_fen=600)
        assert expense.accept(SENT, received, POLICY, "", CHECKER) == "accepted"
        assert refused(expense.accept, SENT, replace(received, received_fen=599), POLICY, "", CHECKER) == [
            "expense.not_received"
        ]

    def test_words_of_the_negative_list_are_asked_about_and_answered(self) -> None:
        for one in (replace(SENT, what="香烟和酒"), replace(SENT, category="烟酒")):
            (asked,) = expense.questions(one, POLICY)
            assert "烟、酒" in asked.zh
            assert refused(expense.accept, one, AWARD, POLICY, " ", CHECKER) == ["expense.words /answer"]
            assert expense.accept(one, AWARD, POLICY, "实验用酒精", CHECKER) == "accepted"
        cheap = replace(SENT, fee=replace(SENIOR, net_fen=1))
        assert refused(expense.accept, cheap, AWARD, POLICY, "", CHECKER) == ["fee.low /fee/net_fen"]
        assert expense.questions(replace(SENT, fee=SENIOR), POLICY) == []

    def test_it_is_sent_back_with_a_reason_until_the_final_account(self) -> None:
        found = refused(expense.return_, SENT, replace(AWARD, accounted=True), " ", CHECKER)
        assert found == ["expense.reason /reason", "expense.accounted"]

    def test_its_amount_is_the_sum_of_its_parts_and_a_name_is_masked(self) -> None:
        assert replace(TRAIN, parts=(("甲", 2), ("乙", 3))).amount_fen == 5
        assert replace(AWARD, lines=(replace(TRAVEL, accepted_fen=2), replace(FEES, accepted_fen=3))).accepted_fen == 5
        assert [expense.masked(name) for name in ("欧阳修", "王")] == ["欧**", "王"]


class TestFapiao:
    @pytest.mark.parametrize(
        ("code", "number", "good"),
        [
            ("", "2" * 20, True),
            ("1" * 10, "2" * 8, True),
            ("1" * 12, "2" * 8, True),
            ("1" * 11, "2" * 8, False),
            ("1" * 10, "2" * 9, False),
            ("1" * 10, "2" * 20, False),
            ("", "2" * 19, False),
            ("", "2" * 8, False),
            ("", "２" * 20, False),
            ("a" * 10, "2" * 8, False),
            ("1" * 12, "x" * 8, False),
        ],
    )
    def test_it_is_numbered_as_the_tax_office_does(self, code: str, number: str, good: bool) -> None:
        found = said(fapiao.obstacles([replace(BILL, code=code, number=number)], DAY))
        assert found == ([] if good else ["fapiao.number /fapiaos/0/number"])

    def test_every_fault_points_to_its_row(self) -> None:
        wrong = replace(BILL, number="1" * 20, seller_code="12500000743408730X", issued_on=date(2020, 6, 2))
        found = said(fapiao.obstacles([BILL, wrong, BILL], DAY))
        assert [one.split()[1] for one in found] == ["/fapiaos/1/seller_code", "/fapiaos/1/issued_on", "/fapiaos/2"]
        assert [one.split()[0] for one in found][1:] == ["fapiao.future", "fapiao.twice"]

    def test_its_key_is_code_and_number(self) -> None:
        assert replace(BILL, code="1" * 10, number="2" * 8).key == "1" * 10 + "2" * 8


class TestFee:
    @pytest.mark.parametrize(
        ("level", "days", "before", "least", "most"),
        [
            ("senior", "1", "0", 150_000, 240_000),
            ("other", "1", "0", 90_000, 150_000),
            ("academician", "1", "0", 150_000, 360_000),
            ("senior", "0.5", "0", 90_000, 144_000),
            ("senior", "2", "0", 300_000, 480_000),
            ("senior", "3", "0", 375_000, 600_000),
            ("senior", "2.5", "0", 345_000, 552_000),
            ("senior", "1", "2", 75_000, 120_000),
            ("senior", "1", "1", 150_000, 240_000),
            ("senior", "0.5", "2", 45_000, 72_000),
            ("senior", "1.5", "1", 195_000, 312_000),
        ],
    )
    def test_what_a_consultation_may_cost(self, level: str, days: str, before: str, least: int, most: int) -> None:
        one = FeeFacts(level, Decimal(days), most, most, Decimal(before))
        assert fee.bounds(one, POLICY) == (least, most)
        assert said(fee.obstacles(one, POLICY)) == []
        assert said(fee.obstacles(replace(one, net_fen=most + 1, amount_fen=most + 1), POLICY)) == [
            "fee.too_much /fee/net_fen"
        ]
        assert list(fee.questions(replace(one, net_fen=least), POLICY)) == []
        assert said(fee.questions(replace(one, net_fen=least - 1), POLICY)) == ["fee.low /fee/net_fen"]

    @pytest.mark.parametrize("days", ["0", "-1", "0.3"])
    def test_days_are_counted_in_halves(self, days: str) -> None:
        assert said(fee.obstacles(replace(SENIOR, days=Decimal(days), own=True), POLICY)) == ["fee.days /fee/days"]

    def test_after_tax_is_no_more_than_it_costs_and_never_for_the_teams_own(self) -> None:
        assert said(fee.obstacles(replace(SENIOR, amount_fen=SENIOR.net_fen - 1, own=True), POLICY)) == [
            "fee.net /fee/net_fen",
            "fee.own_people /recipient",
        ]
        assert said(fee.obstacles(replace(SENIOR, amount_fen=SENIOR.net_fen), POLICY)) == []

    def test_the_refusal_says_for_whom_how_long_and_how_much(self) -> None:
        (reason,) = fee.obstacles(replace(SENIOR, days=Decimal("1.50"), net_fen=10**6), POLICY)
        assert "高级职称1.5天税后咨询费最高3,840.00元" in reason.zh
        assert "At most 3,840.00 yuan after tax for 1.5 days (senior)" in reason.en
        (low,) = fee.questions(replace(SENIOR, net_fen=1), POLICY)
        assert ("1,500.00元" in low.zh, "1,500.00 yuan" in low.en) == (True, True)
