"""A whole year on four services in one process: the demo's client, a small round, the real relay and inbox."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.__main__ import live
from demo.client import System as Client
from demo.folder import read
from demo.make_round import make
from demo.stage import Stage


@pytest.fixture(scope="session")
def small_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("round") / "small", "四川", 7, 2021, 3)


async def live_year(system: Any, folder: Path) -> dict[str, Any]:
    client = Client("http://gateway", httpx.ASGITransport(system.gateway))
    line, _rows = await live(client, read(folder), Stage(shown=False))
    await client.close()
    return line


async def test_a_year_goes_from_district_files_to_published_ratings_and_another_follows(
    system: Any, small_round: Path
) -> None:
    """The second with the same people, and with the same result."""
    first = await live_year(system, small_round)
    assert (first["orders"], first["teams"], sum(first["ratings"].values())) == (7, 7, 7)
    assert first["ledger_balanced"] is True
    assert first["paid_fen"] + first["held_fen"] == first["awarded_fen"]
    assert first["parked"] == 0
    assert await system.waiting() == []

    second = await live_year(system, small_round)
    same = [name for name in first if name not in ("seconds", "events")]
    assert [second[name] for name in same] == [first[name] for name in same]
