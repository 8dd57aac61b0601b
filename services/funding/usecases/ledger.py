"""The ledger: the only place that books money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import LedgerAccount, LedgerPosting, LedgerTransaction
from services.funding.rules import ledger as rules
from services.funding.rules.budget import BudgetFacts
from services.funding.rules.ledger import Account, Booking, Posting
from shared.db import new_id
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking and what it is about."""

    booking: Booking
    round_id: UUID
    award_id: UUID | None = None
    instalment_id: UUID | None = None
    reverses_id: UUID | None = None
    reason: str | None = None


async def post(session: AsyncSession, *entries: Entry) -> list[UUID]:
    """Book the entries; returns the ids of their ledger transactions. The database refuses what would not balance or
    would take an account below zero."""
    if not entries:
        return []
    accounts = await _locked(session, {p.account for entry in entries for p in entry.booking.postings})
    transactions, postings = [], []
    for entry in entries:
        key = new_id()
        transactions.append({
            "id": key, "round_id": entry.round_id, "award_id": entry.award_id, "instalment_id": entry.instalment_id,
            "event": entry.booking.event, "reverses_id": entry.reverses_id, "reason": entry.reason,
            "actor": session.info["actor"], "business_time": session.info["now"]})  # fmt: skip
        # debits first: what arrives in a place may leave it again in the same breath
        postings += [
            {"transaction_id": key, "account_id": accounts[posting.account], "amount_fen": posting.amount_fen}
            for posting in sorted(entry.booking.postings, key=lambda side: -side.amount_fen)
        ]
    await session.execute(sa.insert(LedgerTransaction), transactions)
    await session.execute(sa.insert(LedgerPosting), postings)
    return [row["id"] for row in transactions]


async def _locked(session: AsyncSession, accounts: set[Account]) -> dict[Account, UUID]:
    """The ids of these accounts, made where missing, locked in the order of :attr:`Account.key`."""
    ordered = sorted(accounts, key=lambda account: account.key)
    found = await _find(session, ordered)
    missing = [account for account in ordered if account not in found]
    if missing:
        rows = [{"id": new_id(), "round_id": a.round_id, "award_id": a.award_id, "place": a.place} for a in missing]
        statement = sa.dialects.postgresql.insert(LedgerAccount).on_conflict_do_nothing()
        await session.execute(statement, rows)
        found = await _find(session, ordered)
    return found


async def _find(session: AsyncSession, accounts: Iterable[Account]) -> dict[Account, UUID]:
    table = LedgerAccount
    wanted = sa.or_(
        *(
            sa.and_(
                table.round_id == a.round_id, table.award_id.is_not_distinct_from(a.award_id), table.place == a.place
            )
            for a in accounts
        )
    )
    statement = (
        sa.select(table.id, table.place, table.round_id, table.award_id)
        .where(wanted)
        .order_by(table.round_id, table.award_id.nulls_first(), table.place)
        .with_for_update()
    )
    return {Account(place, r, award): key for key, place, r, award in await session.execute(statement)}


async def reverse(session: AsyncSession, transaction_id: UUID, reason: str) -> UUID:
    """Correct a booking by its linked reversal, once. Raises NotFound when there is no such booking."""
    original = await session.get(LedgerTransaction, transaction_id)
    if original is None:
        raise NotFound("ledger_transaction")
    rows = await session.execute(
        sa.select(LedgerAccount.place, LedgerAccount.round_id, LedgerAccount.award_id, LedgerPosting.amount_fen)
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .where(LedgerPosting.transaction_id == transaction_id)
    )
    booking = Booking(original.event, tuple(Posting(Account(p, r, a), amount) for p, r, a, amount in rows))
    entry = Entry(
        rules.reverse(booking), original.round_id, original.award_id, original.instalment_id, original.id, reason
    )
    return (await post(session, entry))[0]


async def last(session: AsyncSession, instalment_id: UUID, event: str) -> UUID:
    """The newest booking of this event for an instalment that is not reversed."""
    reversal = sa.orm.aliased(LedgerTransaction)
    found = await session.scalar(
        sa.select(LedgerTransaction.id)
        .where(LedgerTransaction.instalment_id == instalment_id, LedgerTransaction.event == event)
        .where(~sa.exists().where(reversal.reverses_id == LedgerTransaction.id))
        .order_by(LedgerTransaction.id.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound("ledger_transaction")
    return found


async def budget(session: AsyncSession, round_id: UUID) -> BudgetFacts:
    """A round's budget, its accounts locked until the transaction ends: reservations of one round take turns."""
    statement = (
        sa.select(LedgerAccount.place, LedgerAccount.balance_fen)
        .where(LedgerAccount.round_id == round_id, LedgerAccount.award_id.is_(None))
        .order_by(LedgerAccount.place)
        .with_for_update()
    )
    found = {place: rules.natural(place, balance) for place, balance in await session.execute(statement)}
    return BudgetFacts(found.get("appropriation", 0), found.get("available", 0))


async def balances(session: AsyncSession, round_id: UUID, award_id: UUID | None = None) -> dict[str, int]:
    """What stands in every place of the chart, in fen as people read it: of one award, or of the whole round."""
    statement = sa.select(LedgerAccount.place, sa.func.sum(LedgerAccount.balance_fen)).group_by(LedgerAccount.place)
    statement = statement.where(LedgerAccount.round_id == round_id)
    if award_id:
        statement = statement.where(LedgerAccount.award_id == award_id)
    found = {place: int(balance) for place, balance in await session.execute(statement)}
    return {place: rules.natural(place, found.get(place, 0)) for place in _places(award_id)}


def _places(award_id: UUID | None) -> Sequence[str]:
    return [name for name, place in rules.CHART.items() if place.of == "award" or award_id is None]
