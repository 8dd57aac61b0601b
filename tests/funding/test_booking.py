"""What the ledger's use cases say and write: reversals with all that they reverse, the newest booking of an instalment,
budgets and balances of one round beside another."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.funding.models import LedgerAccount, LedgerTransaction
from services.funding.rules import ledger as rules
from services.funding.rules.budget import BudgetFacts
from services.funding.usecases import ledger
from shared.db import Database
from shared.errors import NotFound
from tests.funding.factories import TeamOf
from tests.funding.test_ledger import AMOUNT, given_round, reserve


async def book(books: Database, *entries: ledger.Entry) -> list[UUID]:
    async with books.transaction() as session:
        return await ledger.post(session, *entries)


async def written(books: Database, key: UUID) -> dict[str, Any]:
    """A booking as it stands: what it is about, and its postings by place."""
    columns = ("round_id", "award_id", "instalment_id", "event", "reverses_id", "reason", "actor")
    async with books.reading() as session:
        row = await session.get_one(LedgerTransaction, key)
        sides = await session.execute(
            sa.text(
                "select a.place, a.award_id, p.amount_fen from ledger_postings p"
                " join ledger_accounts a on a.id = p.account_id where p.transaction_id = :key"
            ),
            {"key": key},
        )
        return {**{name: getattr(row, name) for name in columns}, "sides": {tuple(side) for side in sides}}


def entry(award: Any, before: str, after: str, event: str, part: UUID) -> ledger.Entry:
    booking = rules.of_instalment(event, before, after, award.round_id, award.id, 700)
    assert booking
    return ledger.Entry(booking, award.round_id, award.id, part, reason="依据")


@pytest.fixture
async def award(books: Database) -> Any:
    """An award whose money is promised; a test leaves it so."""
    made = await reserve(books, TeamOf(await given_round(books, 20_000_000)))
    await book(books, ledger.Entry(rules.of_award("commit", made.round_id, made.id, AMOUNT), made.round_id, made.id))
    yield made
    async with books.transaction() as session:
        await session.execute(sa.text("update awards set status = 'committed'"))


async def test_a_booking_keeps_what_it_is_about(books: Database, award: Any) -> None:
    part = uuid4()
    (key,) = await book(books, entry(award, "requested", "approved", "approve", part))
    assert await written(books, key) == {
        "round_id": award.round_id,
        "award_id": award.id,
        "instalment_id": part,
        "event": "approve",
        "reverses_id": None,
        "reason": "依据",
        "actor": "system",
        "sides": {("payable", award.id, 700), ("committed", award.id, -700)},
    }
    async with books.transaction() as session:
        back = await ledger.reverse(session, key, "退回")
    assert await written(books, back) == {
        "round_id": award.round_id,
        "award_id": award.id,
        "instalment_id": part,
        "event": "reverse",
        "reverses_id": key,
        "reason": "退回",
        "actor": "system",
        "sides": {("payable", award.id, -700), ("committed", award.id, 700)},
    }


async def test_a_reversal_of_a_rounds_booking_touches_no_award(books: Database) -> None:
    round_id = await given_round(books, 1_000)
    async with books.transaction() as session:
        key = await session.scalar(sa.select(LedgerTransaction.id).where(LedgerTransaction.round_id == round_id))
        back = await ledger.reverse(session, key, "误记")
        assert (await ledger.balances(session, round_id))["available"] == 0
        await ledger.reverse(session, back, "无误")
    assert (await written(books, back))["sides"] == {("available", None, -1_000), ("appropriation", None, 1_000)}
    with pytest.raises(NotFound) as refusal:
        async with books.transaction() as session:
            await ledger.reverse(session, uuid4(), "x")
    assert [reason.code for reason in refusal.value.reasons] == ["ledger_transaction.not_found"]


async def test_the_newest_booking_that_still_stands_is_found(books: Database, award: Any) -> None:
    part, other = uuid4(), uuid4()
    there, back = ("requested", "approved", "approve"), ("approved", "held", "hold")
    first, held, second, foreign = await book(
        books,
        entry(award, *there, part),
        entry(award, *back, part),
        entry(award, *there, part),
        entry(award, *there, other),
    )
    async with books.transaction() as session:
        assert await ledger.last(session, part, "approve") == second
        assert await ledger.last(session, other, "approve") == foreign
        await ledger.reverse(session, second, "x")
        assert await ledger.last(session, part, "approve") == first
        await ledger.reverse(session, foreign, "x")
        for key, event in ((other, "approve"), (part, "return")):
            with pytest.raises(NotFound) as refusal:
                await ledger.last(session, key, event)
            assert [reason.code for reason in refusal.value.reasons] == ["ledger_transaction.not_found"]
        for key in (held, first):
            await ledger.reverse(session, key, "x")


async def test_a_budget_is_of_its_round_alone(books: Database, award: Any) -> None:
    other = await given_round(books, 5_000)
    async with books.transaction() as session:
        assert await ledger.budget(session, award.round_id) == BudgetFacts(20_000_000, 20_000_000 - AMOUNT)
        assert await ledger.budget(session, other) == BudgetFacts(5_000, 5_000)
        assert await ledger.budget(session, uuid4()) == BudgetFacts(0, 0)


async def test_a_budget_that_was_read_is_nobody_elses_until_the_end(books: Database, award: Any) -> None:
    waits = sa.select(LedgerAccount.id).where(
        LedgerAccount.round_id == award.round_id, LedgerAccount.place == "available"
    )
    async with books.transaction() as session, books.transaction() as other:
        await ledger.budget(session, award.round_id)
        assert (await other.scalars(waits.with_for_update(key_share=True, skip_locked=True))).all() == []
        assert len((await other.scalars(waits.with_for_update(read=True, key_share=True))).all()) == 1


async def test_balances_name_every_place_also_the_empty_ones(books: Database, award: Any) -> None:
    await given_round(books, 5_000)
    async with books.reading() as session:
        of_round = await ledger.balances(session, award.round_id)
        of_award = await ledger.balances(session, award.round_id, award.id)
    empty = dict.fromkeys(rules.CHART, 0)
    assert of_round == {**empty, "appropriation": 20_000_000, "available": 20_000_000 - AMOUNT, "committed": AMOUNT}
    assert of_award == {**{place: 0 for place in empty if rules.CHART[place].of == "award"}, "committed": AMOUNT}


async def test_nothing_to_book_writes_nothing(books: Database) -> None:
    assert await book(books) == []
    async with books.reading() as session:
        assert await session.scalar(sa.select(sa.func.count(LedgerTransaction.id))) == 0
