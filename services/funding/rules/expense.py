"""An expense (支出): drafted by the payee's side, submitted, accepted by a second person at the finance desk. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.funding.rules import budget_line, fee, final_account, slip
from services.funding.rules.budget_line import LineFacts
from services.funding.rules.fapiao import FapiaoFacts
from services.funding.rules.fee import FeeFacts
from services.funding.rules.policy import Policy
from services.funding.rules.substitute import apart
from shared.actor import Actor
from shared.amounts import figures
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

SPENDERS = ("unit", "host", "expert", "finance_maker")
CHECKERS = ("finance_checker", "bureau")

LIFECYCLE = Lifecycle(
    "expense",
    {"drafted": "草稿", "submitted": "待审核", "accepted": "已认可", "returned": "已退回", "withdrawn": "已撤回"},
    (
        Step("edit", ("drafted", "returned"), "drafted", SPENDERS, "修改", "Edit"),
        Step("submit", ("drafted", "returned"), "submitted", SPENDERS, "提交", "Submit"),
        Step("accept", ("submitted",), "accepted", CHECKERS, "认可", "Accept"),
        Step("return", ("submitted", "accepted"), "returned", CHECKERS, "退回", "Send back"),
        Step("withdraw", ("drafted", "submitted", "returned"), "withdrawn", SPENDERS, "撤回", "Withdraw"),
    ),
)


@dataclass(frozen=True, slots=True)
class ExpenseFacts:
    """What the rules look at. ``parts``: how much (fen) on which line. ``signed``: who booked, changed and submitted it."""

    status: str
    spent_on: date
    category: str
    what: str
    parts: tuple[tuple[str, int], ...]
    fapiaos: tuple[FapiaoFacts, ...] = ()
    fee: FeeFacts | None = None
    files: int = 0
    signed: tuple[str, ...] = ()

    @property
    def amount_fen(self) -> int:
        return sum(amount_fen for _line, amount_fen in self.parts)


@dataclass(frozen=True, slots=True)
class Spending:
    """The award that it is booked on: its term, its lines without this expense, what was received, and accepted
    besides this (fen). ``accounted``: its final account is handed in."""

    award_status: str
    starts_on: date | None
    ends_on: date | None
    lines: Sequence[LineFacts]
    award_fen: int
    received_fen: int
    accounted: bool
    today: date

    @property
    def accepted_fen(self) -> int:
        return sum(line.accepted_fen for line in self.lines)


def edit(expense: ExpenseFacts, actor: Actor) -> str:
    """Put right before it is submitted (again)."""
    return LIFECYCLE.after("edit", expense.status, actor)


def submit(expense: ExpenseFacts, spending: Spending, policy: Policy, actor: Actor) -> str:
    """Handed in for acceptance. All unmet conditions are said at once, and before (the checklist)."""
    status = LIFECYCLE.after("submit", expense.status, actor)
    require(obstacles(expense, spending, policy))
    return status


def obstacles(expense: ExpenseFacts, spending: Spending, policy: Policy) -> list[Reason]:
    """Everything that speaks against this expense on this award."""
    return [
        *budget_line.of_award(spending.award_status),
        *final_account.open_obstacles(spending.accounted),
        *_date(expense, spending, policy),
        *_lines(expense, spending, policy),
        *_category(expense, policy),
        *_proof(expense, policy),
        *_fee(expense, policy),
    ]


def _date(expense: ExpenseFacts, spending: Spending, policy: Policy) -> Iterable[Reason]:
    """Within the award's term, and the days that policy adds."""
    if expense.spent_on > spending.today:
        yield Reason("expense.future", "支出日期在今天之后", "It is dated in the future", "/spent_on")
    if spending.starts_on is None or spending.ends_on is None:
        return
    last = spending.ends_on + timedelta(days=policy.expense_grace_days)
    if not spending.starts_on <= expense.spent_on <= last:
        yield Reason(
            "expense.term",
            f"支出日期须在{spending.starts_on}至{last}之间",
            f"It must be dated between {spending.starts_on} and {last}",
            "/spent_on",
        )


def _lines(expense: ExpenseFacts, spending: Spending, policy: Policy) -> Iterable[Reason]:
    """On lines of the budget, never more than each has (and the tolerance), never more than the award."""
    known = {line.name: line for line in spending.lines if line.agreed_fen}
    wanted: dict[str, int] = {}
    for place, (name, amount_fen) in enumerate(expense.parts):
        wanted[name] = wanted.get(name, 0) + amount_fen
        if known and name not in known:
            names = "、".join(known)
            yield Reason(
                "expense.line",
                f"预算中没有科目“{name}”（{names}）",
                f"The budget has no line '{name}' (it has {names})",
                f"/parts/{place}/line",
            )
    for name, amount_fen in wanted.items():
        if name not in known:
            continue
        line = known[name]
        left = line.remaining_fen + line.budget_fen * policy.expense_tolerance_percent // 100
        if amount_fen > left:
            yield Reason(
                "expense.over_line",
                f"“{name}”余额{figures(max(0, left))}元，不足支付{figures(amount_fen)}元，可先调剂或变更协议",
                f"'{name}' has {figures(max(0, left))} yuan left for {figures(amount_fen)}: move money or amend",
                "/parts",
            )
    left = spending.award_fen - sum(line.accepted_fen + line.pending_fen for line in spending.lines)
    if expense.amount_fen > left:
        yield Reason(
            "expense.over_award",
            f"资助余额仅{figures(max(0, left))}元",
            f"Only {figures(max(0, left))} yuan of the award are left",
            "/parts",
        )


