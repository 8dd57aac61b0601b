"""An award: one team's money, from the reservation to the closed account. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.funding.rules.policy import Share
from shared.actor import SYSTEM, Actor
from shared.errors import Reason, require
from shared.lifecycle import Lifecycle, Step

SYSTEM_ONLY = ("system",)

LIFECYCLE = Lifecycle(
    "award",
    {
        "proposed": "已提出",
        "refused": "资金不足",
        "reserved": "已预留",
        "committed": "已承诺",
        "active": "执行中",
        "settled": "已结清",
        "closed": "已关闭",
        "released": "已释放",
        "revoked": "已撤销",
        "recovered": "已收回",
    },
    (
        Step("reserve", ("proposed",), "reserved", SYSTEM_ONLY, "预留资金", "Reserve"),
        Step("refuse", ("proposed",), "refused", SYSTEM_ONLY, "资金不足退回", "Refuse"),
        Step("commit", ("reserved",), "committed", SYSTEM_ONLY, "承诺资助", "Commit"),
        Step("activate", ("committed",), "active", SYSTEM_ONLY, "启动资助", "Activate"),
        Step("settle", ("active",), "settled", SYSTEM_ONLY, "结清", "Settle"),
        Step("close", ("settled",), "closed", SYSTEM_ONLY, "关闭", "Close"),
        Step("release", ("reserved", "committed", "active"), "released", SYSTEM_ONLY, "释放资金", "Release"),
        Step("revoke", ("reserved", "committed", "active", "settled", "closed"), "revoked",
             ("bureau", "system"), "撤销资助", "Revoke"),
        Step("recover", ("revoked",), "recovered", SYSTEM_ONLY, "收回已拨资金", "Recover"),
        Step("reinstate", ("revoked", "recovered"), "active", ("bureau", "system"), "恢复资助", "Reinstate"),
    ),
)  # fmt: skip

ENDED = ("refused", "released")
"""After these a team may be proposed again; in every other status it has its one award."""

TAKEN_BACK = ("revoked", "recovered")
"""After these nothing that the team does moves the award on."""

GROUND = "rectification.failed"
"""The ground of a revocation that a later edition can take away; what the bureau decided itself stands."""

OWN_END = "team.award_revoked"
"""Why a team ended that was dissolved for its revoked award: a consequence of the revocation, and no ground of its own."""

FINAL_INSTALMENTS = frozenset({"paid", "cancelled"})
AT_BANK = frozenset({"in_batch", "unknown"})


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """What the rules look at: amounts in fen, the statuses of the instalments, whether the team is concluded. Of a revoked
    award: what came back, and what is missing (owed, with the payee, or written off). ``unaccounted``: policy asks for a
    final account, and none is accepted."""

    status: str
    amount_fen: int
    instalments: tuple[str, ...] = ()
    concluded: bool = False
    recovered_fen: int = 0
    missing_fen: int = 0
    unaccounted: bool = False

    @property
    def all_final(self) -> bool:
        return bool(self.instalments) and FINAL_INSTALMENTS.issuperset(self.instalments)

    @property
    def at_bank(self) -> bool:
        return not AT_BANK.isdisjoint(self.instalments)

    @property
    def paid_or_at_bank(self) -> bool:
        return self.at_bank or "paid" in self.instalments


def reserve(award: AwardFacts) -> str:
    """Enough money: it is set aside for this proposal."""
    return LIFECYCLE.after("reserve", award.status, SYSTEM)


def refuse(award: AwardFacts) -> str:
    """The round's budget is short, or the amount is outside the band."""
    return LIFECYCLE.after("refuse", award.status, SYSTEM)


def _amount_obstacles(award: AwardFacts, amount_fen: int) -> list[Reason]:
    if amount_fen == award.amount_fen:
        return []
    return [
        Reason(
            "award.amount",
            f"金额与预留不符：预留 {award.amount_fen} 分，现为 {amount_fen} 分",
            f"The amount differs from the reservation: {award.amount_fen} fen reserved, now {amount_fen} fen",
            "/amount_fen",
        )
    ]


def commit(award: AwardFacts, amount_fen: int) -> str:
    """The public notice ended without an upheld objection: the reserved amount is promised, to the fen."""
    status = LIFECYCLE.after("commit", award.status, SYSTEM)
    require(_amount_obstacles(award, amount_fen))
    return status


def activate(award: AwardFacts, amount_fen: int) -> str:
    """The agreement carries its third signature and names the payee: instalments are scheduled."""
    status = LIFECYCLE.after("activate", award.status, SYSTEM)
    require(_amount_obstacles(award, amount_fen))
    return status


