"""The budget of an award by lines, as the three parties agree on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.teams.rules.policy import TeamsPolicy
from shared.errors import Reason


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """``amount_fen``: what the award may be spent on under this name."""

    name: str
    amount_fen: int


def obstacles(lines: Sequence[BudgetLine], amount_fen: int, policy: TeamsPolicy) -> Iterable[Reason]:
    """Every line is one that the policy knows, stands once, and all together make the award exactly."""
    seen: set[str] = set()
    for place, line in enumerate(lines):
        at = f"/budget/{place}"
        if line.name not in policy.budget_lines:
            known = "、".join(policy.budget_lines)
            yield Reason(
                "budget.line_unknown",
                f"预算科目“{line.name}”不在科目表内（{known}）",
                f"'{line.name}' is no budget line; known: {known}",
                f"{at}/name",
            )
        if line.name in seen:
            yield Reason("budget.line_twice", f"预算科目“{line.name}”重复", f"'{line.name}' stands twice", f"{at}/name")
        if line.amount_fen <= 0:
            yield Reason(
                "budget.line_empty", "预算金额须大于零", "A line needs an amount above zero", f"{at}/amount_fen"
            )
        seen.add(line.name)
    total = sum(line.amount_fen for line in lines)
    if total != amount_fen:
        yield Reason(
            "budget.total",
            f"预算合计{total / 100:,.2f}元，须等于资助金额{amount_fen / 100:,.2f}元",
            f"The budget comes to {total / 100:,.2f} yuan, the award is {amount_fen / 100:,.2f} yuan",
            "/budget",
        )
