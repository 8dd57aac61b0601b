"""Migrations that move what is in the tables: filled at the revision before, upgraded, and verified."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.funding.usecases.verification import verify
from shared.db import Database
from shared.migrations import migrate
from shared.service import Service
from tests.shared.test_migrations import new_database

EMPTY = {
    "uuid": "gen_random_uuid()",
    "text": "'x'",
    "bigint": "1",
    "integer": "1",
    "ARRAY": "'{}'",
    "boolean": "false",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "jsonb": "'{}'",
}


class Books:
    """The ledger of an earlier revision, written as that revision's tables were."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.round_id = connection, uuid4()
        self.accounts: dict[tuple[str, UUID | None], UUID] = {}

    async def insert(self, table: str, **given: Any) -> UUID:
        """One row; whatever must be there and is not given is filled with something of its type."""
        columns = await self.connection.fetch(
            "select column_name, data_type from information_schema.columns where table_name = $1 and is_nullable = 'NO'"
            " and column_default is null and is_identity = 'NO'",
            table,
        )
        given = {"id": uuid4(), **given}
        values = {row["column_name"]: EMPTY[row["data_type"]] for row in columns}
        values |= {name: f"${number}" for number, name in enumerate(given, 1)}
        names, shown = ", ".join(values), ", ".join(values.values())
        statement = f"insert into {table} ({names}) values ({shown}) returning id"  # noqa: S608  our own names
        made: UUID = await self.connection.fetchval(statement, *given.values())
        return made

    async def account(self, place: str, award: UUID | None) -> UUID:
        if (place, award) not in self.accounts:
            self.accounts[place, award] = await self.insert(
                "ledger_accounts", place=place, round_id=self.round_id, award_id=award
            )
        return self.accounts[place, award]

    async def book(self, event: str, award: UUID | None, amount_fen: int, to: str, out: str) -> None:
        ends = [
            await self.account(place, award if place not in ("available", "appropriation") else None)
            for place in (to, out)
        ]
        async with self.connection.transaction():
            key = await self.insert("ledger_transactions", round_id=self.round_id, award_id=award, event=event)
            await self.connection.execute(
                "insert into ledger_postings (transaction_id, account_id, amount_fen) values ($1, $2, $3), ($1, $4, $5)",
                key,
                ends[0],
                amount_fen,
                ends[1],
                -amount_fen,
            )

    async def award(self, status: str, paid_fen: int, claimed_fen: int, back_fen: int) -> UUID:
        """What it came to before recoveries were rows: paid, claimed back, and what of that came."""
        made = await self.insert("awards", round_id=self.round_id, status=status, amount_fen=paid_fen)
        await self.book("pay", made, paid_fen, "paid", "available")
        if claimed_fen:
            await self.book("claim_back", made, claimed_fen, "recoverable", "paid")
        if back_fen:
            await self.book("recover", made, back_fen, "recovered", "recoverable")
        return made


@pytest.fixture
async def before(postgres_url: str, service: Service) -> AsyncIterator[tuple[str, Books]]:
    """A database at revision 0013 with a round of 1,000 fen."""
    url = await new_database(postgres_url, "funding_at_0013")
    await migrate(service, url, to="0013")
    connection = await asyncpg.connect(url)
    try:
        books = Books(connection)
        await books.book("appropriate", None, 1_000, "available", "appropriation")
        yield url, books
    finally:
        await connection.close()


async def test_what_was_claimed_before_recoveries_had_rows_has_one(before: tuple[str, Books], service: Service) -> None:
    """Opened, partly back, wholly back; who owed nothing has none. What the rows say is what the ledger says."""
    url, books = before
    owing = await books.award("revoked", 100, 100, 0)
    partly = await books.award("revoked", 100, 100, 40)
    recovered = await books.award("recovered", 70, 70, 70)
    await books.award("settled", 50, 0, 0)
    await migrate(service, url)
    rows = await books.connection.fetch("select * from recoveries")
    told = {
        row["award_id"]: (row["status"], row["amount_fen"], row["repaid_fen"], row["written_off_fen"]) for row in rows
    }
    assert told == {owing: ("opened", 100, 0, 0), partly: ("partly", 100, 40, 0), recovered: ("recovered", 70, 70, 0)}
    assert {row["award_id"] for row in rows if row["next_due_on"]} == {owing, partly}
    assert {row["ground"] for row in rows} == {"revoked"}
    bookings = await books.connection.fetch("select id, award_id from ledger_transactions where event = 'claim_back'")
    assert {row["award_id"]: row["transaction_id"] for row in rows} == {row["award_id"]: row["id"] for row in bookings}
    paid_back = await books.connection.fetch("select award_id, amount_fen, status, registered_by from repayments")
    assert {tuple(row) for row in paid_back} == {
        (partly, 40, "confirmed", "system"),
        (recovered, 70, "confirmed", "system"),
    }
    database = Database(url, service=service.name)
    async with database.reading() as session:
        found = {difference.what for difference in (await verify(session)).differences}
    await database.close()
    assert not found & {"award.reclaimed", "recovery.repaid", "account.balance", "transaction.balance"}


async def test_tables_without_such_money_stay_empty(before: tuple[str, Books], service: Service) -> None:
    url, books = before
    await migrate(service, url)
    assert await books.connection.fetchval("select count(*) from recoveries") == 0
    assert await books.connection.fetchval("select count(*) from repayments") == 0
