"""The funding service's section. The band of an award stands with the claims that it limits."""

from dataclasses import dataclass

from shared.contracts.policy.base import DEFAULT, NOTICE, parameter


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
class FundingPolicy:
    schedule: tuple[Instalment, ...] = parameter(
        SCHEDULES["after_grade"], unit="percent and gates", source=NOTICE, zh="拨付安排", en="payment schedule"
    )
    second_checker_from_fen: int = parameter(
        50_000_000, unit="fen", source=DEFAULT, zh="需第二复核人的金额", en="amount from which a second checker signs"
    )
    account_cooling_off_days: int = parameter(
        3, unit="days", source=DEFAULT, zh="收款账户变更冷静期", en="cooling-off of a changed payee account"
    )
