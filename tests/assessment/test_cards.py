"""Scorecards of other kinds than the default: sections with caps, judgements, extra points, bad cards."""

import re
from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assessment.rules import explaining, normalising, scorecard
from services.assessment.rules.normalising import Counted
from services.assessment.rules.policy import Policy
from services.assessment.rules.scorecard import Given, Measures
from shared.contracts.assessment import AssessmentPointsAdded
from shared.contracts.policy import SCORECARDS
from shared.contracts.policy_document import BadPolicy, policy_document, policy_set
from tests.assessment.factories import UNIT, Year, codes, done, serving

REVIEWED = Policy(scorecard=SCORECARDS["reviewed"])
NOTHING = Measures(D(10), 4, D(0), 0, (), D(0), D(0), "disagree", Counted(D(0), D(0)), (D(0),))


def points(measures: Measures, policy: Policy = REVIEWED) -> D:
    return scorecard.score(measures, policy).total


def test_every_kind_of_item_brings_its_own_points() -> None:
    assert points(NOTHING) == 0
    for change, brought in (
        ({"confirmed_days": D(5)}, "10"),
        ({"confirmed_entries": 4}, "10"),
        ({"host": D(50)}, "5"),
        ({"beneficiaries": D(100)}, "10"),
        ({"opinion": "agree"}, "5"),
        ({"opinion": "reservations"}, "3"),
        ({"district": Counted(D(80), D(70))}, "7"),
        ({"assessors": (D(60), D(90), D(100))}, "13.5"),
        ({"manual": (Given("extra", D("2.5"), "推广"),)}, "2.5"),
    ):
        assert points(replace(NOTHING, **change)) == D(brought)


def test_whoever_is_late_is_replaced_by_the_item_s_own_default() -> None:
    silent = replace(NOTHING, host=None, beneficiaries=None, opinion=None, district=None, assessors=())
    assert points(silent) == 6 + 6 + 3 + 6 + 9
    said = [line for line in explaining.explain(silent, REVIEWED) if "late, default 60" in line.en]
    assert [line.item for line in said] == ["host", "beneficiaries", "unit_opinion", "district", "assessors"]


def test_extra_points_never_lift_a_total_over_a_hundred() -> None:
    full = Measures(D(10), 4, D(10), 4, (), D(100), D(100), "agree", Counted(D(100), D(100)), (D(100),))
    best = replace(full, manual=(Given("extra", D(5), "突出"),))
    assert (points(full), points(best)) == (80, 85)  # without any indicator there are no results
    card = replace(SCORECARDS["yearly"], sections=(*SCORECARDS["yearly"].sections, SCORECARDS["reviewed"].sections[-1]))
    indicator = scorecard.Indicator("产值", "万元", D(0), D(1), D(1))
    over = replace(best, indicators=(indicator,))
    assert points(over, Policy(scorecard=card)) == 100
    assert explaining.explain(over, Policy(scorecard=card))[-1].zh.startswith("合计 100.0000（以100分封顶）")


def test_a_section_brings_at_most_its_cap() -> None:
    section = replace(SCORECARDS["yearly"].sections[0], weight=40)
    rest = tuple(replace(s, weight=30) for s in SCORECARDS["yearly"].sections[1:])
    capped = Policy(scorecard=replace(SCORECARDS["yearly"], sections=(section, *rest)))
    served = replace(NOTHING, confirmed_days=D(10), confirmed_entries=4)
    assert points(served, capped) == 40
    assert explaining.explain(served, capped)[2].zh == "服务情况小计：40.0000 + 20.0000 = 40.0000；以40分封顶"


def test_manual_points_are_explained_with_their_reason() -> None:
    lines = explaining.explain(replace(NOTHING, manual=(Given("extra", D("2.50"), "带动周边"),)), REVIEWED)
    line = next(line for line in lines if line.item == "extra")
    assert line.zh == "突出成效加分：市级核定 2.5 分 = 2.5000；理由：带动周边"
    assert line.en == "outstanding effects: the bureau gave 2.5 = 2.5000; reason: 带动周边"


SCORES = st.dictionaries(
    st.integers(0, 40), st.tuples(st.sampled_from("甲乙丙"), st.decimals(0, 100, places=2)), min_size=1
)


@given(SCORES, st.sampled_from(["none", "zscore", "percentile"]))
def test_normalised_scores_lie_within_0_and_100_and_keep_the_order_of_their_district(
    scores: dict[int, tuple[str, D]], how: str
) -> None:
    found = normalising.between_districts(scores, Policy(district_normalisation=how))
    assert all(0 <= one.counted <= 100 for one in found.values())
    for key, (district, given_) in scores.items():
        for other, (where, less) in scores.items():
            if district == where and given_ > less:
                assert found[key].counted >= found[other].counted
    assert all(Counted.of(one.document()) == one for one in found.values())


