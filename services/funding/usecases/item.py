"""Outstanding items: opened where ledger, instruction and bank do not agree, closed by a person or the bank's word."""

from collections.abc import Collection, Sequence
from datetime import datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import BankStatementLine, Batch, Instruction, KnownRound, OutstandingItem, PayingAccount
from services.funding.rules import item as rules
from services.funding.rules.item import Counterpart
from shared.actor import SYSTEM, Actor
from shared.clock import SHANGHAI
from shared.contracts.funding import ItemExplained, ItemMatched, ItemOpened, OfItem
from shared.db import load, new_id
from shared.errors import NotFound
from shared.outbox import publish
from shared.queries import among, within


async def open_(session: AsyncSession, items: Sequence[OutstandingItem]) -> None:
    """Put them into their queues. An item that names an instruction belongs to its round."""
    named = {item.instruction_id for item in items if item.instruction_id and item.round_id is None}
    of = sa.select(Instruction.id, Batch.round_id).join(Batch, Batch.id == Instruction.batch_id)
    rows = (await session.execute(of.where(among(Instruction.id, named)))).all() if named else []
    rounds = {row.id: row.round_id for row in rows}
    for item in items:
        item.round_id = item.round_id or (rounds.get(item.instruction_id) if item.instruction_id else None)
        item.id = item.id or new_id()
        item.status = rules.opened()
        publish(session, _event(ItemOpened, item))
    session.add_all(items)
    await session.flush()


async def match(
    session: AsyncSession, item_id: UUID, instruction_id: UUID, reason: str, actor: Actor, now: datetime
) -> OutstandingItem:
    """A person says with which instruction it agrees after all."""
    item, line = await _line_of(session, item_id, actor)
    seen = sa.select(Instruction).join(Batch).join(KnownRound, KnownRound.id == Batch.round_id)
    seen = seen.where(Instruction.id == instruction_id, within(KnownRound.division, actor.division))
    found = await session.scalar(seen)
    if found is None:
        raise NotFound("instruction")
    item.status = rules.match(item.facts, await _counterpart(session, found, line), actor)
    item.instruction_id = found.id
    if line:
        line.instruction_id, line.matched_by, line.matched_at = found.id, actor.id, now
        await book(session, {found.id}, now)
    _close(item, reason, actor, now)
    publish(session, _event(ItemMatched, item))
    return item


async def pay_back(
    session: AsyncSession, item_id: UUID, recovery_id: UUID, reason: str, actor: Actor, now: datetime
) -> tuple[OutstandingItem, BankStatementLine]:
    """A person says that an incoming line pays this recovery back; whoever calls this registers the repayment."""
    item, line = await _line_of(session, item_id, actor)
    item.status = rules.pay_back(item.facts, line.direction if line else "", actor)
    if line is None:
        raise NotFound("bank_statement_line")
    item.recovery_id, line.instruction_id = recovery_id, None
    _close(item, reason, actor, now)
    publish(session, _event(ItemMatched, item))
    return item, line


async def _line_of(
    session: AsyncSession, item_id: UUID, actor: Actor
) -> tuple[OutstandingItem, BankStatementLine | None]:
    """The item with its line, if any. The line's account is locked first, as by whoever brings its statement, so that
    no two lines become the same payment at once."""
    of = sa.select(BankStatementLine.paying_account_id).join(
        OutstandingItem, OutstandingItem.bank_line_id == BankStatementLine.id
    )
    if account_id := await session.scalar(of.where(OutstandingItem.id == item_id)):
        await load(session, PayingAccount, account_id, "paying_account")
    item = await _own(session, item_id, actor)
    return item, await _line(session, item.bank_line_id) if item.bank_line_id else None


async def _counterpart(session: AsyncSession, found: Instruction, line: BankStatementLine | None) -> Counterpart:
    if line is None:
        return Counterpart(found.amount_fen, found.result)
    other = sa.exists().where(
        BankStatementLine.instruction_id == found.id,
        BankStatementLine.direction == line.direction,
        BankStatementLine.id != line.id,
    )
    paid_from = sa.select(Batch.paying_account_id).where(Batch.id == found.batch_id)
    account_id = await session.scalar(paid_from)
    elsewhere = account_id not in (None, line.paying_account_id)
    shown = bool(await session.scalar(sa.select(other)))
    return Counterpart(found.amount_fen, found.result, line.direction, shown, elsewhere)


