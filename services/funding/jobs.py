"""Clock in: holds and substitutions that end with their last day, banks that do not answer in time, money that should
have come back."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Batch, Hold, OutstandingItem, Recovery, Substitute
from services.funding.usecases import hold, item, recovery, substitute
from shared.clock import first_instant
from shared.service import Jobs

jobs = Jobs()


@jobs.due(sa.select(Hold.id, Hold.ends_at).where(Hold.status == "standing", Hold.ends_at.is_not(None)))
async def expire_hold(session: AsyncSession, hold_id: UUID, now: datetime) -> None:
    """A hold that was placed until a day ends with it."""
    await hold.expire(session, hold_id, now)


@jobs.due(sa.select(Substitute.id, Substitute.ends_at).where(Substitute.status == "named"))
async def end_substitute(session: AsyncSession, substitute_id: UUID, now: datetime) -> None:
    """A substitution ends with its last day."""
    await substitute.end(session, substitute_id)


_known = sa.exists().where(OutstandingItem.batch_id == Batch.id, OutstandingItem.queue == "unanswered")


@jobs.due(sa.select(Batch.id, Batch.answer_due_at).where(Batch.status == "sent", ~_known))
async def go_unanswered(session: AsyncSession, batch_id: UUID, now: datetime) -> None:
    """A batch without the bank's full answer after the policy's days."""
    await item.go_unanswered(session, batch_id, now)


@jobs.due(
    sa.select(Recovery.id, first_instant(Recovery.next_due_on + 1).label("due_at")).where(
        Recovery.next_due_on.is_not(None), Recovery.reminded_on.is_distinct_from(Recovery.next_due_on)
    )
)
async def remind_of_recovery(session: AsyncSession, recovery_id: UUID, now: datetime) -> None:
    """A day passed on which money should have come back."""
    await recovery.remind(session, recovery_id, now)
