"""A team's statement (资金明细): as a paper and as a workbook."""

from services.funding.rules.ledger import CHART
from services.funding.schemas import AwardStatementOut, BookingOut, PlacesOut, StatedPartOut
from shared.amounts import figures, in_yuan, yuan
from shared.clock import SHANGHAI
from shared.documents import Block, Document, Fields, Heading, Seals, Table, Text, written
from shared.sheets import Sheet

HEAD = ("日期", "业务", "期次", "凭证号", "金额（元）", "由", "至", "已拨付（元）", "未拨付（元）", "办理人", "说明")


def award_statement_form(one: AwardStatementOut) -> Document:
    """The statement as the office hands it to the unit, which confirms it with its seal."""
    return Document(
        title=f"{one.round}\n团队资金明细",
        number=one.order_number,
        blocks=(
            Fields(
                (
                    ("团队名称", one.team_name, "状态", one.status),
                    ("收款单位", one.payee_unit_name or "", "统一社会\n信用代码", one.payee_unit_code or ""),
                    ("资助金额", yuan(one.amount_fen)),
                    ("已拨付", yuan(one.paid_fen)),
                    ("对账期间", _period(one)),
                )
            ),
            Heading("一、期初和期末"),
            Table(("项目", "期初（元）", "期末（元）"), (56, 50, 50), _places(one.opening, one.closing)),
            Heading("二、资金明细"),
            Table(
                ("日期", "业务", "凭证号", "金额（元）", "已拨付（元）", "未拨付（元）"),
                (26, 32, 24, 24, 25, 25),
                tuple(_line(line) for line in one.bookings),
            ),
            Heading("三、各期办理情况"),
            *(block for part in one.instalments for block in _part(part)),
            Heading("四、支出"),
            Text(f"已认可支出{yuan(one.spent_fen)}。"),
            *(
                [
                    Table(
                        ("日期", "科目", "用途", "金额（元）", "状态"),
                        (28, 34, 46, 28, 20),
                        tuple((f"{e.spent_on}", e.category, e.what, figures(e.amount_fen), e.zh) for e in one.expenses),
                    )
                ]
                if one.expenses
                else []
            ),
            Seals((("发出单位", ""), ("收款单位", one.payee_unit_name or ""))),
        ),
    )


def award_statement_sheets(one: AwardStatementOut) -> list[Sheet]:
    """Summary, bookings and steps, each a sheet."""
    stood = [(zh, in_yuan(a), in_yuan(b)) for zh, a, b in _both(one.opening, one.closing)]
    summary = [
        ("订单编号", one.order_number, ""),
        ("团队名称", one.team_name, ""),
        ("收款单位", one.payee_unit_name or "", ""),
        ("资助金额", in_yuan(one.amount_fen), one.capitals),
        ("已拨付", in_yuan(one.paid_fen), one.paid_capitals),
        *stood,
    ]
    lines = [
        (
            _day(line),
            line.zh,
            line.number,
            line.voucher or "",
            in_yuan(line.amount_fen),
            CHART[line.source].zh,
            CHART[line.target].zh,
            in_yuan(line.paid_fen),
            in_yuan(line.open_fen),
            line.actor,
            line.reason or "",
        )
        for line in one.bookings
    ]
    steps = [
        (part.number, in_yuan(part.amount_fen), f"{step.at:%Y-%m-%d %H:%M}", step.zh, step.actor)
        for part in one.instalments
        for step in part.steps
    ]
    spent = [(f"{e.spent_on}", e.category, e.what, in_yuan(e.amount_fen), e.zh) for e in one.expenses]
    return [
        Sheet("汇总", ("项目", "期初或金额（元）", "期末（元）或大写"), summary),
        Sheet("资金明细", HEAD, lines),
        Sheet("办理情况", ("期次", "金额（元）", "时间", "事项", "办理人"), steps),
        Sheet("支出", ("日期", "科目", "用途", "金额（元）", "状态"), spent),
    ]


def _period(one: AwardStatementOut) -> str:
    since = written(one.since) if one.since else "立项"
    return f"{since}至{written(one.until) if one.until else '现在'}"


def _both(opening: PlacesOut, closing: PlacesOut) -> list[tuple[str, int, int]]:
    """Name, before and after of every place of an award in which something stood."""
    rows = [
        (place.zh, getattr(opening, f"{name}_fen"), getattr(closing, f"{name}_fen"))
        for name, place in CHART.items()
        if place.of == "award"
    ]
    return [row for row in rows if row[1] or row[2]]


def _places(opening: PlacesOut, closing: PlacesOut) -> tuple[tuple[str, ...], ...]:
    return tuple((zh, figures(a), figures(b)) for zh, a, b in _both(opening, closing))


def _line(line: BookingOut) -> tuple[str, ...]:
    what = f"{line.zh}（第{line.number}期）" if line.number else line.zh
    shown = (figures(fen) for fen in (line.amount_fen, line.paid_fen, line.open_fen))
    return (_day(line), what, line.voucher or "", *shown)


def _part(part: StatedPartOut) -> list[Block]:
    head = f"第{part.number}期，{yuan(part.amount_fen)}，{part.zh}"
    if part.voucher:
        head += f"，凭证号{part.voucher}"
    rows = tuple((f"{step.at:%Y-%m-%d %H:%M}", step.zh, step.actor) for step in part.steps)
    return [Text(f"{head}。"), *([Table(("时间", "事项", "办理人"), (46, 60, 50), rows)] if rows else [])]


def _day(line: BookingOut) -> str:
    return f"{line.at.astimezone(SHANGHAI):%Y-%m-%d}"
