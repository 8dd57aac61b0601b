"""Bank file templates: columns, encoding and amount format of a bank's files, as data. A template never holds an account
of anybody, and says where money goes only through our own fields. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.funding.rules.payee import GROUNDS
from shared.actor import Actor
from shared.errors import Reason, Refused, require
from shared.lifecycle import Lifecycle, Step
from shared.spreadsheet import FORMULA

LIFECYCLE = Lifecycle(
    "template",
    {"proposed": "待确认", "confirmed": "已启用"},
    (Step("confirm", ("proposed",), "confirmed", ("finance_checker",), "启用", "Confirm"),),
)

FIELDS = {
    "reference": "our instruction's number; the bank gives it back in its answer",
    "serial": "the line's number within the file, from 1",
    "unit_name": "the payee's name",
    "unit_code": "the payee's unified social credit code",
    "bank_name": "the payee's bank",
    "bank_code": "the payee's bank code, 12 digits",
    "account": "the payee's account",
    "amount": "the amount, in the template's format",
    "purpose": "what it is paid for",
    "payer_name": "the paying account's holder",
    "payer_bank_name": "the paying account's bank",
    "payer_bank_code": "the paying account's bank code",
    "payer_account": "the paying account",
    "date": "the day on which the file was made",
    "budget_indicator": "budget indicator number",
    "functional_class": "functional classification",
    "economic_class": "economic classification",
}
"""What a column of a payment file may show."""
NEEDED = ("reference", "account", "amount", "unit_name")
"""Without these a bank cannot pay, or we cannot tell what it answered."""
PAYER = ("payer_name", "payer_bank_name", "payer_bank_code", "payer_account")
ENCODINGS = ("utf-8", "utf-8-sig", "gbk", "gb18030")
AMOUNTS = ("yuan", "yuan_grouped", "fen")
DATES = {"iso": "%Y-%m-%d", "compact": "%Y%m%d", "slashed": "%Y/%m/%d", "chinese": "%Y年%m月%d日"}
PAIN = "pain.001.001.09"
FORMATS = ("csv", "xlsx", PAIN)
TABLES = ("csv", "xlsx")
RESULTS = ("paid", "returned", "unknown")
ANSWER_COLUMNS = ("reference", "result", "amount", "account", "voucher", "reason")
STATEMENT_COLUMNS = (
    "date",
    "amount",
    "direction",
    "paid_out",
    "paid_in",
    "counterparty",
    "account",
    "reference",
    "summary",
    "serial",
    "balance",
)
_PLACES = {"count", "sum", "date", "number", "payer_name", "payer_account", "round"}
"""What the lines above and below, and the file's name, may have put in."""
_AMOUNT = re.compile(r"\+?([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]{0,40})?")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a payment file: one of :data:`FIELDS`, or a ``fixed`` text. ``width`` is the most characters that
    the bank takes (0: any number)."""

    heading: str
    field: str = ""
    fixed: str = ""
    width: int = 0


@dataclass(frozen=True, slots=True)
class Payment:
    """The file that the bank gets. ``above`` and ``below`` are lines around the table, cell by cell; they and the
    ``name`` may hold {count}, {sum}, {date}, {number}, {payer_name}, {payer_account}, {round}."""

    format: str
    name: str
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\r\n"
    amount: str = "yuan"
    date: str = "iso"
    sheet: str = "Sheet1"
    headings: bool = True
    columns: tuple[Column, ...] = ()
    above: tuple[tuple[str, ...], ...] = ()
    below: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table that comes from the bank. ``columns`` maps our names to the headings under which the bank may write them;
    ``words`` what it says to what it means; ``grounds`` why it sends money back, where that is the account, to the
    ground on which the account is closed. What is not among them word for word says nothing of the account."""

    format: str
    encoding: str = "utf-8"
    delimiter: str = ","
    amount: str = "yuan"
    date: str = "iso"
    sheet: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    grounds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """The formats of one bank's files. ``version`` counts its changes; a batch keeps the one that it was made with."""

    code: str
    version: int
    zh: str
    en: str
    payment: Payment
    answer: Table | None = None
    statement: Table | None = None


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """A version as somebody proposed it."""

    status: str
    proposed_by: str


