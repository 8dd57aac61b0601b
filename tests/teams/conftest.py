from pathlib import Path
from typing import Any

import pytest

from shared.db import Database
from shared.http.app import create_app
from shared.service import Service
from shared.testing import settings_for_tests
from tests.teams.factories import World


@pytest.fixture(scope="session")
def service_module() -> str:
    return "services.teams.main"


@pytest.fixture(scope="module")
def app(service: Service, database: Database, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """As the platform's, with a file that receives text messages."""
    messages: Path = tmp_path_factory.mktemp("sms") / "messages.jsonl"
    return create_app(service, settings_for_tests(str(database.engine.url), sms_file=str(messages)), database)


@pytest.fixture
async def world(api: Any, actors: Any, deliver: Any, events: Any) -> World:
    """An open round with one published order in district 500101."""
    world = World(api, actors, deliver, events)
    await world.open()
    return world
