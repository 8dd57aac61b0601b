"""Objections."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import with_expression

from services.assessment.models import (
    KnownRound,
    KnownTeam,
    Notice,
    Objection,
)
from services.assessment.queries.base import in_division
from shared.actor import Actor
from shared.errors import NotFound
from shared.queries import filtered, find


def objections(actor: Actor, notice_id: UUID | None, status: str | None, overdue: bool | None) -> sa.Select[Any]:
    statement = (
        sa.select(Objection)
        .join(Notice, Notice.id == Objection.notice_id)
        .join(KnownRound, KnownRound.id == Notice.round_id)
        .join(KnownTeam, KnownTeam.id == Objection.team_id)
        .where(in_division(actor))
        .options(
            with_expression(Objection.team, KnownTeam.name),
            with_expression(Objection.order_number, KnownTeam.order_number),
        )
        .execution_options(populate_existing=True)
    )
    if overdue is not None:
        late = Objection.overdue_at.is_not(None) & (Objection.status != "answered")
        statement = statement.where(late if overdue else ~late)
    return filtered(statement, Objection, notice_id=notice_id, status=status)


async def receipted(session: AsyncSession, receipt: str) -> Objection:
    """By the number that only its objector was told; it holds 40 random bits and is compared as it is written."""
    row = await session.scalar(sa.select(Objection).where(Objection.receipt == receipt.strip().upper()))
    if row is None:
        zh, en = "没有这个受理编号，请核对", "There is no objection of this number; check it"
        raise NotFound("objection", zh, en, "/receipt")
    return row


async def objection(session: AsyncSession, objection_id: UUID, actor: Actor) -> Objection:
    return await find(session, objections(actor, None, None, None), Objection, objection_id, "objection")
