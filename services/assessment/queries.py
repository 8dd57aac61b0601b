"""Reads. What is not this caller's to see is not there."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload, selectinload

from services.assessment.models import (
    Assessment,
    Benefit,
    Cycle,
    Edition,
    KnownRound,
    KnownTeam,
    Notice,
    NoticeEntry,
    Objection,
    Rectification,
    WorkingYear,
)
from services.assessment.rules import scope
from services.assessment.rules.assessment import RANKED
from shared.actor import Actor
from shared.errors import NotFound
from shared.queries import filtered, find, within

SHOWN = ("on_notice", "published")
"""Statuses from which a team, its unit and its host may see the points."""


def in_division(actor: Actor) -> sa.ColumnElement[bool]:
    """Rounds of the actor's division (or below); overseers see all."""
    if actor.has(*scope.OVERSEERS) and not actor.division:
        return sa.true()
    return within(KnownRound.division, actor.division)


async def in_scope(session: AsyncSession, model: Any, key: UUID, actor: Actor, noun: str) -> Any:
    """A row of a round in the actor's division, or :class:`NotFound`."""
    statement = sa.select(model).join(KnownRound, KnownRound.id == model.round_id).where(in_division(actor))
    return await find(session, statement, model, key, noun)


def calendars() -> sa.Select[Any]:
    return sa.select(WorkingYear)


async def calendar(session: AsyncSession, year: int) -> WorkingYear:
    row: WorkingYear | None = await session.scalar(calendars().where(WorkingYear.year == year))
    if row is None:
        raise NotFound("calendar")
    return row


def notices(actor: Actor, round_id: UUID | None, kind: str | None, status: str | None) -> sa.Select[Any]:
    statement = sa.select(Notice).join(KnownRound, KnownRound.id == Notice.round_id).where(in_division(actor))
    return filtered(statement, Notice, round_id=round_id, kind=kind, status=status)


async def entries(session: AsyncSession, notice_id: UUID) -> dict[UUID, str]:
    """The status of each team's entry."""
    found = sa.select(NoticeEntry.team_id, NoticeEntry.status).where(NoticeEntry.notice_id == notice_id)
    return {row.team_id: row.status for row in await session.execute(found)}


def objections(actor: Actor, notice_id: UUID | None, status: str | None, overdue: bool | None) -> sa.Select[Any]:
    statement = (
        sa.select(Objection)
        .join(Notice, Notice.id == Objection.notice_id)
        .join(KnownRound, KnownRound.id == Notice.round_id)
        .where(in_division(actor))
    )
    if overdue is not None:
        late = Objection.overdue_at.is_not(None) & (Objection.status != "answered")
        statement = statement.where(late if overdue else ~late)
    return filtered(statement, Objection, notice_id=notice_id, status=status)


async def objection(session: AsyncSession, objection_id: UUID, actor: Actor) -> Objection:
    return await find(session, objections(actor, None, None, None), Objection, objection_id, "objection")


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


def assessments(
    actor: Actor, round_id: UUID | None, cycle_id: UUID | None, team_id: UUID | None, status: str | None
) -> sa.Select[Any]:
    """Those of the actor's division, unit, host or own team."""
    statement = sa.select(Assessment).join(KnownTeam).options(joinedload(Assessment.team))
    statement = statement.where(_own_teams(actor))
    return filtered(statement, Assessment, round_id=round_id, cycle_id=cycle_id, team_id=team_id, status=status)


def _own_teams(actor: Actor) -> sa.ColumnElement[bool]:
    """Overseers see their division's, and all when they have none."""
    if actor.has(*scope.OVERSEERS) and not actor.division:
        return sa.true()
    seen: list[sa.ColumnElement[bool]] = [sa.false()]
    if actor.has("bureau", "district", *scope.OVERSEERS):
        seen.append(within(KnownTeam.division, actor.division))
    if actor.has("unit") and actor.unit:
        seen.append(KnownTeam.unit_code == actor.unit)
    if actor.has("host") and actor.unit:
        seen.append(KnownTeam.host_code == actor.unit)
    if actor.has("expert") and actor.person:
        seen.append(sa.cast(KnownTeam.lead_id, sa.Text) == actor.person)
    return sa.or_(*seen)


async def assessment(session: AsyncSession, assessment_id: UUID, actor: Actor) -> Assessment:
    seen = assessments(actor, None, None, None, None).options(selectinload(Assessment.parts))
    seen = seen.execution_options(populate_existing=True)
    return await find(session, seen, Assessment, assessment_id, "assessment")


