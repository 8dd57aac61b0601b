"""What became of an instruction of which the bank could not say: proposed by one person; another confirms it
(``answer.confirm``), or the bank says it itself meanwhile."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Batch, Resolution
from services.funding.rules import resolution as rules
from shared.actor import SYSTEM, Actor
from shared.contracts.funding import (
    OfResolution,
    ResolutionOvertaken,
    ResolutionProposed,
    ResolutionRejected,
)
from shared.db import load, new_id
from shared.outbox import publish
from shared.queries import among


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of it (paid or returned), the bank's voucher, how somebody knows, and what is wrong with the account
    when that is why it was returned."""

    result: str
    voucher: str
    reason: str
    ground: str | None = None


async def propose(
    session: AsyncSession, instruction_id: UUID, found: Finding, actor: Actor, now: datetime
) -> Resolution:
    """Somebody at the desk says what became of an unknown payment, with the evidence."""
    instruction = await queries.instruction(session, instruction_id, actor)
    status = rules.propose(instruction.result, found.result, found.voucher, found.reason)
    batch = await session.get_one(Batch, instruction.batch_id)
    made = Resolution(
        id=new_id(),
        instruction_id=instruction.id,
        batch_id=batch.id,
        round_id=batch.round_id,
        status=status,
        amount_fen=instruction.amount_fen,
        result=found.result,
        voucher=found.voucher or None,
        reason=found.reason,
        ground=found.ground,
        proposed_by=actor.id,
        proposed_for=actor.on_behalf or None,
        proposed_at=now,
    )
    session.add(made)
    await session.flush()
    publish(session, event(ResolutionProposed, made))
    return made


async def reject(session: AsyncSession, resolution_id: UUID, reason: str, actor: Actor, now: datetime) -> Resolution:
    """The evidence does not hold."""
    await queries.resolution(session, resolution_id, actor)
    found = await load(session, Resolution, resolution_id, "resolution")
    found.status = rules.reject(found.facts, reason, actor)
    decide(found, reason, actor, now)
    publish(session, event(ResolutionRejected, found))
    return found


async def overtake(session: AsyncSession, instructions: Collection[UUID], now: datetime) -> None:
    """The bank has spoken of these itself: what people proposed meanwhile is moot."""
    statement = sa.select(Resolution).where(
        Resolution.status == "proposed", among(Resolution.instruction_id, instructions)
    )
    for found in await session.scalars(statement.order_by(Resolution.id).with_for_update()):
        found.status = rules.overtake(found.facts)
        decide(found, None, SYSTEM, now)
        publish(session, event(ResolutionOvertaken, found))


def decide(row: Resolution, reason: str | None, actor: Actor, now: datetime) -> None:
    """Who decided, in whose place, and why."""
    row.decided_by, row.decided_for = actor.id, actor.on_behalf or None
    row.decided_at, row.decided_reason = now, reason


def event(kind: type[OfResolution], row: Resolution) -> OfResolution:
    return kind(
        resolution_id=row.id,
        round_id=row.round_id,
        instruction_id=row.instruction_id,
        result=row.result,
        amount_fen=row.amount_fen,
    )
