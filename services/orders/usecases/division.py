"""The division data of a year become rows that can be searched."""

import asyncio
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Division
from shared import divisions

_PLACEHOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
"""Names of codes that only group others; nobody says them."""
_COLUMNS = ("year", "code", "name", "full_name", "level", "parent", "pinyin", "initials")


async def load(session: AsyncSession) -> int:
    """Write the snapshot's rows unless its year is there already; how many were written."""
    if await session.scalar(sa.select(sa.exists().where(Division.year == divisions.YEAR))):
        return 0
    rows = await asyncio.to_thread(_rows)
    connection = await (await session.connection()).get_raw_connection()
    driver: Any = connection.driver_connection
    await driver.copy_records_to_table("divisions", records=rows, columns=_COLUMNS)
    await session.execute(sa.text("analyze divisions"))
    return len(rows)


def _rows() -> list[tuple[Any, ...]]:
    rows = []
    for code in divisions.codes():
        name = divisions.name_of(code) or ""
        spoken = divisions.spoken(name)
        above = [ancestor for ancestor in divisions.ancestors(code) if divisions.name_of(ancestor)]
        path = [divisions.spoken(divisions.name_of(key) or "") for key in above]
        full = "".join(part for part in (*path, spoken) if part not in _PLACEHOLDERS)
        syllables = divisions.syllables(spoken)
        initials = "".join(syllable[:1] for syllable in syllables)
        rows.append(
            (
                divisions.YEAR,
                code,
                name,
                full,
                divisions.level_of(code),
                above[-1] if above else "",
                "".join(syllables).lower(),
                initials.lower(),
            )
        )
    return rows
