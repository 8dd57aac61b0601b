"""Delimited text as banks and offices write it: UTF-8 with or without its mark, or GBK (GB 18030); nothing is guessed
at that cannot be read."""

import csv
import io
from collections.abc import Mapping, Sequence

from shared.errors import Malformed, Reason
from shared.spreadsheet import MOST_COLUMNS, MOST_ROWS, Cells, rows_below

MOST_BYTES = 20 << 20
"""Bytes of one file."""


def decoded(content: bytes) -> str:
    """The text. Chinese in GBK is practically never valid UTF-8, so UTF-8 is tried first. Raises :class:`Malformed`
    when it is empty, too large, binary, or in neither."""
    if not content.strip():
        raise Malformed(Reason("file.empty", "文件是空的", "The file is empty", "/file"))
    if len(content) > MOST_BYTES:
        raise Malformed(
            Reason(
                "file.too_large",
                f"文件超过 {MOST_BYTES >> 20} MiB",
                f"The file is larger than {MOST_BYTES >> 20} MiB",
                "/file",
            )
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Malformed(Reason("file.unreadable", "不是 UTF-8 或 GBK 文本", "Neither UTF-8 nor GBK text", "/file"))


def read_delimited(
    content: bytes,
    delimiter: str,
    required: Sequence[str],
    optional: Sequence[str] = (),
    synonyms: Mapping[str, Sequence[str]] | None = None,
    once: bool = False,
) -> list[Cells]:
    """The rows below the header that has all ``required`` columns, as of a workbook (``shared.spreadsheet``). Raises
    :class:`Malformed` when it cannot be read, is too large, or lacks columns."""
    grid: list[list[str | None]] = []
    try:
        for line in csv.reader(io.StringIO(decoded(content), newline=""), delimiter=delimiter):
            if len(grid) >= MOST_ROWS or len(line) > MOST_COLUMNS:
                raise Malformed(
                    Reason(
                        "file.rows",
                        f"超过{MOST_ROWS}行或{MOST_COLUMNS}列",
                        f"More than {MOST_ROWS} rows or {MOST_COLUMNS} columns",
                        "/file",
                    )
                )
            grid.append([cell if cell.strip() else None for cell in line])
    except csv.Error as error:
        raise Malformed(
            Reason("file.unreadable", "不是可读取的 CSV 文件", f"Not a readable CSV file: {error}", "/file")
        ) from error
    return rows_below(grid, required, optional, synonyms, once)[2]
