"""Answers that are kept for repeated requests."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from shared.clock import wall
from shared.http.idempotency import KEPT_DAYS, forget_answers, kept_answers


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
