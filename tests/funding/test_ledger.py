"""The ledger in the database: what it refuses even to the owner of its tables, and what holds under concurrency.
What the service itself has no right to do is tried in ``test_rights.py``.

These tests commit: they use a database of their own.
"""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.funding.models import Appropriation, Award, KnownRound, LedgerAccount, LedgerPosting, LedgerTransaction
from services.funding.rules import ledger as rules
from services.funding.rules.budget import Papers
from services.funding.usecases import award, ledger, round
from services.funding.usecases.award import Proposal
from services.funding.usecases.verification import verify
from shared import clock as business
from shared.actor import Actor
from shared.contracts.policy_document import policy_document
from shared.db import Database, new_id
from shared.errors import NotFound
from tests.funding.factories import AMOUNT, CITY, TeamOf

BUREAU = Actor("bureau", frozenset({"bureau"}), division=CITY)


async def given_round(books: Database, amount_fen: int) -> UUID:
    round_id = uuid4()
    async with books.transaction() as session:
        session.add(KnownRound(id=round_id, name="r", year=2020, division=CITY, policy_document=policy_document({})))
        await session.flush()
        await round.set_appropriation(session, round_id, amount_fen, Papers("渝财预〔2020〕1号"), BUREAU)
    return round_id


async def reserve(books: Database, team: TeamOf, amount_fen: int = AMOUNT, number: int = 1) -> Award:
    async with books.transaction() as session:
        return await award.propose(session, Proposal(team.round_id, team.order_id, team.team_id, number, amount_fen))


async def run(books: Database, statement: str) -> None:
    async with books.transaction() as session:
        await session.execute(sa.text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_transactions set event = 'something else'",
        "update ledger_postings set amount_fen = amount_fen",
        "delete from ledger_transactions",
        "delete from ledger_postings",
        "truncate ledger_transactions cascade",
        "truncate ledger_postings",
        "truncate ledger_accounts cascade",
    ],
)
async def test_what_is_booked_is_never_changed_or_deleted(books: Database, owner: Database, statement: str) -> None:
    await given_round(books, 1_000)
    with pytest.raises(DBAPIError, match="append-only"):
        await run(owner, statement)


async def test_a_transaction_that_does_not_balance_is_refused_when_it_commits(books: Database) -> None:
    round_id = await given_round(books, 1_000)
    with pytest.raises(DBAPIError, match="does not balance: 2 postings, sum 1 fen"):
        async with books.transaction() as session:
            await book_raw(session, round_id, available=2, appropriation=-1)


async def test_a_transaction_without_postings_is_refused(books: Database) -> None:
    round_id = await given_round(books, 1_000)
    with pytest.raises(DBAPIError, match="0 postings"):
        async with books.transaction() as session:
            await book_raw(session, round_id)


async def test_postings_after_an_early_check_are_checked_too(books: Database) -> None:
    round_id = await given_round(books, 1_000)

    async def sneak() -> None:
        async with books.transaction() as session:
            key = await book_raw(session, round_id, available=2, appropriation=-2)
            await session.execute(sa.text("set constraints all immediate"))
            await add_postings(session, key, round_id, available=1)

    with pytest.raises(DBAPIError, match="does not balance"):
        await sneak()


async def test_a_booked_transaction_takes_no_further_postings(books: Database) -> None:
    round_id = await given_round(books, 1_000)
    async with books.reading() as session:
        key = await session.scalar(sa.select(LedgerTransaction.id))
    with pytest.raises(DBAPIError, match="takes no further postings"):
        async with books.transaction() as session:
            await add_postings(session, key, round_id, available=5, appropriation=-5)


async def test_no_balance_moves_without_a_posting(books: Database, owner: Database) -> None:
    await given_round(books, 1_000)
    for statement in (
        "update ledger_accounts set balance_fen = balance_fen + 1",
        "update ledger_accounts set place = 'available'",
        "delete from ledger_accounts",
        "insert into ledger_accounts (id, round_id, place, balance_fen)"
        " values (gen_random_uuid(), gen_random_uuid(), 'available', 5)",
    ):
        with pytest.raises(DBAPIError, match="only follows from postings"):
            await run(owner, statement)


async def test_no_account_goes_below_zero(books: Database) -> None:
    round_id = await given_round(books, 1_000)
    with pytest.raises(DBAPIError, match="never_negative"):
        async with books.transaction() as session:
            await book_raw(session, round_id, available=-1_001, appropriation=1_001)


async def test_a_posting_of_nothing_is_refused(books: Database) -> None:
    round_id = await given_round(books, 1_000)
    with pytest.raises(DBAPIError, match="something"):
        async with books.transaction() as session:
            await book_raw(session, round_id, available=0)


