"""A round's payments by ledger and by bank (余额调节)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import BankStatementLine, Batch, Instruction, OutstandingItem
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.queries import within


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A round's payments to the end of a day (余额调节): what the ledger says was paid, what the bank booked (out less
    in), and what stands between them, instruction by instruction. All in fen."""

    ledger_fen: int
    bank_fen: int
    ledger_only_fen: int
    bank_only_fen: int
    open_items: int
    open_items_fen: int

    @property
    def balanced(self) -> bool:
        """The differences explain the whole distance."""
        return self.ledger_fen + self.bank_only_fen == self.bank_fen + self.ledger_only_fen


async def reconcile(session: AsyncSession, round_id: UUID, until: datetime, actor: Actor) -> Reconciliation:
    """The round's payments by ledger and by bank before ``until``."""
    ledger, bank, ledger_only, bank_only = await both(session, Batch.round_id == round_id, None, until)
    waiting = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(OutstandingItem.amount_fen), 0)).where(
        OutstandingItem.status == "open",
        within(OutstandingItem.division, actor.division),
        OutstandingItem.since < until,
        sa.or_(OutstandingItem.round_id == round_id, OutstandingItem.round_id.is_(None)),
    )
    count, fen = (await session.execute(waiting)).one()
    return Reconciliation(ledger, bank, ledger_only, bank_only, count, int(fen))


async def both(
    session: AsyncSession, which: sa.ColumnElement[bool], since: date | None, until: datetime
) -> tuple[int, int, int, int]:
    """What ledger and bank say was paid of these instructions, and what only the one or the other says, in fen. What
    the bank booked before ``since`` counts for neither: it is in the balance of that day."""
    paid = sa.case(
        (sa.and_(Instruction.result == "paid", Instruction.answered_at < until), Instruction.amount_fen), else_=0
    )
    signed = sa.case(
        (BankStatementLine.direction == "out", BankStatementLine.amount_fen), else_=-BankStatementLine.amount_fen
    )
    day, first = BankStatementLine.booked_on, since or date.min
    own = sa.select(sa.func.coalesce(sa.func.sum(signed), 0)).where(BankStatementLine.instruction_id == Instruction.id)
    before = own.where(day < first).scalar_subquery()
    booked = own.where(day >= first, day < until.astimezone(SHANGHAI).date()).scalar_subquery()
    each = sa.select((paid - before).label("ledger"), booked.label("bank")).join(
        Batch, Batch.id == Instruction.batch_id
    )
    rows = each.where(which).subquery()
    gap = rows.c.ledger - rows.c.bank
    total = sa.select(
        *(
            sa.func.coalesce(sa.func.sum(column), 0)
            for column in (rows.c.ledger, rows.c.bank, sa.func.greatest(gap, 0), sa.func.greatest(-gap, 0))
        )
    )
    ledger, bank, ledger_only, bank_only = (int(fen) for fen in (await session.execute(total)).one())
    return ledger, bank, ledger_only, bank_only
