"""Payee accounts."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Payee
from services.funding.queries.base import FINANCE
from services.funding.rules import payee as payee_rules
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import filtered, find


def payees(actor: Actor, unit_code: str | None) -> sa.Select[Any]:
    """Finance sees every unit's accounts (masked), a unit its own."""
    own = sa.true() if actor.has(*FINANCE) else Payee.unit_code == (actor.unit or None)
    return filtered(sa.select(Payee).where(own), Payee, unit_code=unit_code)


async def payee(session: AsyncSession, payee_id: UUID, actor: Actor) -> Payee:
    return await find(session, payees(actor, None), Payee, payee_id, "payee")


def payee_actions(payee: Payee, actor: Actor, now: Any) -> list[dict[str, Any]]:
    possible = {"verify": lambda: payee_rules.verify_obstacles(payee.facts, actor, now)}
    return actions(payee_rules.LIFECYCLE, payee.status, actor, possible)
