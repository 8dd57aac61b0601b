"""Papers of payments: the request for one (资金支付申请书) and the summary of a batch (拨款汇总表)."""

from collections.abc import Sequence

from services.funding.models import Award, Batch, Instalment, Instruction, KnownRound, Payee
from services.funding.queries import Payment
from services.funding.rules.payee import masked
from services.funding.rules.treasury import ECONOMIC
from shared.amounts import figures, yuan
from shared.clock import SHANGHAI
from shared.contracts.policy import GATES
from shared.divisions import name_of
from shared.documents import Document, Fields, Heading, Opinions, Table, Text, written

FORMS = ("payment_request",)
SUMMARY = ("batch_summary",)


def payment_request(payment: Payment, account: str) -> Document:
    """One instalment as its maker asks for it and its checkers sign it. ``account`` as the reader may see it."""
    award, part, payee = payment.award, payment.instalment, payment.payee
    name = f"（{part.zh}）" if part.zh else ""
    return Document(
        title=f"{payment.round.name}\n资金支付申请书",
        number=f"{award.order_number}-{part.number}" if award.order_number else "",
        blocks=(
            Heading("一、申请事项"),
            Fields(
                (
                    ("专家服务团", award.team_name, "订单编号", award.order_number),
                    (
                        "期次",
                        f"第{part.number}期，共{payment.of}期{name}",
                        "资助总额",
                        f"{figures(award.amount_fen)}元",
                    ),
                    ("申请金额", yuan(part.amount_fen)),
                    ("拨付条件", "、".join(GATES[gate][0] if gate in GATES else gate for gate in part.gates)),
                )
            ),
            Heading("二、收款单位"),
            Fields(
                (
                    ("单位名称", award.payee_unit_name or "", "统一社会\n信用代码", award.payee_unit_code or ""),
                    ("开户银行", payee.bank_name if payee else "", "联行号", payee.bank_code if payee else ""),
                    ("账号", account),
                )
            ),
            Heading("三、预算和科目"),
            Fields(
                (
                    ("预算指标文号", part.budget_indicator or ""),
                    ("支出功能\n分类", part.functional_class or "", "支出经济\n分类", _economic(part.economic_class)),
                    ("记账凭证号", part.treasury_voucher or ""),
                )
            ),
            Heading("四、签批"),
            Fields(tuple(signatures(part))),
            Opinions((("经办人", ""), ("复核人", ""), ("单位负责人\n意见", bureau(payment.round)))),
        ),
    )


def batch_summary(
    round: KnownRound, batch: Batch, lines: Sequence[tuple[Instruction, Instalment, Award, Payee]]
) -> Document:
    """A bank file as people read and seal it; accounts by their last digits only."""
    rows = tuple(
        (
            str(number),
            payee.unit_name,
            award.team_name or award.order_number,
            f"第{part.number}期",
            figures(line.amount_fen),
            masked(payee.account_end),
        )
        for number, (line, part, award, payee) in enumerate(lines, 1)
    )
    made = batch.made_at.astimezone(SHANGHAI)
    return Document(
        title=f"{round.name}\n拨款汇总表",
        number=f"第{batch.number}批",
        blocks=(
            Fields(
                (
                    ("笔数", f"{batch.count}", "制表日期", written(made.date())),
                    ("合计金额", yuan(batch.sum_fen)),
                    ("制表人", batch.made_by),
                )
            ),
            Table(
                ("序号", "收款单位", "专家服务团", "期次", "金额（元）", "账号"),
                (12, 44, 44, 16, 24, 16),
                (*rows, ("", "合计", "", "", figures(batch.sum_fen), "")),
            ),
            Text(f"银行文件 SHA-256：{batch.sha256}"),
            Opinions((("经办人", ""), ("复核人", ""), ("单位负责人\n意见", bureau(round)))),
        ),
    )


def bureau(round: KnownRound) -> str:
    """The office that runs the round."""
    return f"{name_of(round.division) or ''}人力资源和社会保障局"


def _economic(code: str | None) -> str:
    return f"{code} {ECONOMIC.get(code, '')}".strip() if code else ""


def signatures(part: Instalment) -> list[tuple[str, str]]:
    """Who signed in the system, and for whom."""
    labels = {"requested": "申请", "approved": "复核", "second_approved": "第二复核", "third_approved": "负责人签批"}
    found = []
    for one, label in labels.items():
        by, on_behalf = getattr(part, f"{one}_by"), getattr(part, f"{one}_for")
        if by or one in ("requested", "approved"):
            found.append((label, f"{by or ''}（代{on_behalf}）" if on_behalf else by or ""))
    return found