async def cycle_of(session: AsyncSession, row: Assessment) -> Cycle:
    return await session.get_one(Cycle, row.cycle_id)


async def assessed(session: AsyncSession, cycle_id: UUID) -> int:
    """How many of the cycle have points that stand: what the cap is a share of."""
    ranked = sa.select(sa.func.count()).where(Assessment.cycle_id == cycle_id)
    return await session.scalar(ranked.where(Assessment.status.in_(RANKED))) or 0


def sees_points(row: Assessment, actor: Actor) -> bool:
    """Offices always; the team, its unit and its host from the notice on."""
    return row.status in SHOWN or actor.has(*scope.OVERSEERS) or _is_office(row.team, actor)


def sees_part(row: Assessment, part: str, actor: Actor) -> bool:
    """Offices see every part, others those they hand in themselves."""
    if actor.has(*scope.OVERSEERS) or _is_office(row.team, actor):
        return True
    own = {
        "self_report": actor.person == str(row.team.lead_id),
        "unit_opinion": actor.unit == row.team.unit_code,
        "host_rating": actor.unit == row.team.host_code,
    }
    return own.get(part, False)


def _is_office(team: KnownTeam, actor: Actor) -> bool:
    return actor.has("bureau", "district") and actor.covers(team.division)


def rectifications(actor: Actor, round_id: UUID | None, team_id: UUID | None, status: str | None) -> sa.Select[Any]:
    statement = sa.select(Rectification).join(KnownTeam).where(_own_teams(actor))
    return filtered(statement, Rectification, round_id=round_id, team_id=team_id, status=status)


async def rectification(session: AsyncSession, rectification_id: UUID, actor: Actor) -> Rectification:
    seen = rectifications(actor, None, None, None)
    return await find(session, seen, Rectification, rectification_id, "rectification")


def benefits(actor: Actor, round_id: UUID | None, team_id: UUID | None, status: str | None) -> sa.Select[Any]:
    statement = sa.select(Benefit).join(KnownTeam).where(_own_teams(actor))
    return filtered(statement, Benefit, round_id=round_id, team_id=team_id, status=status)


# What everybody may read

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When nothing has been published yet."""


async def notices_version(session: AsyncSession) -> tuple[str, datetime]:
    """Changes with every posted notice and every change of one."""
    figures = sa.select(sa.func.count(), sa.func.sum(Notice.version), sa.func.max(Notice.posted_at))
    count, versions, last = (await session.execute(figures.where(Notice.status != "drafted"))).one()
    return f"{count}-{versions}", last or NEVER


def public_notices(kind: str | None) -> sa.Select[Any]:
    return filtered(sa.select(Notice).where(Notice.status != "drafted"), Notice, kind=kind)


async def public_notice(session: AsyncSession, notice_id: UUID) -> Notice:
    return await find(session, public_notices(None), Notice, notice_id, "notice")


async def ratings_version(session: AsyncSession) -> tuple[str, datetime]:
    """Changes with every edition; editions never change."""
    figures = sa.select(sa.func.count(), sa.func.max(Edition.published_at))
    count, last = (await session.execute(figures)).one()
    return str(count), last or NEVER


async def editions_in_force(session: AsyncSession, number: int | None = None) -> list[tuple[Edition, KnownRound]]:
    """Of every cycle its newest edition, or the one with ``number``."""
    other = aliased(Edition)
    newest = sa.select(sa.func.max(other.number)).where(other.cycle_id == Edition.cycle_id).scalar_subquery()
    statement = (
        sa.select(Edition, KnownRound)
        .join(KnownRound, KnownRound.id == Edition.round_id)
        .where(Edition.number == (newest if number is None else number))
    )
    return [(edition, round) for edition, round in await session.execute(statement)]


async def edition_addresses(session: AsyncSession) -> dict[tuple[UUID, int], tuple[UUID, datetime]]:
    """Id and time of every edition by cycle and number."""
    known = sa.select(Edition.cycle_id, Edition.number, Edition.id, Edition.published_at)
    return {(cycle, number): (key, at) for cycle, number, key, at in await session.execute(known)}


async def edition(session: AsyncSession, edition_id: UUID) -> Edition:
    return await find(session, sa.select(Edition), Edition, edition_id, "edition")
