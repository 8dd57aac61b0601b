"""Certificates, what they rest on, and how one is found by its number."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    Assessment,
    Benefit,
    Certificate,
    Cycle,
    KnownEntry,
    KnownMember,
    KnownRound,
    KnownTeam,
)
from services.assessment.queries.benefits import issuing
from services.assessment.queries.log import log_version
from services.assessment.rules import certificate as rules
from services.assessment.rules.certificate import Standing
from shared.actor import Actor
from shared.calendar import last_day
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.queries import filtered, find


def certificates(actor: Actor, **wanted: Any) -> sa.Select[Any]:
    """``wanted``: columns and their values."""
    seen = issuing(Certificate.team_id, Certificate.person_id, actor)
    return filtered(sa.select(Certificate).join(KnownTeam).where(seen), Certificate, **wanted)


async def certificate(session: AsyncSession, certificate_id: UUID, actor: Actor) -> Certificate:
    return await find(session, certificates(actor), Certificate, certificate_id, "certificate")


async def numbered(session: AsyncSession, number: str) -> Certificate:
    """For everybody who has the number."""
    found = await session.scalar(sa.select(Certificate).where(Certificate.number == number))
    if found is None:
        raise NotFound("certificate")
    return found


async def certificates_version(session: AsyncSession) -> tuple[str, datetime | None]:
    """Changes with everything that is issued or revoked (both are written in the public log), and with whatever
    expires."""
    position, at = await log_version(session)
    ended = sa.select(Certificate.ended_at).where(Certificate.ended_at.is_not(None))
    last = await session.scalar(ended.order_by(Certificate.ended_at.desc()).limit(1))
    return f"{position}/{last}", max((one for one in (at, last) if one), default=None)


async def standing(session: AsyncSession, team: KnownTeam, person_id: UUID, now: datetime) -> Standing:
    """What can be certified of this person's service in this team today."""
    times = sa.select(KnownMember).where(KnownMember.team_id == team.id, KnownMember.person_id == person_id)
    own = list(await session.scalars(times.order_by(KnownMember.joined_on)))
    round = await session.get_one(KnownRound, team.round_id)
    days, visits = await _visits(session, team.id, person_id)
    left = None if any(time.left_on is None for time in own) else max(t.left_on for t in own if t.left_on)
    since, to = rules.served(own[0].joined_on, left, team.starts_on, team.ends_on)
    return Standing(
        name=own[-1].name,
        role=rules.roles({time.role for time in own}),
        unit=(own[-1].unit_code, own[-1].unit_name),
        round=round.name,
        team=team.name,
        order_number=team.order_number,
        place=team.place,
        host=(team.host_code or "", team.host_name),
        since=since,
        to=to,
        days=days,
        visits=visits,
        grades=await _grades(session, team.id),
        benefits=await _in_force(session, team.id, person_id, now),
    )


async def _visits(session: AsyncSession, team_id: UUID, person_id: UUID) -> tuple[Decimal, int]:
    """The person's own days and visits that the host confirmed."""
    counted = sa.select(sa.func.coalesce(sa.func.sum(KnownEntry.days), 0), sa.func.count())
    row = await session.execute(counted.where(KnownEntry.team_id == team_id, KnownEntry.person_id == person_id))
    days, visits = row.one()
    return Decimal(days), visits


async def _grades(session: AsyncSession, team_id: UUID) -> dict[int, str]:
    shown = sa.select(Cycle.year, Assessment.given).join(Cycle, Cycle.id == Assessment.cycle_id)
    published = shown.where(Assessment.team_id == team_id, Assessment.status == "published")
    return {row.year: row.given or "" for row in await session.execute(published)}


async def _in_force(session: AsyncSession, team_id: UUID, person_id: UUID, now: datetime) -> tuple[rules.Benefit, ...]:
    """The person's benefits of this team that may be used today."""
    held = sa.select(Benefit).where(Benefit.team_id == team_id, Benefit.person_id == person_id)
    return tuple(
        rules.Benefit(
            str(b.id),
            b.kind,
            b.granted_at.astimezone(SHANGHAI).date(),
            last_day(b.expires_at.astimezone(SHANGHAI)) if b.expires_at else None,
        )
        for b in await session.scalars(held.order_by(Benefit.kind, Benefit.granted_at))
        if rules.in_force(b.status) and b.granted_at and (b.expires_at is None or now < b.expires_at)
    )
