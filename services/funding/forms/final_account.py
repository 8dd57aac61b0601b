"""The final account (经费决算表) as a paper that the unit seals and the office signs."""

from services.funding.rules.final_account import LIFECYCLE
from services.funding.schemas import FinalAccountDetail
from shared import amounts
from shared.amounts import yuan
from shared.documents import Document, Fields, Heading, Opinions, Table, Text

ACCOUNT = ("final_account",)


def final_account_form(one: FinalAccountDetail, round_name: str) -> Document:
    """``round_name`` heads it; figures with capitals, then the budget by lines, then what the unit says."""
    return Document(
        title=f"{round_name}\n经费决算表",
        number=one.order_number,
        blocks=(
            Fields(
                (
                    ("团队名称", one.team_name, "状态", LIFECYCLE.statuses[one.status]),
                    ("收款单位", one.payee_unit_name),
                    ("到账经费", yuan(one.received_fen or 0)),
                    ("认可支出", yuan(one.accepted_fen or 0)),
                    ("结余经费", yuan(one.unspent_fen or 0)),
                    *((("超支金额", yuan(one.overspent_fen)),) if one.overspent_fen else ()),
                )
            ),
            Heading("一、预算执行情况"),
            Table(
                ("科目", "预算（元）", "支出（元）", "余额（元）", "超支（元）", "执行率"),
                (34, 26, 26, 26, 24, 20),
                tuple(
                    (
                        line.name,
                        amounts.figures(line.budget_fen),
                        amounts.figures(line.accepted_fen),
                        amounts.figures(line.remaining_fen),
                        amounts.figures(line.overrun_fen),
                        "—" if line.percent is None else f"{line.percent}%",
                    )
                    for line in one.lines
                ),
            ),
            Heading("二、经费使用情况"),
            Text(one.summary),
            Heading("三、结余或超支的原因"),
            Text(one.variance or "无。"),
            Opinions(
                (
                    ("收款单位\n意见", one.payee_unit_name),
                    ("财务审核\n意见", ""),
                    ("市级审核\n意见", "市人力资源和社会保障局"),
                )
            ),
        ),
    )
