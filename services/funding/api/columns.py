"""The columns of money files: titles as treasury and audit write them, and what stands in them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from services.funding.rules import award as award_rules
from services.funding.rules import expense as expense_rules
from services.funding.rules import final_account as final_rules
from services.funding.rules import instalment as instalment_rules
from services.funding.rules import item as item_rules
from services.funding.rules import ledger as ledger_rules
from shared.amounts import in_yuan
from shared.clock import SHANGHAI
from shared.divisions import name_of

RESULTS = {
    "sent": "已送银行",
    "paid": "已拨付",
    "returned": "已退回",
    "unknown": "银行结果不明",
    "voided": "批次已撤销",
}


def yuan(fen: int | None) -> Decimal | None:
    """Fen as yuan; nothing for none."""
    return None if fen is None else in_yuan(fen)


def at(moment: datetime | None) -> str:
    """A moment in Shanghai, to the minute."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else ""


@dataclass(frozen=True, slots=True)
class Column:
    """A title, and the field that stands below it, as ``shown``."""

    title: str
    field: str
    shown: Callable[[Any], Any] = lambda value: value

    def of(self, line: dict[str, Any]) -> Any:
        return self.shown(line[self.field])


def table(columns: Sequence[Column], lines: Iterable[dict[str, Any]]) -> tuple[list[str], list[list[Any]]]:
    """Head and rows of a file."""
    return [column.title for column in columns], [[column.of(line) for column in columns] for line in lines]


def _label(labels: Any) -> Callable[[Any], Any]:
    return lambda status: labels.get(status, status)


_TEAM = (
    Column("订单编号", "order_number"),
    Column("团队名称", "team_name"),
    Column("区县", "division", lambda code: name_of(f"{code[:6]}000000") or code),
    Column("收款单位", "payee_unit_name"),
    Column("统一社会信用代码", "payee_unit_code"),
)
_TREASURY = (
    Column("预算指标文号", "budget_indicator"),
    Column("功能分类", "functional_class"),
    Column("经济分类", "economic_class"),
    Column("凭证号", "voucher"),
)
_SIGNERS = {"requested": "经办", "approved": "复核", "second_approved": "第二复核", "third_approved": "负责人"}
_SIGNED = tuple(
    column
    for name, title in _SIGNERS.items()
    for column in (Column(title, f"{name}_by"), Column(f"{title}（代）", f"{name}_for"))
)
AWARD = (
    *_TEAM,
    Column("状态", "status", _label(award_rules.LIFECYCLE.statuses)),
    Column("资助金额（元）", "amount_fen", yuan),
    *(
        Column(f"{place.zh}（元）", f"{name}_fen", yuan)
        for name, place in ledger_rules.CHART.items()
        if place.of == "award"
    ),
    Column("续期", "continues_team_id", lambda team: "是" if team else ""),
    Column("协议签订", "agreed_at", at),
    Column("开始服务", "begun_at", at),
    Column("结项", "concluded_at", at),
    Column("暂缓原因", "hold_reason"),
    Column("终止原因", "ended_reason"),
    Column("资助标识", "id", str),
)
INSTALMENT = (
    *_TEAM,
    Column("期次", "number"),
    Column("状态", "status", _label(instalment_rules.LIFECYCLE.statuses)),
    Column("金额（元）", "amount_fen", yuan),
    Column("应付时间", "due_at", at),
    Column("拨付时间", "paid_at", at),
    *_TREASURY,
    *_SIGNED,
    Column("退回理由", "rejected_reason"),
    Column("分期标识", "id", str),
)
PAYMENT = (
    Column("订单编号", "order_number"),
    Column("团队名称", "team_name"),
    Column("期次", "number"),
    Column("收款单位", "payee_unit_name"),
    Column("统一社会信用代码", "payee_unit_code"),
    Column("收款账号", "account"),
    Column("金额（元）", "amount_fen", yuan),
    Column("银行结果", "status", _label(RESULTS)),
    *_TREASURY,
    *_SIGNED,
    Column("批次号", "batch_number"),
    Column("送银行", "sent_at", at),
    Column("制单", "sent_by"),
    Column("银行答复", "answered_at", at),
    Column("登记", "answered_by"),
    Column("指令标识", "id", str),
)
EXPENSE = (
    Column("支出日期", "spent_on", str),
    Column("状态", "status", _label(expense_rules.LIFECYCLE.statuses)),
    Column("科目", "parts"),
    Column("金额（元）", "amount_fen", yuan),
    Column("费用类别", "category"),
    Column("用途", "what"),
    Column("收款人", "recipient_name"),
    Column("收款人单位", "recipient_unit"),
    Column("发票", "fapiaos"),
    Column("天数", "fee_days", lambda days: "" if days is None else f"{days.normalize():f}"),
    Column("税后金额（元）", "fee_net_fen", yuan),
    Column("资助标识", "award_id", str),
)
ITEM = (
    Column("编号", "id", str),
    Column("队列", "queue", _label(item_rules.QUEUES)),
    Column("代码", "code"),
    Column("说明", "zh"),
    Column("银行编号", "reference"),
    Column("金额（元）", "amount_fen", yuan),
    Column("起始时间", "since", at),
    Column("天数", "days"),
    Column("状态", "status", _label(item_rules.LIFECYCLE.statuses)),
    Column("处理说明", "reason"),
    Column("处理人", "closed_by"),
)
FINAL_ACCOUNT = (
    Column("订单编号", "order_number"),
    Column("团队", "team_name"),
    Column("收款单位", "payee_unit_name"),
    Column("状态", "status", _label(final_rules.LIFECYCLE.statuses)),
    Column("到账（元）", "received_fen", yuan),
    Column("支出（元）", "accepted_fen", yuan),
    Column("结余（元）", "unspent_fen", yuan),
    Column("情况说明", "summary"),
    Column("差异原因", "variance"),
)
