"""Money that comes in on a paying account and names what must come back: proposed as its repayment, confirmed by another
person than who brought the statement (``recovery.confirm``)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import BankStatementLine, KnownRound, OutstandingItem, PayingAccount, Recovery, Repayment
from services.funding.rules.bank_statement import Line, Owed, Registered
from services.funding.usecases import item, recovery
from shared.actor import Actor
from shared.queries import among, within


async def owed(session: AsyncSession, account: PayingAccount, lines: Sequence[Line]) -> dict[str, Owed]:
    """The recoveries that incoming lines name, by number: of rounds of the account's division."""
    numbers = {line.pays_back for line in lines} - {None}
    if not numbers:
        return {}
    rows = sa.select(Recovery).join(KnownRound, KnownRound.id == Recovery.round_id)
    rows = rows.where(among(Recovery.number, numbers), within(KnownRound.division, account.division))
    return {
        one.number: Owed(one.id, one.round_id, one.facts(await queries.pending(session, one.id)))
        for one in await session.scalars(rows.order_by(Recovery.id))
    }


async def registered(session: AsyncSession, lines: Sequence[Line]) -> dict[str, Registered]:
    """What was registered with the references of these lines."""
    live = sa.select(Repayment).where(
        among(Repayment.reference, {line.movement for line in lines if line.pays_back}), Repayment.status != "rejected"
    )
    return {
        one.reference: Registered(one.recovery_id, one.amount_fen, one.bank_line_id is not None)
        for one in await session.scalars(live)
    }


async def match(
    session: AsyncSession, item_id: UUID, recovery_id: UUID, reason: str, actor: Actor, now: datetime
) -> OutstandingItem:
    """A person says that an outstanding line pays this recovery back: registered, and confirmed by another."""
    found, line = await item.pay_back(session, item_id, recovery_id, reason, actor, now)
    await recovery.repay(session, recovery_id, line, actor, now)
    return found


async def propose(
    session: AsyncSession, named: Sequence[tuple[Owed, BankStatementLine]], actor: Actor, now: datetime
) -> None:
    """What a statement's lines pay back is registered by whoever brought it."""
    for one, line in sorted(named, key=lambda pair: pair[0].recovery_id):
        await recovery.repay(session, one.recovery_id, line, actor, now)
