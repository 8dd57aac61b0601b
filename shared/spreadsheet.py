"""Excel as districts hand it in: titles above the header, merged cells, total rows; errors go back into the cells.

Nothing here knows what a column means: a service says which columns it needs and reads each row itself.
"""

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from shared.archives import check_archive
from shared.errors import Malformed, Reason

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 50_000, 1_000, 1_000_000
"""Limits of a sheet, empty cells between the filled ones and under merged areas included."""
_HEADER_WITHIN = 20
_TOTAL = re.compile(r"^[合总小共]\s*计")
_EXAMPLE = re.compile(r"^(示例|样例|范例)")
_NOTE = re.compile(r"^(注|备注|说明|填表|填报|制表|审核|审批)")
_NOTE_CELLS = 4
"""A line below the rows that begins like a note and says no more than this many things is none of the rows."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula; East Asian ones also take the full-width signs."""
_MARK = "FFC7CE"


@dataclass(frozen=True)
class Cells:
    """One row by its number in the sheet. A value is text without surrounding blanks, a number, a date or None."""

    number: int
    values: dict[str, Any]

    def text(self, column: str) -> str:
        """The value as text: whole numbers without a decimal point, full-width characters made narrow."""
        return _text(self.values.get(column))

    def error(self, column: str, reason: Reason) -> Reason:
        """``reason`` at this row's cell."""
        return replace(
            reason,
            pointer=f"/rows/{self.number}/{column}",
            zh=f"第{self.number}行“{column}”：{reason.zh}",
            en=f"row {self.number}, {column}: {reason.en}",
        )


@dataclass
class Sheet:
    """The rows below the header; totals, examples, notes and blank rows left out. ``headers`` is what the sheet
    itself calls each column, without blanks."""

    rows: list[Cells]
    columns: dict[str, int]
    headers: dict[str, str]
    _workbook: Any = field(repr=False)
    _sheet: "Worksheet" = field(repr=False)

    def marked(self, reasons: Iterable[Reason]) -> bytes:
        """The workbook as it came, with the cells that ``reasons`` point at coloured and commented."""
        from openpyxl.cell import MergedCell
        from openpyxl.comments import Comment
        from openpyxl.styles import PatternFill

        for reason in reasons:
            match = re.fullmatch(r"/rows/(\d+)/(.+)", reason.pointer)
            if not match or match[2] not in self.columns:
                continue
            cell = self._sheet.cell(int(match[1]), self.columns[match[2]])
            if isinstance(cell, MergedCell):
                cell = next(
                    self._sheet.cell(area.min_row, area.min_col)
                    for area in self._sheet.merged_cells.ranges
                    if cell.coordinate in area
                )
            cell.fill = PatternFill("solid", fgColor=_MARK)
            before = cell.comment.text + "\n" if cell.comment else ""
            cell.comment = Comment(f"{before}{reason.zh}\n{reason.en}", "Jiedan")
        out = io.BytesIO()
        self._workbook.save(out)
        return out.getvalue()


def read_sheet(
    content: bytes,
    required: Sequence[str],
    optional: Sequence[str] = (),
    sheet: str = "",
    synonyms: Mapping[str, Sequence[str]] | None = None,
    once: bool = False,
) -> Sheet:
    """The sheet (the first, or the one named) whose header has all ``required`` columns, each by its own name or by
    one of its ``synonyms``; with ``once`` a heading that stands twice is refused, without it the first counts.

    Raises :class:`Malformed` when it is no workbook, too large, or lacks columns; the reason names them.
    """
    import openpyxl  # brings numpy along: only who reads or writes a workbook pays for it

    rows_in(content)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except Exception as error:
        raise Malformed(
            Reason("file.unreadable", "不是可读取的 Excel 文件", "Not a readable Excel file", "/file")
        ) from error
    table = workbook[sheet] if sheet in workbook.sheetnames else workbook.worksheets[0]
    grid = [list(row) for row in table.iter_rows(values_only=True)]
    _spread_merged(table, grid)
    header, columns, rows = rows_below(grid, required, optional, synonyms, once)
    headers = {name: _plain(grid[header][at - 1]) for name, at in columns.items()}
    return Sheet(rows, columns, headers, workbook, table)


def rows_below(
    grid: Sequence[Sequence[Any]],
    required: Sequence[str],
    optional: Sequence[str] = (),
    synonyms: Mapping[str, Sequence[str]] | None = None,
    once: bool = False,
) -> tuple[int, dict[str, int], list[Cells]]:
    """In a table of any origin: the header's line (from 0), the column (from 1) of each name, and the rows below it
    without totals, examples, notes and blanks. Raises :class:`Malformed` naming the columns that are missing, and with
    ``once`` those whose heading stands twice."""
    header, columns = _find_header(grid, [*required, *optional], required, synonyms or {})
    if once:
        _require_once(grid[header], columns)
    rows = []
    for number, line in enumerate(grid[header + 1 :], start=header + 2):
        values = {name: _clean(line[at - 1]) if at <= len(line) else None for name, at in columns.items()}
        if any(value is not None for value in values.values()) and not _aside(line):
            rows.append(Cells(number, values))
    return header, columns, rows


def rows_in(content: bytes) -> int:
    """Rows of the first sheet of the archive that have any content, without reading it. Raises :class:`Malformed`
    when it is no archive or too large."""
    check_archive(
        io.BytesIO(content),
        Reason("file.unreadable", "不是 Excel（.xlsx）文件", "Not an Excel (.xlsx) file", "/file"),
    )
    return _check_extent(content)


