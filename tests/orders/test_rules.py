"""The regulation of rounds and orders, as sentences."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.orders.rules import intake
from services.orders.rules import order as rules
from services.orders.rules import round as rounds
from services.orders.rules.intake import Term
from services.orders.rules.order import OrderFacts
from services.orders.rules.policy import Policy
from services.orders.rules.round import RoundFacts
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotAllowed, NotFound, Refused
from shared.testing import START

HOST = Actor("h", frozenset({"host"}), unit="U")
TOWN = Actor("t", frozenset({"town"}), division="500101151000")
DISTRICT = Actor("d", frozenset({"district"}), division="500101000000")
BUREAU = Actor("b", frozenset({"bureau"}), division="500000000000")
ORDER = OrderFacts(
    "draft",
    "500101151002",
    "U",
    "茶园",
    "虫害",
    "增产",
    "联络员",
    "13800000000",
    1_000,
    "open",
    START + timedelta(days=1),
)
ROUND = RoundFacts("draft", "500000000000", START, START + timedelta(days=10))
POLICY = Policy()


def test_an_order_may_be_submitted_by_its_host_town_or_bureau() -> None:
    for actor in (HOST, TOWN, BUREAU):
        assert rules.submit(ORDER, POLICY, actor, START) == "submitted"
    with pytest.raises(NotFound):
        rules.submit(ORDER, POLICY, replace(HOST, unit="other"), START)
    with pytest.raises(Forbidden):
        rules.submit(replace(ORDER, status="published"), POLICY, replace(HOST, unit="other"), START)


def test_the_status_is_checked_before_the_conditions() -> None:
    with pytest.raises(NotAllowed):
        rules.submit(replace(ORDER, status="published", title=""), POLICY, HOST, START)


def test_all_missing_parts_are_named_together() -> None:
    bare = replace(ORDER, title="", problem="", asked_fen=None, round_status="closed")
    with pytest.raises(Refused) as refusal:
        rules.submit(bare, POLICY, HOST, START)
    assert [reason.pointer for reason in refusal.value.reasons] == ["/round_id", "/title", "/problem", "/asked_fen"]


def test_where_policy_says_so_a_town_endorses_before_the_district_recommends() -> None:
    strict = Policy(town_endorsement=True)
    submitted = replace(ORDER, status="submitted")
    with pytest.raises(Refused, match="endorse"):
        rules.recommend(submitted, strict, DISTRICT, START)
    endorsed = replace(submitted, status=rules.endorse(submitted, strict, TOWN, START))
    assert rules.recommend(endorsed, strict, DISTRICT, START) == "recommended"
    assert rules.recommend(submitted, POLICY, DISTRICT, START) == "recommended"


def test_a_returned_order_needs_a_reason_and_may_be_submitted_again() -> None:
    submitted = replace(ORDER, status="submitted")
    with pytest.raises(Refused, match="reason"):
        rules.return_(submitted, " ", DISTRICT, START)
    returned = replace(ORDER, status=rules.return_(submitted, "补充材料", DISTRICT, START))
    assert rules.submit(returned, POLICY, HOST, START) == "submitted"


def test_publishing_needs_an_open_round() -> None:
    recommended = replace(ORDER, status="recommended")
    assert rules.publish(recommended, POLICY, BUREAU, START) == "published"
    with pytest.raises(Refused, match="not open"):
        rules.publish(replace(recommended, round_status="draft"), POLICY, BUREAU, START)


def test_only_the_system_matches_starts_completes_and_reopens() -> None:
    assert rules.match(replace(ORDER, status="published"), SYSTEM, START) == "matched"
    assert rules.start(replace(ORDER, status="matched"), SYSTEM, START) == "in_service"
    assert rules.complete(replace(ORDER, status="in_service"), SYSTEM, START) == "completed"
    for status in ("matched", "in_service"):
        assert rules.reopen(replace(ORDER, status=status), SYSTEM, START) == "published"
    with pytest.raises(Forbidden):
        rules.match(replace(ORDER, status="published"), BUREAU, START)


def test_an_unclaimed_order_is_extended_within_the_policys_days_republished_or_withdrawn() -> None:
    assert rules.go_unclaimed(replace(ORDER, status="published"), SYSTEM, START) == "unclaimed"
    unclaimed = replace(ORDER, status="unclaimed")
    assert rules.extend(unclaimed, POLICY, START + timedelta(days=30), BUREAU, START) == "published"
    for late in (START + timedelta(days=31), START):
        with pytest.raises(Refused):
            rules.extend(unclaimed, POLICY, late, BUREAU, START)
    assert rules.republish(unclaimed, POLICY, None, BUREAU, START) == "published"
    with pytest.raises(Refused):
        rules.republish(unclaimed, POLICY, START + timedelta(days=31), BUREAU, START)
    assert rules.withdraw(unclaimed, "条件变化", BUREAU, START) == "withdrawn"


def test_an_order_that_is_free_again_is_open_for_its_round_s_window_or_the_policy_s_days() -> None:
    ends = ORDER.round_closes_at
    assert rules.open_until(replace(ORDER, round_status="open"), POLICY, ends - timedelta(days=1)) == ends
    after = ends + timedelta(days=40)
    for status in ("closed", "decided", "running"):
        assert rules.open_until(replace(ORDER, round_status=status), POLICY, after) == after + timedelta(days=30)


def test_a_published_order_can_be_cancelled_but_not_edited() -> None:
    published = replace(ORDER, status="published")
    assert rules.cancel(published, "村里改种", HOST, START) == "cancelled"
    assert [reason.code for reason in rules.edit_obstacles(published, HOST, START)] == ["order.published"]


def test_a_duplicate_is_not_merged_into_an_order_that_has_ended() -> None:
    assert rules.merge(ORDER, replace(ORDER, status="published"), DISTRICT, START) == "merged"
    with pytest.raises(Refused):
        rules.merge(ORDER, replace(ORDER, status="cancelled"), DISTRICT, START)


def test_a_round_opens_within_its_window_and_is_closed_by_the_clock() -> None:
    assert rounds.open(ROUND, BUREAU, START) == "open"
    for outside in (START - timedelta(seconds=1), START + timedelta(days=10)):
        with pytest.raises(Refused):
            rounds.open(ROUND, BUREAU, outside)
    assert rounds.close(replace(ROUND, status="open"), SYSTEM, START) == "closed"


def test_a_bureau_runs_rounds_of_its_own_division_only() -> None:
    with pytest.raises(Forbidden):
        rounds.open(ROUND, replace(BUREAU, division="510000000000"), START)
    with pytest.raises(Forbidden):
        rounds.draft("510000000000", START, START + timedelta(days=1), BUREAU, START)


def test_a_round_goes_from_decided_over_running_to_assessed_and_archived() -> None:
    assert rounds.decide(replace(ROUND, status="closed"), BUREAU, START) == "decided"
    assert rounds.start(replace(ROUND, status="decided"), SYSTEM, START) == "running"
    assert rounds.assess(replace(ROUND, status="running"), SYSTEM, START) == "assessed"
    assert rounds.archive(replace(ROUND, status="assessed"), BUREAU, START) == "archived"


def test_a_window_that_ends_before_it_begins_or_in_the_past_is_refused_with_both_reasons() -> None:
    past = START - timedelta(days=1)
    assert [reason.code for reason in rounds.draft_obstacles(START, past, START)] == ["round.window", "round.past"]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("2020年4月至2021年3月", Term(12, date(2020, 4, 1), date(2021, 3, 31))),
        ("2020.5-2022.4", Term(24, date(2020, 5, 1), date(2022, 4, 30))),
        ("2020/4/1—2021/3/31", Term(12, date(2020, 4, 1), date(2021, 3, 31))),
        ("2023.3-2024.2", Term(12, date(2023, 3, 1), date(2024, 2, 29))),
        ("一年", Term(12)),
        ("三年", Term(36)),
        ("18个月", Term(18)),
        ("2年", Term(24)),
    ],
)
def test_a_term_is_read_in_the_ways_districts_write_it(text: str, term: Term) -> None:
    assert intake.read_term(text) == term


@pytest.mark.parametrize(
    "text", ["很久", "2021.4-2020.3", "2020.13-2021.1", "2020/2/30-2021/1/1", "99年", "2020.1-2040.1"]
)
def test_a_term_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        intake.read_term(text)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("15", 15_000_000), ("15万元", 15_000_000), ("20.0", 20_000_000), ("80000元", 8_000_000), ("0.5万", 500_000)],
)
def test_money_is_read_in_ten_thousands_unless_the_cell_says_yuan(text: str, fen: int) -> None:
    assert intake.read_money(text) == fen


@pytest.mark.parametrize("text", ["-3", "0", "十五万", "1.2.3", "150000", "0.0000001", "15美元", ""])
def test_money_in_other_units_negative_zero_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        intake.read_money(text)


@given(st.integers(1, 10_000 * 100))
def test_every_amount_in_hundredths_of_ten_thousand_is_read_exactly(hundredths: int) -> None:
    assert intake.read_money(f"{hundredths // 100}.{hundredths % 100:02d}万元") == hundredths * 10_000


def test_people_yes_and_lists_are_read_as_written() -> None:
    assert (intake.read_people("6人"), intake.read_people("8"), intake.read_people("")) == (6, 8, None)
    assert [intake.read_yes(text) for text in ("√", "是", "否", "")] == [True, True, False, False]
    assert intake.read_list("食品科学;标准化") == ["食品科学", "标准化"]
    for bad in ("几个", "0"):
        with pytest.raises(Refused):
            intake.read_people(bad)
    with pytest.raises(Refused):
        intake.read_yes("也许")
