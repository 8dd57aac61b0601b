"""The bytes that a bank gets, made from a template: CSV in the bank's encoding, or a workbook. Pure."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl

from services.funding.rules import pain
from services.funding.rules.instruction import Line, Payer
from services.funding.rules.template import DATES, PAIN, PAYER, Column, Payment, amount
from shared.errors import Reason, Refused, require
from shared.spreadsheet import FORMULA, XLSX


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands around the lines: which batch of which round it is, and the day on which it was made."""

    number: int
    on: date
    round: str
    payer: Payer | None = None


@dataclass(frozen=True, slots=True)
class BankFile:
    """What the bank gets, with what it is checked by: the number of lines, their sum in fen, the SHA-256."""

    content: bytes
    name: str
    media_type: str
    count: int
    sum_fen: int
    sha256: str


def bank_file(payment: Payment, lines: Sequence[Line], cover: Cover) -> BankFile:
    """The file of a batch. Raises Refused when there is nothing to pay, or when the template names the paying account
    and there is none."""
    if not lines:
        raise Refused(Reason("batch.empty", "没有可送银行的已复核分期", "No approved instalment can go to the bank"))
    require(payer_obstacles(payment, cover.payer))
    sum_fen = sum(line.amount_fen for line in lines)
    words = _words(payment, cover, len(lines), sum_fen)
    name = payment.name.format_map(words)
    if payment.format == PAIN:
        content, media_type = _pain(lines, cover, sum_fen), "application/xml"
    elif payment.format == "xlsx":
        content, media_type = _xlsx(payment, lines, cover, words), XLSX
    else:
        content, media_type = _csv(payment, lines, cover, words), "text/csv"
    return BankFile(content, name, media_type, len(lines), sum_fen, digest(content))


def digest(content: bytes) -> str:
    """SHA-256 of the file's bytes, hex."""
    return hashlib.sha256(content).hexdigest()


def altered_obstacles(content: bytes | None, sha256: str) -> list[Reason]:
    """The stored file must still be the one that was made; None when its seal is broken."""
    if content is not None and digest(content) == sha256:
        return []
    return [Reason("batch.altered", "银行文件校验值不符", "The bank file does not match its SHA-256")]


def payer_obstacles(payment: Payment, payer: Payer | None) -> list[Reason]:
    """A template that names the paying account needs one."""
    texts = [payment.name, *(cell for line in (*payment.above, *payment.below) for cell in line)]
    named = any(column.field in PAYER for column in payment.columns) or any("{payer_" in text for text in texts)
    if payer or not (named or payment.format == PAIN):
        return []
    return [
        Reason(
            "paying_account.missing",
            "该模板须有付款账户，请先登记",
            "This template needs a paying account: register one",
        )
    ]


def line_obstacles(payment: Payment, line: Line, payer: Payer | None) -> list[Reason]:
    """What of this line the bank could not take: characters that its encoding lacks, text longer than its column, what
    a spreadsheet would run. Nothing is ever replaced or cut."""
    if payment.format == PAIN:
        columns = [Column(text[:20], fixed=text, width=pain.WIDTH) for text in pain.texts(line)]
        return [fault for column in columns for fault in _text_obstacles(payment, column, line, column.fixed)]
    found = []
    cover = Cover(1, date.min, "", payer)
    for column in payment.columns:
        text = str(_cell(payment, column, line, 1, cover))
        found += _text_obstacles(payment, column, line, text)
    return found


def _text_obstacles(payment: Payment, column: Column, line: Line, text: str) -> list[Reason]:
    found = []
    odd = _control(text) | (
        {char for char in text if not _fits(char, payment.encoding)} if payment.format == "csv" else set()
    )
    if odd:
        found.append(_unfit(line, column.heading, "".join(sorted(odd))))
    if column.width and len(text) > column.width:
        found.append(
            Reason(
                "batch.too_long",
                f"{line.unit_name}：“{column.heading}”超过银行允许的 {column.width} 个字符",
                f"{line.unit_name}: {column.heading} is longer than the {column.width} characters that the bank takes",
            )
        )
    if text.startswith(FORMULA):
        found.append(_unfit(line, column.heading, text[0]))
    return found


def _control(text: str) -> set[str]:
    return {char for char in text if ord(char) < 32}


def _fits(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _unfit(line: Line, where: str, odd: str) -> Reason:
    return Reason(
        "batch.encoding",
        f"{line.unit_name}：“{where}”中的字符“{odd}”不能写入该银行的文件",
        f"{line.unit_name}: the characters '{odd}' of {where} cannot be written in this bank's file",
    )


def _words(payment: Payment, cover: Cover, count: int, sum_fen: int) -> dict[str, str]:
    payer = cover.payer
    return {
        "count": str(count),
        "sum": amount(sum_fen, payment.amount),
        "date": cover.on.strftime(DATES[payment.date]),
        "number": f"{cover.number:03}",
        "round": cover.round,
        "payer_name": payer.payer_name if payer else "",
        "payer_account": payer.payer_account if payer else "",
    }


def _cell(payment: Payment, column: Column, line: Line, serial: int, cover: Cover) -> Any:
    match column.field:
        case "":
            return column.fixed
        case "serial":
            return str(serial)
        case "amount":
            return amount(line.amount_fen, payment.amount)
        case "date":
            return cover.on.strftime(DATES[payment.date])
        case name if name in PAYER:
            return getattr(cover.payer, name, "")
        case name:
            return getattr(line, name)


def _grid(payment: Payment, lines: Sequence[Line], cover: Cover, words: Mapping[str, str]) -> list[list[str]]:
    above = [[cell.format_map(words) for cell in line] for line in payment.above]
    head = [[column.heading for column in payment.columns]] if payment.headings else []
    rows = [
        [_cell(payment, column, line, serial, cover) for column in payment.columns]
        for serial, line in enumerate(lines, 1)
    ]
    below = [[cell.format_map(words) for cell in line] for line in payment.below]
    return [*above, *head, *rows, *below]


def _csv(payment: Payment, lines: Sequence[Line], cover: Cover, words: Mapping[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=payment.delimiter, lineterminator=payment.line_end)
    writer.writerows(_grid(payment, lines, cover, words))
    try:
        return text.getvalue().encode(payment.encoding)
    except UnicodeEncodeError as error:
        odd = error.object[error.start : error.end]
        raise Refused(
            Reason(
                "batch.encoding",
                f"字符“{odd}”不能写入该银行的文件",
                f"The characters '{odd}' cannot be written in this bank's file",
            )
        ) from None


def _xlsx(payment: Payment, lines: Sequence[Line], cover: Cover, words: Mapping[str, str]) -> bytes:
    """Amounts are numbers, everything else is text: an account keeps its leading noughts and all its digits."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet.title = payment.sheet
    first = len(payment.above) + int(payment.headings)
    money = {at for at, column in enumerate(payment.columns, 1) if column.field == "amount"}
    for number, cells in enumerate(_grid(payment, lines, cover, words), 1):
        for at, value in enumerate(cells, 1):
            cell = sheet.cell(number, at)
            if at in money and first < number <= first + len(lines):
                cell.value = Decimal(value.replace(",", ""))
                cell.number_format = "0" if payment.amount == "fen" else "0.00"
            else:
                cell.value, cell.data_type, cell.number_format = value, "s", "@"
    book.save(out)
    return out.getvalue()


def _pain(lines: Sequence[Line], cover: Cover, sum_fen: int) -> bytes:
    payer = cover.payer
    assert payer is not None  # noqa: S101  said by payer_obstacles
    return pain.credit_transfer(lines, payer, cover.number, cover.on, sum_fen)
