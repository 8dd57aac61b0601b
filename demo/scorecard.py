"""The grades that the regulation gives, worked out from the folder alone, so that what the system publishes
can be checked against something that is not the system."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from demo.folder import Indicator, Team

EXCELLENT_FROM, QUALIFIED_FROM = 90, 60
CAP_PERCENT, CAP_LEAST = 15, 1


@dataclass(frozen=True)
class Score:
    service: Decimal
    results: Decimal
    satisfaction: Decimal
    total: Decimal


def score(team: Team) -> Score:
    """service = 40·min(1, confirmed days / agreed days) + 20·min(1, confirmed entries / agreed visits);
    results = 20·mean of (actual − baseline)/(target − baseline), each between 0 and 1;
    satisfaction = 20·(host + beneficiaries)/200. Only entries that the host confirmed count."""
    confirmed = [entry for entry in team.entries if entry.confirmed]
    days = _share(sum((Fraction(entry.days) for entry in confirmed), Fraction()), Fraction(team.agreed_days))
    visits = _share(Fraction(len(confirmed)), Fraction(team.agreed_visits))
    service = 40 * days + 20 * visits
    results = 20 * _mean([_reached(indicator) for indicator in team.indicators])
    satisfaction = 20 * Fraction(team.host_rating + team.beneficiary_rating) / 200
    parts = (service, results, satisfaction, service + results + satisfaction)
    return Score(*(two_decimals(part) for part in parts))


def grades(scores: dict[int, Score]) -> dict[int, str]:
    """The grade of every team (by serial): by its total, with at most 15 % (one at least) excellent; those
    who are tied across that edge all stay qualified."""
    order = {serial: (found.total, found.results, found.satisfaction) for serial, found in scores.items()}
    reach = sorted((key for key in order.values() if key[0] >= EXCELLENT_FROM), reverse=True)
    cap = max(CAP_LEAST, len(scores) * CAP_PERCENT // 100)
    first_left_out = reach[cap] if len(reach) > cap else None
    return {
        serial: "unqualified"
        if key[0] < QUALIFIED_FROM
        else "qualified"
        if key[0] < EXCELLENT_FROM or (first_left_out is not None and key <= first_left_out)
        else "excellent"
        for serial, key in order.items()
    }


def two_decimals(value: Fraction) -> Decimal:
    """Two decimals, half up."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _share(done: Fraction, agreed: Fraction) -> Fraction:
    return min(Fraction(1), done / agreed) if agreed else Fraction(1)


def _reached(indicator: Indicator) -> Fraction:
    way = Fraction(indicator.target - indicator.baseline)
    if not way:
        return Fraction(indicator.actual >= indicator.target)
    return max(Fraction(0), min(Fraction(1), Fraction(indicator.actual - indicator.baseline) / way))


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction()) / len(values) if values else Fraction()
