"""The regulation of intake: quotas, late exceptions, who edits what, terms, likeness."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.orders.rules import duplicate, intake, quota
from services.orders.rules import order as rules
from services.orders.rules.columns import COLUMNS, SYNONYMS, with_unit
from services.orders.rules.duplicate import Signs
from services.orders.rules.intake import Term
from services.orders.rules.policy import Policy
from services.orders.rules.quota import Quota
from shared.errors import Forbidden, Reason, Refused
from shared.testing import START
from tests.orders.test_rules import BUREAU, DISTRICT, HOST, ORDER, POLICY, TOWN

DAY = timedelta(days=1)
SUBMITTED = replace(ORDER, status="submitted")


def codes(reasons: object) -> list[str]:
    return [reason.code for reason in reasons if isinstance(reason, Reason)]  # type: ignore[attr-defined]


def test_one_more_than_the_quota_is_refused_with_the_numbers() -> None:
    assert rules.recommend(SUBMITTED, POLICY, DISTRICT, START, Quota(3, 2)) == "recommended"
    assert rules.recommend(SUBMITTED, POLICY, DISTRICT, START, Quota(None, 999)) == "recommended"
    for full in (Quota(3, 3), Quota(3, 5), Quota(0, 0)):
        with pytest.raises(Refused) as refusal:
            rules.recommend(SUBMITTED, POLICY, DISTRICT, START, full)
        (reason,) = refusal.value.reasons
        assert (reason.code, str(full.limit) in reason.zh, str(full.used) in reason.en) == ("order.quota", True, True)


def test_a_countys_own_number_goes_before_the_policys_and_nothing_means_no_limit() -> None:
    strict = Policy(district_quota=5)
    assert quota.limit_of({"500101000000": 2}, "500101000000", strict) == 2
    assert quota.limit_of({"500101000000": 0}, "500101000000", strict) == 0
    assert quota.limit_of({"500101000000": 2}, "500114000000", strict) == 5
    assert quota.limit_of({}, "500114000000", POLICY) is None
    assert codes(quota.quota_faults({"510104000000": 1}, {"500101000000"})) == ["quota.county"]


def test_an_order_recommended_against_several_rules_hears_all_of_them() -> None:
    closed = replace(SUBMITTED, round_status="closed")
    found = rules.recommend_obstacles(closed, Policy(town_endorsement=True), Quota(1, 1), START)
    assert codes(found) == ["order.not_endorsed", "order.round_closed", "order.quota"]


def test_a_town_endorses_only_where_the_policy_wants_it() -> None:
    with pytest.raises(Refused, match="no town"):
        rules.endorse(SUBMITTED, POLICY, TOWN, START)


def test_after_the_window_one_order_goes_on_by_exception_until_its_own_time() -> None:
    for status in ("closed", "decided", "running"):
        closed = replace(ORDER, round_status=status)
        until = rules.allow_late(closed, POLICY, "山洪断网", START + 5 * DAY, BUREAU, START)
        late = replace(closed, late_until=until)
        assert rules.submit(late, POLICY, HOST, START + 4 * DAY) == "submitted"
        assert rules.recommend(replace(late, status="submitted"), POLICY, DISTRICT, START) == "recommended"
        assert rules.publish(replace(late, status="recommended"), POLICY, BUREAU, START) == "published"
        with pytest.raises(Refused):
            rules.submit(late, POLICY, HOST, START + 5 * DAY)
    with pytest.raises(Refused):
        rules.publish(
            replace(ORDER, status="recommended", round_status="assessed", late_until=START + DAY), POLICY, BUREAU, START
        )


def test_an_exception_needs_a_closed_round_a_reason_a_near_date_and_the_bureau() -> None:
    published = replace(ORDER, status="published")
    found = rules.allow_late_obstacles(published, POLICY, " ", START + 31 * DAY, START)
    assert codes(found) == ["order.published", "order.not_late", "order.late_until", "order.reason"]
    closed = replace(ORDER, round_status="closed")
    assert not list(rules.allow_late_obstacles(closed, POLICY, "断网", START + 30 * DAY, START))
    assert codes(rules.allow_late_obstacles(closed, POLICY, "断网", START, START)) == ["order.late_until"]
    with pytest.raises(Forbidden):
        rules.allow_late(closed, POLICY, "断网", START + DAY, DISTRICT, START)


@pytest.mark.parametrize(
    ("status", "editors"),
    [
        ("draft", {"host", "town", "district", "bureau"}),
        ("submitted", {"host", "town", "district", "bureau"}),
        ("endorsed", {"town", "district", "bureau"}),
        ("recommended", {"district", "bureau"}),
        ("published", set()),
    ],
)
def test_what_an_office_has_screened_is_edited_by_it_or_above(status: str, editors: set[str]) -> None:
    order = replace(ORDER, status=status)
    actors = {"host": HOST, "town": TOWN, "district": DISTRICT, "bureau": BUREAU}
    assert {name for name, actor in actors.items() if not list(rules.edit_obstacles(order, actor, START))} == editors


def test_a_term_that_ends_before_it_begins_or_lasts_too_long_is_no_term() -> None:
    assert codes(intake.term_faults(date(2020, 4, 1), date(2020, 4, 1))) == ["order.term"]
    assert codes(intake.term_faults(date(2020, 4, 1), date(2020, 3, 1))) == ["order.term"]
    assert codes(intake.term_faults(date(2020, 4, 1), date(2026, 4, 1))) == ["order.term"]
    assert not list(intake.term_faults(date(2020, 4, 1), date(2025, 3, 31)))
    assert not list(intake.term_faults(date(2020, 4, 1), None))
    backwards = replace(ORDER, starts_on=date(2020, 4, 1), ends_on=date(2020, 3, 1))
    assert [r.pointer for r in rules.submit_obstacles(backwards, START)] == ["/ends_on"]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("十二个月", Term(12)),
        ("二十四个月", Term(24)),
        ("两年半", Term(30)),
        ("一年半", Term(18)),
        ("半年", Term(6)),
        ("2020年4月起一年", Term(12, date(2020, 4, 1), date(2021, 3, 31))),
        ("2020年4月15日起，为期18个月", Term(18, date(2020, 4, 15), date(2021, 10, 14))),
        ("2020.04.01至2021.03.31", Term(12, date(2020, 4, 1), date(2021, 3, 31))),
        ("2020年4月1日-2021年3月31日", Term(12, date(2020, 4, 1), date(2021, 3, 31))),
    ],
)
def test_more_ways_to_write_a_term(text: str, term: Term) -> None:
    assert intake.read_term(text) == term


@pytest.mark.parametrize("text", ["6月", "十年", "年", "零个月", "2020年13月起一年", "2020年4月起"])
def test_what_only_looks_like_a_term_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        intake.read_term(text)


def test_phones_and_codes_are_read_as_people_type_them() -> None:
    assert [intake.read_phone(text) for text in ("138 0000-0000", "023-58123456", "(023)58123456", "12a")] == [
        "13800000000",
        "023-58123456",
        "02358123456",
        "12a",
    ]
    assert [intake.read_division(text) for text in ("500101", "500101151", "500101151002", "50010", "x", "")] == [
        "500101000000",
        "500101151000",
        "500101151002",
        "",
        "",
        "",
    ]


def test_no_header_means_two_columns() -> None:
    called = [name for column in COLUMNS for name in (column.name, *SYNONYMS[column.name])]
    assert sorted(called) == sorted(set(called))


def test_a_unit_in_a_header_holds_for_bare_numbers_only() -> None:
    assert with_unit("服务期限", "服务期限(月)", "18") == "18个月"
    assert with_unit("服务期限", "服务期限(月)", "一年") == "一年"
    assert with_unit("服务期限", "服务期限", "18") == "18"
    assert with_unit("申请支持经费（万元）", "申请经费(元)", "80000.5") == "80000.5元"


def test_the_points_of_likeness_come_to_a_hundred_and_each_sign_counts() -> None:
    same = Signs(same_host=True, title=100, problem=100, place=12)
    assert duplicate.score(same) == 100
    for less in (
        replace(same, same_host=False),
        replace(same, title=80),
        replace(same, problem=0),
        replace(same, place=6),
    ):
        assert duplicate.score(less) < 100
    assert duplicate.score(replace(same, title=69.9, problem=69.9)) == 0
    assert [r.code for r in duplicate.reasons(same)] == [
        "duplicate.host",
        "duplicate.title",
        "duplicate.problem",
        "duplicate.same_village",
    ]
    assert [r.code for r in duplicate.reasons(Signs(False, 100, 0, 9))] == ["duplicate.title", "duplicate.same_town"]
