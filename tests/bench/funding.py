"""What the funding service does on this machine, on a PostgreSQL that syncs every commit to disk.

``python -m tests.bench.funding`` prints what it measures and all of it as one JSON line last, each as ``{value, limit,
ok}``; it fails when one is not ok.

- ``postings_s``: the bank's answers to files of 1,000 payments as the use case takes them in (locked, judged, booked,
  followed, said in events, committed): ledger postings a second, two for each answer; the median of the files.
- ``postings_ratio``: to a bare asyncpg script that runs the very same SQL (every statement that the use case sent, with its
  values) on a copy of the same database, file by file in turn, in one transaction each; the median of the pairs.
- ``reservations_s``: 1,000 selections at once against one budget, over 16 connections, each its own transaction, as the
  event of a proposal brings them. ``longest_wait_s``: the longest that one of them took from its start to its commit.
- ``overdrawn``: fen reserved beyond the budget, there and when 1,000 ask for twice what there is.
- ``verify_1m_s``: the whole ledger of 1,000,000 postings replayed and compared in one snapshot. They were booked in
  SQL, through every trigger.

Limits of speed stand near three tenths of what a machine with two cores did (3,850 postings, 223 reservations a second).
"""

import argparse
import asyncio
import gc
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import sqlalchemy as sa
import uvloop

from deploy.databases import in_database, owner_of
from services.funding.models import Award, Instruction
from services.funding.rules.budget import Papers
from services.funding.usecases import answer, award, ledger, round, verification
from services.funding.usecases.answer import Answer
from shared import crypto
from shared.actor import Actor
from shared.db import Database
from shared.testing import Databases, service_of, settings_for_tests
from tests.bench.backbone import postgres
from tests.bench.funding_data import AMOUNT, AWARDS, DIVISION, fill_round
from tests.funding.factories import TeamOf, round_opened

CHECKER = Actor("checker", frozenset({"finance_checker"}), division=DIVISION)
BUREAU = Actor("bureau", frozenset({"bureau"}), division=DIVISION)
LIMITS = {
    "postings_s": ("least", 1_000),
    "postings_ratio": ("least", 0.5),
    "reservations_s": ("least", 60),
    "longest_wait_s": ("most", 5),
    "overdrawn": ("most", 0),
    "verify_1m_s": ("most", 60),
}
SERVICE = service_of("funding")


