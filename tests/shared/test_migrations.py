"""The platform's tables are made by frozen scripts; what the scripts make is what the code says."""

from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from shared.tables import platform
from tests.shared.conftest import run_scripts

CATALOG = {
    "columns": """
        select attrelid::regclass::text as of, attname, format_type(atttypid, atttypmod), attnotnull, attidentity::text,
               pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)
          from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
         where attnum > 0 and attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
         order by 1, attnum""",
    "constraints": """
        select conname::text, conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
         where connamespace = 'public'::regnamespace order by 1, 2""",
    "indexes": "select indexname::text, indexdef from pg_indexes where schemaname = 'public' order by 1",
}


async def test_the_frozen_scripts_make_what_the_code_says(postgres_url: str) -> None:
    made: dict[str, dict[str, list[Any]]] = {}
    for name in ("scripts", "code"):
        url = await new_database(postgres_url, f"platform_by_{name}")
        if name == "scripts":
            await run_scripts(url)
        else:
            engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
            async with engine.begin() as connection:
                await connection.run_sync(platform.create_all)
            await engine.dispose()
        made[name] = await catalog(url)
    assert made["scripts"] == made["code"]
    assert {row[0] for row in made["code"]["columns"]} >= set(platform.tables)


async def new_database(admin_url: str, name: str) -> str:
    connection = await asyncpg.connect(admin_url)
    await connection.execute(f"drop database if exists {name}")
    await connection.execute(f"create database {name} template template1")
    await connection.close()
    return admin_url.rpartition("/")[0] + f"/{name}"


async def catalog(url: str) -> dict[str, list[Any]]:
    connection = await asyncpg.connect(url)
    found = {what: [tuple(row) for row in await connection.fetch(query)] for what, query in CATALOG.items()}
    await connection.close()
    return found
