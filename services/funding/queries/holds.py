"""Holds."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Hold
from services.funding.queries.base import visible
from services.funding.rules import hold as hold_rules
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import filtered, find


def holds(
    actor: Actor, round_id: UUID | None = None, status: str | None = None, award_id: UUID | None = None
) -> sa.Select[Any]:
    statement = visible(sa.select(Hold).join(Award, Award.id == Hold.award_id), actor)
    statement = filtered(statement, Hold, status=status, award_id=award_id)
    return statement.where(Award.round_id == round_id) if round_id else statement


async def hold(session: AsyncSession, hold_id: UUID, actor: Actor) -> Hold:
    return await find(session, holds(actor), Hold, hold_id, "hold")


async def holds_of(session: AsyncSession, award_id: UUID, instalment_id: UUID | None = None) -> list[Hold]:
    """Every hold of an award, ended ones too, oldest first; of one instalment: those of the whole award and its own."""
    statement = sa.select(Hold).where(Hold.award_id == award_id).order_by(Hold.id)
    if instalment_id:
        statement = statement.where(sa.or_(Hold.instalment_id.is_(None), Hold.instalment_id == instalment_id))
    return list(await session.scalars(statement))


def hold_actions(hold: Hold, actor: Actor) -> list[dict[str, Any]]:
    obstacles = {"lift": lambda: hold_rules.lift_obstacles(hold.facts, "-", actor)}
    return actions(hold_rules.LIFECYCLE, hold.status, actor, obstacles)
