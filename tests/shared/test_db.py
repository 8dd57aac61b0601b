"""How a service's database is asked."""

import sqlalchemy as sa

from shared.db import Database


async def test_reads_are_planned_for_their_values_and_writes_keep_their_plans(orders: Database) -> None:
    mode = sa.text("show plan_cache_mode")
    for _ in range(2):  # the same connection serves both, in turns
        async with orders.transaction() as session:
            assert await session.scalar(mode) == "auto"
            async with session.begin_nested():
                assert await session.scalar(mode) == "auto"
        async with orders.reading() as session:
            assert await session.scalar(mode) == "force_custom_plan"