def confirm_obstacles(template: TemplateFacts, actor: Actor) -> list[Reason]:
    """A second person: a template decides what the bank reads."""
    if actor.id != template.proposed_by:
        return []
    return [Reason("template.same_person", "修改人与确认人必须是不同的人", "Whoever changed it cannot confirm it")]


def confirm(template: TemplateFacts, actor: Actor) -> str:
    """A second person confirms a new version; new batches are made with it."""
    status = LIFECYCLE.after("confirm", template.status, actor)
    require(confirm_obstacles(template, actor))
    return status


def obstacles(template: Template) -> list[Reason]:
    """Everything that a bank could not read, or that would lead money elsewhere."""
    found = _payment(template.payment)
    if template.answer:
        found += _table(template.answer, "/answer", ANSWER_COLUMNS, ("reference", "result"))
        wrong = {meaning for meaning in template.answer.words.values() if meaning not in RESULTS}
        if wrong or not template.answer.words:
            found.append(
                _fault(
                    "/answer/words",
                    "结果词须对应 paid、returned 或 unknown",
                    "Each word of a result means paid, returned or unknown",
                )
            )
        if unknown := set(template.answer.grounds.values()) - set(GROUNDS):
            found.append(
                _fault(
                    "/answer/grounds",
                    f"账户原因须为 {'、'.join(GROUNDS)} 之一：{'、'.join(sorted(unknown))}",
                    f"The account's ground is one of {', '.join(GROUNDS)}",
                )
            )
    if template.statement:
        found += _statement(template.statement)
    return found


def _payment(payment: Payment) -> list[Reason]:
    at = "/payment"
    found = _choice(f"{at}/format", payment.format, FORMATS) + _choice(f"{at}/encoding", payment.encoding, ENCODINGS)
    found += _choice(f"{at}/amount", payment.amount, AMOUNTS) + _choice(f"{at}/date", payment.date, tuple(DATES))
    found += _delimiter(at, payment.delimiter)
    if payment.line_end not in ("\r\n", "\n"):
        found.append(_fault(f"{at}/line_end", "换行须为 CRLF 或 LF", "Lines end with CRLF or LF"))
    for cell in (payment.name, *(cell for line in (*payment.above, *payment.below) for cell in line)):
        plain = re.sub(rf"\{{({'|'.join(_PLACES)})\}}", "", cell)
        if "{" in plain or "}" in plain or cell.startswith(FORMULA):
            found.append(_fault(at, f"不可用的占位：{cell}", f"Cannot be filled in: {cell}"))
    if re.search(r'[\\/:*?"<>|\r\n]', payment.name) or not payment.name.strip():
        found.append(
            _fault(f"{at}/name", "文件名含不可用字符", "The file's name has characters that files cannot have")
        )
    return found + (_columns(payment.columns) if payment.format in TABLES else [])


def _columns(columns: Sequence[Column]) -> list[Reason]:
    at = "/payment/columns"
    found = [
        _fault(f"{at}/{number}", "须为一个字段或固定文字", "A column shows one of our fields or a fixed text")
        for number, column in enumerate(columns)
        if (column.field and column.field not in FIELDS) or bool(column.field) == bool(column.fixed)
    ]
    for number, column in enumerate(columns):
        if column.heading.startswith(FORMULA) or column.fixed.startswith(FORMULA) or "\n" in column.heading:
            found.append(_fault(f"{at}/{number}", "不能以公式符号开头", "It may not begin like a formula"))
        if re.search(r"\d{8,}", column.fixed):
            found.append(_fault(f"{at}/{number}/fixed", "模板中不得写入账号", "A template holds nobody's account"))
    shown = [column.field for column in columns]
    missing = [name for name in NEEDED if shown.count(name) != 1]
    if missing:
        found.append(
            _fault(
                at, f"下列字段须各有一列：{'、'.join(missing)}", f"Each of these needs one column: {', '.join(missing)}"
            )
        )
    return found


