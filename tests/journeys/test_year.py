"""A whole year on four services in one process: the demo's client, a small round, the real relay and inbox."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.__main__ import live
from demo.client import System as Client
from demo.folder import RoundFolder, read
from demo.make_round import make
from demo.stage import Stage

TOLD = {
    "reminded": 1,
    "objections_upheld": 1,
    "corrected": 1,
    "benefits_used": 3,
    "cards_used": 3,
    "certificates_checked": 7,
    "forgeries_refused": 14,
    "cases_selected": 1,
    "follow_ups_recorded": 3,
}


@pytest.fixture(scope="session")
def small_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("round") / "small", "四川", 7, 2021, 3)


async def live_year(system: Any, folder: Path | RoundFolder) -> dict[str, Any]:
    client = Client("http://gateway", httpx.ASGITransport(system.gateway))
    told = folder if isinstance(folder, RoundFolder) else read(folder)
    line, _rows = await live(client, told, Stage(shown=False))
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
    assert {name: first[name] for name in TOLD} == TOLD
    assert first["parked"] == 0
    assert await system.waiting() == []

    second = await live_year(system, small_round)
    same = [name for name in first if name not in ("seconds", "events")]
    assert [second[name] for name in same] == [first[name] for name in same]


async def test_a_year_in_which_nobody_serves_comes_to_its_end(system: Any, small_round: Path) -> None:
    """One team without indicators, whose visits nobody confirms: no benefits, cards or certificates of service."""
    whole = read(small_round)
    idle = whole.teams[0]
    visits = tuple(replace(entry, confirmed=False) for entry in idle.entries)
    line = await live_year(system, replace(whole, teams=(replace(idle, entries=visits, indicators=()),)))
    assert (line["teams"], line["ratings"]["unqualified"]) == (1, 1)
    assert (line["cards_used"], line["certificates_checked"], line["follow_ups_recorded"]) == (0, 0, 1)
    assert line["parked"] == 0
