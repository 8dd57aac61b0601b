"""What became of instructions of which the bank could not say."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Resolution
from services.funding.queries.base import rounds_of
from services.funding.rules import resolution as rules
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import filtered, find


def resolutions(
    actor: Actor, round_id: UUID | None = None, status: str | None = None, instruction_id: UUID | None = None
) -> sa.Select[Any]:
    """Those of the rounds that the caller oversees."""
    seen = sa.select(Resolution).where(Resolution.round_id.in_(rounds_of(actor)))
    return filtered(seen, Resolution, round_id=round_id, status=status, instruction_id=instruction_id)


async def resolution(session: AsyncSession, resolution_id: UUID, actor: Actor) -> Resolution:
    return await find(session, resolutions(actor), Resolution, resolution_id, "resolution")


def resolution_actions(row: Resolution, actor: Actor) -> list[dict[str, Any]]:
    possible = {"confirm": lambda: rules.confirm_obstacles(row.facts, actor)}
    return actions(rules.LIFECYCLE, row.status, actor, possible)
