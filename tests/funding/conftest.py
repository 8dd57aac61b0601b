"""Fixtures of the funding tests."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.funding.usecases.verification import verify
from shared import clock as business
from shared.crypto import keyed_hash, person_marks
from shared.db import Database
from shared.service import Service
from shared.testing import Actors, Databases
from tests.funding.bank import Bank, rows_of
from tests.funding.factories import Desk, TeamOf
from tests.funding.spending import BUDGET, OWN, Spending


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


@pytest.fixture
async def spending(desk: Desk, clock: Any) -> Spending:
    await clock.set(datetime(2020, 10, 1, 2, tzinfo=UTC))
    team = TeamOf(await desk.open_round())
    people = {"person_ids": [uuid4()], "marks": person_marks(keyed_hash(OWN[0]), OWN[1], "三峡学院")}
    for event in (team.proposed(), team.confirmed(**people), team.agreed(budget=BUDGET), team.graded("qualified")):
        await desk.deliver(event)
    await desk.verified_payee()
    await desk.pay(team)
    return Spending(desk, team, (await desk.award(team))["id"])


@pytest.fixture
async def bank(desk: Desk) -> Bank:
    """Three instructions on their way."""
    round_id = await desk.open_round()
    await desk.verified_payee()
    for _team in range(3):
        await desk.approve(await desk.qualified_team(round_id))
    batch = await desk.batch(round_id)
    content = (await desk.api(desk.maker).get(f"/v1/batches/{batch['id']}/file")).content
    return Bank(desk, round_id, batch, rows_of(content))
