"""The default scorecard: how a year of service becomes a total between 0 and 100.

service      = 40·min(1, confirmed days / agreed days) + 20·min(1, confirmed entries / agreed visits)
results      = 20·mean over indicators of clamp((actual - baseline) / (target - baseline), 0, 1)
satisfaction = 20·(host + beneficiaries) / 200, both 0-100

The sum is exact (fractions) and rounded once, half up, to two decimals. Weights are the round's policy.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from services.assessment.rules.policy import Policy

_HALF = Fraction(1, 2)
_ONE, _NONE = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One agreed target. ``actual`` is the latest report; without a report it stands at its baseline."""

    name: str
    unit: str
    baseline: Decimal
    target: Decimal
    actual: Decimal | None


@dataclass(frozen=True, slots=True)
class Measures:
    """What the scorecard looks at. Only what the host confirmed counts (days, entries of the cycle's year).
    Ratings are 0-100; None means that nobody rated in time and the policy's default stands in."""

    agreed_days: Decimal
    agreed_visits: int
    confirmed_days: Decimal
    confirmed_entries: int
    indicators: tuple[Indicator, ...]
    host: Decimal | None = None
    beneficiaries: Decimal | None = None

    def document(self) -> dict[str, Any]:
        """As stored beside the score: decimals as text."""
        document: dict[str, Any] = _texts(asdict(self))
        return document

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Measures":
        """The inverse of :meth:`document`."""
        return cls(
            agreed_days=Decimal(stored["agreed_days"]),
            agreed_visits=stored["agreed_visits"],
            confirmed_days=Decimal(stored["confirmed_days"]),
            confirmed_entries=stored["confirmed_entries"],
            indicators=tuple(
                Indicator(
                    name=indicator["name"],
                    unit=indicator["unit"],
                    baseline=Decimal(indicator["baseline"]),
                    target=Decimal(indicator["target"]),
                    actual=_decimal(indicator["actual"]),
                )
                for indicator in stored["indicators"]
            ),
            host=_decimal(stored["host"]),
            beneficiaries=_decimal(stored["beneficiaries"]),
        )