def _table(table: Table, at: str, known: Sequence[str], needed: Sequence[str]) -> list[Reason]:
    found = _choice(f"{at}/format", table.format, TABLES) + _choice(f"{at}/encoding", table.encoding, ENCODINGS)
    found += _choice(f"{at}/amount", table.amount, AMOUNTS) + _choice(f"{at}/date", table.date, tuple(DATES))
    found += _delimiter(at, table.delimiter)
    strange = [name for name in table.columns if name not in known]
    missing = [name for name in needed if not table.columns.get(name)]
    headings = [heading for ways in table.columns.values() for heading in ways]
    if strange or missing or len(set(headings)) < len(headings) or not all(headings):
        found.append(
            _fault(
                f"{at}/columns",
                f"须含 {'、'.join(needed)}，可用 {'、'.join(known)}，各列名不得重复",
                f"It needs {', '.join(needed)} of {', '.join(known)}, each heading once",
            )
        )
    return found


def _statement(table: Table) -> list[Reason]:
    found = _table(table, "/statement", STATEMENT_COLUMNS, ("date",))
    one = {"amount", "direction"} <= set(table.columns) and set(table.words.values()) == {"out", "in"}
    two = {"paid_out", "paid_in"} <= set(table.columns)
    if one == two:
        found.append(
            _fault(
                "/statement/columns",
                "须有金额和借贷方向（含其用词），或借方、贷方两列",
                "Either an amount and its direction with the words for out and in, or two columns",
            )
        )
    return found


def _delimiter(at: str, delimiter: str) -> list[Reason]:
    return (
        [] if delimiter in (",", "|", "\t", ";") else [_fault(f"{at}/delimiter", "分隔符不可用", "No such delimiter")]
    )


def _choice(at: str, value: str, choices: Sequence[str]) -> list[Reason]:
    return [] if value in choices else [_fault(at, f"可用：{'、'.join(choices)}", f"One of: {', '.join(choices)}")]


def _fault(at: str, zh: str, en: str) -> Reason:
    return Reason("template.form", zh, en, at)


def amount(fen: int, form: str) -> str:
    """Fen as the bank writes money: ``yuan`` 12345.00, ``yuan_grouped`` 12,345.00, ``fen`` 1234500. Never through a
    float."""
    if form == "fen":
        return str(fen)
    whole = f"{fen // 100:,}" if form == "yuan_grouped" else str(fen // 100)
    return f"{whole}.{fen % 100:02d}"


def read_amount(text: str, form: str) -> int:
    """What the bank wrote, in fen; a sign of currency, groups of three and full-width digits are taken. Raises Refused
    when it is written otherwise, is negative, or has parts of a fen, however small."""
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("¥").removesuffix("元").strip()
    if not _AMOUNT.fullmatch(plain):
        raise Refused(_no_amount(text))
    whole, _, part = plain.replace(",", "").partition(".")
    digits = 0 if form == "fen" else 2
    part = part.rstrip("0").ljust(digits, "0")
    if len(part) > digits or (value := int(whole + part)) >= 10**15:
        raise Refused(_no_amount(text))
    return value


def read_balance(text: str, form: str) -> int:
    """A balance as :func:`read_amount` takes it, below zero with a minus before or behind it."""
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    bare = plain.removeprefix("-") if plain.startswith("-") else plain.removesuffix("-")
    fen = read_amount(bare, form)
    return fen if bare == plain else -fen


def _no_amount(text: str) -> Reason:
    return Reason("answer.amount_form", f"金额“{text[:40]}”无法识别", f"'{text[:40]}' is no amount")


def read_date(text: str, form: str) -> date:
    """A day as the bank writes it, or as a workbook keeps it. Raises Refused when it is none."""
    plain = text.strip().split(" ")[0].split("T")[0]
    for pattern in (DATES[form], DATES["iso"]):
        try:
            day = datetime.strptime(plain, pattern).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
        if 2000 <= day.year < 2200:
            return day
    raise Refused(Reason("bank_statement.date_form", f"日期“{plain[:20]}”无法识别", f"'{plain[:20]}' is no date"))
