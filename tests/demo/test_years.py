"""The demo lives a folder in a later year when the system's clock is past the folder's own."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from demo import plan, shift
from demo.folder import read
from demo.plan import SHANGHAI

BUNDLED = Path(__file__).parents[2] / "demo" / "round_2020"


@pytest.mark.parametrize(
    ("now", "years"),
    [
        (datetime(2020, 3, 1, tzinfo=SHANGHAI), 0),
        (datetime(2019, 6, 1, tzinfo=SHANGHAI), 0),
        (datetime(2020, 3, 2, 9, 30, tzinfo=SHANGHAI), 1),
        (datetime(2022, 1, 9, tzinfo=SHANGHAI), 2),
        (datetime(2026, 11, 22, tzinfo=SHANGHAI), 7),
    ],
)
def test_a_folder_moves_by_as_few_whole_years_as_its_window_needs(now: datetime, years: int) -> None:
    assert plan.years_to_shift(2020, now) == years


def test_the_29th_of_february_becomes_the_28th_where_there_is_none() -> None:
    assert shift.day(date(2020, 2, 29), 1) == date(2021, 2, 28)
    assert shift.day(date(2020, 2, 29), 4) == date(2024, 2, 29)
    assert shift.words("2020-02-29至2020年2月29日", 1) == "2021-02-28至2021年2月28日"


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("2020年4月至2021年3月", "2022年4月至2023年3月"),
        ("2020.5-2022.4", "2022.5-2024.4"),
        ("2020/4/1—2021/3/31", "2022/4/1—2023/3/31"),
        ("一年", "一年"),
        ("18163757135", "18163757135"),
        ("500101151002", "500101151002"),
    ],
)
def test_every_way_to_write_a_term_moves_and_nothing_else(written: str, moved: str) -> None:
    assert shift.words(written, 2) == moved


def test_the_orders_file_is_handed_in_as_it_is_in_its_own_year() -> None:
    path = BUNDLED / "orders.xlsx"
    assert shift.orders_file(path, 0) == path.read_bytes()


def test_a_moved_orders_file_differs_in_title_and_terms_only() -> None:
    path = BUNDLED / "orders.xlsx"
    before = load_workbook(path).worksheets[0]
    after = load_workbook(BytesIO(shift.orders_file(path, 3))).worksheets[0]
    assert before.merged_cells.ranges == after.merged_cells.ranges
    changed = {
        cell.coordinate: cell.value
        for row in after.iter_rows()
        for cell in row
        if cell.value != before[cell.coordinate].value
    }
    assert changed.pop("A1") == "2023年重庆市专家服务团需求征集汇总表"
    assert changed.pop("F2") == "填报日期：2023年3月10日"
    assert {column[0] for column in changed} == {"Q"}
    assert changed["Q9"] == "2023/4/1—2024/3/31"


def test_claims_and_visits_move_with_the_folder() -> None:
    original = read(BUNDLED)
    moved = shift.folder(original, 6)
    assert (moved.year, moved.title[:5]) == (2026, "2026年")
    for before, after in zip(original.teams, moved.teams, strict=True):
        assert after.starts_on == shift.day(before.starts_on, 6)
        assert [entry.served_on.year for entry in after.entries] == [2026] * len(before.entries)


def test_the_year_runs_from_window_to_notice_to_visits_to_cycle() -> None:
    year = plan.make(read(BUNDLED))
    days = [year.opens_at, year.closes_at, year.review_at, year.notice_at, year.cycle_at, year.grading_at]
    assert days == sorted(days)
    assert year.reporting == (date(2020, 9, 30), date(2020, 12, 16))
    assert year.cycle_at.date() == date(2020, 12, 16)
