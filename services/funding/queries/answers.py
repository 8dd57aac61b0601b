"""The bank's answer files."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import AnswerFile, AnswerLine
from shared.actor import Actor
from shared.queries import find, within


def answer_files(actor: Actor) -> sa.Select[Any]:
    return sa.select(AnswerFile).where(within(AnswerFile.division, actor.division))


async def answer_file(session: AsyncSession, file_id: UUID, actor: Actor) -> AnswerFile:
    return await find(session, answer_files(actor), AnswerFile, file_id, "answer_file")


def answer_lines(file: AnswerFile, outcome: str | None) -> sa.Select[Any]:
    statement = sa.select(AnswerLine).where(AnswerLine.file_id == file.id)
    return statement.where(AnswerLine.outcome == outcome) if outcome else statement
