"""A round's budget: what may be set aside and how the appropriation may change. Pure."""

from dataclasses import dataclass

from shared.amounts import figures
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
class Papers:
    """What a change of a round's money stands on: the ground in words, the budget indicator's number (指标文号) and the
    number of the document that orders it."""

    reason: str
    budget_indicator: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """The answer to a proposal: enough, or ``short_fen`` missing; ``code`` says why it was refused."""

    code: str = ""
    short_fen: int = 0

    @property
    def granted(self) -> bool:
        return not self.code


MOST_FEN = 10**13
"""The most that any request may name; events too, so that no sum of them leaves 64 bits."""


def proposal_obstacles(amount_fen: int) -> list[Reason]:
    """An amount that no award can have is not even kept: the event is parked, and a person looks at who sent it."""
    if 0 < amount_fen <= MOST_FEN:
        return []
    return [
        Reason(
            "award.amount_range",
            f"金额须大于零且不超过{figures(MOST_FEN)}元",
            f"The amount must be positive and at most {figures(MOST_FEN)} yuan",
            "/amount_fen",
        )
    ]


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
        least = figures(budget.promised_fen)
        found.append(
            Reason(
                "appropriation.below_promised",
                f"预算不得低于已预留、已承诺、已结转和已收回的金额（{least} 元）",
                f"The appropriation cannot be less than what is promised or gone already ({least} yuan)",
                "/amount_fen",
            )
        )
    if not reason.strip():
        found.append(
            Reason(
                "appropriation.reason",
                "须说明预算下达或调整的依据",
                "State the ground for setting or changing the appropriation",
                "/reason",
            )
        )
    return found


def change(budget: BudgetFacts, amount_fen: int, reason: str) -> int:
    """An appropriation is set, increased or cut with a stated ground, never below what is promised.
    Returns the change in fen (0: nothing changes)."""
    require(change_obstacles(budget, amount_fen, reason))
    return amount_fen - budget.appropriation_fen


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """Whose round it is and of which year."""

    division: str
    year: int


def left_over_obstacles(budget: BudgetFacts, amount_fen: int, papers: Papers) -> list[Reason]:
    """Only what nobody was promised, with its ground, its budget indicator and the document that orders it.
    Source: Budget Law art. 42 (结转结余)."""
    found = []
    if not 0 < amount_fen <= budget.available_fen:
        left = figures(budget.available_fen)
        found.append(
            Reason(
                "appropriation.not_left",
                f"金额须大于零且不超过未使用的预算（{left} 元）",
                f"The amount must be positive and at most what is not promised ({left} yuan)",
                "/amount_fen",
            )
        )
    for name, zh, en in (
        ("reason", "须说明依据", "State the ground"),
        ("budget_indicator", "须填写预算指标文号", "State the budget indicator's number"),
        ("document", "须填写批准文件文号", "State the number of the document that orders it"),
    ):
        if not (getattr(papers, name) or "").strip():
            found.append(Reason(f"appropriation.{name}", zh, en, f"/{name}"))
    return found


def carry_over_obstacles(
    budget: BudgetFacts, amount_fen: int, papers: Papers, source: RoundFacts, target: RoundFacts
) -> list[Reason]:
    """What is left, into a later year's round of the same division."""
    found = left_over_obstacles(budget, amount_fen, papers)
    if target.division != source.division or target.year <= source.year:
        found.append(
            Reason(
                "appropriation.later_round",
                "只能结转到同一地区以后年度的批次",
                "It can only be carried over to a round of a later year of the same division",
                "/to_round_id",
            )
        )
    return found


def carry_over(budget: BudgetFacts, amount_fen: int, papers: Papers, source: RoundFacts, target: RoundFacts) -> None:
    """Money that is left at the end of the year goes on in a later round (结转)."""
    require(carry_over_obstacles(budget, amount_fen, papers, source, target))


def lapse(budget: BudgetFacts, amount_fen: int, papers: Papers) -> None:
    """Money that is left at the end of the year is taken back by the treasury (结余收回)."""
    require(left_over_obstacles(budget, amount_fen, papers))
