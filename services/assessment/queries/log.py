"""The public log and its checkpoints."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Checkpoint, LogEntry
from shared import signing


async def log_version(session: AsyncSession) -> tuple[str, datetime | None]:
    """Changes with every entry."""
    return await _version(session, sa.select(LogEntry.position, LogEntry.at).order_by(LogEntry.position.desc()))


async def checkpoints_version(session: AsyncSession) -> tuple[str, datetime | None]:
    """Changes with every checkpoint."""
    newest = sa.select(Checkpoint.id, Checkpoint.signed_at).order_by(Checkpoint.id.desc())
    return await _version(session, newest)


async def keys_version(_session: AsyncSession) -> tuple[str, None]:
    """Changes with the keys that the process was told."""
    return " ".join(signing.public_keys()), None


async def _version(session: AsyncSession, newest: sa.Select[*tuple[Any, ...]]) -> tuple[str, datetime | None]:
    found = (await session.execute(newest.limit(1))).first()
    return (str(found[0]), found[1]) if found else ("", None)


def log_entries() -> sa.Select[Any]:
    return sa.select(LogEntry)


def checkpoints() -> sa.Select[Any]:
    return sa.select(Checkpoint)