async def test_a_reversal_is_linked_and_happens_once(books: Database) -> None:
    round_id = await given_round(books, 1_000)
    async with books.transaction() as session:
        mistake = await book_raw(session, round_id, available=500, appropriation=-500)
    async with books.transaction() as session:
        await ledger.reverse(session, mistake, "重复记账")
    async with books.reading() as session:
        assert (await ledger.balances(session, round_id))["appropriation"] == 1_000
        reversal = await session.scalar(sa.select(LedgerTransaction).where(LedgerTransaction.reverses_id == mistake))
        assert (reversal.event, reversal.reason) == ("reverse", "重复记账")
    with pytest.raises(DBAPIError, match="reverses_id"):
        async with books.transaction() as session:
            await ledger.reverse(session, mistake, "again")
    with pytest.raises(NotFound):
        async with books.transaction() as session:
            await ledger.reverse(session, uuid4(), "unknown")


async def test_verification_finds_a_row_that_says_something_else_than_the_ledger(
    books: Database, owner: Database
) -> None:
    round_id = await given_round(books, 20_000_000)
    reserved = await reserve(books, TeamOf(round_id))
    lie = "update awards set amount_fen = amount_fen + 100"
    async with owner.transaction() as session:
        await session.execute(sa.text(lie))
        found = (await verify(session)).differences
        assert [(d.what, d.subject, d.expected_fen, d.found_fen) for d in found] == [
            ("award.money", f"{reserved.id}/reserved", AMOUNT + 100, AMOUNT)
        ]
        await session.execute(sa.text(lie.replace("+", "-")))
        await session.execute(sa.text("alter table ledger_accounts disable trigger guarded"))
        await session.execute(
            sa.text("update ledger_accounts set balance_fen = balance_fen + 7 where place = 'reserved'")
        )
        assert [d.what for d in (await verify(session)).differences] == ["account.balance", "award.money"]
        assert (await verify(session, uuid4())).differences == []
        await session.rollback()


async def test_parallel_reservations_never_overdraw_a_budget(books: Database) -> None:
    round_id = await given_round(books, 10 * AMOUNT + AMOUNT // 2)
    outcomes = await asyncio.gather(*(reserve(books, TeamOf(round_id)) for _ in range(40)))
    assert Counter(one.status for one in outcomes) == {"reserved": 10, "refused": 30}
    assert {one.short_fen for one in outcomes if one.status == "refused"} == {AMOUNT // 2}
    async with books.reading() as session:
        assert (await ledger.balances(session, round_id))["available"] == AMOUNT // 2


async def test_parallel_releases_and_reservations_of_one_round_wait_for_each_other(books: Database) -> None:
    round_id = await given_round(books, 5 * AMOUNT)
    teams = [TeamOf(round_id) for _ in range(5)]
    await asyncio.gather(*(reserve(books, team) for team in teams))

    async def leave(team: TeamOf) -> None:
        async with books.transaction() as session:
            await award.end(session, team.team_id, "team.withdrawn", await business.now(session))

    later = [TeamOf(round_id) for _ in range(5)]
    await asyncio.gather(*(leave(team) for team in teams), *(reserve(books, team) for team in later))
    async with books.reading() as session:
        places = await ledger.balances(session, round_id)
    assert places["available"] + places["reserved"] == 5 * AMOUNT


async def test_accounts_are_made_once_however_many_ask_first(books: Database) -> None:
    round_id = uuid4()
    async with books.transaction() as session:
        session.add(Appropriation(round_id=round_id, amount_fen=800, reason="八次下达"))

    async def book() -> None:
        async with books.transaction() as session:
            booking = rules.moved("raw", "appropriation", "available", round_id, None, 100)
            await ledger.post(session, ledger.Entry(booking, round_id))

    await asyncio.gather(*(book() for _ in range(8)))
    async with books.reading() as session:
        rows = await session.execute(
            sa.select(LedgerAccount.place, LedgerAccount.balance_fen).order_by(LedgerAccount.place)
        )
        assert [tuple(row) for row in rows] == [("appropriation", -800), ("available", 800)]


async def book_raw(session: Any, round_id: UUID, **sides: int) -> UUID:
    """A ledger transaction with these postings, past the rules."""
    key = new_id()
    values = {"id": key, "round_id": round_id, "event": "raw", "actor": "x", "business_time": session.info["now"]}
    await session.execute(sa.insert(LedgerTransaction), [values])
    if sides:
        await add_postings(session, key, round_id, **sides)
    return key


async def add_postings(session: Any, key: UUID | None, round_id: UUID, **sides: int) -> None:
    """Postings of one statement."""
    rows = await session.execute(
        sa.select(LedgerAccount.place, LedgerAccount.id).where(LedgerAccount.round_id == round_id)
    )
    ids = {row.place: row.id for row in rows}
    values = [{"transaction_id": key, "account_id": ids[place], "amount_fen": fen} for place, fen in sides.items()]
    await session.execute(sa.insert(LedgerPosting).values(values))
