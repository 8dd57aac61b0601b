"""The demo's programmes on four services in one process: the same client, the real relay and inbox."""

from typing import Any

import httpx
import pytest

from demo import modes
from demo.client import System as Client
from demo.stage import Stage


async def lived(system: Any, mode: str) -> dict[str, Any]:
    client = Client("http://gateway", httpx.ASGITransport(system.gateway))
    line, outcome = await modes.live(mode, client, Stage(shown=False))
    await client.close()
    assert outcome.table().row_count == len(outcome.rows) > 0
    assert await system.waiting() == []
    return line


async def test_six_lectures_are_ordered_held_and_archived(system: Any) -> None:
    line = await lived(system, "lecture")
    assert {name: line[name] for name in ("mode", "orders", "teams", "experts", "audience", "parked")} == {
        "mode": "lecture", "orders": 6, "teams": 6, "experts": 12, "audience": 557, "parked": 0,
    }  # fmt: skip


async def test_a_second_run_on_the_same_system_takes_the_same_people_again(system: Any) -> None:
    first = await lived(system, "lecture")
    second = await lived(system, "lecture")
    assert {**second, "seconds": 0} == {**first, "seconds": 0}


@pytest.mark.parametrize("mode", [name for name in modes.names() if name != modes.YEAR_OF_A_FOLDER])
def test_every_mode_of_the_demo_can_be_lived(mode: str) -> None:
    module = __import__(f"demo.modes.{mode}", fromlist=["live"])
    assert callable(module.live)
