"""Who serves in a team, since when and until when, as the teams service tells it.

A team's events come in their order; a merge of two records of one person is an event of the person and comes whenever
it likes, so whoever is noted is looked up among the merged first."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    Assessment,
    Assessor,
    Benefit,
    Card,
    Certificate,
    KnownEntry,
    KnownMember,
    KnownMerge,
    KnownSuspension,
    KnownTeam,
    Sheet,
)
from services.assessment.rules.review import ACTIVE
from shared.contracts.teams import MemberReplaced, PersonMerged, Serving


async def begin(session: AsyncSession, team: KnownTeam, people: Iterable[Serving], today: date) -> None:
    """All who serve in a confirmed team; from a producer that names nobody, its lead."""
    for one in people or [lead_of(team, today)]:
        await join(session, team.id, one)


def lead_of(team: KnownTeam, today: date) -> Serving:
    """The lead as the team was introduced."""
    return Serving(
        person_id=team.lead_id,
        name=team.lead_name,
        role="lead",
        unit_code=team.unit_code,
        unit_name=team.unit_name,
        since=today,
    )


async def join(session: AsyncSession, team_id: UUID, one: Serving) -> None:
    """Serves from ``since``; whoever serves already has the new role."""
    person_id = await known_as(session, one.person_id)
    serves = sa.select(KnownMember).where(*_time(team_id, person_id))
    found = (await session.scalars(serves.with_for_update())).one_or_none()
    if found is not None:
        found.role, found.name, found.unit_code, found.unit_name = one.role, one.name, one.unit_code, one.unit_name
        return
    row = {**one.model_dump(exclude={"person_id", "since"}), "team_id": team_id, "person_id": person_id}
    again = insert(KnownMember).values(**row, joined_on=one.since)
    named = {name: again.excluded[name] for name in ("name", "role", "unit_code", "unit_name")}
    key = ["team_id", "person_id", "joined_on"]
    await session.execute(again.on_conflict_do_update(index_elements=key, set_=named | {"left_on": None}))


async def leave(session: AsyncSession, team_id: UUID, person_id: UUID, on: date) -> None:
    """Replaced, or left."""
    own = sa.update(KnownMember).where(*_time(team_id, await known_as(session, person_id)))
    await session.execute(own.values(left_on=on))


async def end(session: AsyncSession, team_id: UUID, on: date) -> None:
    """The team is over for everybody."""
    own = sa.update(KnownMember).where(KnownMember.team_id == team_id, KnownMember.left_on.is_(None))
    await session.execute(own.values(left_on=on, to_the_end=True))


async def resume(session: AsyncSession, team_id: UUID, on: date) -> None:
    """The end of the team on that day did not count: whoever stayed to the end serves on."""
    own = sa.update(KnownMember).where(
        KnownMember.team_id == team_id, KnownMember.left_on == on, KnownMember.to_the_end
    )
    await session.execute(own.values(left_on=None, to_the_end=False))


async def replace(session: AsyncSession, event: MemberReplaced, today: date) -> None:
    """One leaves and one joins; where the lead was handed over, the one before stays as a member."""
    joined = event.joined or _named(event, today)
    on = joined.since if joined else today
    if event.stays:
        own = sa.update(KnownMember).where(*_time(event.team_id, await known_as(session, event.left_id)))
        await session.execute(own.values(role="member"))
    else:
        await leave(session, event.team_id, event.left_id, on)
    if joined:
        await join(session, event.team_id, joined)


def _named(event: MemberReplaced, today: date) -> Serving | None:
    """A new lead was always named."""
    if not event.lead_name:
        return None
    named = {"name": event.lead_name, "unit_code": event.unit_code, "unit_name": event.unit_name}
    return Serving(person_id=event.joined_id, role=event.role, since=today, **named)


async def known_as(session: AsyncSession, person_id: UUID) -> UUID:
    """The record that stands for this person now."""
    found = await session.get(KnownMerge, person_id)
    return found.into if found else person_id


async def merge(session: AsyncSession, event: PersonMerged) -> None:
    """Two records were of one person: what either did is of the one that stays."""
    into = await known_as(session, event.into)
    gone = [
        event.person_id,
        *await session.scalars(sa.select(KnownMerge.person_id).where(KnownMerge.into == event.person_id)),
    ]
    rows = [{"person_id": key, "into": into} for key in gone]
    noted = insert(KnownMerge).values(rows)
    await session.execute(noted.on_conflict_do_update(index_elements=["person_id"], set_={"into": noted.excluded.into}))
    await _move(session, event.person_id, into)


async def _move(session: AsyncSession, gone: UUID, stays: UUID) -> None:
    for model, column in (
        (KnownTeam, KnownTeam.lead_id),
        (Assessment, Assessment.lead_id),
        (KnownEntry, KnownEntry.person_id),
        (KnownSuspension, KnownSuspension.person_id),
    ):
        await session.execute(sa.update(model).where(column == gone).values({column: stays}))
    both = sa.orm.aliased(KnownMember)
    same = sa.exists().where(
        both.team_id == KnownMember.team_id, both.person_id == stays, both.joined_on == KnownMember.joined_on
    )
    await session.execute(sa.delete(KnownMember).where(KnownMember.person_id == gone, same))
    await session.execute(sa.update(KnownMember).where(KnownMember.person_id == gone).values(person_id=stays))
    await _take_over(session, Benefit, gone, stays, ("assessment_id", "kind"))
    await _take_over(session, Certificate, gone, stays, ("kind", "team_id"), ("issued",))
    await _take_over(session, Card, gone, stays, (), ("issued", "held"))
    await _take_over(session, Assessor, gone, stays, ("cycle_id",))
    await _take_over(session, Sheet, gone, stays, ("assessment_id",), ACTIVE)


async def _take_over(
    session: AsyncSession, model: Any, gone: UUID, stays: UUID, one_of: Sequence[str], live: Sequence[str] = ()
) -> None:
    """Of what a person has once (of each ``one_of``, in a ``live`` status), a second one stays with the other record."""
    other = sa.orm.aliased(model)
    same = [getattr(other, name) == getattr(model, name) for name in one_of]
    second = sa.exists().where(other.person_id == stays, *same, *([other.status.in_(live)] if live else []))
    over = model.status.not_in(live) if live else sa.false()
    await session.execute(
        sa.update(model).where(model.person_id == gone, sa.or_(over, ~second)).values(person_id=stays)
    )


def _time(team_id: UUID, person_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """The time in the team that is not over."""
    return KnownMember.team_id == team_id, KnownMember.person_id == person_id, KnownMember.left_on.is_(None)
