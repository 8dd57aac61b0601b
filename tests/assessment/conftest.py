from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.service import Service
from tests.assessment.factories import look_again
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
async def post(databases: Any, service: Service) -> AsyncIterator[Post]:
    async with opened(databases, service) as found:
        yield found
