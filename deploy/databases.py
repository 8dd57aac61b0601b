"""One database and one role per service, made where they are missing. Safe to run again and again.

``python -m deploy.databases`` reads ``JIEDAN_POSTGRES_URL`` (an administrator's) and one
``JIEDAN_<SERVICE>_DATABASE_PASSWORD`` per service. A role owns its own database, is no superuser, and cannot
connect to the others' databases.
"""

import asyncio
import os
import sys
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from deploy import SERVICES


def password_name(service: str) -> str:
    return f"JIEDAN_{service.upper()}_DATABASE_PASSWORD"


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


def main() -> int:
    names = ("JIEDAN_POSTGRES_URL", *(password_name(service) for service in SERVICES))
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        print(f"jiedan: bad settings: {', '.join(missing)} must be set", file=sys.stderr)
        return 2
    passwords = {service: os.environ[password_name(service)] for service in SERVICES}
    asyncio.run(make_databases(os.environ["JIEDAN_POSTGRES_URL"], passwords))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
