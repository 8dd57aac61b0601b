"""Summaries of orders as districts write them, made for tests."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

from services.orders.rules.columns import OPTIONAL, REQUIRED
from shared.spreadsheet import XLSX
from tests.orders.factories import HOST

COLUMNS = ("序号", *OPTIONAL[:3], *REQUIRED, *OPTIONAL[3:])


def row(**changes: Any) -> dict[str, Any]:
    cells = {
        "区县": "万州区",
        "区划代码": "500101151002",
        "需求单位全称": "合作社",
        "统一社会信用代码": HOST,
        "联系人": "张联络",
        "联系电话": 13800000000,
        "产业类别": "茶叶",
        "需求名称": "茶园病虫害",
        "需求描述": "病虫害多",
        "期望成果": "增产",
        "服务方式": "驻点与远程结合",
        "专业要求": "茶学、植物保护",
        "服务期限": "2020年4月至2021年3月",
        "申请支持经费（万元）": "15万元",
        "所需专家人数": "6人",
        "是否重点乡镇": "√",
    }
    return cells | changes


def summary(
    rows: Iterable[dict[str, Any]], columns: Sequence[str] = COLUMNS, called: dict[str, str] | None = None
) -> bytes:
    """A workbook with a title above the header and a total below. ``called`` renames headers."""
    book = openpyxl.Workbook(write_only=True)
    table = book.create_sheet("汇总表")
    table.append(["2020年需求征集汇总表"])
    table.append([(called or {}).get(column, column) for column in columns])
    count = 0
    for count, cells in enumerate(rows, start=1):
        table.append([count if column == "序号" else cells.get(column) for column in columns])
    table.append(["合计", None, None, f"{count}个需求"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def many(count: int) -> bytes:
    """So many different orders of one village."""
    return summary(
        row(需求名称=f"第{number}号茶园病虫害防治", 需求描述=f"第{number}片茶园病虫害多，减产")
        for number in range(count)
    )


async def upload(
    client: Any, round_id: str, content: bytes, headers: dict[str, str] | None = None, **params: str
) -> Any:
    files = {"file": ("汇总.xlsx", content, XLSX)}
    where = f"/v1/rounds/{round_id}/orders/import"
    return await client.post(where, files=files, params=params, headers=headers or {})
