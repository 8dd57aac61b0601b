"""Indicators: expected targets that can be measured, from a baseline to a target."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.errors import Reason


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    name: str
    baseline: Decimal
    target: Decimal


def set_obstacles(indicators: Sequence[IndicatorFacts]) -> Iterable[Reason]:
    """Each has its own name, and a target that differs from its baseline (progress is measured between them)."""
    seen: set[str] = set()
    for place, indicator in enumerate(indicators):
        if indicator.name in seen:
            yield Reason(
                "indicator.name_twice",
                f"指标“{indicator.name}”重复",
                f"The indicator '{indicator.name}' stands twice",
                f"/indicators/{place}/name",
            )
        seen.add(indicator.name)
        if indicator.target == indicator.baseline:
            yield Reason(
                "indicator.flat",
                f"指标“{indicator.name}”的目标值与基数相同",
                f"Target and baseline of '{indicator.name}' are the same",
                f"/indicators/{place}/target",
            )


def report_obstacles(reported: Sequence[str], known: Iterable[str], team_status: str) -> Iterable[Reason]:
    """The lead reports actual values of agreed indicators while the team serves."""
    if team_status != "serving":
        yield Reason("indicator.not_serving", "团队不在服务期", "The team is not serving", "/status")
    names = set(known)
    for place, name in enumerate(reported):
        if name not in names:
            yield Reason(
                "indicator.unknown",
                f"没有指标“{name}”",
                f"There is no indicator '{name}'",
                f"/reports/{place}/name",
            )
