"""Substitutes: named before they sign, revoked by a person, ended by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Substitute
from services.funding.rules import substitute as rules
from shared.actor import Actor, prefix
from shared.calendar import end_of
from shared.contracts.funding import OfSubstitute, SubstituteEnded, SubstituteNamed, SubstituteRevoked
from shared.db import load, new_id
from shared.errors import Forbidden, only_for
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
        id=new_id(),
        role=naming.role,
        principal=naming.principal,
        substitute=naming.substitute,
        division=actor.division,
        since=naming.since,
        until=naming.until,
        reason=naming.reason,
        starts_at=datetime.combine(naming.since, time.min, now.tzinfo),
        ends_at=end_of(naming.until, now),
        status=status,
        named_by=actor.id,
        named_at=now,
    )
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


async def signs(session: AsyncSession, actor: Actor, on_behalf: str, *roles: str) -> Actor:
    """Who acts: the actor, who must have one of ``roles``; or, as a substitute, the actor in the place and in the role
    of ``on_behalf``, and where the substitution holds only. Raises Forbidden."""
    if not on_behalf:
        if not actor.has(*roles):
            raise Forbidden(only_for("role.missing", roles))
        return actor
    now, found = session.info["now"], await named(session, actor, on_behalf)
    acting = [one for one in found if one.role in roles and rules.acts(one.facts, _reach(actor, one), now)]
    if not acting:
        raise Forbidden(rules.NONE)
    widest = min((_reach(actor, one) for one in acting), key=lambda division: len(prefix(division)))
    covering = [one for one in acting if Actor("", division=one.division).covers(widest)]
    return replace(in_place(actor, on_behalf, covering), division=widest)


def _reach(actor: Actor, one: Substitute) -> str:
    """Where both the actor and the substitution hold."""
    return one.division if actor.covers(one.division) else actor.division


def in_place(actor: Actor, on_behalf: str, acting: Sequence[Substitute]) -> Actor:
    """The actor in another's place, in the roles stood in for alone."""
    return replace(
        actor,
        roles=frozenset(one.role for one in acting),
        on_behalf=on_behalf,
        named_by=frozenset(one.named_by for one in acting),
    )


async def named(session: AsyncSession, actor: Actor, on_behalf: str) -> Sequence[Substitute]:
    """Every naming of the actor as a substitute of ``on_behalf``, which cannot change until the transaction ends."""
    if not on_behalf:
        return ()
    mine = sa.select(Substitute).where(Substitute.substitute == actor.id, Substitute.principal == on_behalf)
    return (await session.scalars(mine.with_for_update(read=True))).all()


def _event(kind: type[OfSubstitute], row: Substitute) -> OfSubstitute:
    return kind(substitute_id=row.id, role=row.role, division=row.division)
