"""The ledger: the only place that books money."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, LedgerAccount, LedgerPosting, LedgerTransaction
from services.funding.rules import ledger as rules
from services.funding.rules.budget import BudgetFacts
from services.funding.rules.ledger import Account, Booking, Posting
from shared.db import new_id
from shared.errors import NotFound
from shared.queries import among


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking and what it is about."""

    booking: Booking
    round_id: UUID
    award_id: UUID | None = None
    instalment_id: UUID | None = None
    reverses_id: UUID | None = None
    reason: str | None = None


def of_award(award: Award, event: str, amount_fen: int, reason: str | None) -> Entry:
    """What an event of an award as a whole books."""
    return Entry(rules.of_award(event, award.round_id, award.id, amount_fen), award.round_id, award.id, reason=reason)


_ACCOUNTS = sa.text("""
    with wanted as (
        select * from unnest(
            cast(:ids as uuid[]), cast(:rounds as uuid[]), cast(:awards as uuid[]), cast(:places as text[])
        ) as w (id, round_id, award_id, place)
    ), found as (
        select a.id, a.round_id, a.award_id, a.place from wanted w
          join ledger_accounts a on (a.round_id, a.award_id, a.place) = (w.round_id, w.award_id, w.place)
         union all
        select a.id, a.round_id, a.award_id, a.place from wanted w
          join ledger_accounts a on (a.round_id, a.place) = (w.round_id, w.place) and a.award_id is null
         where w.award_id is null
    ), made as (
        insert into ledger_accounts (id, round_id, award_id, place)
        select w.* from wanted w
         where not exists (select from found f where (f.round_id, f.place) = (w.round_id, w.place)
                              and f.award_id is not distinct from w.award_id)
        on conflict do nothing
        returning id, round_id, award_id, place
    )
    select * from found union all select * from made
""")
_BOOK = sa.text("""
    with opened as (
        insert into ledger_transactions
               (id, round_id, award_id, instalment_id, event, reverses_id, reason, actor, business_time)
        select t.*, cast(:actor as text), cast(:now as timestamptz) from unnest(
            cast(:ids as uuid[]), cast(:rounds as uuid[]), cast(:awards as uuid[]), cast(:instalments as uuid[]),
            cast(:events as text[]), cast(:reverses as uuid[]), cast(:reasons as text[])) as t
    )
    insert into ledger_postings (transaction_id, account_id, amount_fen)
    select * from unnest(cast(:transactions as uuid[]), cast(:accounts as uuid[]), cast(:amounts as bigint[]))
""")


async def post(session: AsyncSession, *entries: Entry) -> list[UUID]:
    """Book the entries, all in one statement; returns the ids of their ledger transactions. The database refuses what
    would not balance or would take an account below zero; it locks the accounts here, in one fixed order."""
    if not entries:
        return []
    accounts = await _accounts(session, {p.account for entry in entries for p in entry.booking.postings})
    keys = [new_id() for _entry in entries]
    sides = [(key, posting) for key, entry in zip(keys, entries, strict=True) for posting in entry.booking.postings]
    await session.execute(
        _BOOK,
        {
            "ids": keys,
            "rounds": [entry.round_id for entry in entries],
            "awards": [entry.award_id for entry in entries],
            "instalments": [entry.instalment_id for entry in entries],
            "events": [entry.booking.event for entry in entries],
            "reverses": [entry.reverses_id for entry in entries],
            "reasons": [entry.reason for entry in entries],
            "actor": session.info["actor"],
            "now": session.info["now"],
            "transactions": [key for key, _posting in sides],
            "accounts": [accounts[posting.account] for _key, posting in sides],
            "amounts": [posting.amount_fen for _key, posting in sides],
        },
    )
    return keys


async def _accounts(session: AsyncSession, accounts: set[Account]) -> dict[Account, UUID]:
    """The ids of these accounts, made where they are missing."""
    ordered = sorted(accounts, key=lambda account: account.key)
    wanted = {
        "ids": [new_id() for _account in ordered],
        "rounds": [account.round_id for account in ordered],
        "awards": [account.award_id for account in ordered],
        "places": [account.place for account in ordered],
    }
    found: dict[Account, UUID] = {}
    while len(found) < len(ordered):  # once more when another transaction made one of them at the same moment
        rows = await session.execute(_ACCOUNTS, wanted)
        found = {Account(place, round_id, award_id): key for key, round_id, award_id, place in rows}
    return found


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


async def reverse_last(session: AsyncSession, instalments: Collection[UUID], event: str, reason: str) -> None:
    """The newest booking of this event of each instalment is taken back by its linked reversal, all in one statement."""
    newest = (
        sa.select(LedgerTransaction.id)
        .ext(distinct_on(LedgerTransaction.instalment_id))
        .where(among(LedgerTransaction.instalment_id, instalments), LedgerTransaction.event == event)
        .order_by(LedgerTransaction.instalment_id, LedgerTransaction.id.desc())
    )
    rows = await session.execute(
        sa.select(LedgerTransaction, LedgerAccount, LedgerPosting.amount_fen)
        .join(LedgerPosting, LedgerPosting.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(LedgerTransaction.id.in_(newest))
    )
    sides: dict[LedgerTransaction, list[Posting]] = {}
    for told, account, amount_fen in rows:
        place = Account(account.place, account.round_id, account.award_id)
        sides.setdefault(told, []).append(Posting(place, amount_fen))
    await post(
        session,
        *(
            Entry(
                rules.reverse(Booking(event, tuple(postings))),
                one.round_id,
                one.award_id,
                one.instalment_id,
                one.id,
                reason,
            )
            for one, postings in sides.items()
        ),
    )


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


async def budget(session: AsyncSession, round_id: UUID, *, lock: bool = True) -> BudgetFacts:
    """A round's budget, its accounts locked until the transaction ends: reservations of one round take turns."""
    statement = (
        sa.select(LedgerAccount.place, LedgerAccount.balance_fen)
        .where(LedgerAccount.round_id == round_id, LedgerAccount.award_id.is_(None))
        .order_by(LedgerAccount.place)
    )
    rows = await session.execute(statement.with_for_update(key_share=True) if lock else statement)
    found = {place: rules.natural(place, balance) for place, balance in rows}
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
