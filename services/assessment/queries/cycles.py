"""Cycles and their editions."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    Assessment,
    Cycle,
    Edition,
    KnownRound,
)
from services.assessment.queries.assessments import SHOWN
from services.assessment.queries.base import in_division
from shared.actor import Actor
from shared.queries import filtered


def cycles(actor: Actor, round_id: UUID | None, year: int | None) -> sa.Select[Any]:
    statement = sa.select(Cycle).join(KnownRound, KnownRound.id == Cycle.round_id).where(in_division(actor))
    return filtered(statement, Cycle, round_id=round_id, year=year)


async def counts(session: AsyncSession, cycle_ids: Sequence[UUID]) -> dict[UUID, dict[str, dict[str, int]]]:
    """How many assessments of each cycle stand in which status and have which grade."""
    grouped = (
        sa.select(Assessment.cycle_id, Assessment.status, Assessment.given, sa.func.count())
        .where(Assessment.cycle_id.in_(cycle_ids))
        .group_by(Assessment.cycle_id, Assessment.status, Assessment.given)
    )
    statuses: dict[UUID, Counter[str]] = {key: Counter() for key in cycle_ids}
    grades: dict[UUID, Counter[str]] = {key: Counter() for key in cycle_ids}
    for cycle_id, status, given, count in await session.execute(grouped):
        statuses[cycle_id][status] += count
        if given and status in ("graded", *SHOWN):
            grades[cycle_id][given] += count
    return {key: {"statuses": statuses[key], "grades": grades[key]} for key in cycle_ids}


async def editions(session: AsyncSession, cycle_id: UUID) -> Sequence[Edition]:
    of_cycle = sa.select(Edition).where(Edition.cycle_id == cycle_id).order_by(Edition.number)
    return (await session.scalars(of_cycle)).all()
