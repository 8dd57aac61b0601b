"""The funding service's section. The band of an award stands with the claims that it limits."""

from dataclasses import dataclass

from shared.contracts.policy.base import DEFAULT, NOTICE, parameter
from shared.contracts.policy.expenses import ExpensePolicy

DOCUMENTS = {
    "agreement_scan": ("三方协议扫描件", "Scan of the agreement"),
    "receipt": ("收款票据", "Receipt of the unit"),
    "invoice": ("发票", "Invoice"),
    "budget": ("经费预算表", "Budget of the money"),
    "service_report": ("服务情况报告", "Report on the service"),
    "acceptance": ("验收意见", "Record of acceptance"),
}
"""What may have to be handed in for an instalment, by kind."""

GATES = {
    "agreed": ("签订协议", "agreement signed"),
    "begun": ("开始服务", "service begun"),
    "grade": ("年度考核合格以上", "published grade of qualified or better"),
    "documents": ("材料齐全", "documents handed in and accepted"),
    "milestone": ("完成阶段目标", "milestone reported as reached and accepted"),
}


@dataclass(frozen=True, slots=True)
class Instalment:
    """One instalment of a schedule: its share in percent and the gates (``GATES``) that must all be met. ``documents``
    are the kinds that the gate of this name asks for. A milestone has a name in both languages, and is planned when
    ``planned_percent`` of the term's days are over."""

    percent: int
    gates: tuple[str, ...]
    documents: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""
    planned_percent: int | None = None


SCHEDULES = {
    "after_grade": (Instalment(100, ("grade",)),),
    "two_payments": (Instalment(60, ("agreed", "begun")), Instalment(40, ("grade",))),
    "milestones": (
        Instalment(40, ("agreed", "begun")),
        Instalment(30, ("milestone",), zh="中期成果", en="Mid-term results", planned_percent=50),
        Instalment(30, ("milestone", "grade"), zh="完成验收", en="Final results", planned_percent=100),
    ),
}
"""Schedules that a policy may name instead of writing them out."""


@dataclass(frozen=True, slots=True)
class FundingPolicy(ExpensePolicy):
    schedule: tuple[Instalment, ...] = parameter(
        SCHEDULES["after_grade"], unit="percent and gates", source=NOTICE, zh="拨付安排", en="payment schedule"
    )
    second_checker_from_fen: int = parameter(
        50_000_000, unit="fen", source=DEFAULT, zh="需第二复核人的金额", en="amount from which a second checker signs"
    )
    grade_days_after_year: int = parameter(
        45,
        unit="days",
        source=DEFAULT,
        zh="预测：年末后公布等次的天数",
        en="forecast: days from the year's end to its grades",
    )
    third_checker_from_fen: int = parameter(
        0,
        unit="fen",
        source=DEFAULT,
        zh="需市局负责人签批的金额（0：不需要）",
        en="amount from which the bureau's leader signs last (0: never)",
    )
    treasury_required: bool = parameter(
        False,
        unit="yes or no",
        source=DEFAULT,
        zh="申请拨付须填全国库科目",
        en="treasury fields are required to request",
    )
    budget_indicator: str = parameter(
        "", unit="number", source=DEFAULT, zh="预算指标文号", en="budget indicator number of the round"
    )
    functional_class: str = parameter(
        "", unit="code of 7 digits", source=DEFAULT, zh="支出功能分类（类款项）", en="functional class of the round"
    )
    economic_class: str = parameter(
        "", unit="code of 5 digits", source=DEFAULT, zh="支出经济分类（类款）", en="economic class of the round"
    )
    account_cooling_off_days: int = parameter(
        3, unit="days", source=DEFAULT, zh="收款账户变更冷静期", en="cooling-off of a changed payee account"
    )
    bank_answer_days: int = parameter(
        5,
        unit="days",
        source=DEFAULT,
        zh="银行答复期限",
        en="days after which a batch without the bank's answer is outstanding",
    )
    payment_within_days: int = parameter(
        30, unit="days", source=DEFAULT, zh="应付后的付款期限", en="days within which what is due is paid"
    )
    continued_most_percent: int = parameter(
        100, unit="percent of the earlier award", source=DEFAULT, zh="续期资助上限", en="most of a continued award"
    )
    continued_reserve_percent: int = parameter(
        0,
        unit="percent of the appropriation",
        source=DEFAULT,
        zh="为续期团队保留的预算",
        en="share of the budget kept for continued teams",
    )
    owing_blocks: bool = parameter(
        True,
        unit="yes or no",
        source=DEFAULT,
        zh="欠缴应收回资金的不得再获资助",
        en="no new award to a lead or unit that owes money",
    )
    milestones_judged_by: str = parameter(
        "bureau",
        unit="role",
        source=DEFAULT,
        zh="阶段目标由谁认可（bureau 市局，district 区县）",
        en="who accepts milestones: bureau or district",
    )
