"""One database and two roles per service, made where they are missing. Safe to run again and again.

The owner (``funding_owner``, whom nobody logs in as) owns the database and its tables; migrations run as it. The
service logs in as ``funding``: no superuser, owns nothing, has the rights that its tables name
(``shared/migrations/rights.py``) and cannot connect to the others' databases.
"""

from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

_LOCK = 7_201_945
"""Advisory lock: two that make roles at once would fail on each other."""


def service_url(admin_url: str, service: str, password: str, database: str = "") -> str:
    """The address of a service's own database (default: of its name) on the server that ``admin_url`` names."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    login = f"{service}:{quote(password, safe='')}"
    return urlunsplit(("postgresql", f"{login}@{host}", f"/{database or service}", parts.query, ""))


def owner_of(service: str) -> str:
    """The role that owns a service's database and tables."""
    return f"{service}_owner"


def in_database(admin_url: str, database: str) -> str:
    """The administrator's address of one database."""
    return urlunsplit(urlsplit(admin_url)._replace(path=f"/{database}"))


async def make_databases(admin_url: str, passwords: dict[str, str]) -> None:
    """Makes every service's roles and database, and sets the password of the role that logs in. What an earlier
    release let that role own goes to the owner."""
    connection = await asyncpg.connect(admin_url, timeout=10)
    try:
        for service, password in passwords.items():
            await make_roles(connection, service, password)
            await _make(connection, service)
            await _hand_over(in_database(admin_url, service), service)
    finally:
        await connection.close()


async def make_roles(connection: asyncpg.Connection, service: str, password: str) -> None:
    """The service's role and the owner of its tables, whose part the administrator may take."""
    owner = owner_of(service)
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        # Utility statements take no parameters; quote_literal makes the password safe to write into one.
        literal = await connection.fetchval("select quote_literal($1::text)", password)
        for role, rights in ((owner, "nologin"), (service, f"login password {literal}")):
            known = await connection.fetchval("select 1 from pg_roles where rolname = $1", role)
            verb = "alter" if known else "create"
            await connection.execute(f'{verb} role "{role}" nosuperuser nocreatedb nocreaterole {rights}')
        await connection.execute(f'grant "{owner}" to current_user')


async def _make(connection: asyncpg.Connection, service: str) -> None:
    if not await connection.fetchval("select 1 from pg_database where datname = $1", service):
        # Code point order everywhere: the same query sorts alike on every server, with or without ICU.
        await connection.execute(
            f'create database "{service}" template template0 encoding utf8'
            " locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
        )
    await close_database(connection, service, service)


async def close_database(connection: asyncpg.Connection, database: str, service: str) -> None:
    """The database belongs to the service's owner; nobody but the service connects to it."""
    for statement in (
        f'alter database "{database}" owner to "{owner_of(service)}"',
        f'revoke connect, temporary on database "{database}" from public, "{service}"',
        f'grant connect on database "{database}" to "{service}"',
    ):
        await connection.execute(statement)


async def _hand_over(url: str, service: str) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(f'reassign owned by "{service}" to "{owner_of(service)}"')
    finally:
        await connection.close()
