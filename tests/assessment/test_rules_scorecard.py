"""The scorecard and the grades, as the regulation has them."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.assessment.rules import explaining, grading, scorecard
from services.assessment.rules.grading import Result
from services.assessment.rules.policy import Policy
from services.assessment.rules.scorecard import Indicator, Measures
from shared.contracts.policy_document import policy_document, policy_set

POLICY = Policy()
HEAVY = {
    "name": "heavy",
    "version": 3,
    "sections": [
        {
            "code": "all",
            "zh": "全部",
            "en": "All",
            "weight": 100,
            "items": [
                {"kind": "days", "weight": 10},
                {"kind": "visits", "weight": 10},
                {"kind": "indicators", "weight": 70},
                {"kind": "host", "weight": 5},
                {"kind": "beneficiaries", "weight": 5},
            ],
        },
    ],
}
D = Decimal


def indicator(baseline="0", target="10", actual="10", name="示范面积") -> Indicator:
    return Indicator(name, "亩", D(baseline), D(target), None if actual is None else D(actual))


def measures(days="30", visits=10, indicators=None, host="100", beneficiaries="100", agreed=("30", 10)) -> Measures:
    return Measures(
        agreed_days=D(agreed[0]),
        agreed_visits=agreed[1],
        confirmed_days=D(days),
        confirmed_entries=visits,
        indicators=(indicator(),) if indicators is None else tuple(indicators),
        host=None if host is None else D(host),
        beneficiaries=None if beneficiaries is None else D(beneficiaries),
    )


def test_everything_reached_gives_a_hundred_points():
    assert scorecard.score(measures(), POLICY).total == D("100.00")


def test_nothing_done_and_nobody_pleased_gives_none():
    nothing = measures("0", 0, [indicator(actual="0")], "0", "0")
    assert scorecard.score(nothing, POLICY).total == D("0.00")


def test_days_and_visits_beyond_the_agreement_give_no_more_points():
    assert scorecard.score(measures("300", 99), POLICY).service == D("60.00")


def test_results_are_the_mean_over_indicators_each_kept_within_0_and_1():
    three = [indicator(actual="20"), indicator(actual="5"), indicator(actual="-3")]
    assert scorecard.score(measures(indicators=three), POLICY).results == D("10.00")


def test_an_indicator_may_go_down_to_its_target():
    falling = indicator(baseline="40", target="10", actual="25", name="病死率")
    assert scorecard.achieved(falling) == Fraction(1, 2)


def test_an_agreed_indicator_without_a_report_stands_at_its_baseline():
    assert scorecard.achieved(indicator(baseline="5", target="10", actual=None)) == 0


def test_a_target_equal_to_its_baseline_is_kept_or_missed():
    assert scorecard.achieved(indicator("8", "8", "8")) == 1
    assert scorecard.achieved(indicator("8", "8", "7")) == 0
    assert scorecard.achieved(indicator("8", "8", None)) == 0


def test_without_any_indicator_there_are_no_points_for_results():
    assert scorecard.score(measures(indicators=[]), POLICY).results == D("0.00")


def test_a_rating_that_nobody_gave_in_time_counts_as_the_policy_default():
    assert scorecard.score(measures(host=None, beneficiaries=None), POLICY).satisfaction == D("12.00")


def test_the_total_is_rounded_half_up_once_from_the_exact_sum():
    # 40/3 + 20/3 + 20/3 + 20/2 = 36.6666… although the sections round to 20.00, 6.67 and 10.00
    third = measures("10", 3, [indicator(target="3", actual="1")], "50", "50", agreed=("30", 9))
    found = scorecard.score(third, POLICY)
    assert (found.service, found.results, found.total) == (D("20.00"), D("6.67"), D("36.67"))
    assert scorecard.half_up(Fraction(1, 200)) == D("0.01")
    assert scorecard.half_up(Fraction(89995, 1000)) == D("90.00")


def test_weights_come_from_the_round_s_policy():
    heavy = policy_set(policy_document({"assessment": {"scorecard": HEAVY}})).assessment
    assert scorecard.score(measures(indicators=[indicator(actual="5")]), heavy).total == D("65.00")


@given(st.fractions(0, 100))
def test_half_up_is_within_half_a_hundredth_and_agrees_with_decimal(value: Fraction):
    rounded = scorecard.half_up(value)
    assert abs(Fraction(rounded) - value) <= Fraction(1, 200)
    assert rounded.as_tuple().exponent == -2
    if value.denominator in (1, 2, 4, 5, 8, 10, 16, 20, 25, 40, 50, 100, 125, 200, 500, 1000):
        exact = D(value.numerator) / D(value.denominator)
        assert rounded == exact.quantize(D("0.01"), ROUND_HALF_UP)


days = st.decimals(0, 400, places=1)
rating = st.none() | st.decimals(0, 100, places=2)
indicators = st.lists(
    st.builds(
        Indicator,
        st.just("产值"),
        st.just("万元"),
        *[st.decimals(-1000, 1000, places=2)] * 2,
        st.none() | st.decimals(-1000, 1000, places=2),
    ),
    max_size=5,
).map(tuple)
any_measures = st.builds(Measures, days, st.integers(0, 60), days, st.integers(0, 60), indicators, rating, rating)


@given(any_measures)
def test_a_total_lies_between_0_and_100_and_differs_from_its_sections_by_rounding_only(m: Measures):
    found = scorecard.score(m, POLICY)
    assert 0 <= found.total <= 100
    assert abs(found.total - (found.service + found.results + found.satisfaction)) <= D("0.015")


@given(any_measures)
def test_the_default_card_is_the_regulations_formula(m: Measures):
    def share(done, agreed) -> Fraction:
        return min(Fraction(1), Fraction(done) / Fraction(agreed)) if agreed else Fraction(1)

    shares = [scorecard.achieved(i) for i in m.indicators]
    host, people = (60 if said is None else said for said in (m.host, m.beneficiaries))
    service = 40 * share(m.confirmed_days, m.agreed_days) + 20 * share(m.confirmed_entries, m.agreed_visits)
    results = 20 * sum(shares, Fraction(0)) / len(shares) if shares else Fraction(0)
    satisfaction = 20 * (Fraction(host) + Fraction(people)) / 200
    parts = (service, results, satisfaction, service + results + satisfaction)
    found = scorecard.score(m, POLICY)
    assert (found.service, found.results, found.satisfaction, found.total) == tuple(map(scorecard.half_up, parts))


@given(any_measures)
def test_measures_survive_being_stored(m: Measures):
    assert Measures.of(m.document()) == m


@given(any_measures)
def test_the_explanation_s_lines_lead_to_the_total(m: Measures):
    lines = explaining.explain(m, POLICY)
    items = [line.points for line in lines if line.item and line.item != "indicator"]
    sections = [line.points for line in lines[:-1] if not line.item]
    total = lines[-1]
    assert (total.section, total.points) == ("total", scorecard.score(m, POLICY).total)
    assert abs(sum(items) - total.points) <= D("0.0053")
    assert abs(sum(sections) - total.points) <= D("0.0052")


def test_every_line_of_the_explanation_can_be_followed_by_hand():
    reported, silent = indicator("10", "40", "20", "鲜叶价格"), indicator(actual=None)
    lines = explaining.explain(measures("7.50", 3, [reported, silent], None, "66.5"), POLICY)
    assert [(line.section, line.item, line.points, line.of) for line in lines] == [
        ("service", "days", D("10.0000"), 40),
        ("service", "visits", D("6.0000"), 20),
        ("service", "", D("16.0000"), 60),
        ("results", "indicator", D("0.3333"), 1),
        ("results", "indicator", D("0.0000"), 1),
        ("results", "indicators", D("3.3333"), 20),
        ("results", "", D("3.3333"), 20),
        ("satisfaction", "host", D("6.0000"), 10),
        ("satisfaction", "beneficiaries", D("6.6500"), 10),
        ("satisfaction", "", D("12.6500"), 20),
        ("total", "", D("31.98"), 100),
    ]
    assert [line.zh for line in lines] == [
        "服务天数：40 × min(1, 经受援单位确认 7.5 / 30 约定天数) = 10.0000",
        "服务次数：20 × min(1, 经受援单位确认 3 / 10 约定次数) = 6.0000",
        "服务情况小计：10.0000 + 6.0000 = 16.0000",
        "指标“鲜叶价格”（亩）：(20 - 10) / (40 - 10)，限于0至1 = 0.3333",
        "指标“示范面积”（亩）：(0 - 0) / (10 - 0)，限于0至1 = 0.0000；未填报，按基数计",
        "目标完成：20 × 2项指标完成率的平均值 = 3.3333",
        "目标完成小计：3.3333 = 3.3333",
        "受援单位满意度：10 × 60 / 100 = 6.0000；逾期未评，按60分计",
        "群众满意度：10 × 66.5 / 100 = 6.6500",
        "满意度小计：6.0000 + 6.6500 = 12.6500",
        "合计 31.9833，四舍五入保留两位小数为 31.98",
    ]
    assert [line.en for line in lines] == [
        "days served: 40 × min(1, 7.5 / 30 days confirmed of those agreed) = 10.0000",
        "visits: 20 × min(1, 3 / 10 visits confirmed of those agreed) = 6.0000",
        "Service: 10.0000 + 6.0000 = 16.0000",
        "indicator 鲜叶价格 (亩): (20 - 10) / (40 - 10), kept within 0 and 1 = 0.3333",
        "indicator 示范面积 (亩): (0 - 0) / (10 - 0), kept within 0 and 1 = 0.0000; "
        "not reported, counted at its baseline",
        "results: 20 × mean of 2 indicators = 3.3333",
        "Results: 3.3333 = 3.3333",
        "satisfaction of the host: 10 × 60 / 100 = 6.0000; late, default 60",
        "satisfaction of the people served: 10 × 66.5 / 100 = 6.6500",
        "Satisfaction: 6.0000 + 6.6500 = 12.6500",
        "sum 31.9833, rounded half up to two decimals: 31.98",
    ]


def test_a_grade_is_explained_by_thresholds_places_and_the_place_that_was_missed():
    best, capped, plain = (Result(D(total), D("20"), D("20")) for total in ("95", "91", "70"))
    said = {
        total: grading.explain(result, grade, 14, POLICY)
        for total, result, grade in (
            (95, best, "excellent"),
            (91, capped, "qualified"),
            (70, plain, "qualified"),
        )
    }
    assert [(line.section, line.points, line.of) for line in said.values()] == [
        ("grade", D("95"), 100),
        ("grade", D("91"), 100),
        ("grade", D("70"), 100),
    ]
    assert said[95].zh == "等次：90分以上优秀、60分以上合格；参评14个，优秀名额2个；优秀"
    assert said[91].zh.endswith("；合格；达到优秀分数线但排名在名额之外（同分均为合格）")
    assert said[70].en == ("grade: excellent from 90, qualified from 60; 14 assessed, 2 excellent places; qualified")


def ranked(*totals: str) -> list[tuple[int, Result]]:
    return [(n, Result(D(total), D("20"), D("20"))) for n, total in enumerate(totals)]


def test_from_90_excellent_from_60_qualified_else_unqualified():
    assert grading.by_thresholds(D("90.00"), POLICY) == "excellent"
    assert grading.by_thresholds(D("89.99"), POLICY) == "qualified"
    assert grading.by_thresholds(D("60.00"), POLICY) == "qualified"
    assert grading.by_thresholds(D("59.99"), POLICY) == "unqualified"


def test_the_cap_is_15_percent_rounded_down_and_at_least_one():
    assert [grading.excellent_places(n, POLICY) for n in (1, 6, 13, 14, 20, 45, 126)] == [1, 1, 1, 2, 3, 6, 18]


def test_beyond_the_cap_the_next_best_stay_qualified():
    assert list(grading.grades(ranked("95", "99", "93"), POLICY).values()) == [
        "qualified",
        "excellent",
        "qualified",
    ]


def test_those_tied_across_the_edge_all_stay_qualified():
    assert set(grading.grades(ranked("99", "99", "50"), POLICY).values()) == {"qualified", "unqualified"}


def test_equal_totals_are_told_apart_by_results_then_by_satisfaction():
    three = [
        ("a", Result(D("95"), D("18"), D("20"))),
        ("b", Result(D("95"), D("19"), D("17"))),
        ("c", Result(D("95"), D("19"), D("18"))),
    ]
    assert grading.grades(three, POLICY) == {"a": "qualified", "b": "qualified", "c": "excellent"}


point = st.decimals(80, 100, places=1)
cycle = st.lists(st.builds(Result, point, st.decimals(15, 20, places=1), point), min_size=1, max_size=60)


@given(cycle)
def test_the_cap_is_never_exceeded_and_nobody_is_passed_over(results: list[Result]):
    given_ = grading.grades(list(enumerate(results)), POLICY)
    excellent = [results[n] for n, grade in given_.items() if grade == "excellent"]
    assert len(excellent) <= grading.excellent_places(len(results), POLICY)
    left_out = [r for n, r in enumerate(results) if given_[n] != "excellent" and r.total >= POLICY.excellent_from]
    assert all(e.rank > r.rank for e in excellent for r in left_out)
    assert all(given_[n] == grading.by_thresholds(r.total, POLICY) for n, r in enumerate(results) if r.total < 90)


@given(cycle)
def test_a_place_stays_empty_only_for_want_of_candidates_or_for_a_tie_at_the_edge(results: list[Result]):
    given_ = grading.grades(list(enumerate(results)), POLICY)
    excellent = [results[n] for n, grade in given_.items() if grade == "excellent"]
    left_out = [r.rank for n, r in enumerate(results) if given_[n] != "excellent" and r.total >= POLICY.excellent_from]
    free = grading.excellent_places(len(results), POLICY) - len(excellent)
    if left_out:
        assert left_out.count(max(left_out)) > free


@given(cycle, st.randoms())
def test_the_order_in_which_teams_are_listed_changes_nothing(results: list[Result], random):
    listed = list(enumerate(results))
    shuffled = listed[:]
    random.shuffle(shuffled)
    assert grading.grades(listed, POLICY) == grading.grades(shuffled, POLICY)


@given(cycle, st.data())
def test_more_points_never_lower_a_grade(results: list[Result], data):
    order = ["unqualified", "qualified", "excellent"]
    chosen = data.draw(st.integers(0, len(results) - 1))
    old = results[chosen]
    more = data.draw(st.builds(Result, *(st.decimals(value, 100, places=1) for value in old.rank)))
    before = grading.grades(list(enumerate(results)), POLICY)[chosen]
    after = grading.grades(list(enumerate([*results[:chosen], more, *results[chosen + 1 :]])), POLICY)[chosen]
    assert order.index(after) >= order.index(before)


@given(any_measures, st.sampled_from(["days", "host", "beneficiaries"]), st.decimals(0, 100, places=1))
def test_more_of_anything_confirmed_never_lowers_a_total(m: Measures, what: str, more: D):
    """A rating said in time is compared with itself, not with what stands for a late one."""
    field = {"days": "confirmed_days"}.get(what, what)
    said = getattr(m, field)
    if said is not None:
        higher = replace(m, **{field: said + more if what == "days" else max(said, more)})
        assert scorecard.score(higher, POLICY).total >= scorecard.score(m, POLICY).total


@given(st.integers(1, 60), st.integers(1, 60))
def test_all_who_are_tied_at_the_edge_stay_qualified(better: int, tied: int):
    results = [Result(D(99), D(n), D(0)) for n in range(better)] + [Result(D(95), D(0), D(0))] * tied
    given_ = list(grading.grades(list(enumerate(results)), POLICY).values())
    places = grading.excellent_places(len(results), POLICY)
    assert given_.count("excellent") == (better + tied if better + tied <= places else min(better, places))
