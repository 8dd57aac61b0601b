"""The grades that the demo expects are worked out from the files by the regulation's formula."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from demo import scorecard
from demo.folder import Entry, Indicator, Team, read
from demo.scorecard import Score

BUNDLED = read(Path(__file__).parents[2] / "demo" / "round_2020")


def team(days: list[str], *, confirmed: int | None = None, indicators: tuple[Indicator, ...] = ()) -> Team:
    """A team that agreed on 10 days in 4 visits, both ratings 80."""
    first = BUNDLED.teams[0]
    return replace(
        first,
        agreed_days=Decimal(10),
        agreed_visits=4,
        indicators=indicators,
        host_rating=Decimal(80),
        beneficiary_rating=Decimal(80),
        entries=tuple(
            Entry(row, date(2020, 7, 1), "", "", Decimal(length), 1, "", confirmed is None or row < confirmed)
            for row, length in enumerate(days)
        ),
    )


def grades(*totals: str) -> list[str]:
    scores = {n: Score(Decimal(0), Decimal(10), Decimal(10), Decimal(t)) for n, t in enumerate(totals)}
    return list(scorecard.grades(scores).values())


def test_service_counts_confirmed_days_and_visits_up_to_what_was_agreed() -> None:
    assert scorecard.score(team(["2.5", "2.5"])).service == Decimal("30.00")
    assert scorecard.score(team(["2.5", "2.5", "2.5"], confirmed=2)).service == Decimal("30.00")
    assert scorecard.score(team(["5"] * 9)).service == Decimal("60.00")


def test_results_are_the_mean_way_from_baseline_to_target() -> None:
    half = Indicator("", "", Decimal(100), Decimal(200), Decimal(150))
    over = Indicator("", "", Decimal(0), Decimal(10), Decimal(12))
    under = Indicator("", "", Decimal(10), Decimal(20), Decimal(5))
    falling = Indicator("", "", Decimal(40), Decimal(20), Decimal(25))
    assert scorecard.score(team([], indicators=(half, over))).results == Decimal("15.00")
    assert scorecard.score(team([], indicators=(under,))).results == Decimal("0.00")
    assert scorecard.score(team([], indicators=(falling,))).results == Decimal("15.00")


def test_satisfaction_is_a_fifth_of_the_mean_rating() -> None:
    assert scorecard.score(team([])).satisfaction == Decimal("16.00")


def test_two_decimals_are_rounded_half_up() -> None:
    assert scorecard.two_decimals(Fraction(12345, 1000)) == Decimal("12.35")
    assert scorecard.two_decimals(Fraction(12344, 1000)) == Decimal("12.34")


def test_ninety_is_excellent_sixty_qualified() -> None:
    assert grades("90.00") == ["excellent"]
    assert grades("89.99", "60.00", "59.99") == ["qualified", "qualified", "unqualified"]


def test_excellent_is_capped_at_15_percent_and_one_at_least() -> None:
    assert grades("95", "94") == ["excellent", "qualified"]
    assert Counter(grades(*(str(99 - n / 10) for n in range(40))))["excellent"] == 6


def test_those_tied_across_the_edge_all_stay_qualified() -> None:
    assert grades("95", "95") == ["qualified", "qualified"]
    assert Counter(grades("97", "96", "96", *["80"] * 11)) == {"excellent": 1, "qualified": 13}


def test_the_bundled_round_has_at_least_one_of_each_grade() -> None:
    expected = scorecard.grades({team.serial: scorecard.score(team) for team in BUNDLED.teams})
    assert Counter(expected.values()) == {"excellent": 6, "qualified": 35, "unqualified": 4}
