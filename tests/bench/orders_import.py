"""How long the service takes from the upload of a summary of 10,000 rows to all its orders being there."""

import asyncio
import os
import time
from typing import Any

from services.orders.main import service
from shared.db import Database
from shared.http.app import create_app
from shared.testing import Actors, Clients, Databases, settings_for_tests
from tests.orders.factories import done, open_round
from tests.orders.summaries import many, upload

ROWS = 10_000


async def import_10k(admin_url: str = "", rows: int = ROWS) -> float:
    """Seconds from the first byte sent to ``done``, with progress asked for meanwhile. ``admin_url``: an
    administrator's address of a PostgreSQL server (default: ``JIEDAN_TEST_POSTGRES_URL``)."""
    url = await Databases(admin_url or os.environ["JIEDAN_TEST_POSTGRES_URL"]).create(service)
    database = Database(url, service=service.name)
    try:
        api = Clients({"orders": create_app(service, settings_for_tests(url), database)})
        return await _measure(database, api, Actors(), many(rows), rows)
    finally:
        await database.close()


async def _measure(database: Database, api: Clients, actors: Actors, content: bytes, rows: int) -> float:
    round = await open_round(api, actors)
    district = api(actors.district)
    began = time.perf_counter()
    accepted = await done(await upload(district, round["id"], content), 202)
    work = asyncio.create_task(service.jobs.run_due(database))
    seen: set[int] = set()
    while True:
        state: dict[str, Any] = await done(await district.get(f"/v1/imports/{accepted['id']}"))
        seen.add(state["done"])
        if state["status"] in ("done", "failed"):
            break
        await asyncio.sleep(0.1)
    taken = time.perf_counter() - began
    await work
    if (state["status"], state["created"]) != ("done", rows) or len(seen) < 3:
        raise RuntimeError(f"not imported, or without progress: {state}, {sorted(seen)}")
    return taken


if __name__ == "__main__":
    print(f"{asyncio.run(import_10k()):.1f} s for {ROWS} rows")
