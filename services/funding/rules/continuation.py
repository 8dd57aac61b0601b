"""Continued funding: an excellent team goes on in a later round without the open call. Pure.

What speaks against an award before its budget is asked, as a code that the refusal carries; teams has the words.
"""

from dataclasses import dataclass

from services.funding.rules.award import TAKEN_BACK
from services.funding.rules.budget import BudgetFacts, Reservation
from services.funding.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class EarlierAward:
    """The award of the team that is continued: ``grade`` is its last published one, ``owing_fen`` what must come
    back, ``held`` whether any of its money waits for a person's or a grade's word, ``unaccounted`` whether its
    round's policy asks for a final account and none is accepted."""

    status: str
    amount_fen: int
    grade: str
    held: bool = False
    owing_fen: int = 0
    unaccounted: bool = False


def continued_refusals(earlier: EarlierAward, amount_fen: int, policy: Policy) -> list[str]:
    """Why this team may not be continued with this amount, the gravest first. Source: ★ excellent teams may apply for
    continued funding; no public money to whoever has not accounted for the last."""
    checks = (
        ("continued.revoked", earlier.status in TAKEN_BACK),
        ("continued.owing", earlier.owing_fen > 0),
        ("continued.held", earlier.held),
        ("continued.unaccounted", earlier.unaccounted),
        ("continued.not_excellent", earlier.grade != "excellent"),
        ("continued.amount", amount_fen * 100 > earlier.amount_fen * policy.continued_most_percent),
    )
    return [code for code, found in checks if found]


def kept(budget: BudgetFacts, used_fen: int, policy: Policy) -> int:
    """What of the budget (fen) still waits for continued teams, of which ``used_fen`` are awarded already."""
    return max(0, budget.appropriation_fen * policy.continued_reserve_percent // 100 - used_fen)


def leave(budget: BudgetFacts, amount_fen: int, kept_fen: int) -> Reservation:
    """Other teams leave what is kept."""
    short_fen = amount_fen - (budget.available_fen - kept_fen)
    return Reservation("budget.kept", short_fen) if short_fen > 0 else Reservation()
