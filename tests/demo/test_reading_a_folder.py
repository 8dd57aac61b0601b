"""The demo reads a round folder as clerks wrote it."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest
from openpyxl import load_workbook

from demo import cells
from demo.folder import RoundFolder, read
from demo.sheets import FolderError

BUNDLED = Path(__file__).parents[2] / "demo" / "round_2020"


@pytest.fixture(scope="module")
def bundled() -> RoundFolder:
    return read(BUNDLED)


@pytest.mark.parametrize("written", [15, "15", "15万元", "15.0", "15 万", "150000元"])
def test_money_is_read_however_it_was_typed(written: object) -> None:
    assert cells.fen(written) == 15_000_000


@pytest.mark.parametrize("written", ["2020-04-01", "2020/4/1", "2020.4.1", "2020年4月1日", date(2020, 4, 1)])
def test_a_day_is_read_however_it_was_typed(written: object) -> None:
    assert cells.day(written) == date(2020, 4, 1)


def test_codes_typed_as_numbers_keep_their_digits() -> None:
    assert cells.division(500116119202) == "500116119202"
    assert cells.division("500116") == "500116000000"
    assert cells.text(18163757135.0) == "18163757135"
    assert cells.whole("6人") == 6


def test_what_is_no_number_is_said_so() -> None:
    with pytest.raises(ValueError, match="not a number"):
        cells.number("若干")


def test_the_bundled_round_has_45_orders_and_45_whole_teams(bundled: RoundFolder) -> None:
    assert (len(bundled.orders), len(bundled.teams), len(bundled.experts)) == (45, 45, 345)
    assert bundled.year == 2020
    assert bundled.division == "500000000000"
    assert sum(order.asked_fen for order in bundled.orders) == 561_000_000
    assert sum(len(team.members) for team in bundled.teams) == 325
    assert sum(not entry.confirmed for team in bundled.teams for entry in team.entries) == 12
    assert bundled.last_entry == date(2020, 12, 15)


def test_rows_keep_their_place_in_the_sheet(bundled: RoundFolder) -> None:
    first = bundled.orders[0]
    assert (first.serial, first.row, first.division) == (1, 4, "500101151002")
    assert (bundled.experts[0].row, bundled.experts[0].name) == (2, "傅丽")


def test_a_team_carries_what_four_sheets_say_of_it(bundled: RoundFolder) -> None:
    team = next(team for team in bundled.teams if team.serial == 2)
    assert team.lead.name == "陈龙杰"
    assert (team.agreed_days, team.agreed_visits, team.own_fen) == (Decimal(24), 8, 2_000_000)
    assert team.payee.unit_code == "125000004472973903"
    assert [indicator.target for indicator in team.indicators] == [100, 100, 5400]
    assert (team.host_rating, team.beneficiary_rating) == (97, 90)
    assert sum(entry.days for entry in team.entries if entry.confirmed) == Decimal("22.5")


def test_everything_wrong_with_a_folder_is_said_at_once(tmp_path: Path) -> None:
    folder = copytree(BUNDLED, tmp_path / "broken")
    book = load_workbook(folder / "teams.xlsx")
    book["申报信息"]["J3"] = "很多天"
    book["申报信息"]["E4"] = "春天"
    book.save(folder / "teams.xlsx")
    (folder / "experts.xlsx").unlink()
    with pytest.raises(FolderError) as refused:
        read(folder)
    for words in ("experts.xlsx: no such file", "row 3, 约定服务天数", "row 4, 服务开始"):
        assert words in str(refused.value)


def test_a_team_without_a_lead_or_with_strangers_is_refused(tmp_path: Path) -> None:
    folder = copytree(BUNDLED, tmp_path / "broken")
    book = load_workbook(folder / "teams.xlsx")
    book["团队名册"]["C2"] = "成员"
    book["团队名册"]["E3"] = "110101199003070011"
    book.save(folder / "teams.xlsx")
    with pytest.raises(FolderError) as refused:
        read(folder)
    assert "needs exactly one 领衔专家" in str(refused.value)
    assert "is not in experts.xlsx" in str(refused.value)
