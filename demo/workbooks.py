"""The four Excel files of a round folder, with the habits of the districts that fill them in."""

import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font


def _headers(words: str) -> tuple[str, ...]:
    return tuple(words.split())


ORDER_HEADERS = _headers("""
    序号 区县 乡镇（街道） 村（社区） 区划代码 需求单位全称 统一社会信用代码 联系人 联系电话 产业类别 需求名称
    需求描述 期望成果 服务方式 专业要求 所需专家人数 服务期限 现有条件 是否重点乡镇 申请支持经费（万元） 备注
""")
EXPERT_HEADERS = _headers("""
    序号 姓名 性别 证件号码 工作单位 单位统一社会信用代码 职称 职称级别 人才称号 专业领域
    联系电话 人员类别 所在区县代码 健康状况 本人意愿 单位意见
""")
ROSTER_HEADERS = _headers("需求序号 团队名称 角色 姓名 证件号码")
CLAIM_HEADERS = _headers("""
    需求序号 团队名称 服务地点 服务内容 服务开始 服务结束 预期目标 基层联络人员 联络电话
    约定服务天数 约定服务次数 申请经费（万元） 自筹经费（万元）
""")
PAYEE_HEADERS = _headers("需求序号 收款单位 统一社会信用代码 开户银行 联行号 账号")
ENTRY_HEADERS = _headers("需求序号 服务日期 服务人员证件号 服务形式 服务天数 服务对象人数 解决的问题 受援单位确认")
INDICATOR_HEADERS = _headers("需求序号 指标 单位 基数 目标值 完成值")
RATING_HEADERS = _headers("需求序号 受援单位评分 群众评分")

_FORMS = ("项目合作", "技术攻关+培训", "驻点与远程结合", "驻点指导", "巡回指导")
_SUPPORT = (None, "有示范基地", "合作社已流转土地", "无")
_KEY = ("√", None, "否", "是", None)
_YEARS = {1: "一年", 2: "两年", 3: "三年"}
_LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 - Excel knows no zones; a fixed stamp keeps the bytes the same


@dataclass(frozen=True)
class OrderRow:
    serial: int
    code: str
    district: str
    town: str
    village: str
    host: str
    host_code: str
    liaison: str
    phone: str
    industry: str
    title: str
    problem: str
    results: str
    expertise: tuple[str, ...]
    starts: date
    years: int
    ends: date
    asked_wan: int


@dataclass
class Rows:
    """The rows of all sheets, in the order of their headers."""

    orders: list[OrderRow] = field(default_factory=list)
    experts: list[tuple[Any, ...]] = field(default_factory=list)
    rosters: list[tuple[Any, ...]] = field(default_factory=list)
    claims: list[tuple[Any, ...]] = field(default_factory=list)
    payees: list[tuple[Any, ...]] = field(default_factory=list)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    indicators: list[tuple[Any, ...]] = field(default_factory=list)
    ratings: list[tuple[Any, ...]] = field(default_factory=list)


def write(out: Path, rows: Rows, title: str, filled_in_by: str, year: int) -> None:
    """Write orders.xlsx, experts.xlsx, teams.xlsx and service.xlsx; the same rows give the same bytes."""
    _save(_orders(rows.orders, title, filled_in_by, year), out / "orders.xlsx")
    _save(_book(专家库=(EXPERT_HEADERS, rows.experts)), out / "experts.xlsx")
    _save(
        _book(
            团队名册=(ROSTER_HEADERS, rows.rosters),
            申报信息=(CLAIM_HEADERS, rows.claims),
            收款单位=(PAYEE_HEADERS, rows.payees),
        ),
        out / "teams.xlsx",
    )
    _save(
        _book(
            服务记录=(ENTRY_HEADERS, rows.entries),
            指标完成=(INDICATOR_HEADERS, rows.indicators),
            满意度=(RATING_HEADERS, rows.ratings),
        ),
        out / "service.xlsx",
    )


def _orders(orders: list[OrderRow], title: str, filled_in_by: str, year: int) -> Workbook:
    """A title above the header, one district cell merged over its orders, habits in turn, a total row."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = "需求征集汇总表"
    sheet.append([title])
    sheet.append([filled_in_by, None, None, None, None, f"填报日期：{year}年3月10日"])
    sheet.append(ORDER_HEADERS)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(ORDER_HEADERS))
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A4"
    first_row, above = 4, ""
    for row, order in enumerate(orders, start=4):
        if order.code[:6] != above:
            _merge(sheet, first_row, row - 1)
            first_row = row
        sheet.append(_order_cells(order, order.district if order.code[:6] != above else None))
        above = order.code[:6]
    _merge(sheet, first_row, 3 + len(orders))
    sheet.append([])
    sheet.append(["合计", None, None, None, None, f"{len(orders)}个需求"])
    return book


def _merge(sheet: Any, first: int, last: int) -> None:
    if last > first:
        sheet.merge_cells(start_row=first, start_column=2, end_row=last, end_column=2)


def _order_cells(order: OrderRow, district: str | None) -> list[Any]:
    turn = order.serial
    people = 5 + turn % 4
    return [
        turn,
        district,
        order.town,
        order.village,
        int(order.code) if turn % 8 == 0 else order.code,
        order.host,
        order.host_code,
        order.liaison,
        int(order.phone) if turn % 2 else order.phone,
        order.industry,
        order.title,
        order.problem,
        order.results,
        _FORMS[turn % len(_FORMS)],
        "、，;"[turn % 3].join(order.expertise),
        f"{people}人" if turn % 4 == 0 else people,
        _term(order),
        _SUPPORT[turn % len(_SUPPORT)],
        _KEY[turn % len(_KEY)],
        (order.asked_wan, f"{order.asked_wan}万元", f"{order.asked_wan}.0")[turn % 3],
        None,
    ]


def _term(order: OrderRow) -> str:
    """Four ways to write a term."""
    starts, ends = order.starts, order.ends
    return (
        f"{starts.year}年{starts.month}月至{ends.year}年{ends.month}月",
        f"{starts.year}.{starts.month}-{ends.year}.{ends.month}",
        f"{starts.year}/{starts.month}/1—{ends.year}/{ends.month}/{ends.day}",
        _YEARS[order.years],
    )[order.serial % 4]


def _book(**sheets: tuple[tuple[str, ...], list[tuple[Any, ...]]]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, (headers, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(headers)
        for row in rows:
            sheet.append(row)
    return book


def _save(book: Workbook, path: Path) -> None:
    """Saved without the clock: an Excel file is a zip whose members and properties carry its time."""
    book.properties.created = _LONG_AGO
    buffer = BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as saved, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for member in saved.infolist():
            content = saved.read(member)
            if member.filename == "docProps/core.xml":
                content = content.replace(
                    book.properties.modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), b"2000-01-01T00:00:00Z"
                )
            out.writestr(zipfile.ZipInfo(member.filename, (2000, 1, 1, 0, 0, 0)), content)
