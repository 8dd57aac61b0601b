"""Substitutes: named before they sign, revoked by a person, ended by the clock."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Substitute
from services.funding.rules import substitute as rules
from shared.actor import Actor
from shared.calendar import end_of
from shared.contracts.funding import OfSubstitute, SubstituteEnded, SubstituteNamed, SubstituteRevoked
from shared.db import load, new_id
from shared.outbox import publish


@dataclass(frozen=True, slots=True)
class Naming:
    """Who signs for whom (both ``sub``), in which role, from the first to the last day, and why."""

    role: str
    principal: str
    substitute: str
    since: date
    until: date
    reason: str


async def name(session: AsyncSession, naming: Naming, actor: Actor, now: datetime) -> Substitute:
    """In the rounds of the actor's own division."""
    days = (naming.since, naming.until)
    status = rules.name(naming.role, naming.principal, naming.substitute, days, naming.reason, actor, now)
    made = Substitute(
        id=new_id(), role=naming.role, principal=naming.principal, substitute=naming.substitute,
        division=actor.division, since=naming.since, until=naming.until, reason=naming.reason,
        starts_at=datetime.combine(naming.since, time.min, now.tzinfo), ends_at=end_of(naming.until, now),
        status=status, named_by=actor.id, named_at=now,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    publish(session, _event(SubstituteNamed, made))
    return made


async def revoke(session: AsyncSession, substitute_id: UUID, reason: str, actor: Actor, now: datetime) -> Substitute:
    """From now on nothing more is signed for the other."""
    await queries.substitute(session, substitute_id, actor)
    found = await load(session, Substitute, substitute_id, "substitute")
    found.status = rules.revoke(found.facts, reason, actor)
    found.revoked_by, found.revoked_at, found.revoked_reason = actor.id, now, reason
    publish(session, _event(SubstituteRevoked, found))
    return found


async def end(session: AsyncSession, substitute_id: UUID) -> None:
    """The last day is over."""
    found = await load(session, Substitute, substitute_id, "substitute")
    found.status = rules.end(found.facts)
    publish(session, _event(SubstituteEnded, found))


def _event(kind: type[OfSubstitute], row: Substitute) -> OfSubstitute:
    return kind(substitute_id=row.id, role=row.role, division=row.division)
