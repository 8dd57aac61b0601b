"""What PostgreSQL itself refuses to the role that the service logs in as, whatever its code does."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.funding.models import LedgerTransaction
from shared.db import Database
from tests.funding.factories import TeamOf
from tests.funding.test_ledger import add_postings, book_raw, given_round, reserve, run


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_transactions set event = 'something else'",
        "update ledger_postings set amount_fen = amount_fen",
        "update ledger_accounts set balance_fen = balance_fen + 1",
        "delete from ledger_transactions",
        "delete from ledger_postings",
        "delete from ledger_accounts",
        "truncate ledger_postings, ledger_transactions, ledger_accounts cascade",
        "insert into ledger_accounts (id, round_id, place, balance_fen)"
        " values (gen_random_uuid(), gen_random_uuid(), 'available', 5)",
        "insert into ledger_transactions (id, round_id, event, actor, business_time, opened_in)"
        " values (gen_random_uuid(), gen_random_uuid(), 'x', 'x', now(), 1)",
        "insert into ledger_transactions (id, round_id, event, actor, business_time, created_at)"
        " values (gen_random_uuid(), gen_random_uuid(), 'x', 'x', now(), '2019-01-01')",
        "update journal set digest = digest",
        "delete from journal",
        "truncate journal",
        "update erasure set reason = 'another'",
        "delete from erasure",
        "update alembic_version set version_num = '0001'",
    ],
)
async def test_no_right_to_change_what_is_written(books: Database, statement: str) -> None:
    await given_round(books, 1_000)
    with pytest.raises(DBAPIError, match="permission denied"):
        await run(books, statement)


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("alter table ledger_postings disable trigger all", "must be owner"),
        ("alter table ledger_postings disable trigger books", "must be owner"),
        ("alter table ledger_accounts drop constraint ck_ledger_accounts_never_negative", "must be owner"),
        ("alter table ledger_postings add column more bigint", "must be owner"),
        ("alter table ledger_postings owner to test_funding", "must be owner"),
        ("drop trigger append_only on ledger_transactions", "must be owner"),
        ("drop trigger balanced on ledger_transactions", "must be owner"),
        ("drop table ledger_postings", "must be owner"),
        ("drop function ledger_book_posting cascade", "must be owner"),
        ("create or replace function ledger_refuse_change() returns trigger language sql as ''", "permission denied"),
        (
            "create trigger mine before insert on ledger_postings execute function ledger_refuse_change()",
            "permission denied",
        ),
        ("create rule mine as on insert to ledger_postings do instead nothing", "must be owner"),
        ("create table mine (id int)", "permission denied"),
        ("create temporary table mine (id int)", "permission denied"),
        ("create function mine() returns int language sql as 'select 1'", "permission denied"),
        ("set session_replication_role = replica", "permission denied"),
        ("set role test_funding_owner", "permission denied"),
        ("set session authorization postgres", "permission denied"),
        ("create role mine", "permission denied"),
        ("lock table ledger_postings in access exclusive mode", "permission denied"),
        ("copy ledger_postings from program 'true'", "permission denied"),
    ],
)
async def test_no_right_to_change_what_guards_it(books: Database, statement: str, refusal: str) -> None:
    with pytest.raises(DBAPIError, match=refusal):
        await run(books, statement)


async def test_a_lock_on_an_account_gives_no_right_to_change_it(books: Database) -> None:
    """The right to update a column of an account is there for its lock; a trigger keeps what it says."""
    await given_round(books, 1_000)
    with pytest.raises(DBAPIError, match="only follows from postings"):
        await run(books, "update ledger_accounts set place = 'lapsed' where place = 'available'")


async def test_the_role_that_books_cannot_book_what_is_wrong(books: Database) -> None:
    round_id = await given_round(books, 1_000)
    async with books.reading() as session:
        closed = await session.scalar(sa.select(LedgerTransaction.id))

    async def attempt(key, **sides: int) -> None:
        async with books.transaction() as session:
            await (add_postings(session, key, round_id, **sides) if key else book_raw(session, round_id, **sides))

    for key, sides, refusal in (
        (closed, {"available": 5, "appropriation": -5}, "takes no further postings"),
        (uuid4(), {"available": 5, "appropriation": -5}, "violates foreign key"),
        (None, {"available": 5, "appropriation": -4}, "does not balance"),
        (None, {}, "0 postings"),
        (None, {"available": -1_001, "appropriation": 1_001}, "never_negative"),
        (None, {"available": 0, "appropriation": 0}, "something"),
    ):
        with pytest.raises(DBAPIError, match=refusal):
            await attempt(key, **sides)


async def test_a_session_that_checks_early_still_cannot_leave_a_transaction_open(books: Database) -> None:
    round_id = await given_round(books, 1_000)

    async def attempt() -> None:
        async with books.transaction() as session:
            await session.execute(sa.text("set constraints all immediate"))
            await book_raw(session, round_id)

    with pytest.raises(DBAPIError, match="0 postings"):
        await attempt()


async def test_the_service_does_its_work_with_the_rights_it_has(books: Database) -> None:
    round_id = await given_round(books, 20_000_000)
    assert (await reserve(books, TeamOf(round_id))).status == "reserved"
    async with books.transaction() as session:
        whose = await session.scalar(sa.text("select current_user || session_user"))
        assert whose == "test_funding" * 2
