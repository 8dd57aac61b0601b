"""Normalisation, ranking, the proposed list and the assignment: what holds whatever the numbers are."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.teams.rules import assignment, conflict, proposal, ranking, review
from services.teams.rules.conflict import Claim, Reviewer
from services.teams.rules.policy import ScoreItem, TeamsPolicy
from services.teams.rules.proposal import Candidate
from services.teams.rules.ranking import Score, Standing
from shared.balanced import balanced
from shared.contracts.policy_document import BadPolicy, policy_document

POLICY = TeamsPolicy(reviewers_per_claim=3)
TODAY = date(2020, 3, 20)
POINTS = st.decimals(0, 100, places=2)


def scores_of(table: dict[str, list[Decimal]]) -> list[Score]:
    """Reviewer → totals of claims 0, 1, 2, …"""
    return [Score(who, str(claim), total) for who, totals in table.items() for claim, total in enumerate(totals)]


def moments(values: list[Decimal]) -> tuple[Decimal, Decimal]:
    mean = sum(values, Decimal(0)) / len(values)
    return mean, (sum(((v - mean) ** 2 for v in values), Decimal(0)) / len(values)).sqrt()


def test_severe_and_mild_reviewers_who_agree_on_the_order_count_the_same() -> None:
    mild = [Decimal(n) for n in (80, 85, 90, 95)]
    severe = [Decimal(n) for n in (40, 45, 50, 55)]
    values = ranking.normalise(scores_of({"mild": mild, "severe": severe}), 4)
    assert [round(v, 6) for v in values[:4]] == [round(v, 6) for v in values[4:]]


def test_the_formula_as_it_is_documented() -> None:
    given_ = scores_of({"a": [Decimal(n) for n in (60, 70, 80, 90)], "b": [Decimal(n) for n in (70, 72, 74, 76)]})
    mean_all, spread_all = moments([score.total for score in given_])
    mean_b, spread_b = moments([Decimal(n) for n in (70, 72, 74, 76)])
    expected = mean_all + spread_all * (Decimal(76) - mean_b) / spread_b
    assert abs(ranking.normalise(given_, 4)[-1] - expected) < Decimal("1e-20")


def test_few_scores_count_as_given_and_equal_scores_as_the_panels_mean() -> None:
    table = {"few": [Decimal(99)], "flat": [Decimal(70)] * 4, "other": [Decimal(n) for n in (50, 60, 70, 80)]}
    values = ranking.normalise(scores_of(table), 4)
    mean_all, _ = moments([score.total for score in scores_of(table)])
    assert values[0] == 99
    assert {round(v, 20) for v in values[1:5]} == {round(mean_all, 20)}


@given(st.dictionaries(st.sampled_from("abcde"), st.lists(POINTS, min_size=1, max_size=8), min_size=1))
def test_normalising_keeps_each_reviewers_order_and_stays_within_bounds(table: dict[str, list[Decimal]]) -> None:
    given_ = scores_of(table)
    values = ranking.normalise(given_, 4)
    assert all(0 <= value <= 100 for value in values)
    for who in table:
        own = [(score.total, value) for score, value in zip(given_, values, strict=True) if score.reviewer == who]
        for first in own:
            for second in own:
                assert first[0] <= second[0] or first[1] >= second[1] or len(own) < 4


@given(st.lists(POINTS, min_size=4, max_size=8), st.integers(1, 3), st.integers(-20, 20))
def test_a_reviewer_who_writes_the_same_on_another_scale_changes_nothing(
    totals: list[Decimal], factor: int, shift: int
) -> None:
    other = [Decimal(n) for n in (55, 65, 75, 85)]

    def normal(own: list[Decimal]) -> list[Decimal]:
        # the panel's mean and spread are the other's alone when own scores are left out of comparison
        mean, spread = moments(own)
        return [(v - mean) / spread if spread else Decimal(0) for v in own]

    scaled = [v * factor + shift for v in totals]
    found = ranking.normalise(scores_of({"own": scaled, "other": other}), 4)
    panel_mean, panel_spread = moments([*scaled, *other])
    for z, value in zip(normal(totals), found, strict=False):
        expected = min(max(panel_mean + panel_spread * z, Decimal(0)), Decimal(100))
        assert abs(value - expected) < Decimal("1e-12")


def standing(claim: str, order: str = "o") -> Standing:
    return Standing(claim, order, f"CQ-{claim}")


def test_ties_share_a_rank_and_the_next_is_left_out() -> None:
    claims = [standing("a"), standing("b"), standing("c"), standing("d", "p")]
    totals = {"a": 90, "b": 80, "c": 80, "d": 70}
    given_ = [Score(who, claim, Decimal(total)) for who in "xyz" for claim, total in totals.items()]
    ranked = ranking.rank(claims, given_, POLICY)
    assert [(one.claim_id, one.rank, one.order_rank, one.tied) for one in ranked] == [
        ("a", 1, 1, False),
        ("b", 2, 2, True),
        ("c", 2, 2, True),
        ("d", 4, 1, False),
    ]


def test_equal_totals_are_told_apart_by_the_weightiest_item() -> None:
    claims = [standing("a"), standing("b")]
    items = {"a": {"need": 80, "plan": 60}, "b": {"need": 60, "plan": 80}}
    sheet = (ScoreItem("plan", "方案", "plan", 60), ScoreItem("need", "需求", "need", 40))
    points = {c: {code: Decimal(v) for code, v in given_.items()} for c, given_ in items.items()}
    given_ = [Score(who, c, Decimal(70), points[c]) for who in "xyz" for c in "ab"]
    ranked = ranking.rank(claims, given_, replace(POLICY, score_sheet=sheet))
    assert [one.claim_id for one in ranked] == ["b", "a"]
    assert ranked[0].items == {"plan": Decimal("80.00"), "need": Decimal("60.00")}


def test_without_enough_scores_there_is_no_rank_and_the_words_say_so() -> None:
    [one] = ranking.rank([standing("a")], [Score("x", "a", Decimal(90))], POLICY)
    assert (one.rank, one.reviews, one.raw) == (None, 1, Decimal("90.00"))
    [why] = ranking.explain(one, POLICY)
    assert (why.code, "1 of 3" in why.en) == ("ranking.incomplete", True)


def test_a_total_is_the_weighted_mean_half_up() -> None:
    sheet = (ScoreItem("a", "甲", "a", 1), ScoreItem("b", "乙", "b", 2))
    assert review.total({"a": Decimal("80.01"), "b": Decimal(80)}, sheet) == Decimal("80.00")
    assert review.total({"a": Decimal("80.02"), "b": Decimal(80)}, sheet) == Decimal("80.01")
    changed = (replace(sheet[0], weight=2), sheet[1])
    assert review.sheet_hash(sheet) != review.sheet_hash(changed)


def test_a_team_together_three_years_ago_no_longer_counts() -> None:
    leap = date(2020, 2, 29)
    assert conflict.recent(leap, POLICY, date(2023, 2, 28))
    assert not conflict.recent(leap, POLICY, date(2023, 3, 1))


# the proposed list


@st.composite
def lists_of_candidates(draw: Any) -> list[Candidate]:
    found = []
    for place in range(draw(st.integers(1, 12))):
        score = draw(st.integers(50, 100))
        one = replace(
            standing(f"{place:02}", f"order{draw(st.integers(0, 5))}"),
            reviews=3,
            normalised=Decimal(score),
            raw=Decimal(score),
            rank=101 - score,
            order_rank=1,
        )
        people = frozenset(draw(st.lists(st.sampled_from("ABCDEFGHIJ"), max_size=2)))
        found.append(Candidate(one, draw(st.integers(0, 30_000_000)), draw(st.booleans()), people, False))
    return found


@given(lists_of_candidates(), st.integers(0, 200_000_000), st.sampled_from(("cut", "scale")))
def test_a_proposed_list_keeps_budget_band_steps_orders_and_people(
    candidates: list[Candidate], budget: int, rule: str
) -> None:
    found = proposal.propose_list(candidates, {}, POLICY, budget, rule)
    amounts = [one.amount_fen or 0 for one in found.chosen]
    assert (sum(amounts), found.left_fen) == (found.sum_fen, budget - found.sum_fen)
    assert found.sum_fen <= budget
    assert all(POLICY.band_min_fen <= amount <= POLICY.band_max_fen for amount in amounts)
    assert all(amount % POLICY.amount_step_fen == 0 for amount in amounts)
    orders = [one.candidate.standing.order_id for one in found.chosen]
    assert len(set(orders)) == len(orders)
    serving = Counter(person for one in found.chosen for person in one.candidate.people)
    assert max(serving.values(), default=0) <= POLICY.live_teams_per_person
    listed = {one.candidate.standing.claim_id for one in (*found.chosen, *found.reserve)}
    assert listed == {c.standing.claim_id for c in candidates if c.standing.normalised >= POLICY.pass_score}


def candidate(claim: str, rank: int, asked: int, **more: Any) -> Candidate:
    order = more.pop("order", claim)
    one = replace(standing(claim, order), reviews=3, normalised=Decimal(90 - rank), rank=rank, order_rank=1)
    return Candidate(one, asked, **more)


def amounts_of(found: proposal.Proposal) -> dict[str, int | None]:
    return {one.candidate.standing.claim_id: one.amount_fen for one in found.chosen}


def test_money_is_cut_by_rank_key_places_first() -> None:
    listed = [
        candidate("a", 1, 15_000_000),
        candidate("b", 2, 12_345_678),
        candidate("c", 3, 9_000_000, key_place=True),
    ]
    found = proposal.propose_list(listed, {}, POLICY, 32_000_000, "cut")
    assert amounts_of(found) == {"c": 9_000_000, "a": 15_000_000, "b": 8_000_000}
    assert "proposal.lowered" in {reason.code for reason in found.chosen[-1].reasons}
    short = proposal.propose_list(listed, {}, POLICY, 26_000_000, "cut")
    assert (amounts_of(short), short.left_fen) == ({"c": 9_000_000, "a": 15_000_000}, 2_000_000)
    assert [(one.candidate.standing.claim_id, one.reasons[-2].code) for one in short.reserve] == [
        ("b", "proposal.no_money")
    ]
    assert amounts_of(proposal.propose_list(listed, {}, POLICY, None, "cut"))["b"] == 12_340_000


def test_money_is_scaled_and_nobody_falls_below_the_band() -> None:
    listed = [candidate("a", 1, 20_000_000), candidate("b", 2, 6_000_000), candidate("c", 3, 10_000_000)]
    found = proposal.propose_list(listed, {}, POLICY, 20_000_000, "scale")
    assert amounts_of(found) == {"a": 10_000_000, "b": 5_000_000, "c": 5_000_000}


def test_a_busy_person_gives_the_next_claim_of_the_order_the_turn() -> None:
    first = candidate("a", 1, 6_000_000, people=frozenset("X"))
    same_person = candidate("b", 2, 6_000_000, people=frozenset("X"), order="o2")
    next_one = candidate("c", 3, 6_000_000, people=frozenset("Y"), order="o2")
    found = proposal.propose_list([first, same_person, next_one], {}, POLICY, None, "cut")
    assert set(amounts_of(found)) == {"a", "c"}
    [reserve] = found.reserve
    assert (reserve.candidate.standing.claim_id, reserve.reasons[0].code) == ("b", "proposal.person_busy")


# the assignment


@st.composite
def panels(draw: Any) -> tuple[list[Reviewer], list[Claim]]:
    units = st.sampled_from(("", "U1", "U2", "U3"))
    reviewers = [
        Reviewer(
            f"r{n}",
            f"专家{n}",
            draw(units),
            (draw(st.sampled_from(("茶学", "畜牧", "桥梁"))),),
            draw(st.integers(0, 6)),
            0,
            {f"p{draw(st.integers(0, 9))}": TODAY},
        )
        for n in range(draw(st.integers(1, 8)))
    ]
    claims = [
        Claim(
            f"c{n}",
            f"申报{n}",
            "H",
            frozenset({f"p{draw(st.integers(0, 9))}", draw(st.sampled_from(("r0", "r1", "p")))}),
            frozenset({draw(units) or "U9"}),
            frozenset(draw(st.sets(st.sampled_from(("r2", "r3"))))),
            subjects=("茶学",),
            declared=frozenset(draw(st.sets(st.sampled_from(("r4", "r5"))))),
            needed=3,
        )
        for n in range(draw(st.integers(1, 8)))
    ]
    return reviewers, claims


@settings(deadline=None)
@given(panels())
def test_an_assignment_has_no_conflict_respects_loads_is_even_and_leaves_out_as_little_as_it_must(
    found: tuple[list[Reviewer], list[Claim]],
) -> None:
    reviewers, claims = found
    free, barred = assignment.pairs(reviewers, claims, POLICY, TODAY)
    chosen, missing = balanced([(r.load, r.most) for r in reviewers], [c.needed for c in claims], free)
    assert len(set(chosen)) == len(chosen)
    assert not set(chosen) & set(barred)
    for r, c in chosen:
        assert not list(conflict.conflicts(reviewers[r], claims[c], POLICY, TODAY))
    loads = Counter(r for r, _ in chosen)
    assert all(loads[r] <= one.most for r, one in enumerate(reviewers))
    for c, claim in enumerate(claims):
        assert sum(1 for _, other in chosen if other == c) + missing.get(c, 0) == claim.needed
    spare = {r for r, one in enumerate(reviewers) if loads[r] < one.most}
    for r, c in free:
        assert c not in missing or (r, c) in chosen or r not in spare
    for r, c in chosen:
        for lighter in spare:
            may_take = (lighter, c) in free and (lighter, c) not in chosen
            assert not (may_take and loads[r] - loads[lighter] >= 2)
    short = list(assignment.shortfalls(claims, reviewers, missing, barred))
    assert [reason.pointer for reason in short] == [f"/claims/{claims[c].claim_id}" for c in sorted(missing)]


def test_fields_match_by_words_and_by_likeness() -> None:
    assert assignment.fit(("茶学与制茶",), ("茶学",)) == 1.0
    assert assignment.fit(("畜牧兽医",), ("动物兽医",)) > assignment.fit(("桥梁工程",), ("动物兽医",)) == 0.0
    assert assignment.fit((), ("茶学",)) == 0.0
    assert assignment.fit(("茶学",), ("茶学", "桥梁")) == 0.5


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"score_sheet": []}, "score_sheet"),
        ({"score_sheet": [{"code": "a", "zh": "甲", "en": "a", "weight": 0}]}, "score_sheet"),
        ({"score_sheet": [{"code": "a", "zh": "甲", "en": "a", "weight": 1}] * 2}, "score_sheet"),
        ({"pass_score": 101}, "pass_score"),
        ({"amount_rule": "guess"}, "amount_rule"),
        ({"amount_step_fen": 0}, "amount_step_fen"),
    ],
)
def test_a_policy_that_would_stop_the_selection_is_refused(value: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        policy_document({"teams": value})
    assert f"/policy/teams/{pointer}" in {where for where, _ in refused.value.faults}
