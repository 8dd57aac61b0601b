"""The audit: replay every posting and compare it with every balance and every business row.

Each check is one statement, so both of its sides are of one moment even while money moves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import (
    Appropriation,
    AppropriationChange,
    Award,
    Batch,
    Expense,
    ExpensePart,
    FinalAccount,
    Instalment,
    Instruction,
    LedgerAccount,
    LedgerPosting,
    LedgerTransaction,
    Recovery,
    Repayment,
)
from services.funding.rules.award import TAKEN_BACK
from services.funding.rules.budget_line import SPENDING
from services.funding.rules.ledger import ROUND_EVENTS, STANDS_IN, Difference

DIFFERENCES = Gauge("jiedan_ledger_differences", "Differences that the last verification of the whole ledger found")

RECEIVED = ("paid", "recoverable", "recovered", "written_off")
"""Where money stands that the payee has received; how much of it must come back is said by revocations and claims."""


@dataclass(frozen=True, slots=True)
class Verification:
    """``differences`` is empty when the ledger is in order."""

    transactions: int
    postings: int
    differences: list[Difference]

    @property
    def balanced(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class Check:
    """Two figures (subject, fen) that must agree, subject by subject; a missing one counts as zero."""

    what: str
    expected: sa.Select[Any]
    found: sa.Select[Any]


Scope = Callable[[sa.Select[Any], Any], sa.Select[Any]]


async def verify(session: AsyncSession, round_id: UUID | None = None) -> Verification:
    """Every transaction sums to zero; every balance is the replay of its postings and never negative; what the awards,
    instalments and instructions say is what the ledger says. Of one round, or of all."""

    def scope(statement: sa.Select[Any], model: Any) -> sa.Select[Any]:
        return statement.where(model.round_id == round_id) if round_id else statement

    transactions = scope(sa.select(sa.func.count(LedgerTransaction.id)), LedgerTransaction)
    postings = scope(sa.select(sa.func.count(LedgerPosting.id)).join(LedgerAccount), LedgerAccount)
    differences = [difference for check in CHECKS for difference in await _run(session, check(scope))]
    if round_id is None:
        DIFFERENCES.set(len(differences))
    return Verification(await session.scalar(transactions) or 0, await session.scalar(postings) or 0, differences)


async def audit(session: AsyncSession) -> dict[str, Any]:
    """The whole ledger, for an operator: what was counted, and each difference as a line."""
    found = await verify(session)
    differences = [f"{d.what} {d.subject}: {d.expected_fen} ≠ {d.found_fen} fen" for d in found.differences]
    return {
        "balanced": found.balanced,
        "checks": len(CHECKS),
        "transactions": found.transactions,
        "postings": found.postings,
        "differences": differences,
    }


async def _run(session: AsyncSession, check: Check) -> list[Difference]:
    expected, found = check.expected.subquery(), check.found.subquery()
    left, right = sa.func.coalesce(expected.c.fen, 0), sa.func.coalesce(found.c.fen, 0)
    subject = sa.func.coalesce(expected.c.subject, found.c.subject)
    statement = (
        sa.select(subject, left, right)
        .select_from(expected.join(found, expected.c.subject == found.c.subject, full=True))
        .where(left != right)
        .order_by(subject)
        .limit(1000)
    )
    return [Difference(check.what, str(name), int(a), int(b)) for name, a, b in await session.execute(statement)]


def _figures(*subject: Any, fen: Any, groups: bool = False) -> sa.Select[Any]:
    """A select of (subject, fen), summed by subject where there are ``groups``."""
    name = sa.func.concat_ws("/", *(sa.cast(part, sa.Text) for part in subject)).label("subject")
    statement = sa.select(name, (sa.func.sum(fen) if groups else sa.cast(fen, sa.BigInteger)).label("fen"))
    return statement.group_by(name) if groups else statement


def _transactions(scope: Scope) -> Check:
    zero = _figures(LedgerTransaction.id, fen=sa.literal(0))
    sums = _figures(LedgerPosting.transaction_id, fen=LedgerPosting.amount_fen, groups=True).join(
        LedgerTransaction, LedgerTransaction.id == LedgerPosting.transaction_id
    )
    return Check("transaction.balance", scope(zero, LedgerTransaction), scope(sums, LedgerTransaction))


def _balances(scope: Scope) -> Check:
    replayed = _figures(LedgerPosting.account_id, fen=LedgerPosting.amount_fen, groups=True).join(
        LedgerAccount, LedgerAccount.id == LedgerPosting.account_id
    )
    kept = _figures(LedgerAccount.id, fen=LedgerAccount.balance_fen)
    return Check("account.balance", scope(replayed, LedgerAccount), scope(kept, LedgerAccount))


def _never_negative(scope: Scope) -> Check:
    balance_fen = LedgerAccount.balance_fen
    natural = sa.case((LedgerAccount.place == "appropriation", -balance_fen), else_=balance_fen)
    kept = scope(_figures(LedgerAccount.id, fen=natural), LedgerAccount)
    floored = scope(_figures(LedgerAccount.id, fen=sa.func.greatest(natural, 0)), LedgerAccount)
    return Check("account.negative", floored, kept)


def _appropriations(scope: Scope) -> Check:
    said = _figures(Appropriation.round_id, fen=Appropriation.amount_fen)
    booked = _figures(LedgerAccount.round_id, fen=-LedgerAccount.balance_fen)
    booked = booked.where(LedgerAccount.place == "appropriation")
    return Check("appropriation", scope(said, Appropriation), scope(booked, LedgerAccount))


def _changes(scope: Scope) -> Check:
    """Whatever moved a round's money as a whole has its change on record, and the other way round."""
    said = _figures(AppropriationChange.transaction_id, fen=AppropriationChange.amount_fen)
    booked = _figures(LedgerTransaction.id, fen=LedgerPosting.amount_fen, groups=True)
    booked = booked.join(LedgerPosting, LedgerPosting.transaction_id == LedgerTransaction.id)
    booked = booked.where(LedgerTransaction.event.in_(ROUND_EVENTS), LedgerPosting.amount_fen > 0)
    return Check("appropriation.changes", scope(said, AppropriationChange), scope(booked, LedgerTransaction))