def _category(expense: ExpenseFacts, policy: Policy) -> Iterable[Reason]:
    """The negative list: a category on it is refused whatever the text says."""
    for named in dict.fromkeys((expense.category, *(line for line, _fen in expense.parts))):
        if named in policy.negative_categories:
            yield Reason(
                "expense.negative",
                f"“{named}”属于负面清单，不得列支",
                f"'{named}' is on the negative list",
                "/category",
            )


def _proof(expense: ExpenseFacts, policy: Policy) -> Iterable[Reason]:
    """Receipts are attached; fapiao cover the amount, unless it is a fee to a person."""
    if expense.files < policy.expense_files:
        yield Reason(
            "expense.receipt",
            f"须上传凭证（至少{policy.expense_files}件）",
            f"Attach receipts, at least {policy.expense_files}",
            "/attachments",
        )
    covered = sum(one.amount_fen for one in expense.fapiaos)
    if expense.fapiaos and covered < expense.amount_fen:
        yield Reason(
            "fapiao.short",
            f"发票合计{figures(covered)}元，少于支出金额",
            f"The fapiao come to {figures(covered)} yuan, less than the expense",
            "/fapiaos",
        )


def _fee(expense: ExpenseFacts, policy: Policy) -> Iterable[Reason]:
    """What stands on a line of fees follows the standard for fees."""
    if expense.fee is not None:
        yield from fee.obstacles(expense.fee, policy)
    elif any(line in policy.fee_lines for line, _fen in expense.parts):
        yield Reason(
            "fee.missing",
            "咨询费须填写专家级别、天数和税后金额",
            "A consultation fee states level, days and what is paid after tax",
            "/fee",
        )


def questions(expense: ExpenseFacts, policy: Policy) -> list[Reason]:
    """What whoever accepts it has to answer: words of the negative list in the text, an amount that is a hundredth of
    its fapiao, a fee below the standard."""
    text = f"{expense.category} {expense.what}"
    found = [word for word in policy.negative_words if word in text]
    said = "、".join(found)
    asked = [Reason("expense.words", f"用途含“{said}”，须说明理由", f"The text says {said}: state why", "/answer")]
    covered = sum(one.amount_fen for one in expense.fapiaos)
    return [
        *(asked if found else []),
        *slip.warnings(expense.amount_fen, covered),
        *(fee.questions(expense.fee, policy) if expense.fee else ()),
    ]


def accept_obstacles(
    expense: ExpenseFacts, spending: Spending, policy: Policy, answer: str, actor: Actor
) -> list[Reason]:
    """Everything still holds, a second person accepts, the money was received, and what is asked is answered."""
    same = Reason("expense.same_person", "填报人与审核人必须是不同的人", "Whoever booked it cannot accept it")
    found = obstacles(expense, spending, policy) + apart(same, actor, expense.signed)
    accepted_fen = spending.accepted_fen + expense.amount_fen
    if accepted_fen > spending.received_fen:
        found.append(
            Reason(
                "expense.not_received",
                f"认可支出将达{figures(accepted_fen)}元，已到账仅{figures(spending.received_fen)}元",
                f"Accepted expenses would be {figures(accepted_fen)} yuan, only {figures(spending.received_fen)} were received",
            )
        )
    return found if answer.strip() else [*found, *questions(expense, policy)]


def accept(expense: ExpenseFacts, spending: Spending, policy: Policy, answer: str, actor: Actor) -> str:
    """A second person accepts it; ``answer`` says why in spite of what is asked."""
    status = LIFECYCLE.after("accept", expense.status, actor)
    require(accept_obstacles(expense, spending, policy, answer, actor))
    return status


def return_(expense: ExpenseFacts, spending: Spending, reason: str, actor: Actor) -> str:
    """Sent back with a reason, also after acceptance while the final account is not handed in."""
    status = LIFECYCLE.after("return", expense.status, actor)
    require([*reason_given("expense.reason", reason), *final_account.open_obstacles(spending.accounted)])
    return status


def withdraw(expense: ExpenseFacts, actor: Actor) -> str:
    """Taken back before it was accepted; its fapiao may be used again."""
    return LIFECYCLE.after("withdraw", expense.status, actor)


def masked(name: str) -> str:
    """A person's name for those who need not know it: the first character."""
    return name[:1] + "*" * (len(name) - 1)