@dataclass(frozen=True, slots=True)
class Score:
    """Points to two decimals. ``total`` rounds the exact sum once, so it may differ from the sum of the shown
    sections by a hundredth."""

    service: Decimal
    results: Decimal
    satisfaction: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation: points out of ``of``, and the arithmetic in words."""

    section: str
    points: Decimal
    of: int
    zh: str
    en: str


def score(measures: Measures, policy: Policy) -> Score:
    """What the scorecard gives for these measures."""
    service = days_points(measures, policy) + visits_points(measures, policy)
    results = results_points(measures, policy)
    satisfaction = satisfaction_points(measures, policy)
    return Score(
        service=half_up(service),
        results=half_up(results),
        satisfaction=half_up(satisfaction),
        total=half_up(service + results + satisfaction),
    )


def days_points(measures: Measures, policy: Policy) -> Fraction:
    """Points for days served."""
    return policy.days_weight * _reached(Fraction(measures.confirmed_days), Fraction(measures.agreed_days))


def visits_points(measures: Measures, policy: Policy) -> Fraction:
    """Points for visits."""
    return policy.visits_weight * _reached(Fraction(measures.confirmed_entries), Fraction(measures.agreed_visits))


def results_points(measures: Measures, policy: Policy) -> Fraction:
    """Without any agreed indicator there is no result to show: no points."""
    shares = [achieved(i) for i in measures.indicators]
    return policy.results_weight * sum(shares, _NONE) / len(shares) if shares else _NONE


def satisfaction_points(measures: Measures, policy: Policy) -> Fraction:
    """Points for the ratings of host and beneficiaries."""
    host, beneficiaries = ratings(measures, policy)
    return policy.satisfaction_weight * (Fraction(host) + Fraction(beneficiaries)) / 200


def ratings(measures: Measures, policy: Policy) -> tuple[Decimal, Decimal]:
    """Host's and beneficiaries' rating, the default where nobody rated in time."""
    default = Decimal(policy.default_satisfaction)
    return (
        default if measures.host is None else measures.host,
        default if measures.beneficiaries is None else measures.beneficiaries,
    )


def achieved(indicator: Indicator) -> Fraction:
    """Share of the way from baseline to target, 0 to 1; works downwards too. A target equal to its baseline
    is kept (1) or missed (0)."""
    actual = indicator.baseline if indicator.actual is None else indicator.actual
    way = Fraction(indicator.target) - Fraction(indicator.baseline)
    if way == 0:
        return _ONE if indicator.actual is not None and actual >= indicator.target else _NONE
    return max(_NONE, min(_ONE, (Fraction(actual) - Fraction(indicator.baseline)) / way))


def half_up(value: Fraction, places: int = 2) -> Decimal:
    """Rounded half up to ``places`` decimals, from the exact value (never below zero here)."""
    scale = 10**places
    return Decimal(int(value * scale + _HALF)).scaleb(-places)


def explain(measures: Measures, policy: Policy) -> list[Line]:
    """How each point came about, in both languages; the last line is the total."""
    exact = (
        days_points(measures, policy)
        + visits_points(measures, policy)
        + results_points(measures, policy)
        + satisfaction_points(measures, policy)
    )
    total = half_up(exact)
    return [
        _days_line(measures, policy),
        _visits_line(measures, policy),
        *(_indicator_line(i) for i in measures.indicators),
        _results_line(measures, policy),
        _satisfaction_line(measures, policy),
        Line(
            "total",
            total,
            policy.days_weight + policy.visits_weight + policy.results_weight + policy.satisfaction_weight,
            f"合计 {half_up(exact, 4)}，四舍五入保留两位小数为 {total}",
            f"sum {half_up(exact, 4)}, rounded half up to two decimals: {total}",
        ),
    ]


def _days_line(m: Measures, policy: Policy) -> Line:
    points, sum_ = half_up(days_points(m, policy), 4), f"{_short(m.confirmed_days)} / {_short(m.agreed_days)}"
    return Line(
        "days",
        points,
        policy.days_weight,
        f"服务天数：{policy.days_weight} × min(1, 经受援单位确认 {sum_} 约定天数) = {points}",
        f"days: {policy.days_weight} × min(1, {sum_} days confirmed of those agreed) = {points}",
    )


def _visits_line(m: Measures, policy: Policy) -> Line:
    points, sum_ = half_up(visits_points(m, policy), 4), f"{m.confirmed_entries} / {m.agreed_visits}"
    return Line(
        "visits",
        points,
        policy.visits_weight,
        f"服务次数：{policy.visits_weight} × min(1, 经受援单位确认 {sum_} 约定次数) = {points}",
        f"visits: {policy.visits_weight} × min(1, {sum_} visits confirmed of those agreed) = {points}",
    )


def _indicator_line(i: Indicator) -> Line:
    share = half_up(achieved(i), 4)
    sum_ = (
        f"({_short(i.baseline if i.actual is None else i.actual)} - {_short(i.baseline)})"
        f" / ({_short(i.target)} - {_short(i.baseline)})"
    )
    zh, en = ("未填报，按基数计", "not reported, counted at its baseline") if i.actual is None else ("", "")
    return Line(
        "indicator",
        share,
        1,
        f"指标“{i.name}”（{i.unit}）：{sum_}，限于0至1 = {share}{'；' + zh if zh else ''}",
        f"indicator {i.name} ({i.unit}): {sum_}, kept within 0 and 1 = {share}{'; ' + en if en else ''}",
    )


def _results_line(m: Measures, policy: Policy) -> Line:
    points, count = half_up(results_points(m, policy), 4), len(m.indicators)
    return Line(
        "results",
        points,
        policy.results_weight,
        f"目标完成：{policy.results_weight} × {count}项指标完成率的平均值 = {points}",
        f"results: {policy.results_weight} × mean of {count} indicators = {points}",
    )


def _satisfaction_line(m: Measures, policy: Policy) -> Line:
    points = half_up(satisfaction_points(m, policy), 4)
    host, people = ratings(m, policy)
    late = [zh for zh, value in (("受援单位", m.host), ("群众", m.beneficiaries)) if value is None]
    late_en = [en for en, value in (("host", m.host), ("beneficiaries", m.beneficiaries)) if value is None]
    note = f"；{'、'.join(late)}逾期未评，按{policy.default_satisfaction}分计" if late else ""
    note_en = f"; late: {' and '.join(late_en)}, default {policy.default_satisfaction}" if late else ""
    weight = policy.satisfaction_weight
    return Line(
        "satisfaction",
        points,
        weight,
        f"满意度：{weight} × (受援单位 {_short(host)} + 群众 {_short(people)}) / 200 = {points}{note}",
        f"satisfaction: {weight} × (host {_short(host)} + people {_short(people)}) / 200 = {points}{note_en}",
    )


def _reached(done: Fraction, agreed: Fraction) -> Fraction:
    """Share of what was agreed, at most 1; where nothing was agreed nothing is missing."""
    return min(_ONE, done / agreed) if agreed > 0 else _ONE


def _short(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _texts(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_texts(v) for v in value]
    return format(value, "f") if isinstance(value, Decimal) else value
