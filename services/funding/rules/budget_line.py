"""The budget of an award by lines: as agreed, moved between lines within a limit, and what was spent of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.funding.rules.policy import Policy
from shared.amounts import figures
from shared.errors import Forbidden, Reason, require

SPENDING = ("active", "settled", "closed")
"""Statuses of an award while its money is spent and accounted for."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line in fen: as the newest agreement says, moved into it since (less what was moved out), accepted expenses,
    and those that wait for a decision."""

    name: str
    agreed_fen: int
    moved_fen: int = 0
    accepted_fen: int = 0
    pending_fen: int = 0

    @property
    def budget_fen(self) -> int:
        return self.agreed_fen + self.moved_fen

    @property
    def remaining_fen(self) -> int:
        """Not yet spent nor asked for; negative is an overrun."""
        return self.budget_fen - self.accepted_fen - self.pending_fen

    @property
    def overrun_fen(self) -> int:
        """Accepted already when an amendment left less for it: it stands, and is shown."""
        return max(0, self.accepted_fen - self.budget_fen)


def of_award(status: str) -> Iterable[Reason]:
    """Its agreement is signed, and it was neither released nor revoked."""
    if status not in SPENDING:
        yield Reason(
            "award.not_spending",
            "该资助未生效或已终止，不能列支",
            "Nothing can be booked on this award: it is not in force",
        )


def spends(takes_part: bool) -> None:
    """The payee, the lead, who keeps the team's accounts, and the maker who books for them; whoever oversees reads."""
    if not takes_part:
        zh, en = (
            "仅限收款单位、团队负责人、财务联系人或经办人",
            "Only for the payee, the lead, its accountant, or the maker",
        )
        raise Forbidden(Reason("expense.not_yours", zh, en))


def transfer_obstacles(
    lines: Sequence[LineFacts], source: str, target: str, amount_fen: int, moved_already_fen: int, policy: Policy
) -> Iterable[Reason]:
    """Between two lines of the budget, of what is left, and all transfers under one agreement within the policy's
    percentage of the whole budget; beyond it the three parties amend the agreement."""
    known = {line.name: line for line in lines if line.agreed_fen}
    for at, name in (("source", source), ("target", target)):
        if name not in known:
            yield Reason("transfer.line", f"预算中没有科目“{name}”", f"The budget has no line '{name}'", f"/{at}")
    if source == target:
        yield Reason("transfer.same", "转出和转入科目相同", "Both lines are the same", "/target")
    if source in known and amount_fen > (left := known[source].remaining_fen):
        yield Reason(
            "transfer.too_much",
            f"“{source}”可调剂余额为{figures(max(0, left))}元",
            f"Only {figures(max(0, left))} yuan are left of '{source}'",
            "/amount_fen",
        )
    most = sum(line.agreed_fen for line in lines) * policy.budget_transfer_percent // 100
    if moved_already_fen + amount_fen > most:
        yield Reason(
            "transfer.amendment",
            f"累计调剂不得超过预算的{policy.budget_transfer_percent}%（{figures(most)}元，已调剂{figures(moved_already_fen)}元），"
            "须签订变更协议",
            f"All transfers together may move {policy.budget_transfer_percent} % of the budget ({figures(most)} yuan; "
            f"{figures(moved_already_fen)} are moved already): more takes an amendment of the agreement",
            "/amount_fen",
        )


def transfer(
    lines: Sequence[LineFacts], source: str, target: str, amount_fen: int, moved_already_fen: int, policy: Policy
) -> None:
    """The payee moves money between lines (预算调剂)."""
    require(transfer_obstacles(lines, source, target, amount_fen, moved_already_fen, policy))
