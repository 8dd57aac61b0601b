"""One database and one role per service, made where they are missing. Safe to run again and again.

A role owns its own database, is no superuser, and cannot connect to the others' databases.
"""

from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg


def service_url(admin_url: str, service: str, password: str) -> str:
    """The address of a service's own database on the server that ``admin_url`` names."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    login = f"{service}:{quote(password, safe='')}"
    return urlunsplit(("postgresql", f"{login}@{host}", f"/{service}", parts.query, ""))


async def make_databases(admin_url: str, passwords: dict[str, str]) -> None:
    """Makes every service's role and database, and sets the role's password to the given one."""
    connection = await asyncpg.connect(admin_url, timeout=10)
    try:
        for service, password in passwords.items():
            await _make(connection, service, password)
    finally:
        await connection.close()


async def _make(connection: asyncpg.Connection, service: str, password: str) -> None:
    known = await connection.fetchval("select 1 from pg_roles where rolname = $1", service)
    verb = "alter" if known else "create"
    # Utility statements take no parameters; quote_literal makes the password safe to write into one.
    literal = await connection.fetchval("select quote_literal($1::text)", password)
    rights = "login nosuperuser nocreatedb nocreaterole"
    await connection.execute(f'{verb} role "{service}" {rights} password {literal}')
    if not await connection.fetchval("select 1 from pg_database where datname = $1", service):
        # Code point order everywhere: the same query sorts alike on every server, with or without ICU.
        await connection.execute(
            f'create database "{service}" template template0 encoding utf8'
            " locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
        )
    await connection.execute(f'alter database "{service}" owner to "{service}"')
    await connection.execute(f'revoke connect, temporary on database "{service}" from public')
