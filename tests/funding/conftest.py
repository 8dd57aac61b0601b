"""Fixtures of the funding tests."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.funding.usecases.verification import verify
from shared import clock as business
from shared.db import Database
from shared.service import Service
from shared.testing import Actors, Databases
from tests.funding.factories import Desk


@pytest.fixture(scope="session")
def service_module() -> str:
    return "services.funding.main"


@pytest.fixture
async def desk(api: Any, actors: Actors, deliver: Any, database: Database, connection: Any) -> AsyncIterator[Desk]:
    """The people who handle a round's money. When the test ends, the ledger must verify, whatever was done."""
    yield Desk(api, actors, deliver)
    await connection.exec_driver_sql("set constraints all immediate")
    async with database.reading() as session:
        assert (await verify(session)).differences == []


@pytest.fixture
async def books(databases: Databases, service: Service, app: Any) -> AsyncIterator[Database]:
    """A committed database; when the test ends its ledger must verify."""
    own = Database(await databases.create(service), service=service.name)
    business.make_movable(True)
    yield own
    async with own.reading() as session:
        assert (await verify(session)).differences == []
    await own.close()


@pytest.fixture
async def owner(databases: Databases, books: Database) -> AsyncIterator[Database]:
    """The same database as the owner of its tables, whom nobody logs in as."""
    own = databases.as_owner(books)
    yield own
    await own.close()
