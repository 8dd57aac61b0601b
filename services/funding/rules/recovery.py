"""A recovery (应收回资金): what a payee must pay back, in how many parts, until nothing is owed. Pure. Interest is none of
its business: no rule of the programme asks for any."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.funding.rules.substitute import apart
from shared.actor import SYSTEM, Actor
from shared.amounts import figures
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

OPEN = ("opened", "partly")
GROUNDS = {"revoked": "撤销资助，收回已拨资金", "unspent": "决算后结余资金"}
"""Why money must come back, as its notice says it."""
_NUMBER = re.compile(r"(?<![A-Z0-9])SH[\s-]*((?:[0-9][\s-]*){11}[0-9])(?![0-9])")

LIFECYCLE = Lifecycle(
    "recovery",
    {
        "opened": "待收回",
        "partly": "部分收回",
        "recovered": "已收回",
        "written_off": "已核销",
        "reversed": "已冲销",
        "forgiven": "免予收回",
    },
    (
        Step("repay", OPEN, "partly", ("system",), "部分缴回", "Repay in part"),
        Step("complete", OPEN, "recovered", ("system",), "全部缴回", "Repay in full"),
        Step("write_off", OPEN, "written_off", ("bureau", "finance_checker"), "核销", "Write off"),
        Step("reverse", ("opened",), "reversed", ("bureau",), "冲销", "Reverse"),
        Step("forgive", (*OPEN, "written_off"), "forgiven", ("system",), "免予收回", "Forgive"),
    ),
)


@dataclass(frozen=True, slots=True)
class RecoveryFacts:
    """Amounts in fen; ``pending_fen``: repayments that nobody has confirmed. ``plan``: when how much is due.
    ``write_off_by`` and ``write_off_for`` proposed to give it up, and in whose place."""

    status: str
    amount_fen: int
    due_on: date
    repaid_fen: int = 0
    pending_fen: int = 0
    plan: tuple[tuple[date, int], ...] = ()
    write_off_by: str = ""
    write_off_for: str = ""
    ground: str = ""

    @property
    def owed_fen(self) -> int:
        return self.amount_fen - self.repaid_fen if self.status in OPEN else 0

    @property
    def dues(self) -> tuple[tuple[date, int], ...]:
        return self.plan or ((self.due_on, self.amount_fen),)


@dataclass(frozen=True, slots=True)
class Arrears:
    """What is overdue (fen), for how many days, and the next day on which something is due that is not paid."""

    overdue_fen: int
    overdue_days: int
    next_due_on: date | None


def arrears(recovery: RecoveryFacts, today: date) -> Arrears:
    """Repayments settle the earliest dues first."""
    if recovery.status not in OPEN:
        return Arrears(0, 0, None)
    paid, overdue, first = recovery.repaid_fen, 0, None
    for due_on, amount_fen in sorted(recovery.dues):
        settled = min(paid, amount_fen)
        paid -= settled
        if settled < amount_fen:
            first = first or due_on
            overdue += amount_fen - settled if due_on < today else 0
    return Arrears(overdue, (today - first).days if first and overdue else 0, first)


def open_obstacles(recovery: RecoveryFacts) -> Iterable[Reason]:
    """Something is still owed."""
    if recovery.status not in OPEN:
        label = LIFECYCLE.statuses[recovery.status]
        yield Reason("recovery.closed", f"该应收回资金{label}", f"This recovery is {recovery.status}", "/status")


def plan_obstacles(recovery: RecoveryFacts, plan: Sequence[tuple[date, int]]) -> Iterable[Reason]:
    """The instalments come to exactly what must come back, each on a day of its own."""
    yield from open_obstacles(recovery)
    total = sum(amount_fen for _due_on, amount_fen in plan)
    if total != recovery.amount_fen:
        yield Reason(
            "plan.total",
            f"分期合计{figures(total)}元，须等于应收回{figures(recovery.amount_fen)}元",
            f"The instalments come to {figures(total)} yuan, {figures(recovery.amount_fen)} must come back",
            "/instalments",
        )
    if len({due_on for due_on, _fen in plan}) < len(plan):
        yield Reason("plan.same_day", "分期日期重复", "Two instalments fall on one day", "/instalments")


def plan(recovery: RecoveryFacts, instalments: Sequence[tuple[date, int]]) -> None:
    """A repayment plan (分期缴回) instead of one due date."""
    require(plan_obstacles(recovery, instalments))


def number(recovery_id: UUID) -> str:
    """What the payee writes on the transfer: SH, ten digits of the id, two check digits (ISO 7064 MOD 97-10), so that
    no slip of the pen names another recovery."""
    digits = recovery_id.int % 10**10
    return f"SH{digits:010}{98 - digits * 100 % 97:02}"


def named(text: str) -> str | None:
    """The number of a recovery in what a bank wrote, however it is spaced; None when there is none, or several."""
    plain = unicodedata.normalize("NFKC", text).upper()
    found = {"SH" + re.sub(r"\D", "", one) for one in _NUMBER.findall(plain)}
    right = {one for one in found if int(one[2:]) % 97 == 1}
    return right.pop() if len(right) == 1 else None


def expected(recovery: RecoveryFacts) -> set[int]:
    """The amounts (fen) that may come in next: all that is still owed, or what is left of the earliest part of its
    plan; those that wait to be confirmed count as come in."""
    if recovery.status not in OPEN:
        return set()
    paid, left = recovery.repaid_fen + recovery.pending_fen, recovery.owed_fen - recovery.pending_fen
    for _due_on, amount_fen in sorted(recovery.dues):
        if paid < amount_fen:
            return {left, amount_fen - paid}
        paid -= amount_fen
    return set()


def repayment_obstacles(recovery: RecoveryFacts, amount_fen: int, paid_on: date, today: date) -> Iterable[Reason]:
    """Never more than is owed, those included that wait to be confirmed; and what is there was paid by today."""
    yield from open_obstacles(recovery)
    if paid_on > today:
        yield Reason("repayment.future", "缴款日期不得晚于今天", "It cannot have been paid after today", "/paid_on")
    left = recovery.owed_fen - recovery.pending_fen
    if recovery.status in OPEN and amount_fen > left:
        yield Reason(
            "repayment.too_much",
            f"最多可登记{figures(left)}元",
            f"At most {figures(left)} yuan are still owed",
            "/amount_fen",
        )


def repay(recovery: RecoveryFacts) -> str:
    """A part came back."""
    return LIFECYCLE.after("repay", recovery.status, SYSTEM)


def complete(recovery: RecoveryFacts) -> str:
    """The last part came back."""
    return LIFECYCLE.after("complete", recovery.status, SYSTEM)


def propose_write_off_obstacles(recovery: RecoveryFacts, reason: str) -> list[Reason]:
    """Something is owed, nothing waits to be confirmed, and there is a ground."""
    found = [*open_obstacles(recovery), *reason_given("recovery.reason", reason)]
    if recovery.pending_fen:
        found.append(Reason("recovery.pending", "尚有待确认的缴款", "A repayment waits to be confirmed"))
    return found


def propose_write_off(recovery: RecoveryFacts, reason: str) -> None:
    """The bureau gives up what is left, with a ground; another person must agree, and writes it off or, when it should
    never have been opened, reverses it."""
    require(propose_write_off_obstacles(recovery, reason))


def write_off_obstacles(recovery: RecoveryFacts, actor: Actor) -> list[Reason]:
    """Proposed, by somebody else, and nothing came in meanwhile that waits."""
    found = _proposed(recovery, actor)
    if recovery.pending_fen:
        found.append(Reason("recovery.pending", "尚有待确认的缴款", "A repayment waits to be confirmed"))
    return found


def _proposed(recovery: RecoveryFacts, actor: Actor) -> list[Reason]:
    """Nobody gives up alone what is owed, whatever it is called."""
    if not recovery.write_off_by:
        return [Reason("recovery.not_proposed", "尚未提出核销或冲销", "Nobody has proposed to give it up")]
    same = Reason("recovery.same_person", "提出人与核准人必须是不同的人", "Whoever proposed it cannot agree")
    return apart(same, actor, (recovery.write_off_by, recovery.write_off_for))


def write_off(recovery: RecoveryFacts, actor: Actor) -> str:
    """A second person agrees that what is left cannot be recovered."""
    status = LIFECYCLE.after("write_off", recovery.status, actor)
    require(write_off_obstacles(recovery, actor))
    return status


def reverse_obstacles(recovery: RecoveryFacts, reason: str, actor: Actor) -> list[Reason]:
    """Proposed by somebody else, nothing came back, and there is a ground."""
    return [*reason_given("recovery.reason", reason), *_proposed(recovery, actor), *_untouched(recovery)]


def _untouched(recovery: RecoveryFacts) -> Iterable[Reason]:
    if recovery.repaid_fen or recovery.pending_fen:
        yield Reason("recovery.repaid", "已有缴款，不能冲销", "Something was paid back already")


def alone_obstacles(recovery: RecoveryFacts) -> Iterable[Reason]:
    """What a final account claimed goes with the account, never alone: else its books would not close."""
    if recovery.ground == "unspent":
        yield Reason(
            "recovery.of_account",
            "结余资金依据决算收回，须重新打开决算",
            "A final account claims it: reopen the account instead",
        )


def reverse(recovery: RecoveryFacts, reason: str, actor: Actor) -> str:
    """It should never have been opened, a second person agrees: taken back by a linked reversal."""
    status = LIFECYCLE.after("reverse", recovery.status, actor)
    require([*alone_obstacles(recovery), *reverse_obstacles(recovery, reason, actor)])
    return status


def take_back(recovery: RecoveryFacts, reason: str, actor: Actor) -> str:
    """The final account that claims it is reopened, by another person than accepted it."""
    status = LIFECYCLE.after("reverse", recovery.status, actor)
    require([*reason_given("recovery.reason", reason), *_untouched(recovery)])
    return status


def forgive(recovery: RecoveryFacts) -> str:
    """The award is reinstated: the payee keeps what it still owes, or what was written off."""
    return LIFECYCLE.after("forgive", recovery.status, SYSTEM)
