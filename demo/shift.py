"""A folder whose year is past, lived in a later year: every date moves by whole years, nothing else does."""

import re
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from demo.cells import text
from demo.folder import RoundFolder, Team

_LEAP_DAY = re.compile(r"(?<!\d)(\d{4})(\s*[年./\-]\s*)(0?2)(\s*[月./\-]\s*)29(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d\d)(?=\s*[年./\-])")


def day(value: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes the 28th where that year has none."""
    try:
        return value.replace(year=value.year + years)
    except ValueError:
        return value.replace(year=value.year + years, day=28)


def words(value: str, years: int) -> str:
    """The same text with the years of its dates moved: 2020年4月, 2020.5-2022.4, 2020/4/1—2021/3/31."""

    def leap_day(found: re.Match[str]) -> str:
        year = int(found[1])
        # the year itself is moved below; only the day that does not exist there is settled here
        return f"{year}{found[2]}{found[3]}{found[4]}{day(date(year, 2, 29), years).day}"

    if years:
        value = _LEAP_DAY.sub(leap_day, value)
    return _YEAR.sub(lambda found: str(int(found[1]) + years), value)


def folder(original: RoundFolder, years: int) -> RoundFolder:
    """What leads, members and hosts say, moved by whole years."""
    if not years:
        return original
    return replace(
        original,
        title=words(original.title, years),
        year=original.year + years,
        teams=tuple(_team(team, years) for team in original.teams),
    )


def _team(team: Team, years: int) -> Team:
    return replace(
        team,
        starts_on=day(team.starts_on, years),
        ends_on=day(team.ends_on, years),
        entries=tuple(replace(entry, served_on=day(entry.served_on, years)) for entry in team.entries),
    )


def orders_file(path: Path, years: int) -> bytes:
    """The orders file to hand in: the very file, or a copy whose title and terms stand ``years`` later.
    Everything else in it (merged cells, numbers typed as text, the total row) stays as it was typed."""
    if not years:
        return path.read_bytes()
    book = load_workbook(path)
    sheet = book.worksheets[0]
    term_column: int | None = None
    for row in sheet.iter_rows():
        if term_column is None:
            term_column = next((cell.column for cell in row if text(cell.value).startswith("服务期限")), None)
        for cell in row:
            # above the header everything is title; below it only the terms carry dates
            if term_column not in (None, cell.column):
                continue
            if isinstance(cell.value, str):
                cell.value = words(cell.value, years)
            elif isinstance(cell.value, datetime):
                cell.value = datetime.combine(day(cell.value.date(), years), cell.value.time())
    out = BytesIO()
    book.save(out)
    return out.getvalue()
