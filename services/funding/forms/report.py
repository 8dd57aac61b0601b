"""The year-end report (年终报告): as a paper and as a workbook."""

from collections.abc import Iterable

from services.funding.rules.ledger import CHART
from services.funding.rules.words import booked
from services.funding.schemas import ReportOut
from shared.amounts import in_yuan, yuan
from shared.documents import Block, Document, Heading, Table, Text, written
from shared.sheets import Sheet

MONTHLY = ("reserve", "commit", "pay", "return", "claim_back", "recover")
"""Events that are told by month."""


def report_form(one: ReportOut) -> Document:
    """The report as the office signs it: figures with capitals, then the tables."""
    closing = one.closing
    end = f"截至{written(one.until)}" if one.until else "截至目前"
    said = (
        f"{end}，预算下达{yuan(closing.appropriation_fen)}，已拨付{yuan(closing.paid_fen)}，"
        f"可用预算{yuan(closing.available_fen)}，结转{yuan(closing.carried_over_fen)}，"
        f"结余收回{yuan(closing.lapsed_fen)}，应收回{yuan(closing.recoverable_fen)}，已收回{yuan(closing.recovered_fen)}，"
        f"已核销{yuan(closing.written_off_fen)}。"
    )
    if one.accounts.accounted:
        told = one.accounts
        said += (
            f"已认可决算{told.accounted}项，到账{yuan(told.received_fen)}，支出{yuan(told.accepted_fen)}，"
            f"结余{yuan(told.unspent_fen)}。"
        )
    check = one.verification
    result = "账实相符，无差异" if check.balanced else f"有{len(check.differences)}处差异，须查明"
    return Document(
        title=one.title,
        number="",
        blocks=(
            Heading("一、总体情况"),
            Text(said),
            Table(("项目", "期初（元）", "期末（元）"), (56, 50, 50), _text(_places(one))),
            *_table("二、预算变动", ("日期", "事项", "金额（元）", "依据"), (30, 36, 36, 54), _changes(one)),
            *_table("三、本期发生", ("事项", "笔数", "金额（元）"), (70, 30, 56), _movements(one)),
            *_table(
                "四、分区县",
                ("区县", "团队数", "资助（元）", "已拨付（元）", "未拨付（元）"),
                (36, 20, 34, 33, 33),
                _districts(one),
            ),
            *_table("五、按科目", ("功能分类", "经济分类", "笔数", "已拨付（元）"), (44, 44, 24, 44), _classes(one)),
            *_table(
                "六、分月",
                ("月份", *(booked(event)[0] for event in MONTHLY)),
                (24, 22, 22, 22, 22, 22, 22),
                _months(one),
            ),
            *_table(
                "七、未拨付的承诺", ("订单编号", "团队", "收款单位", "未拨付（元）"), (34, 44, 44, 34), _unpaid(one)
            ),
            *_table(
                "八、待处理事项",
                ("事项", "订单编号", "金额（元）", "天数", "原因"),
                (40, 32, 30, 16, 38),
                _exceptions(one),
            ),
            Heading("九、总账核对"),
            Text(f"逐笔重算{check.transactions}笔业务、{check.postings}条分录：{result}。"),
        ),
    )


def report_sheets(one: ReportOut) -> list[Sheet]:
    """Every table of the report, a sheet each."""
    check = one.verification
    checked = [(d.what, d.subject, in_yuan(d.expected_fen), in_yuan(d.found_fen)) for d in check.differences]
    return [
        Sheet("总体", ("项目", "期初（元）", "期末（元）"), _places(one)),
        Sheet(
            "预算变动",
            ("日期", "事项", "金额（元）", "依据", "经办"),
            [(*row, change.actor) for row, change in zip(_changes(one), one.appropriations, strict=True)],
        ),
        Sheet("本期发生", ("事项", "笔数", "金额（元）"), _movements(one)),
        Sheet("分区县", ("区县", "团队数", "资助（元）", "已拨付（元）", "未拨付（元）"), _districts(one)),
        Sheet("按科目", ("功能分类", "经济分类", "笔数", "已拨付（元）"), _classes(one)),
        Sheet("分月", ("月份", *(booked(event)[0] for event in MONTHLY)), _months(one)),
        Sheet("未拨付", ("订单编号", "团队", "收款单位", "未拨付（元）"), _unpaid(one)),
        Sheet("待处理", ("事项", "订单编号", "金额（元）", "天数", "原因"), _exceptions(one)),
        Sheet(
            "核对",
            ("项目", "对象", "应为（元）", "实为（元）"),
            [
                ("业务笔数", check.transactions, "", ""),
                ("分录条数", check.postings, "", ""),
                ("差异", len(check.differences), "", ""),
                *checked,
            ],
        ),
    ]


Row = tuple[object, ...]


def _places(one: ReportOut) -> list[Row]:
    return [
        (place.zh, in_yuan(getattr(one.opening, f"{name}_fen")), in_yuan(getattr(one.closing, f"{name}_fen")))
        for name, place in CHART.items()
    ]


def _changes(one: ReportOut) -> list[Row]:
    return [
        (f"{c.business_time:%Y-%m-%d}", c.zh, in_yuan(c.amount_fen), f"{c.document or ''} {c.reason}".strip())
        for c in one.appropriations
    ]


def _movements(one: ReportOut) -> list[Row]:
    return [(m.zh, m.count, in_yuan(m.amount_fen)) for m in one.movements]


def _districts(one: ReportOut) -> list[Row]:
    return [
        (d.name or d.division or "未定", d.awards, in_yuan(d.awarded_fen), in_yuan(d.paid_fen), in_yuan(d.unpaid_fen))
        for d in one.districts
    ]


def _classes(one: ReportOut) -> list[Row]:
    return [
        (c.functional_class or "未填", c.economic_class or "未填", c.count, in_yuan(c.paid_fen)) for c in one.classes
    ]


def _months(one: ReportOut) -> list[Row]:
    return [(m.month, *(in_yuan(m.moved.get(event, 0)) for event in MONTHLY)) for m in one.months]


def _unpaid(one: ReportOut) -> list[Row]:
    return [(u.order_number, u.team_name, u.payee_unit_name, in_yuan(u.unpaid_fen)) for u in one.unpaid]


def _exceptions(one: ReportOut) -> list[Row]:
    return [(e.zh, e.order_number, in_yuan(e.amount_fen), e.days, e.reason) for e in one.exceptions]


def _text(rows: Iterable[Row]) -> tuple[tuple[str, ...], ...]:
    """Amounts with groups of three, as paper has them."""
    return tuple(tuple(f"{cell:,}" if not isinstance(cell, str | None) else cell or "" for cell in row) for row in rows)


def _table(title: str, head: tuple[str, ...], widths: tuple[int, ...], rows: list[Row]) -> list[Block]:
    """A heading and its table, or that there is nothing to tell."""
    return [Heading(title), Table(head, widths, _text(rows)) if rows else Text("无。")]
