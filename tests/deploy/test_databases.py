"""Databases and their two roles: made anew, and taken over from a release in which the service owned its tables."""

import os

import asyncpg
import pytest

from deploy.databases import close_database, in_database, make_databases, make_roles, owner_of, service_url
from shared.migrations import migrate
from shared.testing import service_of

NAME = f"test_handed_over_{os.getpid()}"
FUNDING = service_of("funding")


async def as_administrator(admin_url: str, *statements: str) -> None:
    connection = await asyncpg.connect(admin_url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


@pytest.fixture
async def earlier(postgres_url: str):
    """A database as earlier releases made it: of the service's own role, with its tables and a row."""
    await as_administrator(
        postgres_url, f"create role {NAME} login password 'old'", f"create database {NAME} owner {NAME}"
    )
    url = service_url(postgres_url, NAME, "old")
    await migrate(FUNDING, url)
    await as_administrator(url, "insert into known_rounds values (gen_random_uuid(), 'r', 2020, '500000000000', '{}')")
    yield url
    drop = (f"drop database {NAME} with (force)", f"drop role {NAME}", f"drop role {owner_of(NAME)}")
    await as_administrator(postgres_url, *drop)


async def prepare(admin_url: str, password: str) -> str:
    """What the preparing step does for one service; the service's address."""
    await make_databases(admin_url, {NAME: password})
    await migrate(FUNDING, in_database(admin_url, NAME), owner=owner_of(NAME), user=NAME)
    return service_url(admin_url, NAME, password)


async def test_tables_of_an_earlier_release_go_to_the_owner_and_keep_their_rows(
    postgres_url: str, earlier: str
) -> None:
    for password in ("new", "newer"):  # every upgrade runs it again
        url = await prepare(postgres_url, password)
    connection = await asyncpg.connect(url)
    owners = "select distinct tableowner from pg_tables where schemaname = 'public'"
    assert [row[0] for row in await connection.fetch(owners)] == [owner_of(NAME)]
    assert await connection.fetchval("select count(*) from known_rounds") == 1
    await connection.execute("update known_rounds set name = 'still its own to write'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("delete from ledger_postings")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("alter table known_rounds add column more int")
    await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(earlier)


async def test_nobody_logs_in_as_the_owner_and_no_service_enters_anothers_database(
    postgres_url: str, earlier: str
) -> None:
    await prepare(postgres_url, "new")
    other = f"{NAME}_other"
    server = await asyncpg.connect(postgres_url)
    await make_roles(server, other, "x")
    await close_database(server, NAME, NAME)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
            await asyncpg.connect(service_url(postgres_url, other, "x", NAME))
        with pytest.raises((asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidPasswordError)):
            await asyncpg.connect(service_url(postgres_url, owner_of(NAME), "x", NAME))
    finally:
        await server.execute(f"drop role {other}")
        await server.execute(f"drop role {owner_of(other)}")
        await server.close()
