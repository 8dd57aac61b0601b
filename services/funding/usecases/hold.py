"""Holds: placed and lifted by people, ended by the clock; what the grades hold is in ``conditions``."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Hold, Instalment
from services.funding.rules import hold as rules
from services.funding.usecases import award as awards
from services.funding.usecases import round
from services.funding.usecases.conditions import event
from shared.actor import SYSTEM, Actor
from shared.calendar import end_of
from shared.contracts.funding import AwardHoldExpired, AwardHoldLifted, AwardHoldPlaced
from shared.db import load, new_id
from shared.errors import NotFound
from shared.outbox import publish


@dataclass(frozen=True, slots=True)
class Ground:
    """Why money is held: where that comes from, in words, perhaps for one instalment only and until a day."""

    source: str
    reason: str
    instalment_id: UUID | None = None
    until: date | None = None


async def place(session: AsyncSession, award_id: UUID, ground: Ground, actor: Actor, now: datetime) -> Hold:
    """A person holds an award or one instalment; whatever is not with the bank waits."""
    award = await load(session, Award, award_id, "award")
    await round.of_actor(session, award.round_id, actor)
    part = await _part(session, award, ground.instalment_id)
    status, placed_as = rules.place(
        award.status, part.status if part else None, ground.reason, ground.until, actor, now
    )
    hold = Hold(
        id=new_id(),
        award_id=award.id,
        instalment_id=ground.instalment_id,
        source=ground.source,
        reason=ground.reason,
        until=ground.until,
        ends_at=end_of(ground.until, now) if ground.until else None,
        status=status,
        placed_as=placed_as,
        placed_by=actor.id,
        placed_at=now,
    )
    session.add(hold)
    await session.flush()
    publish(session, event(AwardHoldPlaced, award, hold))
    await awards.follow(session, award, now)
    return hold


async def lift(session: AsyncSession, hold_id: UUID, reason: str, actor: Actor, now: datetime) -> Hold:
    """A person ends a hold; the money moves on unless another one stands."""
    award, hold = await _locked(session, hold_id)
    await round.of_actor(session, award.round_id, actor)
    hold.status = rules.lift(hold.facts, reason, actor)
    hold.ended_by, hold.ended_at, hold.ended_reason = actor.id, now, reason
    publish(session, event(AwardHoldLifted, award, hold))
    await session.flush()
    await awards.follow(session, award, now)
    return hold


async def expire(session: AsyncSession, hold_id: UUID, now: datetime) -> None:
    """Its last day is over."""
    award, hold = await _locked(session, hold_id)
    hold.status = rules.expire(hold.facts)
    hold.ended_by, hold.ended_at = SYSTEM.id, now
    publish(session, event(AwardHoldExpired, award, hold))
    await session.flush()
    await awards.follow(session, award, now)


async def _part(session: AsyncSession, award: Award, instalment_id: UUID | None) -> Instalment | None:
    if instalment_id is None:
        return None
    part = await load(session, Instalment, instalment_id, "instalment")
    if part.award_id != award.id:
        raise NotFound("instalment")
    return part


async def _locked(session: AsyncSession, hold_id: UUID) -> tuple[Award, Hold]:
    """The hold and its award: the award first, as everywhere."""
    award_id = await session.scalar(sa.select(Hold.award_id).where(Hold.id == hold_id))
    if award_id is None:
        raise NotFound("hold")
    return await load(session, Award, award_id, "award"), await load(session, Hold, hold_id, "hold")