def _aside(line: Sequence[Any]) -> bool:
    """Totals, examples and notes stand among the rows and are none."""
    said = [_text(cell) for cell in line if cell is not None and _text(cell)]
    first = said[0] if said else ""
    note = bool(_NOTE.match(first)) and len(set(said)) <= _NOTE_CELLS
    return note or bool(_TOTAL.match(first) or _EXAMPLE.match(first))


def harmless(value: Any) -> Any:
    """A cell that a spreadsheet would run as a formula is led by an apostrophe; anything else stays as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _check_extent(content: bytes) -> int:
    """The filled rows of the first sheet. The reader makes every cell up to the farthest one and under every
    merged area: a file of one kilobyte can ask for a thousand million. So each part is looked through for
    coordinates first, whatever its name."""
    filled: list[tuple[int, str, int]] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            try:
                with archive.open(info) as part:
                    rows = _measure(part)
                if "worksheets/" in info.filename:
                    filled.append((len(info.filename), info.filename, rows))  # sheet2 before sheet10
            except (expat.ExpatError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
                continue  # no XML, or damaged: the reader says so where it needs it
            except (ValueError, OverflowError):
                raise Malformed(
                    Reason("file.unreadable", "不是可读取的 Excel 文件", "Not a readable Excel file", "/file")
                ) from None
    return min(filled)[2] if filled else 0


@dataclass
class _Extent:
    """How far a sheet reaches, cell by cell; refuses as soon as it is too far."""

    rows: int = 0
    columns: int = 0
    merged: int = 0
    filled: int = 0
    _last_filled: int = 0
    _row: int = 0
    _column: int = 0

    def element(self, name: str, attributes: dict[str, str]) -> None:
        kind, place = name.rpartition(":")[2], attributes.get("r", "").upper()
        if kind == "row":
            self._row, self._column = int(float(place or self._row + 1)), 0
        elif kind == "c":  # one without coordinates follows the one before
            left, top, right, bottom = (
                _edges(place) if place else (self._column + 1, self._row, self._column + 1, self._row)
            )
            self._row, self._column = bottom, right
            self._reach(bottom, right)
        elif kind in ("v", "is") and self._row != self._last_filled:
            self.filled, self._last_filled = self.filled + 1, self._row
        elif kind == "mergeCell":
            left, top, right, bottom = _edges(attributes.get("ref", "").upper())
            self.merged += (right - left + 1) * (bottom - top + 1)
            self._reach(bottom, right)

    def _reach(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if self.rows > MOST_ROWS:
            raise Malformed(Reason("file.rows", f"超过{MOST_ROWS}行", f"More than {MOST_ROWS} rows", "/file"))
        if self.columns > MOST_COLUMNS:
            raise Malformed(
                Reason("file.columns", f"超过{MOST_COLUMNS}列", f"More than {MOST_COLUMNS} columns", "/file")
            )
        if max(self.rows * self.columns, self.merged) > MOST_CELLS:
            raise Malformed(
                Reason(
                    "file.cells",
                    f"表格范围超过{MOST_CELLS}格",
                    f"The sheet spans more than {MOST_CELLS} cells",
                    "/file",
                )
            )


def _edges(place: str) -> tuple[int, int, int, int]:
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = range_boundaries(place)
    if not (left and top and right and bottom):
        raise ValueError(place)
    return left, top, right, bottom


def _measure(part: Any) -> int:
    parser, extent = expat.ParserCreate(), _Extent()
    parser.StartElementHandler = extent.element
    parser.ParseFile(part)
    return extent.filled


def _spread_merged(table: "Worksheet", grid: list[list[Any]]) -> None:
    """A merged area means its one value for every row it covers."""
    for area in table.merged_cells.ranges:
        value = grid[area.min_row - 1][area.min_col - 1]
        for row in range(area.min_row - 1, min(area.max_row, len(grid))):
            for column in range(area.min_col - 1, area.max_col):
                grid[row][column] = value


def _find_header(
    grid: Sequence[Sequence[Any]], wanted: Sequence[str], required: Sequence[str], synonyms: Mapping[str, Sequence[str]]
) -> tuple[int, dict[str, int]]:
    """The line that names most of the wanted columns. A column's own name goes before its synonyms."""
    ways = {name: [_plain(way) for way in (name, *synonyms.get(name, ()))] for name in wanted}
    best: tuple[int, int, dict[str, int]] = (0, 0, {})
    for number, line in enumerate(grid[:_HEADER_WITHIN]):
        names = {_plain(cell): at for at, cell in reversed(list(enumerate(line, start=1))) if cell is not None}
        found = {name: names[way] for name in wanted for way in reversed(ways[name]) if way in names}
        if len(found) > best[0]:
            best = (len(found), number, found)
    missing = [name for name in required if name not in best[2]]
    if missing:
        raise Malformed(*(_missing(name, synonyms.get(name, ()), best[1] + 1) for name in missing))
    return best[1], best[2]


def _missing(name: str, synonyms: Sequence[str], row: int) -> Reason:
    """A column by the headings that people know it by; what is called in code only is told by those alone."""
    ways = [*([] if name.isascii() and synonyms else [name]), *synonyms][:3]
    said = "或".join(f"“{way}”" for way in ways)
    return Reason("file.column", f"缺少列{said}", f"The column {' or '.join(ways)} is missing", f"/rows/{row}/{name}")


def _require_once(line: Sequence[Any], columns: Mapping[str, int]) -> None:
    said = [_plain(cell) for cell in line if cell is not None]
    twice = [heading for at in columns.values() if said.count(heading := _plain(line[at - 1])) > 1]
    if twice:
        raise Malformed(
            *(
                Reason("file.column_twice", f"列“{heading}”出现多次", f"The column {heading} stands twice", "/file")
                for heading in twice
            )
        )


def _plain(value: Any) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value)))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() or None
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip()