def test_a_severe_district_and_a_mild_one_are_moved_to_the_city_s_scale() -> None:
    severe = {n: ("甲", D(40 + 5 * n)) for n in range(5)}
    mild = {n + 10: ("乙", D(80 + n)) for n in range(5)}
    few = {99: ("丙", D(77))}
    found = normalising.between_districts(severe | mild | few, Policy(district_normalisation="zscore"))
    assert [found[n].counted for n in (0, 4)] == [found[n].counted for n in (10, 14)]
    assert (found[99].counted, found[99].how) == (77, "few")
    zh, en = normalising.words(found[0])
    assert "本区县5个评分，均值50、标准差7.071068" in zh
    assert en.endswith(f"counts as {found[0].counted}")
    ranks = normalising.between_districts(severe | mild | few, Policy(district_normalisation="percentile"))
    assert [ranks[n].counted for n in (0, 4, 10, 14, 99)] == [10, 90, 10, 90, 77]
    assert "仅1个评分" in normalising.words(ranks[99])[0]


SUM = re.compile(r"scale: (\S+) \+ (\S+) × \((\S+) - (\S+)\) / (\S+) ")


@given(SCORES)
def test_what_a_district_s_score_counts_as_can_be_followed_by_hand(scores: dict[int, tuple[str, D]]) -> None:
    for one in normalising.between_districts(
        scores, Policy(district_normalisation="zscore", district_least=2)
    ).values():
        _, en = normalising.words(one)
        if found := SUM.search(en):
            mean, spread, given_, own_mean, own_spread = map(D, found.groups())
            plain = mean + spread * (given_ - own_mean) / own_spread
            assert abs(min(max(plain, D(0)), D(100)) - one.counted) <= D("0.02")
            assert ("kept within" in en) or 0 <= plain <= 100
        else:
            assert one.how == "few" or en.endswith(f"are all the same: it counts as the city's mean, {one.counted}")


def test_no_explanation_divides_by_nothing() -> None:
    kept = scorecard.Indicator("返贫户", "户", D(0), D(0), D(0))
    open_ended = replace(NOTHING, agreed_days=D(0), agreed_visits=0, indicators=(kept, replace(kept, actual=None)))
    lines = explaining.explain(open_ended, REVIEWED)
    assert [line.zh for line in lines[:2]] == [
        "服务天数：20 × 1 = 20.0000；未约定，视为完成",
        "服务次数：10 × 1 = 10.0000；未约定，视为完成",
    ]
    assert [line.zh for line in lines if line.item == "indicator"] == [
        "指标“返贫户”（户）：目标与基数同为0，填报0 = 1.0000",
        "指标“返贫户”（户）：目标与基数同为0，未填报 = 0.0000",
    ]
    assert not [line for line in lines if "/ 0" in line.en or "- 0) / (0 - 0)" in line.en]


def test_assessors_scores_come_to_their_median_or_trimmed_mean() -> None:
    four = [D(10), D(70), D(80), D(100)]
    assert [normalising.agreed(four, rule) for rule in normalising.RULES] == [75, 75]
    assert [normalising.agreed(four[:3], rule) for rule in normalising.RULES] == [70, 70]
    assert normalising.agreed([D(10), D(11)], "trimmed_mean") == Fraction(21, 2)


SECTION: dict[str, Any] = {
    "code": "a",
    "zh": "一",
    "en": "One",
    "weight": 100,
    "items": [{"kind": "days", "weight": 100}],
}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"version": 0}, "/version"),
        ({"sections": [SECTION | {"weight": 99}]}, "/sections"),
        ({"sections": [SECTION | {"weight": 50}, SECTION | {"weight": 50}]}, "/sections"),
        ({"sections": [SECTION | {"zh": ""}]}, "/sections/0/zh"),
        ({"sections": [SECTION | {"items": []}]}, "/sections/0/items"),
        ({"sections": [SECTION | {"cap": 99}]}, "/sections/0/cap"),
        ({"sections": [SECTION | {"cap": 101}]}, "/sections/0/cap"),
        ({"sections": [SECTION | {"items": [{"kind": "mood", "weight": 100}]}]}, "/sections/0/items/0/kind"),
        ({"sections": [SECTION | {"items": [{"kind": "days", "weight": 0}]}]}, "/sections/0/items/0/weight"),
        (
            {"sections": [SECTION | {"items": [{"kind": "host", "weight": 100, "late": 101}]}]},
            "/sections/0/items/0/late",
        ),
        ({"sections": [SECTION | {"items": [{"kind": "manual", "weight": 100}]}]}, "/sections/0/items/0/code"),
        ({"sections": [SECTION | {"items": [{"kind": "host", "weight": 50}] * 2}]}, "/sections"),
    ],
)
def test_a_card_that_cannot_be_added_up_is_refused_where_it_is_wrong(changes: dict[str, Any], pointer: str) -> None:
    card = {"name": "card", "version": 1, "sections": [SECTION]} | changes
    with pytest.raises(BadPolicy) as refused:
        policy_document({"assessment": {"scorecard": card}})
    assert f"/policy/assessment/scorecard{pointer}" in [at for at, _ in refused.value.faults]


