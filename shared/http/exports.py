"""A list as a file, exactly as filtered: CSV that Excel reads as UTF-8, or a workbook."""

import asyncio
import csv
import io
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from shared.errors import Malformed, Reason
from shared.http.downloads import as_file
from shared.spreadsheet import XLSX, harmless

Format = Annotated[Literal["xlsx", "csv"], Query(description="a workbook, or CSV with the mark of UTF-8")]
MOST_EXPORTED = 50_000
"""Rows of one file, as many as one import takes; a longer list is narrowed first."""


async def require_fits(session: AsyncSession, listed: Any, most: int) -> None:
    """``listed`` selects the rows of a file: more than ``most`` are refused rather than left out silently."""
    some = listed.limit(most + 1).subquery()
    if (await session.scalar(sa.select(sa.func.count()).select_from(some)) or 0) > most:
        zh, en = f"超过{most}行，请缩小筛选范围", f"More than {most} rows: narrow the filter"
        raise Malformed(Reason("export.too_many", zh, en, "/"))


async def exported(format: str, name: str, head: Sequence[str], lines: Iterable[Sequence[Any]]) -> Response:
    """The answer with the file. Cells that a spreadsheet would take for a formula are made harmless."""
    content = await asyncio.to_thread(as_csv if format == "csv" else as_xlsx, head, lines)
    return as_file(content, f"{name}.{format}", "text/csv; charset=utf-8" if format == "csv" else XLSX)


def as_csv(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *([harmless(cell) for cell in line] for line in lines)])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    import openpyxl  # only who asks for a workbook pays for it

    book, out = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet: Any = book.create_sheet()
    for line in (head, *lines):
        sheet.append([harmless(cell) for cell in line])
    book.save(out)
    return out.getvalue()
