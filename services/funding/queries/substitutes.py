"""Substitutes."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Substitute
from services.funding.queries.base import OFFICES
from services.funding.rules import substitute as substitute_rules
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import filtered, find, within


def substitutes(actor: Actor, status: str | None = None) -> sa.Select[Any]:
    """Every office sees those of its division."""
    seen = within(Substitute.division, actor.division) if actor.has(*OFFICES) else sa.false()
    return filtered(sa.select(Substitute).where(seen), Substitute, status=status)


async def substitute(session: AsyncSession, substitute_id: UUID, actor: Actor) -> Substitute:
    return await find(session, substitutes(actor), Substitute, substitute_id, "substitute")


def substitute_actions(row: Substitute, actor: Actor) -> list[dict[str, Any]]:
    obstacles = {"revoke": lambda: substitute_rules.revoke_obstacles(row.facts, "-", actor)}
    return actions(substitute_rules.LIFECYCLE, row.status, actor, obstacles)
