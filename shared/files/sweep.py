"""Bytes that no row names, a day after they were written: what failed or dry-run transactions left behind."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from shared.db import Database
from shared.files.attachments import AttachmentRow, lock
from shared.files.store import Files

KEPT_HOURS = 24
"""Hours of wall time that bytes without a row are left alone."""


async def sweep(database: Database, model: type[AttachmentRow], files: Files, wall: datetime) -> int:
    """Delete orphans of the model's nouns; how many there were. Rows of removed files keep their bytes."""
    before, swept = wall - timedelta(hours=KEPT_HOURS), 0
    for noun in model.NOUNS:
        async for keys in files.keys_before(noun, before):
            async with database.reading() as session:
                known = set(await session.scalars(sa.select(model.key).where(model.key.in_(keys))))
            for key in [key for key in keys if key not in known]:
                swept += await _sweep_one(database, model, files, key)
    return swept


async def _sweep_one(database: Database, model: type[AttachmentRow], files: Files, key: str) -> bool:
    # Whoever sends the same file again at this moment holds the lock, or waits for it and then writes the bytes anew.
    async with database.transaction() as session:
        await lock(session, key)
        if (await session.execute(sa.select(model.id).where(model.key == key).limit(1))).scalar() is not None:
            return False
        await files.delete(key)
        return True
