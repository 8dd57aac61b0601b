"""Workbooks of several sheets, for reports: names, headings and rows; how they look is said once, here."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shared.spreadsheet import harmless

WIDEST = 40
"""Characters of the widest column."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``name`` on its tab, a head and rows. Amounts are yuan (``shared.amounts.in_yuan``)."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Any]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The workbook as a file. Heads stay in view and on every printed page, amounts have two decimals and groups of
    three, formulas are made harmless. CPU work: call it in a thread."""
    import openpyxl
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for one in sheets:
        page = book.create_sheet(one.name[:31])
        rows = [[harmless(cell) for cell in row] for row in (one.head, *one.rows)]
        for row in rows:
            page.append(row)
        for cell in page[1]:
            cell.font, cell.alignment = Font(bold=True), Alignment(horizontal="center", wrap_text=True)
        for place, column in enumerate(page.iter_cols(min_row=2), 1):
            longest = max((_width(row[place - 1]) for row in rows), default=0)
            page.column_dimensions[get_column_letter(place)].width = min(WIDEST, longest + 2)
            for cell in column:
                if isinstance(cell.value, Decimal):
                    cell.number_format = "#,##0.00"
        page.freeze_panes, page.print_title_rows = "A2", "1:1"
        page.page_setup.paperSize, page.page_setup.orientation = page.PAPERSIZE_A4, "landscape"
        page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _width(value: Any) -> int:
    """In Latin characters: a Chinese one takes two."""
    text = "" if value is None else f"{value:,}" if isinstance(value, Decimal) else str(value)
    return sum(2 if ord(letter) > 255 else 1 for letter in text)
