"""Working days: the table, what a bureau declares, and what nobody knows yet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import TABLE_YEARS, Calendar, DeclaredYear
from shared.errors import Refused

NEXT_YEAR = TABLE_YEARS[-1] + 1
TABLE_DAYS = st.dates(date(2010, 1, 1), date(2025, 6, 30))


def test_a_national_day_in_the_week_is_no_working_day():
    assert not Calendar().is_working_day(date(2020, 10, 1))


def test_a_sunday_worked_in_lieu_is_a_working_day():
    assert Calendar().is_working_day(date(2020, 9, 27))


def test_an_ordinary_weekend_is_off_and_an_ordinary_monday_is_worked():
    assert not Calendar().is_working_day(date(2020, 6, 6))
    assert Calendar().is_working_day(date(2020, 6, 8))


def test_five_working_days_from_the_eve_of_national_day_skip_the_holiday_and_count_the_worked_saturday():
    assert Calendar().add_working_days(date(2020, 9, 30), 5) == date(2020, 10, 14)


def test_the_starting_day_never_counts():
    assert Calendar().add_working_days(date(2020, 6, 8), 1) == date(2020, 6, 9)


def test_a_year_beyond_the_table_is_refused_by_name_and_never_guessed():
    with pytest.raises(Refused) as refused:
        Calendar().is_working_day(date(NEXT_YEAR, 6, 3))
    assert refused.value.reasons[0].code == "calendar.undeclared"
    assert str(NEXT_YEAR) in refused.value.reasons[0].zh
    assert str(NEXT_YEAR) in refused.value.reasons[0].en


def test_a_period_that_runs_over_new_year_into_an_undeclared_year_is_refused():
    with pytest.raises(Refused, match=str(NEXT_YEAR)):
        Calendar().add_working_days(date(NEXT_YEAR - 1, 12, 30), 5)


def test_a_declared_year_is_counted_with_its_holidays_and_worked_weekends():
    monday = next(d for d in (date(NEXT_YEAR, 3, n) for n in range(1, 8)) if d.weekday() == 0)
    saturday = monday + timedelta(days=5)
    calendar = Calendar({NEXT_YEAR: DeclaredYear(frozenset({monday}), frozenset({saturday}))})
    assert not calendar.is_working_day(monday)
    assert calendar.is_working_day(saturday)
    assert calendar.is_working_day(monday + timedelta(days=1))
    assert not calendar.is_working_day(monday + timedelta(days=6))


def test_declared_days_go_before_the_table():
    extra = date(2020, 6, 8)
    assert not Calendar({2020: DeclaredYear(frozenset({extra}))}).is_working_day(extra)
    assert not Calendar({2020: DeclaredYear(frozenset({extra}))}).is_working_day(date(2020, 10, 1))


@given(TABLE_DAYS, st.integers(1, 30))
def test_adding_working_days_counts_exactly_that_many(start: date, count: int):
    calendar = Calendar()
    end = calendar.add_working_days(start, count)
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(map(calendar.is_working_day, days)) == count
    assert calendar.is_working_day(end)


@given(TABLE_DAYS, st.integers(1, 15), st.integers(1, 15))
def test_adding_in_two_steps_is_adding_at_once(start: date, first: int, second: int):
    calendar = Calendar()
    assert calendar.add_working_days(calendar.add_working_days(start, first), second) == (
        calendar.add_working_days(start, first + second)
    )
