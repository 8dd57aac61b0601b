"""Further round folders, of any province and any number of teams."""

from collections import Counter
from pathlib import Path

import pytest

from demo import make_round, scorecard
from demo.folder import read
from demo.invent import MARK


@pytest.mark.parametrize(("province", "teams", "code"), [("四川", 30, "51"), ("50", 126, "50"), ("11", 9, "11")])
def test_a_made_folder_is_a_round_there(tmp_path: Path, province: str, teams: int, code: str) -> None:
    folder = read(make_round.make(tmp_path, province, teams, 2021, seed=3))
    assert (len(folder.orders), len(folder.teams), folder.year) == (teams, teams, 2021)
    assert folder.division == code.ljust(12, "0")
    assert len({expert.citizen_id for expert in folder.experts}) == len(folder.experts)
    assert all(team.payee.unit_code == unit_of(folder, team.lead.citizen_id) for team in folder.teams)


def unit_of(folder: object, citizen_id: str) -> str:
    return next(one.unit_code for one in folder.experts if one.citizen_id == citizen_id)  # type: ignore[attr-defined]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    folders = [make_round.make(tmp_path / str(n), "贵州", 8, seed=seed) for n, seed in enumerate((1, 1, 2))]
    contents = [[file.read_bytes() for file in sorted(folder.iterdir())] for folder in folders]
    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


def test_invented_people_are_marked(tmp_path: Path) -> None:
    folder = read(make_round.make(tmp_path, "四川", 5))
    assert all(expert.name.startswith(MARK) for expert in folder.experts)


def test_a_made_round_has_every_grade(tmp_path: Path) -> None:
    folder = read(make_round.make(tmp_path, "四川", 30))
    grades = scorecard.grades({team.serial: scorecard.score(team) for team in folder.teams})
    assert set(Counter(grades.values())) == {"excellent", "qualified", "unqualified"}


def test_an_unknown_province_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no such province"):
        make_round.make(tmp_path, "乌有", 3)
