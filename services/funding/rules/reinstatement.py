"""A revoked award comes back when a corrected edition takes the ground of its revocation away. Pure.

What was cancelled is promised anew; what the payee still owed is forgiven; what it had paid back, which the treasury has,
is promised once more. So in the end the payee has what it would have had without the wrong rating.
Source: domain.md §4, a new edition undoes and redoes its consequences.
"""

from dataclasses import dataclass

from services.funding.rules.award import AT_BANK, GROUND, LIFECYCLE, TAKEN_BACK
from shared.actor import Actor
from shared.amounts import figures
from shared.errors import Reason, require


@dataclass(frozen=True, slots=True)
class ReinstatementFacts:
    """Amounts in fen. ``cleared``: the ground is gone. ``cancelled_fen``: instalments that the revocation cancelled;
    ``repaid_fen``: what came back because of it; ``pending``: repayments that nobody has confirmed. ``ground``: why it was
    revoked (a code or words); ``team_gone``: its team was dissolved because of it, and is not back."""

    status: str
    cleared: bool
    instalments: tuple[str, ...] = ()
    cancelled_fen: int = 0
    repaid_fen: int = 0
    available_fen: int = 0
    pending: bool = False
    ground: str = GROUND
    team_gone: bool = False

    @property
    def needed_fen(self) -> int:
        """What the round's budget must have for it."""
        return self.cancelled_fen + self.repaid_fen


def clear(status: str, ground: str | None) -> bool:
    """Whether the end of a failed rectification takes the ground from this award's revocation. What people decided, the
    bureau itself or a team that left, stands."""
    return status in TAKEN_BACK and ground == GROUND


def reinstate_obstacles(award: ReinstatementFacts) -> list[Reason]:
    """The ground is gone, the team is there, nothing is on its way to or from the bank, and the budget has the money."""
    found = []
    if not award.cleared and award.ground.startswith("team."):
        found.append(
            Reason(
                "award.team_left",
                "团队已撤回或由市局解散，资助随之终止，不能恢复",
                "The team withdrew or was dissolved by the bureau: its award ended with it",
            )
        )
    elif not award.cleared:
        found.append(Reason("award.ground_stands", "撤销的依据仍然成立", "The ground of its revocation stands"))
    if award.team_gone:
        found.append(
            Reason(
                "award.team_gone",
                "团队已因资助撤销而解散，须先恢复团队",
                "Its team was dissolved because of the revocation: it must be reinstated first",
            )
        )
    if not AT_BANK.isdisjoint(award.instalments):
        found.append(
            Reason(
                "award.at_bank",
                "尚有资金在途，须先取得银行结果",
                "Money is still with the bank: its answer comes first",
            )
        )
    if award.pending:
        found.append(Reason("award.pending", "尚有待确认的缴款", "A repayment waits to be confirmed"))
    if (short_fen := award.needed_fen - award.available_fen) > 0:
        found.append(
            Reason(
                "award.short",
                f"批次可用预算不足，尚缺{figures(short_fen)}元",
                f"The round's budget is short of {figures(short_fen)} yuan",
            )
        )
    return found


def reinstate(award: ReinstatementFacts, actor: Actor) -> str:
    """By itself with the correction, or by the bureau once what stood in the way is gone."""
    status = LIFECYCLE.after("reinstate", award.status, actor)
    require(reinstate_obstacles(award))
    return status
