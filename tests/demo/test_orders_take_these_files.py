"""The orders service takes what the demo hands in: the folder's own file, a moved one, one that was made."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from demo import make_round, shift
from demo.folder import RoundFolder, read
from shared.testing import START

BUNDLED = Path(__file__).parents[2] / "demo" / "round_2020"


@pytest.fixture(scope="session")
def service_module() -> str:
    return "services.orders.main"


async def hand_in(api: Any, actors: Any, folder: RoundFolder, years: int = 0) -> Any:
    """Draft a round for the folder's division and import its orders file."""
    bureau = actors.change(actors.bureau, division=folder.division)
    window = {"opens_at": START.isoformat(), "closes_at": (START + timedelta(days=9)).isoformat()}
    wanted = {"name": "2020", "year": 2020, "prefix": "XX-2020", "division": folder.division, **window}
    drafted = (await api(bureau).post("/v1/rounds", json=wanted)).json()
    file = ("orders.xlsx", shift.orders_file(folder.path / "orders.xlsx", years))
    answer = await api(bureau).post(f"/v1/rounds/{drafted['id']}/orders/import", files={"file": file})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("years", [0, 1, 4])
async def test_the_bundled_file_in_its_own_year_and_later(api: Any, actors: Any, years: int) -> None:
    folder = read(BUNDLED)
    answer = await hand_in(api, actors, folder, years)
    assert (answer["rows"], answer["created"]) == (45, 45)
    assert {one["row"] for one in answer["orders"]} == {order.row for order in folder.orders}


@pytest.mark.parametrize(("province", "teams"), [("四川", 30), ("重庆", 126)])
async def test_a_made_file_of_any_province(api: Any, actors: Any, tmp_path: Path, province: str, teams: int) -> None:
    folder = read(make_round.make(tmp_path, province, teams))
    assert (await hand_in(api, actors, folder))["created"] == teams