def _awards(scope: Scope) -> Check:
    """Where the ledger has each award's money, against where its status and its instalments say it is."""
    whole = _figures(Award.id, Award.status, fen=Award.amount_fen).where(Award.status.in_(("reserved", "committed")))
    parts = _figures(
        Instalment.award_id, sa.case(STANDS_IN, value=Instalment.status), fen=Instalment.amount_fen, groups=True
    ).where(Instalment.status != "cancelled")
    said = sa.union_all(scope(whole, Award), scope(parts, Instalment)).subquery()
    place = sa.case((LedgerAccount.place.in_(RECEIVED), "paid"), else_=LedgerAccount.place)
    booked = _figures(LedgerAccount.award_id, place, fen=LedgerAccount.balance_fen, groups=True)
    booked = booked.where(LedgerAccount.award_id.is_not(None))
    return Check("award.money", sa.select(said.c.subject, said.c.fen), scope(booked, LedgerAccount))


def _reclaimed(scope: Scope) -> Check:
    """What each award's recoveries say is owed, back and written off is what the ledger says; and of a revoked award
    the payee keeps only what was claimed by mistake."""
    counted = Recovery.status != "reversed"
    owed_fen = Recovery.amount_fen - Recovery.repaid_fen - Recovery.written_off_fen - Recovery.forgiven_fen
    figures = {"recoverable": owed_fen, "recovered": Recovery.repaid_fen, "written_off": Recovery.written_off_fen}
    said = [
        scope(_figures(Recovery.award_id, sa.literal(place), fen=fen, groups=True).where(counted), Recovery)
        for place, fen in figures.items()
    ]
    kept = _figures(Recovery.award_id, sa.literal("paid"), fen=Recovery.amount_fen, groups=True)
    kept = kept.join(Award, Award.id == Recovery.award_id).where(Award.status.in_(TAKEN_BACK))
    said.append(scope(kept.where(Recovery.status == "reversed", Recovery.ground == "revoked"), Recovery))
    expected = sa.union_all(*said).subquery()
    taken_back = sa.and_(LedgerAccount.place == "paid", Award.status.in_(TAKEN_BACK))
    left = _figures(LedgerAccount.award_id, LedgerAccount.place, fen=LedgerAccount.balance_fen)
    left = left.join(Award, Award.id == LedgerAccount.award_id)
    left = left.where(sa.or_(LedgerAccount.place.in_(figures), taken_back))
    return Check("award.reclaimed", sa.select(expected.c.subject, expected.c.fen), scope(left, LedgerAccount))


