"""A policy set that would stop a round under way is refused before the round is drafted, value by value."""

from typing import Any

import pytest

from shared.contracts.modes import MODES
from shared.contracts.policy_document import BadPolicy, policy_document, policy_set


def faults(**overrides: Any) -> set[str]:
    with pytest.raises(BadPolicy) as refusal:
        policy_document(overrides)
    return {pointer for pointer, _message in refusal.value.faults}


def test_the_defaults_hold_and_so_does_a_schedule_of_two_payments() -> None:
    parts = [{"percent": 60, "gates": ["agreed", "begun"]}, {"percent": 40, "gates": ["grade"]}]
    assert len(policy_set(policy_document({"funding": {"schedule": parts}})).funding.schedule) == 2


def test_negative_and_boundless_numbers_are_all_named_at_once() -> None:
    found = faults(
        funding={"account_cooling_off_days": -1, "second_checker_from_fen": 10**40},
        assessment={"rectification_days": 10**9, "notice_working_days": 251},
        teams={"suspension_years": 51},
    )
    assert found == {
        "/policy/funding/account_cooling_off_days",
        "/policy/funding/second_checker_from_fen",
        "/policy/teams/suspension_years",
        "/policy/assessment/rectification_days",
        "/policy/assessment/notice_working_days",
    }


@pytest.mark.parametrize(
    ("overrides", "pointer"),
    [
        ({"teams": {"band_min_fen": 2, "band_max_fen": 1}}, "/policy/teams/band_max_fen"),
        ({"teams": {"min_members": 21}}, "/policy/teams/max_members"),
        ({"teams": {"suspended_roles": ["everybody"]}}, "/policy/teams/suspended_roles"),
        ({"funding": {"schedule": []}}, "/policy/funding/schedule"),
        ({"funding": {"schedule": [{"percent": 99, "gates": []}]}}, "/policy/funding/schedule"),
        (
            {"funding": {"schedule": [{"percent": 150, "gates": []}, {"percent": -50, "gates": []}]}},
            "/policy/funding/schedule",
        ),
        ({"funding": {"schedule": [{"percent": 100, "gates": ["never"]}]}}, "/policy/funding/schedule/0/gates"),
        ({"assessment": {"days_weight": 41}}, "/policy/assessment/days_weight"),
        ({"assessment": {"reservations_points": 101}}, "/policy/assessment/reservations_points"),
        ({"assessment": {"qualified_from": 91}}, "/policy/assessment/excellent_from"),
        ({"assessment": {"excellent_cap_percent": 101}}, "/policy/assessment/excellent_cap_percent"),
        ({"mode": "no such mode"}, "/policy/mode"),
        ({"switches": ["everything"]}, "/policy/switches"),
        ({"switches": ["award", "rating"]}, "/policy/switches"),
        ({"switches": ["award", "agreement"]}, "/policy/funding/schedule"),
        ({"mode": "lecture", "teams": {"band_max_fen": 1}}, "/policy/teams/band_max_fen"),
        ({"mode": "lecture", "switches": ["agreement"]}, "/policy/teams/clear_points"),
        ({"mode": "service_base", "switches": ["rating"]}, "/policy/teams/clear_points"),
        ({"teams": {"clear_points": ["mood"]}}, "/policy/teams/clear_points"),
        ({"teams": {"recognised_honours": [{"name": "x" * 70_000}]}}, "/policy"),
    ],
)
def test_values_that_contradict_each_other_are_refused(overrides: dict[str, Any], pointer: str) -> None:
    assert faults(**overrides) == {pointer}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_holds_by_itself(mode: str) -> None:
    assert policy_set(policy_document({"mode": mode})).mode == mode
