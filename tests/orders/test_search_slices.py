"""Searches by time, slice by slice: whatever is asked, page by page they find what reading every order finds."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.orders.models import Order
from services.orders.rules.order import SHOWN
from shared.testing import START
from tests.orders.factories import done, open_round, published_order

LETTERS = "茶园病虫防柑橘"
AGES = [timedelta(), timedelta(hours=1), timedelta(days=1), timedelta(days=9), timedelta(days=99), timedelta(days=3000)]
FILTERS: list[dict[str, Any]] = [
    {},
    {},
    {"status": "published"},
    {"status": "draft,completed"},
    {"has_team": True},
    {"has_team": False, "year": 2020},
    {"key_place": True},
    {"division": "500101000000"},
]


@pytest.fixture
async def orders(api: Any, actors: Any, session: Any) -> list[Any]:
    """Sixty orders of random titles, ages (some the same), statuses and places, the newest first."""
    chance = random.Random(1)
    round = await open_round(api, actors)
    like = await published_order(api, actors, round["id"])
    columns = [column for column in Order.__table__.columns if column.computed is None]
    for number in range(60):
        title = "".join(chance.choices(LETTERS, k=chance.randint(3, 7))) + f" {number}"
        status = chance.choice(["published", "completed", "draft"])
        made = START - chance.choice(AGES) * chance.choice([1, 1, 1.1, 1.7])
        values: dict[str, Any] = {
            "id": uuid4(),
            "number": None,
            "title": title,
            "status": status,
            "created_at": made,
            "team_id": uuid4() if status == "completed" else None,
            "key_place": chance.random() < 0.5,
            "division": chance.choice(["500101151002", "500114000000"]),
        }
        taken = (
            sa.literal(values[column.name], column.type) if column.name in values else column for column in columns
        )
        copied = sa.select(*taken).where(Order.id == UUID(like["id"]))
        await session.execute(sa.insert(Order.__table__).from_select(columns, copied))
    rows = sa.select(*Order.__table__.columns).order_by(Order.created_at.desc(), Order.id.desc())
    return list(await session.execute(rows))


def brute(order: Any, words: list[str], asked: dict[str, Any], division: str) -> bool:
    return (
        all(word in order.searched for word in words)
        and (order.status in SHOWN or order.division.startswith(division))
        and order.status in asked.get("status", order.status).split(",")
        and asked.get("has_team", order.team_id is not None) == (order.team_id is not None)
        and asked.get("key_place", order.key_place) == order.key_place
        and order.division.startswith(asked.get("division", "")[:6])
    )


async def test_a_search_finds_page_by_page_what_reading_every_order_finds(
    api: Any, actors: Any, orders: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, most = random.Random(2), 0
    callers = [(actors.bureau, "50"), (actors.district, "500101")]
    for few in (1, 3, 200) * 12:  # coarse slices are read finely, some of them, or as a whole
        monkeypatch.setattr("services.orders.queries.slices.FEW", few)
        words = [
            "".join(chance.choices(LETTERS, k=chance.choice([1, 1, 2, 2, 3]))) for _ in range(chance.choice([1, 1, 2]))
        ]
        asked, newest_first, (actor, own) = chance.choice(FILTERS), chance.random() < 0.5, chance.choice(callers)
        found = [str(order.id) for order in orders if brute(order, words, asked, own)]
        found = found if newest_first else found[::-1]
        query = {"q": " ".join(words), "sort": "-created_at" if newest_first else "created_at"} | asked
        assert await walked(api(actor), query | {"limit": chance.randint(1, 8)}) == found, (few, query, actor)
        most = max(most, len(found))
    assert most > 15


async def walked(client: Any, query: dict[str, Any]) -> list[str]:
    """The ids on all pages, forward; on the way back they are the same."""
    pages: list[list[str]] = []
    page = await done(await client.get("/v1/orders", params=query))
    while True:
        pages.append([item["id"] for item in page["items"]])
        if not page["next"]:
            break
        page = await done(await client.get(_path(page["next"])))
    for expected in reversed(pages[:-1]):
        page = await done(await client.get(_path(page["prev"])))
        assert [item["id"] for item in page["items"]] == expected
    assert page["prev"] is None
    return [id for page in pages for id in page]


def _path(address: str) -> str:
    return address.removeprefix("http://127.0.0.1:8080")
