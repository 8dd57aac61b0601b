"""Excel in: a list of expenses (支出明细表), a row each; drafts, whole or not at all."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.rules.fee import LEVELS
from services.funding.schemas import ExpenseIn, ImportedExpenses
from services.funding.usecases import expense
from shared.actor import Actor
from shared.errors import Malformed, Reason
from shared.spreadsheet import Cells, Sheet, read_sheet

REQUIRED = ("支出日期", "科目", "金额（元）", "用途", "收款人")
OPTIONAL = (
    "费用类别",
    "收款人类型",
    "收款人单位",
    "发票代码",
    "发票号码",
    "销售方代码",
    "开票日期",
    "发票金额（元）",
    "专家级别",
    "天数",
    "税后金额（元）",
)
SYNONYMS = {
    "支出日期": ("日期", "费用日期", "报销日期"),
    "科目": ("预算科目", "支出科目"),
    "金额（元）": ("金额", "支出金额", "支出金额（元）"),
    "用途": ("摘要", "内容", "事由"),
    "收款人": ("收款单位", "领款人", "支付对象"),
    "收款人单位": ("所在单位", "工作单位"),
    "发票号码": ("发票号", "数电发票号码"),
    "销售方代码": ("销售方统一社会信用代码", "销售方税号"),
    "税后金额（元）": ("税后金额",),
    "发票金额（元）": ("发票金额",),
}
_COLUMNS = {
    "spent_on": "支出日期",
    "what": "用途",
    "category": "费用类别",
    "parts": "科目",
    "recipient": "收款人",
    "fapiaos": "发票号码",
    "fee": "专家级别",
    "id": "科目",
}


def read_list(content: bytes) -> Sheet:
    """The workbook with its columns. Heavy: runs in a thread."""
    return read_sheet(content, REQUIRED, OPTIONAL, synonyms=SYNONYMS)


async def import_expenses(
    session: AsyncSession, award_id: UUID, sheet: Sheet, actor: Actor, now: datetime
) -> ImportedExpenses:
    """All rows or none. Raises :class:`Malformed` with every faulty cell; a row that was imported before is known by
    what it says, so the same file twice changes nothing."""
    sent = await asyncio.to_thread(_read_all, award_id, sheet)
    answers = await expense.draft(session, award_id, [one for _row, one in sent], actor, now) if sent else []
    faults = [
        row.error(_column(reason.pointer.strip("/").split("/")), Reason(reason.code, reason.zh, reason.en))
        for (row, _one), answer in zip(sent, answers, strict=True)
        for reason in answer.reasons
    ]
    if faults:
        raise Malformed(*faults)
    created = sum(answer.status == "drafted" for answer in answers)
    return ImportedExpenses(rows=len(sent), created=created, existing=len(sent) - created)


def _column(path: list[Any]) -> str:
    return _COLUMNS.get(str(path[0]) if path else "", "科目")


def _read_all(award_id: UUID, sheet: Sheet) -> list[tuple[Cells, ExpenseIn]]:
    read, faults, seen = [], list[Reason](), Counter[str]()
    for row in sheet.rows:
        said = repr(sorted((name, row.text(name)) for name in row.values))
        seen[said] += 1
        try:
            read.append((row, _read(uuid5(award_id, f"{said}#{seen[said]}"), row)))
        except Malformed as refusal:
            faults += refusal.reasons
        except ValidationError as error:
            faults += _faults(row, error)
    if faults:
        raise Malformed(*faults)
    return read


def _faults(row: Cells, error: ValidationError) -> Iterable[Reason]:
    for one in error.errors():
        yield row.error(_column(list(one["loc"])), Reason("row.value", one["msg"], one["msg"]))


def _read(key: UUID, row: Cells) -> ExpenseIn:
    amount = _cell(row, "金额（元）", _fen)
    kind = {"个人": "person", "单位": "unit"}.get(row.text("收款人类型"), "person" if row.text("专家级别") else "unit")
    return ExpenseIn.model_validate(
        {
            "id": key,
            "spent_on": _cell(row, "支出日期", _day),
            "what": row.text("用途"),
            "category": row.text("费用类别"),
            "parts": [{"line": row.text("科目"), "amount_fen": amount}],
            "recipient": {"kind": kind, "name": row.text("收款人"), "unit_name": row.text("收款人单位")},
            "fapiaos": [_fapiao(row, amount)] if row.text("发票号码") else [],
            "fee": _fee(row) if row.text("专家级别") else None,
        }
    )


def _fapiao(row: Cells, amount_fen: int) -> dict[str, Any]:
    return {
        "code": row.text("发票代码"),
        "number": row.text("发票号码"),
        "seller_code": row.text("销售方代码"),
        "amount_fen": _cell(row, "发票金额（元）", _fen) if row.text("发票金额（元）") else amount_fen,
        "issued_on": _cell(row, "开票日期" if row.text("开票日期") else "支出日期", _day),
    }


def _fee(row: Cells) -> dict[str, Any]:
    level = next((key for key, name in LEVELS.items() if row.text("专家级别").startswith(name[:2])), "")
    return {"level": level, "days": row.text("天数"), "net_fen": _cell(row, "税后金额（元）", _fen)}


def _cell(row: Cells, column: str, read: Callable[[Any], Any]) -> Any:
    try:
        return read(row.values.get(column))
    except (ValueError, InvalidOperation, TypeError):
        raise Malformed(
            row.error(
                column, Reason("row.value", f"无法识别“{row.text(column)}”", f"Not understood: '{row.text(column)}'")
            )
        ) from None


def _fen(value: Any) -> int:
    """Yuan as people write them, in whole fen, never through a float."""
    fen = Decimal(str(value).replace(",", "").replace("，", "").rstrip("元").strip()) * 100
    if fen != fen.to_integral_value():
        raise ValueError(value)
    return int(fen)


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip().replace("年", "-").replace("月", "-").rstrip("日").replace("/", "-").replace(".", "-")
    year, month, day = (int(part) for part in text.split("-"))
    return date(year, month, day)
