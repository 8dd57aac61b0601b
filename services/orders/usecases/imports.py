"""Summaries that the worker takes in: kept with their file, run as one transaction, their file deleted in time.

A worker that is killed leaves nothing behind but the count of attempts: the transaction that imports was never
committed, and the next worker begins again from the file.
"""

import asyncio
import base64
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.orders.models import Import, ImportFile, ImportProgress, Round
from services.orders.rules.columns import OPTIONAL, REQUIRED, SYNONYMS
from services.orders.rules.imports import ATTEMPTS
from services.orders.rules.policy import PolicySet
from services.orders.schemas import ImportAnswer
from services.orders.usecases.intake import import_orders, importable
from services.orders.usecases.rows import required_with
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.db import aside, load, new_id, reasons_of, savepoint
from shared.errors import Answer, Reason
from shared.spreadsheet import Sheet, read_sheet

MOST_FAULTS = 1_000
"""Faults that are told one by one; all of them stand in the marked file."""


def read_summary(content: bytes, policy: PolicySet) -> Sheet:
    """The workbook with the columns of a summary. Heavy: runs in a thread."""
    required = required_with(policy)
    optional = (*OPTIONAL, *(name for name in REQUIRED if name not in required))
    return read_sheet(content, required, optional, synonyms=SYNONYMS)


async def queue(
    session: AsyncSession, round_id: UUID, content: bytes, file_name: str, actor: Actor, now: datetime
) -> Import:
    """Keep the file for the worker. The round must take orders now, and the sender be an office with a division."""
    round = await importable(session, round_id, actor, now)
    days = policy_set(round.policy).orders.import_file_days
    importer = {"id": actor.id, "roles": sorted(actor.roles), "unit": actor.unit, "division": actor.division}
    row = Import(
        id=new_id(),
        round_id=round_id,
        division=actor.division,
        importer=importer,
        file_name=file_name[:200],
        queued_at=now,
        file_until=now + timedelta(days=days),
    )
    file = ImportFile(import_id=row.id, content=base64.b64encode(content).decode())
    session.add_all([row, file, ImportProgress(import_id=row.id, attempts=0, done=0)])
    await session.flush()
    return await session.get_one(Import, row.id, options=[joinedload(Import.progress)], populate_existing=True)


async def run(session: AsyncSession, import_id: UUID, now: datetime) -> None:
    """Take the summary in: all of it, or nothing with every fault told."""
    row = await load(session, Import, import_id, "import")
    if row.finished_at is not None:
        return
    session.info["actor"] = row.actor.id
    file = await session.get_one(ImportFile, import_id)
    try:
        if await _begin(session, import_id) > ATTEMPTS:
            raise Answer(
                Reason("import.given_up", "多次处理中断，请拆分文件后重试", "It broke off several times", "/file")
            )
        answer = await _take_in(session, row, base64.b64decode(file.content), file, now)
    except (Answer, IntegrityError) as refusal:
        reasons = refusal.reasons if isinstance(refusal, Answer) else (reasons_of(refusal),)
        row.failed, row.fault_count = True, len(reasons)
        row.faults = [asdict(reason) for reason in reasons[:MOST_FAULTS]]
    else:
        row.created, row.updated, row.unchanged = answer.created, answer.updated, answer.unchanged
        row.warnings = [warning.model_dump() for warning in answer.warnings[:MOST_FAULTS]]
    row.finished_at = now


async def _take_in(session: AsyncSession, row: Import, content: bytes, file: ImportFile, now: datetime) -> ImportAnswer:
    """In a savepoint, so that a refusal undoes the rows and yet is told. The faults are marked in the file."""
    round = await session.get_one(Round, row.round_id)
    sheet = await asyncio.to_thread(read_summary, content, policy_set(round.policy))
    await _tell(session, row.id, rows=len(sheet.rows))

    async def tell(done: int) -> None:
        await _tell(session, row.id, done=done)

    try:
        async with savepoint(session):
            answer = await import_orders(session, row.round_id, sheet, row.actor, now, tell)
            await session.flush()
            return answer
    except Answer as refusal:
        marked = await asyncio.to_thread(sheet.marked, refusal.reasons)
        file.content = base64.b64encode(marked).decode()
        raise


async def _begin(session: AsyncSession, import_id: UUID) -> int:
    """The number of this attempt, counted even if the worker dies over it."""
    async with aside(session) as beside:
        counted = (
            sa.update(ImportProgress)
            .where(ImportProgress.import_id == import_id)
            .values(attempts=ImportProgress.attempts + 1, done=0)
            .returning(ImportProgress.attempts)
        )
        number: int = (await beside.execute(counted)).scalar_one()
        return number


async def _tell(session: AsyncSession, import_id: UUID, **progress: Any) -> None:
    async with aside(session) as beside:
        await beside.execute(sa.update(ImportProgress).where(ImportProgress.import_id == import_id).values(**progress))


async def forget_file(session: AsyncSession, import_id: UUID, now: datetime) -> None:
    """The policy's days are over: the file is deleted, what became of it stays."""
    row = await load(session, Import, import_id, "import")
    await session.execute(sa.delete(ImportFile).where(ImportFile.import_id == import_id))
    row.file_until = None
