"""Whose duties these are: a person's own page, and who waits for whom in a round. What there is to owe: ``duties``."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Person, Team
from services.teams.queries.duties import DUTIES
from services.teams.queries.sight import visible
from services.teams.schemas import TodoList, TodoOut, WaitingList, WaitingOut
from shared.actor import Actor
from shared.http.shapes import MOST_FIRST as MOST
from shared.queries import first, within


async def todo(session: AsyncSession, actor: Actor, most: int = MOST) -> TodoList:
    """What waits for this actor, the most pressing first."""
    statement = own(actor)
    if statement is None:
        return TodoList(items=[], left=0)
    found, left = await first(session, statement, most)
    rows = [row._mapping for row in found]
    owed = [TodoOut.model_validate(dict(row) | _words(row) | {"link": _link(row)}) for row in rows]
    return TodoList(items=owed, left=left)


async def waiting_of(session: AsyncSession, round_id: UUID, actor: Actor, most: int = MOST) -> WaitingList:
    """Who keeps the teams of a round waiting, as far as this actor sees them."""
    found, left = await first(session, waiting(round_id, visible(actor)), most)
    rows = [row._mapping for row in found]
    people = [row["person_id"] for row in rows if row["person_id"]]
    units = [row["unit"] for row in rows if row["unit"]]
    named = sa.select(Person.id, Person.name).where(Person.id.in_(people))
    names: dict[Any, str] = {row.id: row.name for row in await session.execute(named)}
    for code, name in ((Person.unit_code, Person.unit_name), (Team.host_code, Team.host_name)):
        called = sa.select(code, sa.func.min(name)).where(code.in_(units)).group_by(code)
        names |= {row[0]: row[1] for row in await session.execute(called)}
    who = [row["person_id"] or row["unit"] or row["division"] for row in rows]
    waited_for = [
        WaitingOut.model_validate(dict(row) | _words(row) | {"who": names.get(key, str(key or ""))})
        for row, key in zip(rows, who, strict=True)
    ]
    return WaitingList(items=waited_for, left=left)


_BY_CODE = {duty.code: duty for duty in DUTIES}


def _words(row: Any) -> dict[str, str]:
    return {"zh": _BY_CODE[row["code"]].zh, "en": _BY_CODE[row["code"]].en}


def _link(row: Any) -> str:
    return _BY_CODE[row["code"]].link.format(team_id=row["team_id"], about=row["about"])


def own(actor: Actor) -> sa.Select[Any] | None:
    """Everything that waits for this actor, the most pressing first; None for whom nothing can wait."""
    parts = []
    for duty in DUTIES:
        if not actor.has(duty.role):
            continue
        rows = duty.select().subquery()
        mine = _concerns(rows, actor)
        if mine is not None:
            parts.append(sa.select(sa.literal(duty.code).label("code"), rows).where(mine))
    if not parts:
        return None
    found = sa.union_all(*parts).subquery()
    return sa.select(found).order_by(found.c.due.asc().nulls_last(), found.c.since, found.c.team_id)


async def owes(session: AsyncSession, actor: Actor, codes: Collection[str], round_id: UUID | None = None) -> bool:
    """Whether one of these waits for the actor, in that round when one is given."""
    statement = own(actor)
    if statement is None:
        return False
    mine = statement.subquery()
    found = sa.select(mine.c.code).where(mine.c.code.in_(codes))
    if round_id is not None:
        found = found.where(mine.c.round_id == round_id)
    return await session.scalar(found.limit(1)) is not None


def _concerns(rows: Any, actor: Actor) -> Any:
    """The rows that name this actor; a duty is owed by a person, a unit or a division's office."""
    ways = []
    if person := actor.person_id:
        ways.append(rows.c.person_id == person)
    if actor.unit:
        ways.append(rows.c.unit == actor.unit)
    if actor.has("district", "bureau") and actor.division:
        ways.append(within(rows.c.division, actor.division))
    mine = rows.c.not_for.is_(None) | (rows.c.not_for != actor.id)
    return mine & sa.or_(*ways) if ways else None


def waiting(round_id: Any, seen: Any) -> sa.Select[Any]:
    """Who waits for whom in a round, among the teams that the caller sees: a count for each who and what."""
    parts = []
    for duty in DUTIES:
        if duty.confidential:
            continue
        rows = duty.select().where(Team.round_id == round_id, seen).subquery()
        parts.append(sa.select(sa.literal(duty.code).label("code"), sa.literal(duty.role).label("role"), rows))
    rows = sa.union_all(*parts).subquery()
    whom = (rows.c.code, rows.c.role, rows.c.person_id, rows.c.unit, _county(rows.c.division).label("division"))
    found = sa.select(*whom, rows.c.since, rows.c.due).subquery()
    who = (found.c.code, found.c.role, found.c.person_id, found.c.unit, found.c.division)
    oldest = sa.func.min(found.c.since)
    statement = sa.select(
        *who, sa.func.count().label("count"), oldest.label("oldest_since"), sa.func.min(found.c.due).label("due")
    )
    return statement.group_by(*who).order_by(oldest)


def _county(division: Any) -> Any:
    """A district's office answers for its whole county."""
    return sa.func.left(division, 6) + "000000"
