"""A paying account's balance by book and by bank (银行存款余额调节表)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import (
    BankStatement,
    BankStatementLine,
    Batch,
    Instruction,
    OutstandingItem,
    PayingAccount,
    Repayment,
)
from services.funding.queries.banks import paying_accounts
from services.funding.queries.reconciliation import both
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.queries import find


@dataclass(frozen=True, slots=True)
class AccountReconciliation:
    """Balances at the end of ``to_on``, in fen, and what stands between them."""

    paying_account_id: UUID
    from_on: date
    to_on: date
    opening_fen: int
    paid_fen: int
    recovered_fen: int
    ledger_only_fen: int
    bank_out_only_fen: int
    bank_in_only_fen: int
    bank_fen: int
    open_items: int
    open_items_fen: int

    @property
    def book_fen(self) -> int:
        """What stood there at first, less what the ledger paid, and what it took back."""
        return self.opening_fen - self.paid_fen + self.recovered_fen

    @property
    def difference_fen(self) -> int:
        """What even the outstanding movements do not explain."""
        between = self.ledger_only_fen - self.bank_out_only_fen + self.bank_in_only_fen
        return self.bank_fen - self.book_fen - between

    @property
    def balanced(self) -> bool:
        return self.difference_fen == 0


async def reconcile_account(session: AsyncSession, account_id: UUID, day: date, actor: Actor) -> AccountReconciliation:
    """From the first statement that carries balances to the last one by ``day``. Raises NotFound without any."""
    account = await find(session, paying_accounts(actor), PayingAccount, account_id, "paying_account")
    told = sa.select(BankStatement).where(
        BankStatement.paying_account_id == account.id,
        BankStatement.closing_fen.is_not(None),
        BankStatement.to_on <= day,
    )
    first = await session.scalar(told.order_by(BankStatement.from_on, BankStatement.id).limit(1))
    last = await session.scalar(told.order_by(BankStatement.to_on.desc(), BankStatement.id.desc()).limit(1))
    if first is None or last is None:
        raise NotFound("bank_statement")
    until = datetime.combine(last.to_on + timedelta(days=1), time(), SHANGHAI)
    own = Batch.paying_account_id == account.id
    paid, _bank, ledger_only, bank_only = await both(session, own, first.from_on, until)
    taken, came, went = await _without_instruction(session, account.id, first.from_on, until)
    count, fen = await _open(session, account.id, until)
    return AccountReconciliation(
        account.id,
        first.from_on,
        last.to_on,
        first.opening_fen or 0,
        paid,
        taken,
        ledger_only,
        bank_only + went,
        came,
        last.closing_fen or 0,
        count,
        fen,
    )


async def _without_instruction(
    session: AsyncSession, account_id: UUID, from_on: date, until: datetime
) -> tuple[int, int, int]:
    """Of the lines that no instruction explains: what the ledger took back, what else came in, what else went out."""
    back = sa.exists().where(
        Repayment.bank_line_id == BankStatementLine.id, Repayment.status == "confirmed", Repayment.decided_at < until
    )
    came = BankStatementLine.direction == "in"
    sums = (
        sa.func.coalesce(sa.func.sum(BankStatementLine.amount_fen).filter(which), 0)
        for which in (back, sa.and_(came, ~back), ~came)
    )
    lines = sa.select(*sums).where(
        BankStatementLine.paying_account_id == account_id,
        BankStatementLine.instruction_id.is_(None),
        BankStatementLine.booked_on >= from_on,
        BankStatementLine.booked_on < until.date(),
    )
    row = (await session.execute(lines)).one()
    return int(row[0]), int(row[1]), int(row[2])


async def _open(session: AsyncSession, account_id: UUID, until: datetime) -> tuple[int, int]:
    """How many outstanding items are about this account, and over what."""
    lines = sa.select(BankStatementLine.id).where(BankStatementLine.paying_account_id == account_id)
    batches = sa.select(Batch.id).where(Batch.paying_account_id == account_id)
    sent = sa.select(Instruction.id).where(Instruction.batch_id.in_(batches))
    items = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(OutstandingItem.amount_fen), 0)).where(
        OutstandingItem.status == "open",
        OutstandingItem.since < until,
        sa.or_(
            OutstandingItem.bank_line_id.in_(lines),
            OutstandingItem.batch_id.in_(batches),
            OutstandingItem.instruction_id.in_(sent),
        ),
    )
    count, fen = (await session.execute(items)).one()
    return int(count), int(fen)
