import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from services.assessment.models import Subscription
from services.assessment.rules import happening
from services.assessment.schemas import MESSAGES
from shared.http.limits import PublicWrites
from shared.service import Service
from tests.assessment.factories import FULING, UNIT, WANZHOU, look_again
from tests.assessment.post import Post, opened


@pytest.fixture(scope="session")
def service_module() -> str:
    return "services.assessment.main"


@pytest.fixture(autouse=True)
def fresh_public_answers(request: pytest.FixtureRequest) -> None:
    """No test is answered what another one was."""
    look_again()
    if "app" in request.fixturenames:
        request.getfixturevalue("app").state.memory.clear()


@pytest.fixture
def offices(api: Any, actors: Any) -> dict[str, Any]:
    """Clients of the bureau, of two districts, and of anybody."""
    fuling = actors.change(actors.district, id="district-2", division=FULING)
    return {"bureau": api(actors.bureau), WANZHOU: api(actors.district), FULING: api(fuling), "all": api()}


@pytest.fixture
async def post(databases: Any, service: Service) -> AsyncIterator[Post]:
    async with opened(databases, service) as found:
        yield found


@pytest.fixture
async def told(database: Any, connection: Any) -> Any:
    """Somebody who wants everything; ``await told()`` are the messages so far."""
    async with database.transaction() as session:
        session.add(
            Subscription(
                unit_code=UNIT,
                division="",
                name="市委组织部",
                address="https://x.example",
                wants=list(happening.KINDS),
                secret="whsec_c2VjcmV0",
                created_by="test",
                status="active",
            )
        )

    async def read() -> list[dict[str, Any]]:
        bodies = sa.text("select body from deliveries order by id")
        rows = await connection.execute(bodies)
        for (body,) in rows:
            said = json.loads(body)
            told = MESSAGES[said["type"]].model_validate_json(body, strict=True, extra="forbid")
            assert set(said["data"]) == set(told.model_dump()["data"])  # nothing beside what is described
        return [json.loads(body) for (body,) in await connection.execute(bodies)]

    return read


@pytest.fixture
def limit_writes(app: Any) -> Iterator[Callable[[str], None]]:
    """How often an address may write without a token, until the test ends."""
    before = app.state.public_writes

    def limit(most: str) -> None:
        app.state.public_writes = PublicWrites(most)

    yield limit
    app.state.public_writes = before
