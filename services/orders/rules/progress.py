"""Yearly targets of a round and how far it has come ★: experts, counties, firms."""

from dataclasses import dataclass

from services.orders.rules.policy import Policy

LABELS = {
    "experts": ("服务专家（人）", "experts who serve or served"),
    "counties": ("服务县（个）", "counties served"),
    "firms": ("服务企业（家）", "firms served"),
}


@dataclass(frozen=True, slots=True)
class Reached:
    """Distinct people, counties and firms of teams that serve or have been concluded."""

    experts: int
    counties: int
    firms: int


def targets(policy: Policy) -> dict[str, int]:
    """What the round wants to reach within the year; 0: no target."""
    return {
        "experts": policy.target_experts,
        "counties": policy.target_counties,
        "firms": policy.target_firms,
    }


def percent(reached: int, target: int) -> int | None:
    """Whole percent, rounded down so that 100 means reached; None without a target."""
    return reached * 100 // target if target else None
