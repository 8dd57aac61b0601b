"""Commendations, one function per verb."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Commendation
from services.assessment.rules import commendation as rules
from services.assessment.rules.commendation import CommendationFacts
from services.assessment.usecases.known import day_of
from shared.actor import Actor
from shared.contracts.assessment import CommendationEntered, CommendationWithdrawn
from shared.db import load, new_id
from shared.outbox import publish


@dataclass(frozen=True, slots=True)
class Entered:
    """A commendation as an office enters it."""

    division: str
    kind: str
    name: str
    title: str
    granted_by: str
    granted_on: date
    reason: str


async def enter(session: AsyncSession, of: Entered, actor: Actor, now: datetime) -> Commendation:
    told = CommendationFacts("", of.division, of.name, of.title, of.reason, of.granted_on)
    entered = await _is_entered(session, of)
    row = Commendation(
        id=new_id(),
        status=rules.enter(told, entered, day_of(now), actor),
        division=of.division,
        kind=of.kind,
        name=of.name,
        title=of.title,
        granted_by=of.granted_by,
        granted_on=of.granted_on,
        reason=of.reason,
        entered_by=actor.id,
    )
    session.add(row)
    await session.flush()
    publish(
        session,
        CommendationEntered(commendation_id=row.id, division=row.division, kind=row.kind, granted_on=row.granted_on),
    )
    return row


async def _is_entered(session: AsyncSession, of: Entered) -> bool:
    """Whether this very one stands already. One office at a time enters what a division was commended for."""
    key = f"commendations of {of.division}"
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
    same = sa.select(Commendation.id).where(
        Commendation.division == of.division,
        Commendation.kind == of.kind,
        Commendation.name == of.name,
        Commendation.title == of.title,
        Commendation.granted_on == of.granted_on,
        Commendation.status == next(iter(rules.LIFECYCLE.statuses)),
    )
    return await session.scalar(same.limit(1)) is not None


async def withdraw(session: AsyncSession, commendation_id: UUID, reason: str, actor: Actor) -> Commendation:
    await queries.commendation(session, commendation_id, actor)
    row = await load(session, Commendation, commendation_id, "commendation")
    row.status = rules.withdraw(row.facts, reason, actor)
    row.withdrawn_reason = reason.strip()
    publish(session, CommendationWithdrawn(commendation_id=row.id, division=row.division, kind=row.kind))
    return row
