"""Whole programmes of each mode, with the numbers of their announcements, on four services in one process: the demo's
client, the real relay and inbox."""

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


async def test_six_lectures_are_ordered_held_and_archived_and_again_with_the_same_people(system: Any) -> None:
    line = await lived(system, "lecture")
    assert {name: line[name] for name in ("mode", "orders", "teams", "experts", "audience", "parked")} == {
        "mode": "lecture",
        "orders": 6,
        "teams": 6,
        "experts": 12,
        "audience": 557,
        "parked": 0,
    }
    again = await lived(system, "lecture")
    assert {**again, "seconds": 0} == {**line, "seconds": 0}


async def test_nineteen_actions_bring_500_experts_to_50_counties_and_200_firms(system: Any) -> None:
    line = await lived(system, "service_group")
    reached = {"experts": 500, "counties": 50, "firms": 200}
    assert {name: line[name] for name in ("actions", "orders", "teams", "parked", *reached)} == {
        "actions": 19,
        "orders": 50,
        "teams": 50,
        "parked": 0,
        **reached,
    }
    assert line["progress"] == {name: {"target": count, "reached": count} for name, count in reached.items()}


async def test_bases_are_served_by_experts_who_come_and_go(system: Any) -> None:
    line = await lived(system, "service_base")
    assert {name: line[name] for name in ("orders", "experts", "serving", "left", "assistants", "entries")} == {
        "orders": 3,
        "experts": 21,
        "serving": 15,
        "left": 6,
        "assistants": 3,
        "entries": 18,
    }


@pytest.mark.parametrize("mode", [name for name in modes.names() if name != modes.YEAR_OF_A_FOLDER])
def test_every_mode_of_the_demo_can_be_lived(mode: str) -> None:
    module = __import__(f"demo.modes.{mode}", fromlist=["live"])
    assert callable(module.live)
