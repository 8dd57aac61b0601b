"""Who read out money data."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, KnownRound, Reading
from services.funding.queries.base import rounds_of, visible
from shared.actor import Actor
from shared.queries import filtered, within


def readings(actor: Actor, reader: str | None, what: str | None) -> sa.Select[Any]:
    """Of money of rounds within the actor's division, whoever read it."""
    of = sa.func.unnest(Reading.divisions).column_valued("of")
    seen = sa.select(Reading).where(sa.select(of).where(within(of, actor.division)).exists())
    return filtered(seen, Reading, reader=reader, what=what)


async def divisions_of(session: AsyncSession, asked: Mapping[str, Any], actor: Actor) -> list[str]:
    """Whose money a read may show: of the award or the round that was asked for, else of whatever the reader sees."""
    own = visible(sa.select(Award.round_id), actor)
    if award_id := asked.get("award_id"):
        own = own.where(Award.id == UUID(str(award_id)))
    rounds = KnownRound.id.in_(own) if award_id else KnownRound.id.in_(own) | KnownRound.id.in_(rounds_of(actor))
    if round_id := asked.get("round_id"):
        rounds &= KnownRound.id == UUID(str(round_id))
    found = sa.select(KnownRound.division).distinct().where(rounds)
    return sorted(await session.scalars(found))
