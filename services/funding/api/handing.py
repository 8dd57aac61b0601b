"""Money data that is handed out: noted first, so that ``/v1/readings`` says who had what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.funding.usecases import reading
from shared.actor import Actor
from shared.http import exported


async def noted(
    session: AsyncSession, what: str, asked: Mapping[str, Any], rows: int, who: Actor, now: datetime
) -> None:
    """``asked``: the parameters that were given."""
    given = {
        name: value if isinstance(value, int | str) else str(value)
        for name, value in asked.items()
        if value is not None
    }
    await reading.note(session, what, given, rows, who, now)


async def money_file(
    session: AsyncSession,
    name: str,
    format: str,
    head: Sequence[str],
    lines: Sequence[Sequence[Any]],
    asked: Mapping[str, Any],
    who: Actor,
    now: datetime,
) -> Response:
    """A list as a file."""
    await noted(session, f"{name}.{format}", asked, len(lines), who, now)
    return await exported(format, name, head, lines)
