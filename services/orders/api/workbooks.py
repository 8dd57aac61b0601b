"""The workbooks that go out: the empty form with its drop-downs, and lists as tables. What goes out can come in again:
both have the columns that intake reads (``rules/columns.py``)."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.orders.rules.columns import COLUMNS, YES, Column
from services.orders.rules.intake import FEN_PER_WAN
from services.orders.rules.offer import DIRECTIONS
from services.orders.rules.order import LIFECYCLE
from shared.clock import SHANGHAI
from shared.divisions import county_of, name_of, place_of, town_of

SERIAL = "序号"
ROWS = 2_000
"""Rows of the form that are open to be filled in."""
_NEEDED, _OPTIONAL, _EXAMPLE = (PatternFill("solid", fgColor=color) for color in ("FCE4D6", "DDEBF7", "F2F2F2"))
_WIDE = {"problem": 40, "expected": 30, "title": 26, "host": 28, "credit code": 22, "division code": 16, "term": 24}


def template(
    title: str, required: Iterable[str], choices: Mapping[str, Sequence[str]], places: Sequence[tuple[str, str]]
) -> bytes:
    """The form of a round: header protected, cells below it free, drop-downs where there is something to choose.
    ``choices`` by the English name of a column; ``places``: code and name of the villages of a district. Heavy: runs
    in a thread."""
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = "需求征集汇总表"
    sheet.append([title])
    columns = [column for column in COLUMNS if column.choices or choices.get(column.en) is None or choices[column.en]]
    sheet.append([SERIAL, *(column.name for column in columns)])
    sheet.append(["示例（导入时忽略）", *(_example(column, choices) for column in columns)])
    _lay_out(sheet, columns, set(required))
    lists = book.create_sheet("选项")
    lists.sheet_state = "hidden"
    for at, column in enumerate(columns, start=2):
        _validate(sheet, lists, get_column_letter(at), column, choices)
    _explain(book.create_sheet("填表说明"), columns, set(required))
    if places:
        _list_places(book.create_sheet("区划代码"), places)
    return _saved(book)


def _example(column: Column, choices: Mapping[str, Sequence[str]]) -> str:
    offered = choices.get(column.en)
    return offered[0] if offered else column.example


def _lay_out(sheet: Worksheet, columns: Sequence[Column], required: set[str]) -> None:
    last = len(columns) + 1
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    sheet.column_dimensions["A"].width = 18
    for at, column in enumerate(columns, start=2):
        head = sheet.cell(2, at)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        head.fill = _NEEDED if column.name in required else _OPTIONAL
        head.comment = Comment(f"{'必填' if column.name in required else '选填'}。{column.note}", "Jiedan")
        sheet.column_dimensions[get_column_letter(at)].width = _WIDE.get(column.en, 14)
    for cell in sheet[3]:
        cell.fill, cell.font = _EXAMPLE, Font(italic=True, color="808080")
    for at in range(1, last + 1):  # whole columns: a style for each empty cell would make a long sheet of it
        column_style = sheet.column_dimensions[get_column_letter(at)]
        column_style.protection = Protection(locked=False)
        column_style.number_format = "@" if at > 1 and columns[at - 2].en in _TEXT else "General"
    sheet.freeze_panes = "B3"
    guard = sheet.protection
    guard.sheet = True
    guard.formatCells = guard.formatColumns = guard.formatRows = guard.sort = guard.autoFilter = False  # allowed


_TEXT = ("division code", "credit code", "phone")
"""Codes that Excel would round or print as 5.0E+11."""


def _validate(
    sheet: Worksheet, lists: Worksheet, letter: str, column: Column, choices: Mapping[str, Sequence[str]]
) -> None:
    """A drop-down. Only yes and no must be chosen: forms and tasks may be several, separated by 、."""
    offered = choices.get(column.en) or column.choices
    if not offered:
        return
    for row, choice in enumerate(offered, start=1):
        lists[f"{letter}{row}"] = choice
    source = f"={quote_sheetname(lists.title)}!${letter}$1:${letter}${len(offered)}"
    rule = DataValidation(type="list", formula1=source, allow_blank=True)
    rule.showErrorMessage = column.choices == YES or column.en in ("kind", "action")
    rule.errorTitle, rule.error = column.name, "请从下拉列表中选择"
    rule.promptTitle, rule.prompt, rule.showInputMessage = column.name, column.note[:255], True
    sheet.add_data_validation(rule)
    rule.add(f"{letter}4:{letter}{ROWS + 3}")


def _explain(sheet: Worksheet, columns: Sequence[Column], required: set[str]) -> None:
    sheet.append(["列", "是否必填", "说明", "示例", "也可写作"])
    for column in columns:
        needed = "必填" if column.name in required else "选填"
        sheet.append([column.name, needed, column.note, column.example, "、".join(column.synonyms)])
    for letter, width in zip("ABCDE", (22, 10, 44, 30, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)


def _list_places(sheet: Worksheet, places: Sequence[tuple[str, str]]) -> None:
    sheet.append(["区划代码", "乡镇（街道）", "村（社区）"])
    for code, name in places:
        town = name_of(town_of(code)) or ""
        sheet.append([code, town, "" if code.endswith("000") else name])
    for letter in "ABC":
        sheet.column_dimensions[letter].width = 24


def _money(fen: int | None) -> Decimal | str:
    return "" if fen is None else (Decimal(fen) / FEN_PER_WAN).normalize() + 0


def _term(row: Any) -> str:
    if row.starts_on and row.ends_on:
        return f"{row.starts_on}至{row.ends_on}"
    return f"{row.term_months}个月" if row.term_months else ""


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}" if at else ""


VALUES: dict[str, Callable[[Any], Any]] = {
    "county": lambda row: name_of(county_of(row.division)) or "",
    "town": lambda row: (name_of(town_of(row.division)) or "") if row.division[6:9] != "000" else "",
    "village": lambda row: row.place.removeprefix(place_of(town_of(row.division))) if row.division[9:] != "000" else "",
    "division code": lambda row: row.division,
    "host": lambda row: row.host_name,
    "credit code": lambda row: row.host_code,
    "liaison": lambda row: row.liaison_name,
    "phone": lambda row: row.liaison_phone,
    "industry": lambda row: row.industry,
    "title": lambda row: row.title,
    "problem": lambda row: row.problem,
    "expected": lambda row: row.expected,
    "service forms": lambda row: "、".join(row.service_forms),
    "expertise": lambda row: "、".join(row.expertise),
    "people wanted": lambda row: row.people_wanted,
    "term": _term,
    "kind": lambda row: row.kind,
    "tasks": lambda row: "、".join(row.tasks),
    "site support": lambda row: row.site_support,
    "key place": lambda row: YES[0] if row.key_place else YES[1],
    "money asked": lambda row: _money(row.asked_fen),
    "remark": lambda row: row.remark,
}
"""What stands in a column of the form, by its English name; the action's name is looked up."""
_PERSONAL = ("liaison", "phone")
_BESIDE: dict[str, Callable[[Any], Any]] = {
    "编号": lambda row: row.number,
    "状态": lambda row: LIFECYCLE.statuses[row.status],
    "发榜方向": lambda row: DIRECTIONS[row.direction],
    "发榜专家": lambda row: row.expert_name,
    "专家单位": lambda row: row.expert_unit,
    "发布时间": lambda row: _day(row.published_at),
    "接单截止": lambda row: _day(row.closes_at),
}
HEADER = [*_BESIDE, *(column.name for column in COLUMNS)]


def line(row: Any, actions: Mapping[UUID, str], *, personal: bool) -> list[Any]:
    """One order as a line of the export; the liaison's name and phone only for those who run the order. ``actions``
    are the names of the actions of the calendar."""
    values = VALUES | {"action": lambda row: actions.get(row.action_id, "")}
    form = ["" if column.en in _PERSONAL and not personal else values[column.en](row) for column in COLUMNS]
    return [*(value(row) for value in _BESIDE.values()), *form]


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
