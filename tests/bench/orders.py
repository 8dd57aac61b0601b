"""What a million orders cost: each read and the claim, on a million orders over on a thousand, through the real
application with its tokens, on a PostgreSQL of its own.

``python -m tests.bench.orders`` prints a line for each measurement, and one JSON line last: ``{name: {value, limit,
ok}}``. Both sizes are measured in turn in one run, and medians are compared: machines are noisy. The server does not
wait for the disk, so that waiting hides no difference.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg

from deploy.databases import in_database
from shared.actor import Actor
from shared.db import Database
from shared.http.app import create_app
from shared.migrations import migrate
from shared.service import Service
from shared.testing import START, Clients, service_of, settings_for_tests
from tests.bench import orders_data as data
from tests.bench import teams_data
from tests.bench.backbone import postgres
from tests.bench.matching import match_1k
from tests.bench.orders_import import import_10k

LIMITS = {
    "list_ratio": 1.3,
    "list_worst": 1.5,
    "search_ratio": 1.3,
    "search_worst": 1.5,
    "detail_ratio": 1.3,
    "claim_ratio": 1.3,
    "import_10k_s": 20.0,
    "match_1k_s": 5.0,
}
ROUNDS = 60
"""Times that each request is measured at each size."""

BUREAU = Actor(id="bench-bureau", roles=frozenset({"bureau"}), division=data.CITY)
DISTRICT = Actor(id="bench-district", roles=frozenset({"district"}), division=data.DISTRICT)
HOST = Actor(id="bench-host", roles=frozenset({"host"}), unit="N25001110000001090")
REVIEWER = Actor(id="bench-reviewer", roles=frozenset({"reviewer"}))

Ask = Callable[[], Awaitable[float]]
"""One request; its seconds."""


class Stage:
    """One service on one database of one size."""

    def __init__(self, service: Service, url: str) -> None:
        self.database = Database(url, service=service.name)
        self.app = create_app(service, settings_for_tests(url), self.database)
        self.clients = Clients({service.name: self.app})

    async def timed(self, actor: Actor, method: str, path: str, body: Any = None) -> float:
        client = self.clients(actor)
        began = time.perf_counter()
        answer = await client.request(method, path, json=body)
        took = time.perf_counter() - began
        answer.raise_for_status()
        return took

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
    """Lists as people ask for them; where a thousand orders have no full page, both sizes read a shorter one."""
    newest = "sort=-created_at"
    return {
        "all, newest first": (REVIEWER, newest),
        "a bureau's, newest first": (BUREAU, newest),
        "a district's, newest first": (DISTRICT, newest),
        "a district's, oldest first": (DISTRICT, ""),
        "a host's, newest first": (HOST, newest),
        "a round": (BUREAU, f"round_id={round_id}"),
        "a round's cancelled": (BUREAU, f"round_id={round_id}&status=cancelled"),
        "published, newest first": (DISTRICT, f"status=published&limit=15&{newest}"),
        "own submitted": (DISTRICT, "status=submitted&limit=1"),
        "within the district": (DISTRICT, f"division={data.DISTRICT}&limit=15"),
        "within a town": (DISTRICT, f"division={data.TOWN}&limit=1"),
        "of an industry": (BUREAU, f"industry=茶叶&{newest}"),
        "by title": (BUREAU, "sort=title"),
        "key places with a team": (BUREAU, f"key_place=true&has_team=true&{newest}"),
        "much money asked": (BUREAU, f"asked_from=19000000&{newest}"),
    }


def searches(round_id: str) -> dict[str, tuple[Actor, str]]:
    """Words of one, two and more characters, common and rare, alone and within a round."""
    asked = {
        "common, two characters": "q=茶叶",
        "common, four characters": "q=病虫多发",
        "common, one character": "q=茶",
        "rare": f"q={data.RARE}",
        "rare, two characters": "q=山甲",
        "of a county": "q=万州区&limit=15",
        "nowhere": "q=量子",
        "two words": "q=茶叶 植物保护&limit=3",
        "a common and a rare word": f"q=茶叶 {data.RARE}&limit=1",
        "common within a round": f"q=茶叶&limit=40&round_id={round_id}",
        "rare within a round": f"q={data.RARE}&limit=1&round_id={round_id}",
        "one in 100": f"q={data.EVEN}&limit=9",
        "one in 100, all old": f"q={data.OLD}&limit=9",
        "one in 100, all old, with a team": f"q={data.OLD}&limit=5&has_team=true",
        "one in 300, all old": f"q={data.OLDER}&limit=2",
        "one in 1,000, all old": f"q={data.OLDEST}&limit=1",
        "two common words, hardly ever together": "q=茶叶 柑橘&limit=1",
        "a burst": f"q={data.BURST}&limit=1",
        "completed": "q=茶叶&status=completed&limit=15",
        "published": "q=茶叶&status=published&limit=1",
    }
    own = {"common": "q=茶叶", "one in 100, all old": f"q={data.OLD}&limit=9", "of a county": "q=万州区&limit=15"}
    found = {name: (BUREAU, f"sort=-created_at&{query}") for name, query in asked.items()}
    return found | {f"a district's, {name}": (DISTRICT, f"sort=-created_at&{query}") for name, query in own.items()}


def note(name: str, small: float, large: float) -> float:
    print(f"{name:42} {small:8.2f} ms {large:8.2f} ms   × {large / small:.2f}", flush=True)
    return large / small


async def reads(small: Stage, large: Stage) -> dict[str, float]:
    """The ratios of list, search and detail: of a list and a search every kind asked once, together, and the worst kind
    alone (a word may cost half as much again, all of them together may not)."""
    rounds = [(await s.get(REVIEWER, "/v1/orders", limit=1))["items"][0]["round_id"] for s in (small, large)]
    found: dict[str, float] = {}
    for kind, asked in (("list", lists), ("search", searches)):
        took, ratios = list[tuple[float, float]](), list[float]()
        for name, pair in {n: (asked(rounds[0])[n], asked(rounds[1])[n]) for n in asked("")}.items():
            asks = [
                stage.asking(actor, [f"/v1/orders?{path}"])
                for stage, (actor, path) in zip((small, large), pair, strict=True)
            ]
            took.append(await compared(*asks))
            ratios.append(note(f"{kind}: {name}", *took[-1]))
        found[f"{kind}_ratio"] = note(f"{kind}: all kinds together", *map(sum, zip(*took, strict=True)))
        found[f"{kind}_worst"] = max(ratios)
    asks = []
    for stage in (small, large):
        items = (await stage.get(REVIEWER, "/v1/orders", limit=200))["items"]
        asks.append(
            stage.asking(BUREAU, [f"/v1/orders/{item['id']}" for item in items if item["status"] == "completed"])
        )
    found["detail_ratio"] = note("detail", *await compared(*asks))
    return found


async def claim_ratio(small: Stage, large: Stage, sizes: tuple[int, int]) -> float:
    asks = [teams_data.claims(stage, size // 2) for stage, size in zip((small, large), sizes, strict=True)]
    return note("claim", *await compared(*asks, rounds=150))


async def database(admin_url: str, service: Service, name: str) -> str:
    """The address of a new, migrated, empty database."""
    connection = await asyncpg.connect(admin_url)
    await connection.execute(f'create database "{name}"')
    await connection.close()
    url = in_database(admin_url, name)
    await migrate(service, url, START)
    return url


async def measure(admin_url: str, sizes: tuple[int, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    loads = {"orders": data.load_orders, "teams": teams_data.load_teams}
    for name, load in loads.items():
        service, stages = service_of(f"services.{name}.main"), list[Stage]()
        for size in sizes:
            url = await database(admin_url, service, f"bench_{name}_{size}")
            began = time.perf_counter()
            await load(service, url, size)
            print(f"{name}: {size} loaded in {time.perf_counter() - began:.1f} s", flush=True)
            stages.append(Stage(service, url))
        if name == "orders":
            found |= await reads(*stages)
        else:
            found["claim_ratio"] = await claim_ratio(*stages, sizes)
        for stage in stages:
            await stage.database.close()
    found["import_10k_s"] = await import_10k(admin_url)
    print(f"import of 10,000 rows: {found['import_10k_s']:.1f} s", flush=True)
    found["match_1k_s"] = await match_1k(admin_url)
    print(f"1,000 orders matched with 1,000 leads: {found['match_1k_s']:.1f} s", flush=True)
    return found


def verdict(found: dict[str, float]) -> dict[str, dict[str, Any]]:
    return {
        name: {"value": round(value, 2), "limit": LIMITS[name], "ok": value <= LIMITS[name]}
        for name, value in found.items()
    }


async def run(sizes: tuple[int, int]) -> dict[str, dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="jiedan-bench-") as folder:
        async with postgres(Path(folder), "--fsync=off", "--shared_buffers=1GB", "--max_wal_size=8GB") as admin_url:
            return verdict(await measure(admin_url, sizes))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000, help="of the larger size")
    found = asyncio.run(run((1_000, parser.parse_args().orders)))
    print(json.dumps(found))
    return 0 if all(each["ok"] for each in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
