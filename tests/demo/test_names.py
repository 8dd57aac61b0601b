"""Several rounds of one year stand side by side on one system."""

from pathlib import Path

from demo.acts.opening import free_name, name_of
from demo.folder import read

BUNDLED = read(Path(__file__).parents[2] / "demo" / "round_2020")


def test_a_round_is_named_after_its_title_and_province() -> None:
    assert name_of(BUNDLED) == ("2020年重庆市专家服务团", "CQ-2020")


def test_the_second_round_of_a_year_gets_a_number() -> None:
    assert free_name(BUNDLED, set(), set()) == name_of(BUNDLED)
    names = {"2020年重庆市专家服务团"}
    assert free_name(BUNDLED, names, {"CQ-2020"}) == ("2020年重庆市专家服务团（第2批）", "CQ-2020-2")
    assert free_name(BUNDLED, set(), {"CQ-2020", "CQ-2020-2"})[1] == "CQ-2020-3"