def schedule(amount_fen: int, shares: Iterable[Share]) -> list[int]:
    """The instalments of an award in fen: each its share in percent, rounded down to the fen; the last takes the
    remainder, so that they always sum to the award. Source: policy ``schedule``."""
    percents = [share.percent for share in shares]
    if sum(percents) != 100 or any(percent <= 0 for percent in percents):
        raise ValueError(f"the shares of a schedule must be positive and sum to 100, not {percents}")
    parts = [amount_fen * percent // 100 for percent in percents[:-1]]
    return [*parts, amount_fen - sum(parts)]


def settle_obstacles(award: AwardFacts) -> list[Reason]:
    """Every instalment is final."""
    if award.all_final:
        return []
    return [Reason("award.open_instalments", "尚有未完结的分期", "Some instalments are neither paid nor cancelled")]


def settle(award: AwardFacts) -> str:
    """Every instalment is paid or cancelled. Held money keeps an award active: it must stay visible."""
    status = LIFECYCLE.after("settle", award.status, SYSTEM)
    require(settle_obstacles(award))
    return status


def close_obstacles(award: AwardFacts) -> list[Reason]:
    """The team has ended its service, and the money is accounted for where policy asks."""
    found = []
    if not award.concluded:
        found.append(Reason("award.team_serves", "专家服务团尚未结束服务", "The team is not concluded yet"))
    if award.unaccounted:
        found.append(Reason("award.unaccounted", "决算尚未认可", "Its final account is not accepted yet"))
    return found


def close(award: AwardFacts) -> str:
    """The award is settled, its team concluded and its money accounted for."""
    status = LIFECYCLE.after("close", award.status, SYSTEM)
    require(close_obstacles(award))
    return status


def release_obstacles(award: AwardFacts) -> list[Reason]:
    """Money that was paid, or may be, cannot just be free again."""
    if not award.paid_or_at_bank:
        return []
    return [
        Reason(
            "award.paid",
            "已有资金拨付或在途，须撤销并收回",
            "Money was paid or is with the bank: it must be revoked and recovered",
        )
    ]


def release(award: AwardFacts) -> str:
    """The team withdrew, was dissolved, lapsed or left the notice before anything was paid: its money is free."""
    status = LIFECYCLE.after("release", award.status, SYSTEM)
    require(release_obstacles(award))
    return status


def revoke_obstacles(award: AwardFacts, reason: str) -> list[Reason]:
    """The ground is stated."""
    return [] if reason.strip() else [Reason("award.reason", "须说明撤销理由", "State why it is revoked", "/reason")]


def revoke(award: AwardFacts, reason: str, actor: Actor) -> str:
    """A failed rectification, or a decision of the bureau: unpaid instalments are cancelled, paid money must come back.
    Also a settled or closed award, when the ground is found later."""
    status = LIFECYCLE.after("revoke", award.status, actor)
    require(revoke_obstacles(award, reason))
    return status


def recover_obstacles(award: AwardFacts) -> list[Reason]:
    """Nothing is with the bank, something came back, and nothing is owed, kept or written off."""
    found = []
    if award.at_bank:
        found.append(
            Reason(
                "award.at_bank",
                "尚有资金在途，须先取得银行结果",
                "Money is still with the bank: its answer comes first",
            )
        )
    if not award.recovered_fen:
        found.append(Reason("award.nothing_back", "没有收回的资金", "Nothing came back"))
    if award.missing_fen:
        found.append(Reason("award.missing", "尚有资金未收回或已核销", "Some of it is still owed, or was written off"))
    return found


def recover(award: AwardFacts) -> str:
    """The payee paid everything back: follows by itself from the last repayment."""
    status = LIFECYCLE.after("recover", award.status, SYSTEM)
    require(recover_obstacles(award))
    return status


@dataclass(frozen=True, slots=True)
class GradeFacts:
    """One assessment of the team as last published, and whether its rectification was passed."""

    grade: str
    rectified: bool = False

    @property
    def unqualified(self) -> bool:
        return self.grade == "unqualified" and not self.rectified


@dataclass(frozen=True, slots=True)
class Graded:
    """What the published grades mean for the money: is the gate ``grade`` open, and why is money held (a code)."""

    gate: bool
    hold: str = ""


def graded(grades: Iterable[GradeFacts]) -> Graded:
    """Qualified or better opens the gate; unqualified holds what is not paid until its rectification is passed, which
    counts like qualified. Computed anew from the last editions, so that a correction undoes and redoes by itself.
    Source: ★ qualified: money is honoured; unqualified: rectify within a time limit."""
    known = list(grades)
    hold = "grade.unqualified" if any(g.unqualified for g in known) else ""
    return Graded(gate=any(not g.unqualified for g in known), hold=hold)
