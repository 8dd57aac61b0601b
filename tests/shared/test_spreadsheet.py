"""Excel files that are meant to do harm, and those that only look like it."""

import io
import zipfile

import openpyxl
import pytest

from shared.errors import Malformed
from shared.spreadsheet import MOST_COLUMNS, MOST_ROWS, read_sheet

_CELLS = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'


def plain() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["姓名"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def crafted(rows: str, after: str = "", before: str = "") -> bytes:
    """A workbook whose sheet is written by hand; a kilobyte whatever it claims."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name) if "sheet1" not in name else _sheet(rows, after, before))
    return out.getvalue()


def _sheet(rows: str, after: str, before: str) -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{before}<worksheet xmlns="{space}"><sheetData>{_CELLS}{rows}</sheetData>{after}</worksheet>'


def refused(content: bytes) -> list[str]:
    with pytest.raises(Malformed) as refusal:
        read_sheet(content, ["姓名"])
    return [reason.code for reason in refusal.value.reasons]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="2"><c r="XFD2"><v>1</v></c></row>', "file.columns"),
        ('<row r="2"><c r="xfd2"><v>1</v></c></row>', "file.columns"),
        (f'<row r="{MOST_ROWS + 1}"><c r="A{MOST_ROWS + 1}"><v>1</v></c></row>', "file.rows"),
        (f'<row r="{MOST_ROWS + 1}"><c><v>1</v></c></row>', "file.rows"),
        ('<row r="40000"><c r="ALL40000"><v>1</v></c></row>', "file.cells"),
        ('<row r="2"><c r="A"><v>1</v></c></row>', "file.unreadable"),
        ('<row r="1e999"><c><v>1</v></c></row>', "file.unreadable"),
    ],
)
def test_a_cell_far_out_is_refused_before_the_cells_up_to_it_are_made(rows: str, code: str) -> None:
    assert refused(crafted(rows)) == [code]


@pytest.mark.parametrize(
    ("area", "code"),
    [
        ("A1:XFD1048576", "file.rows"),
        ("A1:AAA2000", "file.cells"),
        ("A1:XFD2", "file.columns"),
        ("A:A", "file.unreadable"),
    ],
)
def test_a_merged_area_of_the_whole_sheet_is_refused(area: str, code: str) -> None:
    assert refused(crafted("", f'<mergeCells><mergeCell ref="{area}"/></mergeCells>')) == [code]


def test_many_merged_areas_count_together() -> None:
    areas = "".join(f'<mergeCell ref="A{1000 * n + 1}:CV{1000 * n + 1000}"/>' for n in range(11))
    assert refused(crafted("", f"<mergeCells>{areas}</mergeCells>")) == ["file.cells"]


def test_entities_are_neither_read_from_files_nor_multiplied() -> None:
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    cell = '<row r="2"><c r="A2" t="inlineStr"><is><t>{}</t></is></c></row>'
    assert refused(crafted(cell.format("&a;"), before=outside)) == ["file.unreadable"]
    nested = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE x [<!ENTITY e0 "{"ha" * 50}">{nested}]>'
    assert refused(crafted(cell.format("&e9;"), before=laughs)) == ["file.unreadable"]


def test_a_bomb_and_a_file_that_is_none_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (8 << 20))
    assert refused(out.getvalue()) == ["file.too_large"]
    assert refused(b"hello") == ["file.unreadable"]
    assert refused(plain()[:-40]) == ["file.unreadable"]


def test_an_ordinary_sheet_with_empty_formatted_rows_far_below_is_read() -> None:
    sheet = read_sheet(
        crafted('<row r="2"><c r="A2" t="inlineStr"><is><t>甲</t></is></c></row><row r="1048576"/>'), ["姓名"]
    )
    assert [row.text("姓名") for row in sheet.rows] == ["甲"]
    assert sheet.columns["姓名"] < MOST_COLUMNS
