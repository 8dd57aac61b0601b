from typing import Any

import pytest

from tests.teams.factories import World


@pytest.fixture(scope="session")
def service_module() -> str:
    return "services.teams.main"


@pytest.fixture
async def world(api: Any, actors: Any, deliver: Any, events: Any) -> World:
    """An open round with one published order in district 500101."""
    world = World(api, actors, deliver, events)
    await world.open()
    return world
