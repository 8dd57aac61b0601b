"""What matching looks at: open orders, experts with what they have to do, absences, and claims made already."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Availability, KnownOrder, KnownRound, Member, Person, Suspension, Team
from services.teams.queries.sight import visible_people
from services.teams.rules.team import ENDABLE, HOLDING, OPEN_CLAIMS
from shared.actor import Actor


@dataclass
class Work:
    """What experts do already and when they cannot."""

    busy: dict[UUID, int] = field(default_factory=dict)
    claims: dict[UUID, int] = field(default_factory=dict)
    suspended: set[UUID] = field(default_factory=set)
    away: dict[UUID, list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))
    asked: set[tuple[UUID, UUID]] = field(default_factory=set)
    """(person, order) of claims that go on."""


async def open_orders(session: AsyncSession, round_id: UUID | None, with_claims: bool = True) -> list[KnownOrder]:
    """Orders open to claims that nobody holds, of one round or of all that run; on wish without those that
    somebody has claimed."""
    taken = HOLDING if with_claims else ENDABLE
    held = sa.select(Team.id).where(Team.order_id == KnownOrder.id, Team.status.in_(taken)).exists()
    statement = sa.select(KnownOrder).where(KnownOrder.published, KnownOrder.direction == "demand", ~held)
    if round_id is not None:
        statement = statement.where(KnownOrder.round_id == round_id)
    else:
        running = sa.select(KnownRound.id).where(KnownRound.phase == "open")
        statement = statement.where(sa.or_(KnownOrder.round_id.in_(running), KnownOrder.closes_at.is_not(None)))
    return list(await session.scalars(statement.order_by(KnownOrder.id)))


async def candidates(session: AsyncSession, actor: Actor, levels: Sequence[str] = ()) -> list[Person]:
    """The experts whom this actor may see, on wish only those of the title levels that may lead at all."""
    statement = sa.select(Person).where(visible_people(actor), Person.merged_into_id.is_(None))
    if levels:
        statement = statement.where(Person.title_level.in_(levels))
    return list(await session.scalars(statement.order_by(Person.id)))


async def _counts(session: AsyncSession, statement: sa.Select[Any]) -> dict[UUID, int]:
    rows: Any = await session.execute(statement)
    return dict(rows.all())


async def work_of(session: AsyncSession, now: datetime, person_id: UUID | None = None) -> Work:
    """Everybody's work, or one person's, in five small statements."""

    def only(statement: Any, column: Any) -> Any:
        return statement.where(column == person_id) if person_id else statement

    work = Work()
    held = sa.select(Member.person_id, sa.func.count()).where(Member.live_place.is_not(None))
    work.busy = await _counts(session, only(held, Member.person_id).group_by(Member.person_id))
    led = sa.select(Team.lead_id, sa.func.count()).where(Team.status.in_(OPEN_CLAIMS))
    work.claims = await _counts(session, only(led, Team.lead_id).group_by(Team.lead_id))
    barred = sa.select(Suspension.person_id).where(Suspension.status == "started", Suspension.ends_at > now)
    work.suspended = set(await session.scalars(only(barred, Suspension.person_id)))
    absent = sa.select(Availability.person_id, Availability.starts_on, Availability.ends_on)
    absent = absent.where(Availability.available.is_(False), Availability.ends_on >= now.date())
    for key, first, last in await session.execute(only(absent, Availability.person_id)):
        work.away[key].append((first, last))
    going = sa.select(Team.lead_id, Team.order_id).where(Team.status.in_(ENDABLE))
    work.asked = {(person, order) for person, order in await session.execute(only(going, Team.lead_id))}
    return work


__all__ = ["Work", "candidates", "open_orders", "work_of"]
