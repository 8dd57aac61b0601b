"""Years side by side, as a workbook."""

from services.assessment.forms import words
from services.assessment.schemas import Comparison
from shared.sheets import Sheet


def comparison_sheets(found: Comparison, name: str) -> list[Sheet]:
    """One row a figure; after the first year each has its change beside it."""
    head = ["指标"]
    for place, one in enumerate(found.years):
        head += [f"{one.year}年", *(["比上年（%）"] if place else [])]
    rows = []
    for line in found.lines:
        row: list[object] = [line.zh]
        for place, (amount, change) in enumerate(zip(line.values, line.changes, strict=True)):
            row += [words.value(line.name, amount), *([change or "—"] if place else [])]
        rows.append(row)
    sources = [[f"{one.year}年", "已发布的年度报告" if one.report_id else "系统即时汇总"] for one in found.years]
    return [Sheet(f"{name}年度对比", head, rows), Sheet("数据来源", ("年度", "来源"), sources)]
