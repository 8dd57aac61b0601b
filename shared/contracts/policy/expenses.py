"""The part of the funding service's section about what an award is spent on."""

from dataclasses import dataclass

from shared.contracts.policy.base import DEFAULT, parameter


@dataclass(frozen=True, slots=True)
class ExpensePolicy:
    budget_transfer_percent: int = parameter(
        20, unit="percent of the budget", source=DEFAULT, zh="无须变更协议的预算调剂上限",
        en="most that may be moved between budget lines without an amendment",
    )  # fmt: skip