async def give_back(session: AsyncSession, line_id: UUID, round_id: UUID) -> None:
    """A line that was taken for a repayment is none: outstanding again."""
    line = await _line(session, line_id)
    account = await session.get_one(PayingAccount, line.paying_account_id)
    await open_(
        session,
        [
            OutstandingItem(
                division=account.division,
                round_id=round_id,
                queue="bank_statement",
                code="bank_statement.no_repayment",
                zh="入账曾登记为缴款，已退回",
                en="Money that came in was taken for a repayment, and rejected",
                reference=line.reference or line.serial,
                amount_fen=line.amount_fen,
                since=datetime.combine(line.booked_on, time(), SHANGHAI),
                bank_line_id=line.id,
                recovery_id=line.recovery_id,
            )
        ],
    )
    line.recovery_id = line.matched_by = line.matched_at = None


async def _line(session: AsyncSession, line_id: UUID) -> BankStatementLine:
    return await load(session, BankStatementLine, line_id, "bank_statement_line")


async def explain(session: AsyncSession, item_id: UUID, reason: str, actor: Actor, now: datetime) -> OutstandingItem:
    """A person says what it was."""
    item = await _own(session, item_id, actor)
    item.status = rules.explain(item.facts, reason, actor)
    _close(item, reason, actor, now)
    publish(session, _event(ItemExplained, item))
    return item


async def go_unanswered(session: AsyncSession, batch_id: UUID, now: datetime) -> None:
    """The policy's days are over and the bank has not answered everything of a batch."""
    batch = await load(session, Batch, batch_id, "batch")
    if batch.status != "sent":  # its last answer came while this waited for the lock
        return
    known = await session.get_one(KnownRound, batch.round_id)
    waiting = sa.or_(Instruction.result.is_(None), Instruction.result == "unknown")
    missing = sa.select(sa.func.count(), sa.func.sum(Instruction.amount_fen)).where(
        Instruction.batch_id == batch.id, waiting
    )
    count, fen = (await session.execute(missing)).one()
    await open_(
        session,
        [
            OutstandingItem(
                division=known.division,
                round_id=known.id,
                queue="unanswered",
                code="batch.unanswered",
                reference=batch.file_name,
                zh=f"{count} 笔指令银行逾期未有结果",
                en=f"{count} instructions without the bank's result in time",
                amount_fen=int(fen or 0),
                since=batch.answer_due_at,
                batch_id=batch.id,
            )
        ],
    )


async def follow(
    session: AsyncSession, instructions: Collection[UUID], batches: Collection[UUID], now: datetime
) -> None:
    """What the bank's word settles by itself: doubts about instructions that were applied since, and batches that are
    answered in full, or void. Money that came back of what the bank then calls paid stays outstanding."""
    answered = sa.select(Batch.id).where(Batch.id.in_(batches), Batch.status.in_(("settled", "voided")))
    refund = sa.exists().where(
        BankStatementLine.id == OutstandingItem.bank_line_id,
        BankStatementLine.direction == "in",
        Instruction.id == OutstandingItem.instruction_id,
        Instruction.result == "paid",
    )
    statement = sa.select(OutstandingItem).where(
        OutstandingItem.status == "open",
        sa.or_(
            sa.and_(OutstandingItem.queue == "unanswered", OutstandingItem.batch_id.in_(answered)),
            sa.and_(OutstandingItem.queue == "answer", among(OutstandingItem.instruction_id, instructions)),
            sa.and_(
                OutstandingItem.code == "bank_statement.unanswered",
                ~refund,
                among(OutstandingItem.instruction_id, instructions),
            ),
        ),
    )
    await _settle(session, statement, now)


async def book(session: AsyncSession, instructions: Collection[UUID], now: datetime) -> None:
    """A statement shows these payments: nothing is missing of them any more."""
    statement = sa.select(OutstandingItem).where(
        OutstandingItem.status == "open",
        OutstandingItem.queue == "ledger",
        among(OutstandingItem.instruction_id, instructions),
    )
    await _settle(session, statement, now)


async def _settle(session: AsyncSession, statement: sa.Select[OutstandingItem], now: datetime) -> None:
    for item in await session.scalars(statement.order_by(OutstandingItem.id).with_for_update()):
        item.status = rules.match(item.facts, None, SYSTEM)
        _close(item, "", SYSTEM, now)
        publish(session, _event(ItemMatched, item))


async def _own(session: AsyncSession, item_id: UUID, actor: Actor) -> OutstandingItem:
    item = await load(session, OutstandingItem, item_id, "item")
    if not actor.covers(item.division):
        raise NotFound("item")
    return item


def _close(item: OutstandingItem, reason: str, actor: Actor, now: datetime) -> None:
    item.reason, item.closed_by, item.closed_at = reason or None, actor.id, now


def _event(kind: type[OfItem], item: OutstandingItem) -> OfItem:
    return kind(item_id=item.id, round_id=item.round_id, queue=item.queue, code=item.code, amount_fen=item.amount_fen)
