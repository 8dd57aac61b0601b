"""Answers that are kept for repeated requests."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from shared.clock import wall
from shared.crypto import seal, unseal
from shared.http.idempotency import KEPT_DAYS, forget_answers, kept_answers
from tests.orders.factories import round_body


@pytest.fixture(scope="session")
def service_module() -> str:
    return "services.orders.main"


async def test_kept_answers_end_after_their_days(database: Any, connection: Any) -> None:
    row = {"request": "r", "status": 200, "headers": {}, "body": b""}
    for key, days in (("old", KEPT_DAYS + 1), ("young", KEPT_DAYS - 1)):
        await connection.execute(
            kept_answers.insert(), {**row, "key": key, "created_at": wall() - timedelta(days=days)}
        )
    await forget_answers(database)
    assert list(await connection.scalars(sa.select(kept_answers.c.key))) == ["young"]


async def test_what_is_kept_cannot_be_read_in_the_database_and_is_answered_again(
    api: Any, actors: Any, connection: Any
) -> None:
    body, key = round_body(name="批次的名称"), {"Idempotency-Key": "once"}
    first = await api(actors.bureau).post("/v1/rounds", json=body, headers=key)
    [kept] = await connection.scalars(sa.select(kept_answers.c.body))
    assert "批次的名称" in first.text
    assert "批次的名称".encode() not in kept
    again = await api(actors.bureau).post("/v1/rounds", json=body, headers=key)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")


def test_answers_kept_before_they_were_sealed_are_answered_too() -> None:
    assert unseal(b'{"id":1}') == b'{"id":1}'
    assert unseal(seal(b"")) == b""
