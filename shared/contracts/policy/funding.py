"""The funding service's section. The band of an award stands with the claims that it limits."""

from dataclasses import dataclass

from shared.contracts.policy.base import DEFAULT, NOTICE, parameter
from shared.contracts.policy.expenses import ExpensePolicy


@dataclass(frozen=True, slots=True)
class Instalment:
    """One instalment of a schedule: its share in percent and the gates that must all be met.
    Gates: ``agreed`` (agreement signed), ``begun`` (service begun), ``grade`` (published grade qualified or better)."""

    percent: int
    gates: tuple[str, ...]


SCHEDULES = {
    "after_grade": (Instalment(100, ("grade",)),),
    "two_payments": (Instalment(60, ("agreed", "begun")), Instalment(40, ("grade",))),
}


@dataclass(frozen=True, slots=True)
class FundingPolicy(ExpensePolicy):
    schedule: tuple[Instalment, ...] = parameter(
        SCHEDULES["after_grade"], unit="percent and gates", source=NOTICE, zh="拨付安排", en="payment schedule"
    )
    second_checker_from_fen: int = parameter(
        50_000_000, unit="fen", source=DEFAULT, zh="需第二复核人的金额", en="amount from which a second checker signs"
    )
    account_cooling_off_days: int = parameter(
        3, unit="days", source=DEFAULT, zh="收款账户变更冷静期", en="cooling-off of a changed payee account"
    )
    continued_most_percent: int = parameter(
        100, unit="percent of the earlier award", source=DEFAULT, zh="续期资助上限", en="most of a continued award"
    )
    continued_reserve_percent: int = parameter(
        0, unit="percent of the appropriation", source=DEFAULT, zh="为续期团队保留的预算",
        en="share of the budget kept for continued teams",
    )  # fmt: skip
    owing_blocks: bool = parameter(
        True, unit="yes or no", source=DEFAULT, zh="欠缴应收回资金的不得再获资助",
        en="no new award to a lead or unit that owes money",
    )  # fmt: skip