@pytest.mark.parametrize(
    "value", [{"scorecard": "no such"}, {"district_normalisation": "guess"}, {"assessors_rule": "best"}]
)
def test_ways_of_counting_that_nobody_knows_are_refused(value: dict[str, Any]) -> None:
    with pytest.raises(BadPolicy, match="one of"):
        policy_document({"assessment": value})


def test_a_round_of_before_there_were_cards_keeps_its_weights() -> None:
    old = policy_document({})
    del old["assessment"]["scorecard"]
    old["assessment"] |= {"days_weight": 30, "visits_weight": 0, "satisfaction_weight": 50, "default_satisfaction": 70}
    card = policy_set(old).assessment.scorecard
    assert [(i.kind, i.weight, i.late) for i in card.items] == [
        ("days", 30, 60),
        ("indicators", 20, 60),
        ("host", 25, 70),
        ("beneficiaries", 25, 70),
    ]


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


async def test_the_bureau_adds_points_with_a_reason_until_it_is_scored(deliver: Any, year: Any, events: Any) -> None:
    run = year(await serving(deliver, [4], scorecard="reviewed", assessors_per_team=0))
    await run.open()
    where = f"/v1/assessments/{run.of[run.teams[0].team_id]}"
    body = {"code": "extra", "points": "3", "reason": "带动周边乡镇"}
    assert (await run.bureau.post(f"{where}/points", json=body)).status_code == 409
    await run.step("collect")
    actions = (await done(await run.bureau.get(where)))["actions"]
    assert "add_points" in [one["action"] for one in actions]
    await done(await run.bureau.post(f"{where}/points", json=body))
    found = await done(await run.bureau.post(f"{where}/points", json=body | {"points": "4.5"}))
    assert [one["points"] for one in found["points"]] == ["3.00", "4.50"]
    for wrong, code in (
        ({"points": "5.01"}, "points.range"),
        ({"points": -1}, "points.range"),
        ({"code": "mood"}, "points.item"),
        ({"reason": " "}, "points.reason"),
    ):
        refused = await run.bureau.post(f"{where}/points", json=body | wrong)
        assert codes(refused) == [code]
        assert ("extra (outstanding effects)" in refused.text) == (code == "points.item")
    assert (await run.district.post(f"{where}/points", json=body)).status_code == 403
    assert [e.points for e in await events(AssessmentPointsAdded)] == [3, D("4.5")]
    await run.clock.set(run.clock.now.replace(year=2021))
    await run.run_due_jobs()
    lines = (await done(await run.bureau.get(f"{where}/explain")))["lines"]
    assert [line["points"] for line in lines if line["item"] == "extra"] == ["4.5000"]
    assert (await run.bureau.post(f"{where}/points", json=body)).status_code == 409


async def test_the_unit_says_whether_it_agrees(deliver: Any, year: Any, api: Any, actors: Any) -> None:
    run = year(await serving(deliver, [4], scorecard="reviewed", assessors_per_team=0))
    await run.open()
    await run.step("collect")
    unit = api(actors.change(actors.unit, unit=UNIT))
    parts = f"/v1/assessments/{run.of[run.teams[0].team_id]}/parts"
    silent = await unit.post(parts, json={"part": "unit_opinion", "text": "同意"})
    assert codes(silent) == ["part.answer"]
    assert codes(await unit.post(parts, json={"part": "unit_opinion", "answer": "agree"})) == ["part.text"]
    await done(await unit.post(parts, json={"part": "unit_opinion", "answer": "reservations", "text": "基本同意"}))
    preview = await done(await run.bureau.get(parts.removesuffix("parts") + "explain"))
    line = next(line for line in preview["lines"] if line["item"] == "unit_opinion")
    assert line["zh"] == "派出单位意见：5 × 60 / 100 = 3.0000；意见：基本同意"
