"""The demo does not end well unless every published grade is the one that the formula gives."""

from pathlib import Path
from typing import Any

import pytest

from demo import plan, scorecard
from demo.acts.rating import compare
from demo.client import DemoFailed, System
from demo.folder import read
from demo.stage import Stage
from demo.year import Year

BUNDLED = read(Path(__file__).parents[2] / "demo" / "round_2020")


@pytest.fixture
def year() -> Year:
    made = Year(System("http://127.0.0.1:9"), Stage(shown=False), BUNDLED, plan.make(BUNDLED), 0)
    made.assessments = {team.serial: f"assessment-{team.serial}" for team in BUNDLED.teams}
    return made


@pytest.fixture
def ratings() -> list[dict[str, Any]]:
    scores = {team.serial: scorecard.score(team) for team in BUNDLED.teams}
    grades = scorecard.grades(scores)
    return [
        {"assessment_id": f"assessment-{serial}", "total": str(found.total), "grade": grades[serial]}
        for serial, found in scores.items()
    ]


def test_what_the_formula_gives_is_accepted(year: Year, ratings: list[dict[str, Any]]) -> None:
    compare(year, ratings)


def test_another_grade_or_total_is_named_with_the_right_one(year: Year, ratings: list[dict[str, Any]]) -> None:
    ratings[0]["grade"] = "qualified"
    ratings[1]["total"] = "94.43"
    with pytest.raises(DemoFailed) as failed:
        compare(year, ratings)
    assert "傅丽专家服务团: published qualified 33.08, by the formula unqualified 33.08" in str(failed.value)
    assert "陈龙杰专家服务团: published qualified 94.43, by the formula qualified 94.42" in str(failed.value)


def test_a_missing_rating_is_named(year: Year, ratings: list[dict[str, Any]]) -> None:
    with pytest.raises(DemoFailed, match="傅丽专家服务团: no published rating"):
        compare(year, ratings[1:])
