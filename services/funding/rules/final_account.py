"""The final account (决算) of an award: what was received, spent and left, handed in by the payee's side and accepted by
a second person at the office. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.funding.rules import award as award_rules
from services.funding.rules import budget_line
from services.funding.rules import recovery as recovery_rules
from services.funding.rules.budget_line import LineFacts
from services.funding.rules.policy import Policy
from services.funding.rules.recovery import RecoveryFacts
from shared import amounts
from shared.actor import Actor
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

PREPARERS = ("unit", "host", "expert")
"""The payee, and the lead or whoever keeps the team's accounts; the finance desk judges it and so never writes it."""
CHECKERS = ("finance_checker", "bureau")
HANDED_IN = ("submitted", "accepted")
"""While it stands here nothing is booked on the award any more."""

LIFECYCLE = Lifecycle(
    "final_account",
    {"drafted": "草稿", "submitted": "待审核", "returned": "已退回", "accepted": "已认可"},
    (
        Step("edit", ("drafted", "returned"), "drafted", PREPARERS, "修改", "Edit"),
        Step("submit", ("drafted", "returned"), "submitted", PREPARERS, "提交", "Submit"),
        Step("return", ("submitted",), "returned", CHECKERS, "退回", "Send back"),
        Step("accept", ("submitted",), "accepted", CHECKERS, "认可", "Accept"),
        Step("reopen", ("accepted",), "returned", ("bureau",), "重新打开", "Reopen"),
    ),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What an award comes to, in fen: paid to the payee and kept, and its budget by lines with what was spent."""

    received_fen: int
    lines: tuple[LineFacts, ...] = ()

    @property
    def budget_fen(self) -> int:
        return sum(line.budget_fen for line in self.lines)

    @property
    def accepted_fen(self) -> int:
        return sum(line.accepted_fen for line in self.lines)

    @property
    def pending_fen(self) -> int:
        return sum(line.pending_fen for line in self.lines)

    @property
    def unspent_fen(self) -> int:
        """What must come back."""
        return max(0, self.received_fen - self.accepted_fen)

    @property
    def overspent_fen(self) -> int:
        """Accepted beyond what was received: the payee bears it."""
        return max(0, self.accepted_fen - self.received_fen)


def percent(line: LineFacts) -> int | None:
    """How much of a line's budget was spent, rounded down; None where it has none."""
    return line.accepted_fen * 100 // line.budget_fen if line.budget_fen > 0 else None


@dataclass(frozen=True, slots=True)
class FinalAccountFacts:
    """``variance``: why more or less was spent than planned. ``signed``: everybody who wrote or handed it in. ``files``:
    the kinds of files that are attached."""

    status: str
    variance: str = ""
    signed: tuple[str, ...] = ()
    decided_by: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accounted:
    """The award that it accounts for: its status, whether its team is concluded, its instalments' statuses."""

    award_status: str
    concluded: bool
    instalments: Sequence[str]
    figures: Figures


def draft_obstacles(award_status: str, exists: bool) -> Iterable[Reason]:
    """One for each award that is or was in force."""
    yield from budget_line.of_award(award_status)
    if exists:
        yield Reason("final_account.exists", "该资助已有决算", "The award has its final account already")


def draft(award_status: str, exists: bool) -> str:
    """Begun by the payee's side."""
    require(draft_obstacles(award_status, exists))
    return next(iter(LIFECYCLE.statuses))


def edit(account: FinalAccountFacts, actor: Actor) -> str:
    """Its text is put right before it is submitted (again)."""
    return LIFECYCLE.after("edit", account.status, actor)


def obstacles(account: FinalAccountFacts, of: Accounted, policy: Policy) -> list[Reason]:
    """Everything that speaks against closing the books of this award now."""
    return [
        *budget_line.of_award(of.award_status),
        *_team(of),
        *_instalments(of.instalments),
        *_spent(account, of.figures),
        *_files(account, policy),
    ]


def _team(of: Accounted) -> Iterable[Reason]:
    if not of.concluded:
        yield Reason("final_account.team_serves", "专家服务团尚未结束服务", "The team is not concluded yet")


def _instalments(statuses: Sequence[str]) -> Iterable[Reason]:
    """What may still arrive would change what was received."""
    open_ = set(statuses) - award_rules.FINAL_INSTALMENTS
    if open_ & award_rules.AT_BANK:
        yield Reason(
            "final_account.at_bank",
            "尚有资金在途，须先取得银行结果",
            "Money is still with the bank: its answer comes first",
        )
    if "held" in open_:
        yield Reason("final_account.held", "尚有暂缓拨付的资金，须先解除或取消", "Some of its money is held")
    if open_ - award_rules.AT_BANK - {"held"}:
        yield Reason("final_account.unpaid", "尚有未拨付的分期", "Some instalments are neither paid nor cancelled")


def _spent(account: FinalAccountFacts, figures: Figures) -> Iterable[Reason]:
    if figures.pending_fen:
        zh, en = f"尚有{amounts.figures(figures.pending_fen)}元支出待审核", "Some expenses wait for a decision"
        yield Reason("final_account.pending", zh, en)
    deviates = figures.unspent_fen or any(line.overrun_fen for line in figures.lines)
    if deviates and not account.variance.strip():
        yield Reason(
            "final_account.variance", "有结余或超支，须说明原因", "Something is left or overrun: say why", "/variance"
        )


def _files(account: FinalAccountFacts, policy: Policy) -> Iterable[Reason]:
    for kind in policy.final_account_files:
        if kind not in account.files:
            yield Reason(
                "final_account.file", f"缺少附件：{kind}", f"A file of the kind {kind} is missing", "/attachments"
            )


def submit(account: FinalAccountFacts, of: Accounted, policy: Policy, actor: Actor) -> str:
    """Handed in: from here on nothing is booked on the award."""
    status = LIFECYCLE.after("submit", account.status, actor)
    require(obstacles(account, of, policy))
    return status


def return_(account: FinalAccountFacts, reason: str, actor: Actor) -> str:
    """Sent back with a reason; expenses may be put right again."""
    status = LIFECYCLE.after("return", account.status, actor)
    require(reason_given("final_account.reason", reason))
    return status


def accept_obstacles(account: FinalAccountFacts, of: Accounted, policy: Policy, actor: Actor) -> list[Reason]:
    """Everything still holds, and nobody accepts what they wrote or handed in."""
    found = obstacles(account, of, policy)
    if actor.id in account.signed:
        found.append(
            Reason(
                "final_account.same_person",
                "编制或提交人与审核人必须是不同的人",
                "Whoever wrote or submitted it cannot accept it",
            )
        )
    return found


def accept(account: FinalAccountFacts, of: Accounted, policy: Policy, actor: Actor) -> str:
    """A second person accepts it: its figures are frozen, and what is left must come back."""
    status = LIFECYCLE.after("accept", account.status, actor)
    require(accept_obstacles(account, of, policy, actor))
    return status


def reopen_obstacles(
    account: FinalAccountFacts, award_status: str, recovery: RecoveryFacts | None, actor: Actor
) -> list[Reason]:
    """The award is in force, nothing of the unspent money was paid back or written off, and nobody gives it up alone."""
    found = list(budget_line.of_award(award_status))
    if actor.id in (*account.signed, account.decided_by):
        found.append(
            Reason(
                "final_account.same_person",
                "编制、提交或认可人不能重新打开决算",
                "Whoever wrote, submitted or accepted it cannot reopen it",
            )
        )
    if recovery and (recovery.repaid_fen or recovery.pending_fen or recovery.status not in recovery_rules.OPEN):
        found.append(
            Reason(
                "final_account.repaid",
                "结余资金已有缴款或已核销，不能重新打开",
                "Unspent money was paid back or written off already",
            )
        )
    return found


def reopen(
    account: FinalAccountFacts, award_status: str, recovery: RecoveryFacts | None, reason: str, actor: Actor
) -> str:
    """The bureau opens it again with a reason; the claim for unspent money is taken back with it."""
    status = LIFECYCLE.after("reopen", account.status, actor)
    require([*reason_given("final_account.reason", reason), *reopen_obstacles(account, award_status, recovery, actor)])
    return status


def open_obstacles(accounted: bool) -> Iterable[Reason]:
    """Nothing is booked, moved or taken back once the final account is handed in."""
    if accounted:
        yield Reason("expense.accounted", "决算已提交，不能再列支、调剂或退回", "The final account is handed in")
