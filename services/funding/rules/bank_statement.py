"""A paying account's statement: each line is held against the instructions; what is not certain is for a person. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from services.funding.rules import recovery
from services.funding.rules.recovery import RecoveryFacts
from services.funding.rules.repayment import as_one
from services.funding.rules.template import Table, Template, read_amount, read_balance, read_date
from shared.errors import Malformed, Reason, Refused
from shared.spreadsheet import Cells

WINDOW = timedelta(days=10)
"""A payment without our reference is suggested within so many days of the bank's answer; a person confirms it."""
_REFERENCE = re.compile(
    r"(?<![0-9a-f])([0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})(?![0-9a-f])", re.I
)


@dataclass(frozen=True, slots=True)
class Line:
    """One movement: amount in fen (> 0), ``direction`` out or in, the day; ``key`` is the same for the same line of
    overlapping statements."""

    row: int
    booked_on: date
    amount_fen: int
    direction: str
    counterparty: str
    account: str
    reference: str
    summary: str
    serial: str
    balance_fen: int | None
    key: str = ""

    @property
    def named(self) -> UUID | None:
        """The instruction that the line names, if any."""
        found = _REFERENCE.search(f"{self.reference} {self.summary}")
        return UUID(found[1]) if found else None

    @property
    def pays_back(self) -> str | None:
        """The number of the recovery that an incoming line names, if any."""
        return recovery.named(f"{self.reference} {self.summary}") if self.direction == "in" else None

    @property
    def movement(self) -> str:
        """The bank's own reference of the movement."""
        return movement(self.serial, self.key)


def movement(serial: str, key: str) -> str:
    """The reference that a repayment is registered with: the bank's own, or the line's key where it gives none."""
    return as_one(serial)[:64] or key[:32].upper()


@dataclass(frozen=True, slots=True)
class Sent:
    """An instruction: amount in fen, the keyed hash of the payee's account, the bank's word and its day."""

    instruction_id: UUID
    round_id: UUID
    amount_fen: int
    account_hash: str
    result: str | None
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class Owed:
    """A recovery that a line may pay back, as it stands after the lines before."""

    recovery_id: UUID
    round_id: UUID
    facts: RecoveryFacts

    def after(self, line: Line, registered: Mapping[str, "Registered"]) -> tuple["Owed", "Registered"]:
        """As it stands after a line that repays it and waits to be confirmed, and what is registered of the line."""
        more = 0 if line.movement in registered else line.amount_fen
        facts = replace(self.facts, pending_fen=self.facts.pending_fen + more)
        return replace(self, facts=facts), Registered(self.recovery_id, line.amount_fen, shown=True)


@dataclass(frozen=True, slots=True)
class Registered:
    """A repayment that somebody registered with the bank's reference; ``shown``: by a line of a statement already."""

    recovery_id: UUID
    amount_fen: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line is: matched with ``sent``, or a repayment of ``owed``, or outstanding (``reason``), perhaps with
    either as a suggestion."""

    sent: Sent | None
    matched: bool
    reason: Reason | None = None
    owed: Owed | None = None

    @property
    def repays(self) -> bool:
        """It is proposed as a repayment."""
        return self.owed is not None and self.reason is None


def format_of(template: Template) -> Table:
    """The format of the bank's statements. Raises Malformed where its template has none."""
    if template.statement is None:
        raise Malformed(
            Reason(
                "bank_statement.template",
                "该模板没有对账单格式",
                "The template has no format of statements",
                "/template",
            )
        )
    return template.statement


def read(rows: Sequence[Cells], table: Table, today: date) -> list[Line]:
    """Every line. Raises Malformed with each that cannot be read, or that the bank books after today: a statement is
    taken whole or not at all."""
    found, faults = [], []
    for cells in rows:
        try:
            found.append(_line(cells, table, today))
        except Refused as refusal:
            said = refusal.reasons[0]
            faults.append(
                Reason(
                    said.code,
                    f"第{cells.number}行：{said.zh}",
                    f"row {cells.number}: {said.en}",
                    f"/rows/{cells.number}",
                )
            )
    if faults:
        raise Malformed(*faults)
    if not found:
        raise Malformed(Reason("bank_statement.empty", "对账单没有任何一行", "The statement has no line", "/file"))
    return _keyed(found)


def _line(cells: Cells, table: Table, today: date) -> Line:
    if "amount" in table.columns:
        fen, direction = read_amount(cells.text("amount"), table.amount), table.words.get(cells.text("direction"), "")
    else:
        out, in_ = (read_amount(cells.text(name) or "0", table.amount) for name in ("paid_out", "paid_in"))
        fen, direction = out or in_, "out" if out else "in"
        if out and in_:
            fen = 0
    if not fen or direction not in ("out", "in"):
        raise Refused(
            Reason("bank_statement.direction", "须有一个金额和借贷方向", "It needs one amount and its direction")
        )
    if (booked_on := read_date(cells.text("date"), table.date)) > today:
        raise Refused(Reason("bank_statement.future", "记账日期晚于今天", "It is booked after today"))
    balance = cells.text("balance") if "balance" in table.columns else ""
    text = {name: cells.text(name)[:200] for name in ("counterparty", "account", "reference", "summary", "serial")}
    return Line(
        cells.number,
        booked_on,
        fen,
        direction,
        **text,
        balance_fen=read_balance(balance, table.amount) if balance else None,
    )