@dataclass
class Script:
    """The SQL of a transaction as a use case sends it."""

    statements: list[tuple[str, Any, bool]] = field(default_factory=list)

    def note(self, _connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        self.statements.append((statement, values, many))

    async def run(self, connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            for statement, values, many in self.statements:
                await (connection.executemany(statement, values) if many else connection.fetch(statement, *values))


def address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False).replace("+asyncpg", "")


async def as_owner(admin_url: str, database: Database) -> asyncpg.Connection:
    url = in_database(admin_url, str(database.engine.url.database))
    return await asyncpg.connect(url, server_settings={"role": owner_of("test_funding")})


async def instructions(database: Database, round_id: UUID) -> list[UUID]:
    statement = sa.select(Instruction.id).join(Award, Award.team_id == Instruction.team_id)
    async with database.reading() as session:
        return list(await session.scalars(statement.where(Award.round_id == round_id).order_by(Instruction.id)))


async def take_in(database: Database, keys: Sequence[UUID]) -> float:
    """Seconds in which the use case takes in the bank's answers to these instructions."""
    began = time.perf_counter()
    async with database.transaction(CHECKER) as session:
        said = [Answer(key, "paid", f"PZ-{number}") for number, key in enumerate(keys)]
        outcome = await answer.answer(session, said, CHECKER, session.info["now"])
    took = time.perf_counter() - began
    if not all(one.news for one in outcome.values()):
        raise RuntimeError("an answer was refused")
    return took


async def postings(databases: Databases, admin_url: str, files: int) -> tuple[float, float]:
    """Postings a second of the use case, and its ratio to the bare script."""
    ours = Database(await databases.create(SERVICE), service="funding")
    connection = await as_owner(admin_url, ours)
    rounds = [await fill_round(connection, answered=False) for _ in range(files + 1)]
    await connection.execute("analyze")
    await connection.close()
    server = await asyncpg.connect(admin_url)
    copy = f"{ours.engine.url.database}_copy"
    await ours.engine.dispose()
    await server.execute(f'create database "{copy}" template "{ours.engine.url.database}"')
    await server.close()
    settings = {"plan_cache_mode": "force_custom_plan"}
    bare = await asyncpg.connect(address(ours) + "_copy", server_settings=settings)
    rates, ratios = [], []
    for number, round_id in enumerate(rounds):
        keys = await instructions(ours, round_id)
        script = Script()
        sa.event.listen(ours.engine.sync_engine, "before_cursor_execute", script.note)
        took = await take_in(ours, keys)
        sa.event.remove(ours.engine.sync_engine, "before_cursor_execute", script.note)
        began = time.perf_counter()
        await script.run(bare)
        took_bare = time.perf_counter() - began
        if number:  # the first file warms both
            rates.append(2 * len(keys) / took)
            ratios.append(took_bare / took)
    booked = "select count(*), sum(abs(amount_fen)) from ledger_postings"
    async with ours.reading() as session:
        if tuple((await session.execute(sa.text(booked))).one()) != tuple(await bare.fetchrow(booked)):
            raise RuntimeError("the script booked something else")
        if (await verification.verify(session)).differences:
            raise RuntimeError("the ledger does not verify")
    await bare.close()
    await ours.close()
    return statistics.median(rates), statistics.median(ratios)


async def reservations(database: Database, selections: int, budget_fen: int) -> tuple[float, float, int, Counter[str]]:
    """So many selections at once: how many a second, the longest, fen overdrawn, and what became of them."""
    round_id = uuid4()
    async with database.transaction(BUREAU) as session:
        await SERVICE.handlers.apply(session, round_opened(round_id), session.info["now"])
        await session.flush()
        await round.set_appropriation(session, round_id, budget_fen, Papers("bench"), BUREAU)
    waits: list[float] = []
    tickets = asyncio.Semaphore(16)

    async def select() -> str:
        async with tickets:
            began = time.perf_counter()
            team = TeamOf(round_id)
            async with database.transaction() as session:
                one = await award.propose(session, award.Proposal(round_id, team.order_id, team.team_id, 1, AMOUNT))
            waits.append(time.perf_counter() - began)
            return one.status

    began = time.perf_counter()
    outcome = Counter(await asyncio.gather(*(select() for _ in range(selections))))
    took = time.perf_counter() - began
    async with database.reading() as session:
        places = await ledger.balances(session, round_id)
    return selections / took, max(waits), max(0, places["reserved"] - budget_fen), outcome


async def verified(database: Database, admin_url: str, payments: int) -> tuple[float, int]:
    """Seconds in which the whole ledger is verified, and how many postings it has."""
    connection = await as_owner(admin_url, database)
    for _ in range(payments // AWARDS):
        await fill_round(connection, answered=True)
    await connection.execute("vacuum analyze")
    await connection.close()
    began = time.perf_counter()
    async with database.snapshot() as session:
        found = await verification.verify(session)
    took = time.perf_counter() - began
    if found.differences:
        raise RuntimeError(f"the ledger does not verify: {found.differences[:3]}")
    return took, found.postings


async def measure(payments: int, files: int, selections: int) -> dict[str, float]:
    settings = settings_for_tests()
    crypto.use_keys(settings.field_keys, settings.hash_key)
    gc.freeze()  # as the service's processes do
    with tempfile.TemporaryDirectory(prefix="jiedan-bench-") as folder:
        async with postgres(Path(folder), "--max_wal_size=4GB", "--checkpoint_timeout=30min") as admin_url:
            databases = Databases(admin_url)
            postings_s, ratio = await postings(databases, admin_url, files)
            shared = Database(await databases.create(SERVICE), service="funding", pool=16)
            rate, longest, over, outcome = await reservations(shared, selections, selections * AMOUNT)
            print(f"a budget for all: {dict(outcome)}", flush=True)
            _rate, _longest, pressed, outcome = await reservations(shared, selections, selections // 2 * AMOUNT)
            print(f"a budget for half: {dict(outcome)}", flush=True)
            took, counted = await verified(shared, admin_url, payments)
            print(f"verified {counted} postings in {took:.1f} s", flush=True)
            await shared.close()
    return {
        "postings_s": round_to(postings_s),
        "postings_ratio": round_to(ratio),
        "reservations_s": round_to(rate),
        "longest_wait_s": round_to(longest),
        "overdrawn": over + pressed,
        "verify_1m_s": round_to(took),
    }


def round_to(value: float) -> float:
    return float(f"{value:.3g}")


def judged(found: dict[str, float]) -> dict[str, dict[str, Any]]:
    def ok(name: str, value: float) -> bool:
        side, limit = LIMITS[name]
        return value >= limit if side == "least" else value <= limit

    return {name: {"value": value, "limit": LIMITS[name][1], "ok": ok(name, value)} for name, value in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=100_000, help="of ten postings each, to verify")
    parser.add_argument("--files", type=int, default=7, help="of 1,000 answers each")
    parser.add_argument("--selections", type=int, default=1_000)
    given = parser.parse_args()
    found = judged(uvloop.run(measure(given.payments, given.files, given.selections)))
    print(json.dumps(found))
    return 0 if all(one["ok"] for one in found.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
