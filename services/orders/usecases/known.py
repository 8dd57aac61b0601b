"""What other services tell: the timeline of an order, who competes for it, and what follows for order and round."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import KnownClaim, Order, Round, TimelineEntry
from services.orders.rules import order as rules
from services.orders.usecases import order, progress, round
from shared.actor import SYSTEM
from shared.contracts.base import OfTeam
from shared.contracts.teams import MemberReplaced, TeamConfirmed, TeamReinstated
from shared.envelope import Envelope


async def remember(session: AsyncSession, envelope: Envelope) -> None:
    """The order's timeline takes every event that names an order."""
    if envelope.order_id is None:
        return
    entry = {
        "event_id": envelope.id,
        "order_id": envelope.order_id,
        "at": envelope.time,
        "business_time": envelope.business_time,
        "type": envelope.type,
        "actor": envelope.actor,
        "team_id": envelope.team_id,
        "data": envelope.data,
    }
    await session.execute(insert(TimelineEntry).values(entry).on_conflict_do_nothing())


async def note_claim(session: AsyncSession, event: OfTeam, now: datetime) -> None:
    """Somebody competes for the order. A claim handed in before the window ended may be heard of only after it, and
    the bureau may place someone where nobody had come: then the order is not unclaimed."""
    await _claim(session, event, live=True)
    if await session.scalar(sa.select(Order.status).where(Order.id == event.order_id).with_for_update()) == "unclaimed":
        await order.reopen(session, event.order_id, SYSTEM, now)


async def _claim(session: AsyncSession, event: OfTeam, live: bool) -> None:
    row = {"team_id": event.team_id, "order_id": event.order_id, "live": live}
    statement = insert(KnownClaim).values(row)
    await session.execute(statement.on_conflict_do_update(index_elements=["team_id"], set_={"live": live}))


async def match(session: AsyncSession, event: TeamConfirmed, now: datetime) -> None:
    """The team has the order."""
    await order.match(session, event.order_id, event.team_id, (event.host_code, event.host_name), SYSTEM, now)
    await progress.confirm(session, event, event.expert_ids)


async def start(session: AsyncSession, event: OfTeam, now: datetime) -> None:
    """The team serves. Where no agreement is signed, the first service makes a decided round run."""
    await order.start(session, event.order_id, SYSTEM, now)
    await run(session, event.round_id, ("decided",), now)
    await progress.stage(session, event.team_id, "serving")


async def run(session: AsyncSession, round_id: UUID, after: tuple[str, ...], now: datetime) -> None:
    """The round runs from now on, if it stands at one of these statuses."""
    status = await session.scalar(sa.select(Round.status).where(Round.id == round_id).with_for_update())
    if status in after:
        await round.start(session, round_id, SYSTEM, now)


async def conclude(session: AsyncSession, event: OfTeam, now: datetime) -> None:
    """The order is completed, unless the team goes on: then its continuation has the order already."""
    await _claim(session, event, live=False)
    if await _has(session, event):
        await order.complete(session, event.order_id, SYSTEM, now)
    await progress.stage(session, event.team_id, "concluded")


async def free(session: AsyncSession, event: OfTeam, now: datetime) -> None:
    """The order of a leaving team is open to claims again; a claim that never had it just ends."""
    await _claim(session, event, live=False)
    if await _has(session, event):
        await order.reopen(session, event.order_id, SYSTEM, now)
    await progress.forget(session, event.team_id)


async def rematch(session: AsyncSession, event: TeamReinstated, now: datetime) -> None:
    """A team that was dissolved is back, and has its order again. An order that was withdrawn or cancelled meanwhile
    stays so: the team hears of it and ends."""
    status = await session.scalar(sa.select(Order.status).where(Order.id == event.order_id).with_for_update())
    if status not in rules.WAITING:
        return
    await _claim(session, event, live=True)
    await order.match(session, event.order_id, event.team_id, (event.host_code, event.host_name), SYSTEM, now)
    await progress.confirm(session, event, event.expert_ids)


async def _has(session: AsyncSession, event: OfTeam) -> bool:
    team_id = await session.scalar(sa.select(Order.team_id).where(Order.id == event.order_id).with_for_update())
    return team_id == event.team_id


async def replace(session: AsyncSession, event: MemberReplaced) -> None:
    """Whoever leaves does not count any more; local talent is not counted as experts."""
    if not event.stays:
        await progress.leave(session, event.team_id, event.left_id)
    if event.role in progress.COUNTED:
        await progress.join(session, event.team_id, event.joined_id)
