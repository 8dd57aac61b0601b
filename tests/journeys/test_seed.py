"""The open round that a new system is given to try things with."""

from typing import Any

import httpx

from demo.acts.opening import create_round, name_of
from demo.client import Person
from demo.client import System as Client
from demo.folder import read
from demo.make_round import make
from demo.plan import make as plan_of
from demo.seed import LETTERS, MARK, seed


async def test_it_is_open_with_published_orders_and_loaded_once(system: Any, tmp_path: Any) -> None:
    client = Client("http://gateway", httpx.ASGITransport(system.gateway))
    folder = read(make(tmp_path, "贵州", 5))
    assert "5 published orders" in await seed(client, folder)
    assert "is there already (open)" in await seed(client, folder)
    published = await client.every(None, "/public/orders")
    assert len({order["number"] for order in published if "-OPEN-" in order["number"]}) == 5
    await client.close()


async def test_what_an_interrupted_start_left_is_finished(system: Any, tmp_path: Any) -> None:
    client = Client("http://gateway", httpx.ASGITransport(system.gateway))
    folder = read(make(tmp_path, "贵州", 5))
    bureau, (name, prefix) = Person("bureau", division=folder.division), name_of(folder)
    window = plan_of(folder)
    left = await create_round(client, bureau, folder, window, name + MARK, prefix + LETTERS)
    await client.move_to(window.opens_at)
    assert "5 published orders" in await seed(client, folder)
    rounds = await client.every(bureau, "/orders/v1/rounds")
    assert [one["id"] for one in rounds if one["name"].endswith(MARK)] == [left["id"]]
    await client.close()
