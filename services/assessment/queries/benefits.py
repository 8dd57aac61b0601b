"""Benefits, and who sees what a person was given."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased, selectinload, with_expression

from services.assessment.models import Benefit, KnownMember, KnownTeam
from services.assessment.queries.base import in_charge
from shared.actor import Actor
from shared.queries import filtered, find, within


def concerned(team_id: Any, person_id: InstrumentedAttribute[UUID], actor: Actor) -> list[sa.ColumnElement[bool]]:
    """The person, and the unit that sent the person."""
    seen: list[sa.ColumnElement[bool]] = []
    if actor.has("unit") and actor.unit:
        sent = aliased(KnownMember)
        own = sa.exists().where(sent.team_id == team_id, sent.person_id == person_id, sent.unit_code == actor.unit)
        seen.append(own)
    if actor.has("expert") and actor.person:
        seen.append(sa.cast(person_id, sa.Text) == actor.person)
    return seen


def own_people(team_id: Any, person_id: InstrumentedAttribute[UUID], actor: Actor) -> sa.ColumnElement[bool]:
    """What a person was given is seen by those concerned and by the offices of the team's division."""
    return sa.or_(in_charge(actor), *concerned(team_id, person_id, actor))


def issuing(team_id: Any, person_id: InstrumentedAttribute[UUID], actor: Actor) -> sa.ColumnElement[bool]:
    """Whoever asks for a person's papers and has them: those concerned, and the bureau that issues them. Everybody
    else is shown one and checks it by its number and code."""
    bureau = within(KnownTeam.division, actor.division) if actor.has("bureau") else sa.false()
    return sa.or_(bureau, *concerned(team_id, person_id, actor))


def benefits(actor: Actor, **wanted: Any) -> sa.Select[Any]:
    """``wanted``: columns and their values. With the names of team and person, who are named to whoever sees it."""
    named = sa.select(KnownMember.name).where(
        KnownMember.team_id == Benefit.team_id, KnownMember.person_id == Benefit.person_id
    )
    person = named.order_by(KnownMember.joined_on.desc()).limit(1).correlate(Benefit).scalar_subquery()
    lead = sa.case((KnownTeam.lead_id == Benefit.person_id, KnownTeam.lead_name))
    statement = (
        sa.select(Benefit)
        .join(KnownTeam)
        .where(own_people(Benefit.team_id, Benefit.person_id, actor))
        .options(
            with_expression(Benefit.team, KnownTeam.name),
            with_expression(Benefit.order_number, KnownTeam.order_number),
            with_expression(Benefit.person, sa.func.coalesce(person, lead, "")),
        )
        .execution_options(populate_existing=True)
    )
    return filtered(statement, Benefit, **wanted)


async def benefit(session: AsyncSession, benefit_id: UUID, actor: Actor) -> Benefit:
    seen = benefits(actor).options(selectinload(Benefit.used))
    return await find(session, seen, Benefit, benefit_id, "benefit")
