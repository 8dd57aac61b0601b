"""Tables inside Excel sheets: found by their header words, wherever the header stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from openpyxl import load_workbook

from demo.cells import text, whole

T = TypeVar("T")


class FolderError(Exception):
    """The folder cannot be used; the message lists every place that is wrong."""


@dataclass
class Line:
    """One row of a table: its row in the sheet, its serial number, its cells by header."""

    where: str
    row: int
    serial: int
    cells: dict[str, Any]
    problems: list[str] = field(repr=False)

    def read(self, header: str, meaning: Callable[[object], T], default: T) -> T:
        """The cell under the header that starts with these words; what cannot be read is a problem."""
        for name, value in self.cells.items():
            if name.startswith(header):
                try:
                    return meaning(value)
                except ValueError as error:
                    self.problems.append(f"{self.where}, row {self.row}, {header}: {error}")
                    return default
        self.problems.append(f"{self.where}: no column {header}")
        return default

    def text(self, header: str) -> str:
        return self.read(header, text, "")


def table(path: Path, sheet_word: str, serial: str, problems: list[str]) -> list[Line]:
    """The rows of the sheet whose name contains ``sheet_word`` (or the only sheet), those that carry a number
    under the header ``serial``: titles, blank rows and totals have none."""
    if not path.is_file():
        problems.append(f"{path.name}: no such file")
        return []
    book = load_workbook(path, data_only=True)
    named = [sheet for sheet in book.worksheets if sheet_word in sheet.title]
    if not named and len(book.worksheets) > 1:
        problems.append(f"{path.name}: no sheet {sheet_word}")
        return []
    sheet = named[0] if named else book.worksheets[0]
    where = f"{path.name} / {sheet.title}"
    headers: list[str] = []
    lines: list[Line] = []
    for row, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if not headers:
            words = ["".join(text(value).split()) for value in values]
            headers = words if serial in words else []
            continue
        cells = {name: value for name, value in zip(headers, values, strict=False) if name}
        try:
            number = whole(cells[serial])
        except ValueError:
            continue
        lines.append(Line(where, row, number, cells, problems))
    if not headers:
        problems.append(f"{where}: no header row with {serial}")
    return lines
