"""The expert pool going out: the empty template to fill in, and the list exactly as filtered. What goes out can come
in again, except what never goes out: citizen ids and phones."""

import io
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from services.teams.models import Person
from services.teams.rules.person import TITLE_LEVELS
from services.teams.usecases.intake import COLUMNS, REQUIRED
from shared.subjects import name_of

_CHOICES = {
    "性别": ("男", "女"),
    "职称级别": TITLE_LEVELS,
    "本人意愿": ("愿意", "不愿意"),
    "单位意见": ("同意", "不同意"),
}
_AS_TEXT = ("证件号码", "联系电话", "单位统一社会信用代码", "所在区县代码")
"""Excel would turn these into numbers and lose digits."""
_MUST = PatternFill("solid", fgColor="FFF2CC")
_ROWS = 5_000
"""Rows of the template that offer choices and keep numbers as text."""
OUT = (
    "姓名",
    "性别",
    "工作单位",
    "单位统一社会信用代码",
    "职称",
    "职称级别",
    "人才称号",
    "专业领域",
    "学科",
    "人员类别",
    "所在区县代码",
    "健康状况",
    "本人意愿",
    "单位意见",
)


def template() -> bytes:
    """An empty workbook with every column that the import reads; the coloured ones must be filled."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "专家库"
    for at, (name, note, example) in enumerate(COLUMNS, start=1):
        letter = get_column_letter(at)
        cell = sheet.cell(1, at, name)
        cell.font = Font(bold=True)
        cell.comment = Comment(f"{note}\n例：{example}", "Jiedan")
        if name in REQUIRED:
            cell.fill = _MUST
        sheet.column_dimensions[letter].width = max(12, len(name) * 2 + 2)
        if name in _AS_TEXT:
            sheet.column_dimensions[letter].number_format = "@"
        if choices := _CHOICES.get(name):
            offered = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            sheet.add_data_validation(offered)
            offered.add(f"{letter}2:{letter}{_ROWS}")
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def line(p: Person) -> list[str]:
    """An expert under the columns of ``OUT``."""
    return [
        p.name,
        p.gender,
        p.unit_name,
        p.unit_code,
        p.title,
        p.title_level,
        "、".join(p.honours),
        "、".join(p.fields),
        "、".join(map(name_of, p.subjects)),
        p.category,
        p.division,
        p.health,
        "愿意" if p.willing else "不愿意",
        "同意" if p.unit_agrees else "不同意",
    ]
