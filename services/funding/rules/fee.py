"""Consultation fees (专家咨询费): what a person-day may cost after tax. Pure.
Source: domain.md §4, after 财科教〔2017〕128号; every figure is a policy value."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.funding.rules.policy import Policy
from shared.amounts import figures
from shared.errors import Reason

LEVELS = {"academician": "院士等", "senior": "高级职称", "other": "其他专业人员"}
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class FeeFacts:
    """A fee of one person: level, days (in halves), what they receive after tax and what it costs (fen). ``before``:
    whole days of the same consultation that other fees of the award paid already. ``own``: serves in the team."""

    level: str
    days: Decimal
    net_fen: int
    amount_fen: int
    before: Decimal = Decimal(0)
    own: bool = False


def bounds(fee: FeeFacts, policy: Policy) -> tuple[int, int]:
    """The least and the most of the fee in fen after tax: full days first, then the later ones at their share; half a
    day at its share of the day that it is."""
    whole, half = divmod(int(fee.days / HALF), 2)
    shares = [_share(int(fee.before) + number, policy) * 100 for number in range(1, whole + 1)]
    if half:
        shares.append(_share(int(fee.before) + whole + 1, policy) * policy.fee_half_day_percent)
    weight = sum(shares)
    least, most = policy.fee_other_least_fen, policy.fee_other_most_fen
    if fee.level != "other":
        least, most = policy.fee_senior_least_fen, policy.fee_senior_most_fen
    if fee.level == "academician":
        most = most * (100 + policy.fee_academician_extra_percent) // 100
    return least * weight // 10_000, most * weight // 10_000


def _share(day: int, policy: Policy) -> int:
    return 100 if day <= policy.fee_full_days else policy.fee_later_percent


def obstacles(fee: FeeFacts, policy: Policy) -> Iterable[Reason]:
    """Within the standard, and never to the team's own people."""
    if fee.days <= 0 or fee.days % HALF:
        yield Reason("fee.days", "咨询天数须为半天的整数倍", "Days are counted in halves", "/fee/days")
        return
    _least, most = bounds(fee, policy)
    if fee.net_fen > most:
        yield Reason(
            "fee.too_much",
            f"{LEVELS[fee.level]}{fee.days.normalize():f}天税后咨询费最高{figures(most)}元",
            f"At most {figures(most)} yuan after tax for {fee.days.normalize():f} days ({fee.level})",
            "/fee/net_fen",
        )
    if fee.net_fen > fee.amount_fen:
        yield Reason("fee.net", "税后金额不得大于支出金额", "After tax is more than it costs", "/fee/net_fen")
    if fee.own:
        yield Reason("fee.own_people", "不得向本团队人员支付咨询费", "Never to the team's own people", "/recipient")


def questions(fee: FeeFacts, policy: Policy) -> Iterable[Reason]:
    """Less than the standard is no harm to public money, but whoever accepts says why."""
    least, _most = bounds(fee, policy)
    if fee.net_fen < least:
        yield Reason(
            "fee.low", f"低于标准下限{figures(least)}元", f"Less than the least, {figures(least)} yuan", "/fee/net_fen"
        )
