"""Clock in: windows that end, summaries that wait to be taken in, files that were kept long enough."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Action, Import, KnownClaim, Order, Round
from services.orders.usecases import action, imports, order, round
from shared.actor import SYSTEM
from shared.clock import first_instant
from shared.service import Jobs

jobs = Jobs()


@jobs.due(sa.select(Round.id, Round.closes_at).where(Round.status == "open"))
async def close_round(session: AsyncSession, round_id: UUID, now: datetime) -> None:
    """Windows end at their hour."""
    await round.close(session, round_id, SYSTEM, now)


_claimed = sa.exists().where(KnownClaim.order_id == Order.id, KnownClaim.live)
_own_time = sa.or_(Order.closes_at > Round.closes_at, Order.late_until.is_not(None))


@jobs.due(
    sa.select(Order.id, Order.closes_at)
    .join(Round, Round.id == Order.round_id)
    .where(Order.status == "published", Round.status != "open", _own_time, ~_claimed)
)
async def close_order(session: AsyncSession, order_id: UUID, now: datetime) -> None:
    """An order that was open for longer than its round, or late by exception, and nobody took it."""
    await order.go_unclaimed(session, order_id, SYSTEM, now)


@jobs.due(sa.select(Action.id, first_instant(Action.starts_on).label("starts_at")).where(Action.status == "planned"))
async def start_action(session: AsyncSession, action_id: UUID, now: datetime) -> None:
    """An action begins on its first day."""
    await action.start(session, action_id, SYSTEM, now)


@jobs.due(sa.select(Action.id, first_instant(Action.ends_on + 1).label("ends_at")).where(Action.status == "under_way"))
async def finish_action(session: AsyncSession, action_id: UUID, now: datetime) -> None:
    """And is done after its last."""
    await action.finish(session, action_id, SYSTEM, now)


@jobs.due(sa.select(Import.id, Import.queued_at).where(Import.finished_at.is_(None)))
async def run_import(session: AsyncSession, import_id: UUID, now: datetime) -> None:
    """A large summary is taken in, whole or not at all."""
    await imports.run(session, import_id, now)


@jobs.due(
    sa.select(Import.id, Import.file_until).where(Import.file_until.is_not(None), Import.finished_at.is_not(None))
)
async def forget_import_file(session: AsyncSession, import_id: UUID, now: datetime) -> None:
    """Workbooks name people: they are kept for the policy's days only."""
    await imports.forget_file(session, import_id, now)
