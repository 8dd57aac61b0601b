"""What a million orders cost: each read and the claim, on a million orders over on a thousand, through the real
application with its tokens, on a PostgreSQL of its own.

``python -m tests.bench.orders`` prints a line for each measurement, and one JSON line last: ``{name: {value, limit,
ok}}``. Both sizes are measured in turn in one run, and medians are compared: machines are noisy. The server does not
wait for the disk, so that waiting hides no difference.
"""

import argparse
import asyncio
import importlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from shared.actor import Actor
from shared.db import Database
from shared.http.app import create_app
from shared.service import Service
from shared.testing import START, Clients, Databases, service_of, settings_for_tests
from tests.bench import orders_data as data
from tests.bench import teams_data
from tests.bench.backbone import postgres

RATIO, IMPORT_S, MATCH_S = 1.3, 20.0, 5.0
ROUNDS = 60
"""Times that each request is measured at each size."""

BUREAU = Actor(id="bench-bureau", roles=frozenset({"bureau"}), division=data.CITY)
DISTRICT = Actor(id="bench-district", roles=frozenset({"district"}), division=data.DISTRICT)
HOST = Actor(id="bench-host", roles=frozenset({"host"}), unit="N25001110000001090")
REVIEWER = Actor(id="bench-reviewer", roles=frozenset({"reviewer"}))
EXPERT = Actor(id="bench-expert", roles=frozenset({"expert"}))

Ask = Callable[[], Awaitable[float]]
"""One request; its seconds."""


class Stage:
    """One service on one database of one size."""

    def __init__(self, service: Service, url: str) -> None:
        self.database = Database(url, service=service.name)
        self.app = create_app(service, settings_for_tests(url), self.database)
        self.clients = Clients({service.name: self.app})

    async def get(self, actor: Actor | None, path: str, **params: Any) -> Any:
        answer = await self.clients(actor).get(path, params=params)
        answer.raise_for_status()
        return answer.json()

    def asking(self, actor: Actor | None, paths: list[str]) -> Ask:
        """Each time the next of these addresses."""
        client, number = self.clients(actor), iter(range(1 << 30))

        async def ask() -> float:
            path = paths[next(number) % len(paths)]
            began = time.perf_counter()
            answer = await client.get(path)
            took = time.perf_counter() - began
            answer.raise_for_status()
            return took

        return ask


async def compared(small: Ask, large: Ask, rounds: int = ROUNDS) -> tuple[float, float]:
    """Medians in milliseconds of both, asked in turn; the first few only warm up."""
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 5):
        for kept, ask in zip(took, (small, large), strict=True):
            seconds = await ask()
            if number >= 5:
                kept.append(seconds * 1000)
    return statistics.median(took[0]), statistics.median(took[1])


def lists(round_id: str) -> dict[str, tuple[Actor, str]]:
    """Lists as people ask for them."""
    return {
        "all, newest first": (REVIEWER, "/v1/orders?sort=-created_at"),
        "a bureau's, newest first": (BUREAU, "/v1/orders?sort=-created_at"),
        "a district's, newest first": (DISTRICT, "/v1/orders?sort=-created_at"),
        "a district's, oldest first": (DISTRICT, "/v1/orders"),
        "a host's, newest first": (HOST, "/v1/orders?sort=-created_at"),
        "a round": (BUREAU, f"/v1/orders?round_id={round_id}"),
        "a round's completed": (BUREAU, f"/v1/orders?round_id={round_id}&status=completed"),
        "published, newest first": (DISTRICT, "/v1/orders?status=published&sort=-created_at"),
        "own submitted": (DISTRICT, "/v1/orders?status=submitted"),
        "within the district": (DISTRICT, f"/v1/orders?division={data.DISTRICT}"),
        "within a town": (DISTRICT, f"/v1/orders?division={data.TOWN}"),
        "of an industry": (BUREAU, "/v1/orders?industry=茶叶&sort=-created_at"),
        "by title": (BUREAU, "/v1/orders?sort=title"),
        "key places with a team": (BUREAU, "/v1/orders?key_place=true&has_team=true&sort=-created_at"),
        "much money asked": (BUREAU, "/v1/orders?asked_from=19000000&sort=-created_at"),
    }


def searches(round_id: str) -> dict[str, tuple[Actor, str]]:
    """Words of one, two and more characters, common and rare, alone and within a round."""
    asked = {
        "common, two characters": "q=茶叶", "common, four characters": "q=采后保鲜", "common, one character": "q=茶",
        "rare": f"q={data.RARE}", "rare, two characters": "q=山甲", "in between": "q=万州区", "nowhere": "q=量子",
        "two words": "q=茶叶 植物保护", "a common and a rare word": f"q=茶叶 {data.RARE}", "a number": "q=R0-00265",
        "common within a round": f"q=茶叶&round_id={round_id}", "rare within a round": f"q={data.RARE}&round_id={round_id}",
    }  # fmt: skip
    return {name: (BUREAU, f"/v1/orders?sort=-created_at&{query}") for name, query in asked.items()}


Note = Callable[[str, float, float], float]


def note(name: str, small: float, large: float) -> float:
    print(f"{name:42} {small:8.2f} ms {large:8.2f} ms   × {large / small:.2f}", flush=True)
    return large / small


async def reads(small: Stage, large: Stage) -> dict[str, float]:
    """The ratios of list, search and detail: the worst of each kind."""
    rounds = [(await s.get(REVIEWER, "/v1/orders", limit=1))["items"][0]["round_id"] for s in (small, large)]
    found: dict[str, float] = {}
    for kind, asked in (("list_ratio", lists), ("search_ratio", searches)):
        ratios = []
        for name, pair in {n: (asked(rounds[0])[n], asked(rounds[1])[n]) for n in asked("")}.items():
            asks = [stage.asking(actor, [path]) for stage, (actor, path) in zip((small, large), pair, strict=True)]
            ratios.append(note(f"{kind[:-6]}: {name}", *await compared(*asks)))
        found[kind] = max(ratios)
    asks = []
    for stage in (small, large):
        items = (await stage.get(REVIEWER, "/v1/orders", limit=200))["items"]
        asks.append(
            stage.asking(BUREAU, [f"/v1/orders/{item['id']}" for item in items if item["status"] == "completed"])
        )
    found["detail_ratio"] = note("detail", *await compared(*asks))
    return found
