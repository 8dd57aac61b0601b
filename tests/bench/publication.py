"""What the public sees, and how fast, after a round of 10,000 teams was graded and published on this machine.

``python -m tests.bench.publication`` prints what it measures and all of it as one JSON line last, each as ``{value, limit,
ok}``; it fails when one is not ok.

- ``feed_ratio, list_ratio, certificate_ratio``: answers a second of ``/public/ratings/feed.json``, ``/public/ratings`` and
  the check of a certificate (200 different ones, in turn), each whole (no 304), over those of a FastAPI application with one empty route. Both are served
  by uvicorn with the settings of ``jiedan api`` in a process of its own, asked over the same number of kept connections
  in the same run, turn by turn; the median of the turns.
- ``grade_10k_s``: seconds in which a collected year of 10,000 teams is scored, graded and published, each step with its
  events in one transaction on a PostgreSQL that syncs every commit. What collecting and the notice take is printed, too.
"""

import argparse
import asyncio
import base64
import itertools
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvloop

from deploy.local.ports import free_port
from shared import crypto, signing
from shared.cli import settle
from shared.db import Database
from shared.testing import Databases, settings_for_tests
from tests.bench.backbone import postgres
from tests.bench.publication_data import SERVICE, as_owner, certify, fill_round, rate_year

LIMITS = {
    "feed_ratio": ("least", 0.7),
    "list_ratio": ("least", 0.7),
    "certificate_ratio": ("least", 0.7),
    "grade_10k_s": ("most", 30),
}
PATHS = {"feed_ratio": ["/public/ratings/feed.json"], "list_ratio": ["/public/ratings"]}
CERTIFICATES = 200
GRADING = ("score", "grade", "publish")
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Asker(asyncio.Protocol):
    """One kept connection that asks the next as soon as it was answered in whole. ``answered`` counts."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests, self.answered, self.failed = requests, 0, ""
        self._missing, self._head = 0, b""
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        if self._missing == 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(self._head, 0, end)
            if length is None or not self._head.startswith(b"HTTP/1.1 200 "):
                self.failed = self._head[:200].decode("latin-1")
                self._transport.close()
                return
            self._missing = int(length[1]) - (len(self._head) - end - 4)
            self._head = b""
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self.answered += 1
            self._transport.write(next(self.requests))

    def close(self) -> None:
        self._transport.close()


async def rate(port: int, paths: Sequence[str], connections: int, seconds: float) -> float:
    """Answers a second, to these in turn. Raises RuntimeError when one is not a whole 200."""
    head = f"HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n\r\n"
    requests = itertools.cycle([f"GET {path} {head}".encode() for path in paths])
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(lambda: Asker(requests), "127.0.0.1", port) for _ in range(connections)]
    askers = [asker for _transport, asker in opened]
    before, began = sum(asker.answered for asker in askers), time.perf_counter()
    await asyncio.sleep(seconds)
    found = (sum(asker.answered for asker in askers) - before) / (time.perf_counter() - began)
    for asker in askers:
        if asker.failed:
            raise RuntimeError(f"{paths[0]}: {asker.failed}")
        asker.close()
    return found


@contextmanager
def served(*command: str, **more: str) -> Iterator[int]:
    """A server in a process of its own; its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", *command, "--port", str(port)], env={**os.environ, **more})
    try:
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


async def until_up(port: int, path: str) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(300):
            try:
                if (await client.get(path)).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError(f"{path} is not served")


def serve_empty(port: int) -> None:
    """One empty route, served as ``jiedan api`` serves a service."""
    import uvicorn
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/empty")
    async def empty() -> dict[str, str]:
        return {}

    settle()
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        root_path="/empty",
        log_config=None,
        access_log=False,
        loop="uvloop",
        http="httptools",
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=True,
    )


async def ratios(database: Database, paths: dict[str, list[str]], connections: int, seconds: float) -> dict[str, float]:
    """Of every path to the empty route, turn by turn; the median."""
    key = base64.b64encode(settings_for_tests().hash_key).decode()
    address = database.engine.url.render_as_string(hide_password=False).replace("+asyncpg", "")
    told = {
        "JIEDAN_PROFILE": "development",
        "JIEDAN_DATABASE_URL": address,
        "JIEDAN_FIELD_KEYS": f"1:{key}",
        "JIEDAN_HASH_KEY": key,
        "JIEDAN_DEV_KEY": key,
        "JIEDAN_SIGNING_KEYS": f"1:{key}",
        "JIEDAN_FILES": "memory:///",
        "JIEDAN_LOG_LEVEL": "WARNING",
    }
    turns: list[dict[str, float]] = []
    with (
        served("tests.bench.publication", "--empty") as empty,
        served("shared.cli", "api", "assessment", **told) as ours,
    ):
        await until_up(empty, "/empty")
        for some in paths.values():
            await until_up(ours, some[0])
        for turn in range(6):
            bare = await rate(empty, ["/empty"], connections, seconds)
            found = {name: await rate(ours, some, connections, seconds) for name, some in paths.items()}
            print(f"empty {bare:.0f}/s", *(f"{name} {value:.0f}/s" for name, value in found.items()), flush=True)
            if turn:  # the first warms all
                turns.append({name: value / bare for name, value in found.items()})
    return {name: statistics.median(turn[name] for turn in turns) for name in paths}


@asynccontextmanager
async def published(teams: int) -> AsyncIterator[tuple[Database, float]]:
    """A service's database with a published year of as many teams, and the seconds that it took to grade it."""
    with tempfile.TemporaryDirectory(prefix="jiedan-bench-") as folder:
        async with postgres(Path(folder), "--max_wal_size=4GB", "--checkpoint_timeout=30min") as admin_url:
            database = Database(await Databases(admin_url).create(SERVICE), service="assessment")
            connection = await as_owner(admin_url, database)
            round_id = await fill_round(connection, teams)
            await connection.execute("analyze")
            took = await rate_year(database, connection, round_id)
            print({step: round(seconds, 2) for step, seconds in took.items()}, flush=True)
            await connection.close()
            yield database, sum(took[step] for step in GRADING)
            await database.close()


async def measure(teams: int, connections: int, seconds: float) -> dict[str, float]:
    settings = settings_for_tests()
    crypto.use_keys(settings.field_keys, settings.hash_key)
    signing.use_signing_keys(settings.signing_keys, settings.public_url)
    settle()  # as the service's processes do
    async with published(teams) as (database, took):
        numbers = await certify(database, CERTIFICATES)
        checks = {"certificate_ratio": [f"/public/certificates/{number}" for number in numbers]}
        found = await ratios(database, PATHS | checks, connections, seconds)
    return {**found, "grade_10k_s": took}


def judged(found: dict[str, float]) -> dict[str, dict[str, Any]]:
    def ok(name: str, value: float) -> bool:
        side, limit = LIMITS[name]
        return value >= limit if side == "least" else value <= limit

    return {
        name: {"value": float(f"{value:.3g}"), "limit": LIMITS[name][1], "ok": ok(name, value)}
        for name, value in found.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=2, help="of each path in each turn")
    parser.add_argument("--empty", action="store_true", help="serve the empty route instead, at --port")
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    if given.empty:
        serve_empty(given.port)
        return 0
    found = judged(uvloop.run(measure(given.teams, given.connections, given.seconds)))
    print(json.dumps(found))
    return 0 if all(one["ok"] for one in found.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
