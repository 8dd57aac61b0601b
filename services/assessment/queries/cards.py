"""Benefit cards, their figures, and people of a team."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.assessment.models import Card, CardUse, KnownMember, KnownTeam
from services.assessment.queries.base import in_charge
from services.assessment.queries.benefits import issuing, own_people
from shared.actor import Actor
from shared.errors import NotFound
from shared.queries import filtered, find


def cards(actor: Actor, **wanted: Any) -> sa.Select[Any]:
    """``wanted``: columns and their values."""
    statement = sa.select(Card).join(KnownTeam).where(own_people(Card.team_id, Card.person_id, actor))
    return filtered(statement, Card, **wanted)


async def card(session: AsyncSession, card_id: UUID, actor: Actor) -> Card:
    seen = cards(actor).options(selectinload(Card.uses)).execution_options(populate_existing=True)
    return await find(session, seen, Card, card_id, "card")


async def member(session: AsyncSession, team_id: UUID, person_id: UUID, actor: Actor) -> KnownMember:
    """Somebody's last time in a team, for those who may ask for papers of it."""
    own = issuing(KnownMember.team_id, KnownMember.person_id, actor)
    statement = sa.select(KnownMember).join(KnownTeam, KnownTeam.id == KnownMember.team_id).where(own)
    wanted = statement.where(KnownMember.team_id == team_id, KnownMember.person_id == person_id)
    found: KnownMember | None = await session.scalar(wanted.order_by(KnownMember.joined_on.desc()).limit(1))
    if found is None:
        raise NotFound("person")
    return found


async def card_figures(session: AsyncSession, actor: Actor, year: int) -> tuple[int, dict[str, int], dict[str, int]]:
    """Cards issued in the year, where all cards stand, and what they were used for in the year."""
    days = (date(year, 1, 1), date(year, 12, 31))
    own = sa.select(sa.func.count()).select_from(Card).join(KnownTeam).where(in_charge(actor))
    issued = await session.scalar(own.where(Card.valid_from.between(*days))) or 0
    standing = sa.select(Card.status, sa.func.count()).join(KnownTeam).where(in_charge(actor)).group_by(Card.status)
    used = (
        sa.select(CardUse.service, sa.func.count())
        .join(Card, Card.id == CardUse.card_id)
        .join(KnownTeam, KnownTeam.id == Card.team_id)
        .where(in_charge(actor), CardUse.used_on.between(*days), CardUse.withdrawn_at.is_(None))
        .group_by(CardUse.service)
    )
    return issued, *[{row[0]: row[1] for row in await session.execute(of)} for of in (standing, used)]  # type: ignore[return-value]