def _repayments(scope: Scope) -> Check:
    """What came back of each recovery is the sum of its confirmed repayments."""
    confirmed = _figures(Repayment.recovery_id, fen=Repayment.amount_fen, groups=True)
    confirmed = confirmed.where(Repayment.status == "confirmed")
    kept = _figures(Recovery.id, fen=Recovery.repaid_fen)
    return Check("recovery.repaid", scope(confirmed, Repayment), scope(kept, Recovery))


def _payments(scope: Scope) -> Check:
    """Each award's payments in the ledger are what the bank confirmed, instruction by instruction."""
    confirmed = (
        _figures(Instalment.award_id, fen=Instruction.amount_fen, groups=True)
        .join(Instalment, Instalment.id == Instruction.instalment_id)
        .where(Instruction.result == "paid")
    )
    booked = _figures(LedgerAccount.award_id, fen=LedgerAccount.balance_fen, groups=True)
    booked = booked.where(LedgerAccount.place.in_(RECEIVED))
    return Check("award.payments", scope(confirmed, Instalment), scope(booked, LedgerAccount))


def _batches(scope: Scope) -> Check:
    """A batch's control sum is the sum of its instructions."""
    lines = _figures(Instruction.batch_id, fen=Instruction.amount_fen, groups=True)
    lines = lines.join(Batch, Batch.id == Instruction.batch_id)
    return Check("batch.sum", scope(lines, Batch), scope(_figures(Batch.id, fen=Batch.sum_fen), Batch))


def _expenses(scope: Scope) -> Check:
    """An expense is the sum of what stands on the lines."""
    parts = _figures(ExpensePart.expense_id, fen=ExpensePart.amount_fen, groups=True)
    parts = parts.join(Expense, Expense.id == ExpensePart.expense_id)
    return Check("expense.parts", scope(parts, Expense), scope(_figures(Expense.id, fen=Expense.amount_fen), Expense))


def _spent(scope: Scope) -> Check:
    """No more was accepted than the payee received, while the award stands."""
    received = sa.select(LedgerAccount.balance_fen).where(
        LedgerAccount.award_id == Award.id, LedgerAccount.place == "paid"
    )
    accepted = _figures(Award.id, fen=Expense.amount_fen, groups=True).join(Award, Award.id == Expense.award_id)
    accepted = accepted.where(Expense.status == "accepted", Award.status.in_(SPENDING)).group_by(Award.id)
    most = sa.func.coalesce(received.correlate(Award).scalar_subquery(), 0)
    name = sa.cast(Award.id, sa.Text).label("subject")
    whole = sa.func.sum(Expense.amount_fen)
    capped = sa.select(name, sa.func.least(whole, most).label("fen")).join(Award, Award.id == Expense.award_id)
    capped = capped.where(Expense.status == "accepted", Award.status.in_(SPENDING)).group_by(Award.id)
    return Check("expense.received", scope(capped, Award), scope(accepted, Award))


def _unspent(scope: Scope) -> Check:
    """What accepted final accounts left is what was claimed on that ground."""
    said = _figures(FinalAccount.award_id, fen=FinalAccount.unspent_fen).where(FinalAccount.status == "accepted")
    claimed = _figures(Recovery.award_id, fen=Recovery.amount_fen, groups=True)
    claimed = claimed.where(Recovery.ground == "unspent", Recovery.status != "reversed")
    return Check("final_account.unspent", scope(said, FinalAccount), scope(claimed, Recovery))


CHECKS = (
    _transactions,
    _balances,
    _never_negative,
    _appropriations,
    _changes,
    _awards,
    _reclaimed,
    _payments,
    _batches,
    _expenses,
    _spent,
    _repayments,
    _unspent,
)
"""Whatever must agree. A noun whose money can disagree with the ledger adds its own."""
