"""What must be there before the services start; safe to run again, and run at every upgrade.

``python -m deploy.prepare``: databases and roles (with ``JIEDAN_POSTGRES_URL``, an administrator's), migrations,
reference data, streams and consumers (with ``JIEDAN_NATS_ADMIN_USER`` and its password).
"""

import asyncio
import os
import sys
from collections.abc import Sequence

import asyncpg

from deploy import SERVICES
from deploy.databases import in_database, make_databases, owner_of
from deploy.keys import database_password
from shared import rebuild
from shared.bus import Unavailable
from shared.cli import manifest
from shared.db import Database
from shared.migrations import migrate
from shared.service import Service
from shared.settings import Settings, load_settings


async def prepare(settings: Settings, admin_url: str, passwords: dict[str, str]) -> None:
    services = [manifest(name) for name in SERVICES]
    await until_it_answers(admin_url)
    await make_databases(admin_url, passwords)
    start = settings.clock_start if settings.development else None
    beside = [asyncio.create_task(make_streams(settings, services))]
    for service in services:  # one after the other: Alembic keeps in a global what it migrates
        url = in_database(admin_url, service.name)
        await migrate(service, url, start, owner=owner_of(service.name), user=service.name)
        if service.fill:
            beside.append(asyncio.create_task(fill(service, url)))
    await asyncio.gather(*beside)


async def until_it_answers(admin_url: str, seconds: float = 60) -> None:
    """A server that is starting is waited for; refusing the login is an answer, too."""
    ends = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            await (await asyncpg.connect(admin_url, timeout=10)).close()
            return
        except (OSError, asyncpg.CannotConnectNowError):
            if asyncio.get_running_loop().time() > ends:
                raise
        await asyncio.sleep(0.1)


async def make_streams(settings: Settings, services: Sequence[Service]) -> None:
    try:
        await rebuild.setup(settings, services)
    except TimeoutError:
        raise Unavailable(f"the broker at {settings.nats_url} does not answer") from None


async def fill(service: Service, url: str) -> None:
    """The service's reference data, in one transaction of the tables' owner."""
    database = Database(url, service=service.name, role=owner_of(service.name))
    try:
        async with database.transaction() as session:
            if service.fill:
                await service.fill(session)
    finally:
        await database.close()


def main() -> int:
    names = ("JIEDAN_POSTGRES_URL", *(database_password(service) for service in SERVICES))
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        print(f"jiedan: bad settings: {', '.join(missing)} must be set", file=sys.stderr)
        return 2
    passwords = {service: os.environ[database_password(service)] for service in SERVICES}
    try:
        asyncio.run(prepare(load_settings(), os.environ["JIEDAN_POSTGRES_URL"], passwords))
    except (OSError, asyncpg.PostgresError, Unavailable) as error:
        print(f"jiedan: not prepared: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