def _keyed(lines: Sequence[Line]) -> list[Line]:
    """Two movements of one statement that look alike are two: the key counts them."""
    seen: Counter[str] = Counter()
    keyed = []
    for line in lines:
        said = (
            line.booked_on,
            line.amount_fen,
            line.direction,
            line.counterparty,
            line.account,
            line.reference,
            line.summary,
            line.serial,
        )
        text = "\x1f".join(map(str, said))
        seen[text] += 1
        key = hashlib.sha256(f"{text}\x1f{seen[text]}".encode()).hexdigest()
        keyed.append(replace(line, key=key))
    return keyed


def balances(lines: Sequence[Line]) -> tuple[int, int] | None:
    """What stood on the account (fen, below zero when overdrawn) before the first and after the last movement, whichever
    way round the bank lists them; None where it carries no balances, they do not follow from each other, or follow both
    ways round with different ends."""
    found = {_ends(order) for order in (lines, [*reversed(lines)])} - {None}
    return found.pop() if len(found) == 1 else None


def _ends(lines: Sequence[Line]) -> tuple[int, int] | None:
    """The balances before and after the movements, if they happened in this order."""
    stood = [line.balance_fen for line in lines if line.balance_fen is not None]
    days = [line.booked_on for line in lines]
    if len(stood) < len(lines) or days != sorted(days):
        return None
    moved = [line.amount_fen if line.direction == "in" else -line.amount_fen for line in lines]
    follows = all(before + fen == after for before, fen, after in zip(stood, moved[1:], stood[1:], strict=False))
    return (stood[0] - moved[0], stood[-1]) if follows else None


def judge(
    line: Line,
    account_hash: str | None,
    known: Mapping[UUID, Sent],
    unmatched: Sequence[Sent],
    gone: Collection[UUID] = (),
) -> Verdict:
    """Our reference decides, if amount and account agree with it. Without it amount, account and day only suggest: a
    person confirms. ``unmatched`` are instructions that no line was matched with, ``gone`` those whose money
    an earlier line moved the same way."""
    sent = known.get(line.named) if line.named else None
    if sent is None:
        alike = [one for one in unmatched if _alike(line, account_hash, one)]
        code = (
            ("no_reference", "没有我方编号，疑似该指令", "Without our reference; it may be this instruction")
            if len(alike) == 1
            else (f"unknown_{line.direction}", "与任何指令不符", "It agrees with no instruction")
        )
        return Verdict(alike[0] if len(alike) == 1 else None, False, _reason(line, *code))
    if sent.amount_fen != line.amount_fen:
        return Verdict(sent, False, _reason(line, "amount", "金额与指令不符", "The amount is not the instruction's"))
    if account_hash and account_hash != sent.account_hash:
        return Verdict(
            sent, False, _reason(line, "account", "对方账号与指令不符", "The account is not the instruction's")
        )
    if sent.result == "voided":
        return Verdict(
            sent,
            False,
            _reason(
                line, "voided", "该指令所在批次已撤销，而银行有此笔", "Its batch was voided, yet the bank booked it"
            ),
        )
    if line.direction == "out" and sent.instruction_id in gone:
        return Verdict(
            sent, True, _reason(line, "twice", "同一指令银行重复支付", "The bank paid this instruction a second time")
        )
    if line.direction == "in" and sent.result == "paid":
        return Verdict(
            sent,
            True,
            _reason(
                line, "refund", "银行已确认支付的款项又退回", "Money that the bank had confirmed as paid came back"
            ),
        )
    if line.direction == "in" and sent.instruction_id in gone:
        return Verdict(
            sent,
            True,
            _reason(
                line,
                "back_twice",
                "同一指令银行重复退回",
                "The bank sent the money of this instruction back a second time",
            ),
        )
    if sent.result not in ("paid", "returned"):
        return Verdict(
            sent, True, _reason(line, "unanswered", "银行已记账而未答复", "The bank booked it but has not answered")
        )
    return Verdict(sent, True)


def judge_back(line: Line, owed: Owed, registered: Mapping[str, Registered]) -> Verdict:
    """An incoming line with a recovery's number: its repayment when the amount is one that is expected, or when it was
    registered with the bank's reference before; anything else is for a person. ``registered``: repayments, by the
    bank's reference."""
    seen = registered.get(line.movement)
    if seen and (seen.recovery_id, seen.amount_fen, seen.shown) == (owed.recovery_id, line.amount_fen, False):
        return Verdict(None, False, None, owed)
    if seen:
        why = (
            "reference_used",
            "银行流水号已登记在另一笔缴款",
            "The bank's reference is registered for another repayment",
        )
    elif line.amount_fen not in recovery.expected(owed.facts):
        why = ("repayment", "金额与该笔应收回资金不符", "The amount is not what must come back")
    else:
        return Verdict(None, False, None, owed)
    return Verdict(None, False, _reason(line, *why), owed)


def _alike(line: Line, account_hash: str | None, sent: Sent) -> bool:
    near = sent.answered_on is not None and abs(line.booked_on - sent.answered_on) <= WINDOW
    return line.direction == "out" and near and (sent.amount_fen, sent.account_hash) == (line.amount_fen, account_hash)


def _reason(line: Line, code: str, zh: str, en: str) -> Reason:
    return Reason(f"bank_statement.{code}", f"对账单第{line.row}行：{zh}", f"line {line.row} of the statement: {en}")
