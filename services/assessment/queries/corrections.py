"""Corrections, and what they rest on."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Correction, KnownRound, Notice, Objection
from services.assessment.queries.base import in_division
from shared.actor import Actor
from shared.queries import filtered, find


def corrections(
    actor: Actor, cycle_id: UUID | None = None, assessment_id: UUID | None = None, status: str | None = None
) -> sa.Select[Any]:
    statement = sa.select(Correction).join(KnownRound, KnownRound.id == Correction.round_id).where(in_division(actor))
    return filtered(statement, Correction, cycle_id=cycle_id, assessment_id=assessment_id, status=status)


async def correction(session: AsyncSession, correction_id: UUID, actor: Actor) -> Correction:
    return await find(session, corrections(actor), Correction, correction_id, "correction")


async def is_upheld(session: AsyncSession, objection_id: UUID | None, cycle_id: UUID) -> bool:
    """Whether this objection to a grade of the cycle was found right; true when there is none to look at."""
    if objection_id is None:
        return True
    of_cycle = sa.select(Objection.upheld).join(Notice, Notice.id == Objection.notice_id)
    return bool(await session.scalar(of_cycle.where(Objection.id == objection_id, Notice.cycle_id == cycle_id)))
