"""A round's budget: what may be set aside and how the appropriation may change. Pure."""

from dataclasses import dataclass

from shared.errors import Reason, require


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """A round's money in fen: what it was given and what of that is not promised to anyone."""

    appropriation_fen: int
    available_fen: int

    @property
    def promised_fen(self) -> int:
        return self.appropriation_fen - self.available_fen


@dataclass(frozen=True, slots=True)
class Reservation:
    """The answer to a proposal: enough, or ``short_fen`` missing; ``code`` says why it was refused."""

    code: str = ""
    short_fen: int = 0

    @property
    def granted(self) -> bool:
        return not self.code


def reserve(budget: BudgetFacts, amount_fen: int, band_fen: tuple[int, int]) -> Reservation:
    """Money is set aside before anyone reads a name: never above the round's budget, never outside the band.
    Source: ★ 50,000–200,000 yuan per team; domain.md §4."""
    least, most = band_fen
    if not least <= amount_fen <= most:
        return Reservation("award.band")
    short = amount_fen - budget.available_fen
    return Reservation("budget.short", short) if short > 0 else Reservation()


def change_obstacles(budget: BudgetFacts, amount_fen: int, reason: str) -> list[Reason]:
    """Not below what is promised, and with a ground."""
    found = []
    if amount_fen < budget.promised_fen:
        least = f"{budget.promised_fen / 100:,.2f}"
        found.append(Reason(
            "appropriation.below_promised",
            f"预算不得低于已预留和已承诺的金额（{least} 元）",
            f"The appropriation cannot be less than what is already promised ({least} yuan)",
            "/amount_fen"))  # fmt: skip
    if not reason.strip():
        found.append(Reason(
            "appropriation.reason", "须说明预算下达或调整的依据",
            "State the ground for setting or changing the appropriation", "/reason"))  # fmt: skip
    return found


def change(budget: BudgetFacts, amount_fen: int, reason: str) -> int:
    """An appropriation is set, increased or cut with a stated ground, never below what is promised.
    Returns the change in fen (0: nothing changes)."""
    require(change_obstacles(budget, amount_fen, reason))
    return amount_fen - budget.appropriation_fen
