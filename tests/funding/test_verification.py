"""The operator's command replays the ledger in one snapshot, and fails when anything disagrees."""

import asyncio
import json
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.funding.usecases import ledger, verification
from shared import cli
from shared.db import Database
from shared.testing import settings_for_tests
from tests.bench.funding import instructions, take_in
from tests.bench.funding_data import fill_round
from tests.funding.factories import AMOUNT, TeamOf
from tests.funding.test_ledger import given_round, reserve, run


@pytest.fixture
def command(books: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """``await command()``: the last line that ``jiedan verify-ledger funding`` prints, and whether it succeeds."""
    url = books.engine.url.render_as_string(hide_password=False).replace("+asyncpg", "")
    monkeypatch.setattr(cli, "load_settings", lambda: settings_for_tests(url))

    async def verify() -> tuple[Any, bool]:
        try:
            await asyncio.to_thread(cli.main, ["verify-ledger", "funding"])
            well = True
        except SystemExit as end:
            well = end.code == 0
        return json.loads(capsys.readouterr().out.splitlines()[-1]), well

    return verify


async def test_the_command_counts_and_compares(books: Database, command: Any) -> None:
    round_id = await given_round(books, 20_000_000)
    await reserve(books, TeamOf(round_id))
    found, well = await command()
    assert well
    assert (found["balanced"], found["transactions"], found["postings"], found["differences"]) == (True, 2, 4, [])
    assert found["checks"] == len(verification.CHECKS)


async def test_the_command_fails_on_a_difference_and_says_where(books: Database, command: Any) -> None:
    round_id = await given_round(books, 1_000)
    await run(books, "update appropriations set amount_fen = amount_fen + 5")
    found, well = await command()
    assert not well
    assert found["differences"] == [f"appropriation {round_id}: 1005 ≠ 1000 fen"]
    await run(books, "update appropriations set amount_fen = amount_fen - 5")


async def test_a_service_without_a_ledger_has_none_to_verify() -> None:
    with pytest.raises(SystemExit, match="orders keeps no ledger"):
        cli.main(["verify-ledger", "orders"])


async def test_payments_as_the_benchmark_makes_them_verify_and_can_be_answered(
    books: Database, owner: Database
) -> None:
    url = owner.engine.url.render_as_string(hide_password=False).replace("+asyncpg", "")
    connection = await asyncpg.connect(url, server_settings={"role": "test_funding_owner"})
    sent = await fill_round(connection, answered=False, awards=5)
    await fill_round(connection, answered=True, awards=5)
    await connection.close()
    async with books.reading() as session:
        assert (await verification.verify(session)).differences == []
    await take_in(books, await instructions(books, sent))
    async with books.reading() as session:
        assert (await ledger.balances(session, sent))["paid"] == 5 * AMOUNT


async def test_a_snapshot_stays_at_its_moment_and_writes_nothing(books: Database) -> None:
    round_id = await given_round(books, 20_000_000)
    async with books.snapshot() as session:
        before = (await verification.verify(session)).transactions
        await reserve(books, TeamOf(round_id))
        assert (await verification.verify(session)).transactions == before
        with pytest.raises(DBAPIError, match="read-only"):
            await session.execute(sa.text("delete from awards"))
