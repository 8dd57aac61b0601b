"""City review: assessors with their loads, what they may be given, whose sheets are whose."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.assessment.models import Assessment, Assessor, KnownMember, KnownRound, KnownTeam, Sheet
from services.assessment.queries.base import in_division
from services.assessment.rules import review as rules
from services.assessment.rules.review import ACTIVE, Reviewed
from shared.actor import Actor
from shared.queries import among, filtered, find


async def assessors(session: AsyncSession, cycle_id: UUID) -> list[rules.Assessor]:
    """Who was named, with how many teams each has."""
    given = sa.select(Sheet.person_id).where(Sheet.cycle_id == cycle_id, Sheet.status.in_(ACTIVE))
    loads = Counter(await session.scalars(given))
    named = await session.scalars(sa.select(Assessor).where(Assessor.cycle_id == cycle_id).order_by(Assessor.id))
    return [rules.Assessor(str(a.person_id), a.name, a.unit_code, a.most, loads[a.person_id]) for a in named]


async def teammates(session: AsyncSession, people: Sequence[UUID], since: date) -> dict[UUID, frozenset[str]]:
    """Of each of these people, with whom they were in a team on ``since`` or later."""
    own, other = aliased(KnownMember), aliased(KnownMember)
    met = (
        sa.select(own.person_id, other.person_id)
        .join(other, (other.team_id == own.team_id) & (other.person_id != own.person_id))
        .where(among(own.person_id, people))
        .where(
            sa.func.greatest(own.joined_on, other.joined_on, since)
            <= sa.func.least(own.left_on, other.left_on, date.max)
        )
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for person_id, met_id in await session.execute(met):
        found[person_id].add(str(met_id))
    return {person_id: frozenset(found[person_id]) for person_id in people}


async def reviewed(session: AsyncSession, rows: Sequence[Assessment]) -> list[Reviewed]:
    """What conflicts are found from: everybody who serves or served, their units, the host, and the sheets so far."""
    team_ids = [row.team_id for row in rows]
    people: dict[UUID, set[str]] = defaultdict(set)
    units: dict[UUID, set[str]] = defaultdict(set)
    served = sa.select(KnownMember.team_id, KnownMember.person_id, KnownMember.unit_code)
    for team_id, person_id, unit in await session.execute(served.where(among(KnownMember.team_id, team_ids))):
        people[team_id].add(str(person_id))
        units[team_id].add(unit)
    readers: dict[UUID, set[str]] = defaultdict(set)
    declared: dict[UUID, set[str]] = defaultdict(set)
    sheets = sa.select(Sheet.assessment_id, Sheet.person_id, Sheet.status)
    for key, person_id, status in await session.execute(sheets.where(among(Sheet.assessment_id, [r.id for r in rows]))):
        if status != "withdrawn":
            (declared if status == "conflicted" else readers)[key].add(str(person_id))
    teams = {t.id: t for t in await session.scalars(sa.select(KnownTeam).where(among(KnownTeam.id, team_ids)))}
    return [
        Reviewed(
            assessment_id=str(row.id),
            label=teams[row.team_id].order_number,
            host_code=teams[row.team_id].host_code or "",
            people=frozenset({*people[row.team_id], str(teams[row.team_id].lead_id)}),
            units=frozenset({*units[row.team_id], teams[row.team_id].unit_code}) - {""},
            readers=frozenset(readers[row.id]),
            declared=frozenset(declared[row.id]),
        )
        for row in rows
    ]


def sheets(actor: Actor, cycle_id: UUID | None, assessment_id: UUID | None, status: str | None) -> sa.Select[Any]:
    """An assessor's own; for the bureau and whoever supervises it all of its rounds. With each its assessment, team and
    assessor."""
    columns: list[Any] = [Sheet, Assessment, KnownTeam, Assessor]
    statement = sa.select(*columns).join(Assessment, Assessment.id == Sheet.assessment_id)
    named = (Assessor.cycle_id == Sheet.cycle_id) & (Assessor.person_id == Sheet.person_id)
    statement = statement.join(Assessor, named)
    statement = statement.join(KnownTeam, KnownTeam.id == Assessment.team_id)
    statement = statement.join(KnownRound, KnownRound.id == Assessment.round_id)
    seen: list[sa.ColumnElement[bool]] = [sa.false()]
    if actor.has("bureau", "supervisor"):
        seen.append(in_division(actor))
    if actor.has("reviewer") and actor.person_id:
        seen.append(Sheet.person_id == actor.person_id)
    found = filtered(statement.where(sa.or_(*seen)), Sheet, cycle_id=cycle_id, assessment_id=assessment_id)
    return filtered(found, Sheet, status=status)


async def sheet(session: AsyncSession, sheet_id: UUID, actor: Actor) -> Sheet:
    """One that this actor sees."""
    seen = sa.select(Sheet).where(Sheet.id.in_(sheets(actor, None, None, None).with_only_columns(Sheet.id)))
    return await find(session, seen, Sheet, sheet_id, "sheet")
