"""When promised money will probably be paid: each gate's day in the agreed term."""

from dataclasses import replace
from datetime import date

import pytest

from services.funding.rules import forecast
from services.funding.rules.forecast import Expected, PartFacts
from services.funding.rules.policy import Policy

TODAY = date(2020, 3, 5)
PART = PartFacts("scheduled", 7, ("agreed",), date(2020, 4, 1), date(2021, 3, 31))


@pytest.mark.parametrize("gate", ["agreed", "begun"])
def test_what_waits_for_the_beginning_is_planned_in_its_month(gate: str) -> None:
    assert forecast.expect(replace(PART, closed=(gate,)), TODAY, Policy()) == Expected(
        "planned", date(2020, 4, 1), gate
    )


def test_a_term_that_lacks_a_day_plans_nothing() -> None:
    for missing in ({"starts_on": None}, {"ends_on": None}):
        assert forecast.expect(replace(PART, **missing), TODAY, Policy()) == Expected("unknown", None, "agreed")  # type: ignore[arg-type]


def test_a_milestone_without_its_plan_counts_from_the_first_day() -> None:
    """Rounded down: half of an odd term is the day before its middle."""
    long = replace(PART, closed=("milestone",), starts_on=date(2020, 3, 31), ends_on=date(2021, 3, 31))
    assert forecast.expect(long, TODAY, Policy()).month == date(2020, 3, 1)
    assert forecast.milestone_day(date(2020, 1, 1), date(2020, 1, 4), 50) == date(2020, 1, 2)
    assert forecast.milestone_day(date(2020, 1, 1), date(2020, 1, 4), 34) == date(2020, 1, 2)
    assert forecast.milestone_day(date(2020, 1, 1), date(2020, 1, 4), 100) == date(2020, 1, 4)
