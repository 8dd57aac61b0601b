"""Events in: what teams, funding and assessment say about orders and rounds."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import KnownClaim, Order, Round, TimelineEntry
from services.orders.usecases import order, progress, round
from shared.actor import SYSTEM
from shared.contracts.assessment import CyclePublished
from shared.contracts.base import OfTeam
from shared.contracts.funding import AwardRevoked
from shared.contracts.posts import TeamDeclined, TeamPlaced
from shared.contracts.teams import (
    EntryConfirmed,
    MemberReplaced,
    TeamAgreed,
    TeamConcluded,
    TeamConfirmed,
    TeamDissolved,
    TeamLapsed,
    TeamRejected,
    TeamStarted,
    TeamSubmitted,
    TeamWithdrawn,
)
from shared.envelope import Envelope
from shared.inbox import Handlers

on = Handlers()


@on.every
async def remember(session: AsyncSession, envelope: Envelope, now: datetime) -> None:
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


async def _claim(session: AsyncSession, event: OfTeam, live: bool) -> None:
    row = {"team_id": event.team_id, "order_id": event.order_id, "live": live}
    statement = insert(KnownClaim).values(row)
    await session.execute(statement.on_conflict_do_update(index_elements=["team_id"], set_={"live": live}))


@on(TeamSubmitted, TeamPlaced)
async def note_claim(session: AsyncSession, event: TeamSubmitted | TeamPlaced, now: datetime) -> None:
    await _claim(session, event, live=True)
    # handed in before the window ended, heard of only after it; or the bureau placed someone where nobody had come
    if await session.scalar(sa.select(Order.status).where(Order.id == event.order_id).with_for_update()) == "unclaimed":
        await order.reopen(session, event.order_id, SYSTEM, now)


@on(TeamConfirmed)
async def match_order(session: AsyncSession, event: TeamConfirmed, now: datetime) -> None:
    await order.match(session, event.order_id, event.team_id, (event.host_code, event.host_name), SYSTEM, now)
    await progress.confirm(session, event, event.expert_ids)


@on(TeamAgreed)
async def start_round(session: AsyncSession, event: TeamAgreed, now: datetime) -> None:
    """The first signed agreement makes the round run."""
    await _run(session, event.round_id, ("closed", "decided"), now)


async def _run(session: AsyncSession, round_id: UUID, after: tuple[str, ...], now: datetime) -> None:
    status = await session.scalar(sa.select(Round.status).where(Round.id == round_id).with_for_update())
    if status in after:
        await round.start(session, round_id, SYSTEM, now)


@on(TeamStarted)
async def start_order(session: AsyncSession, event: TeamStarted, now: datetime) -> None:
    """Where no agreement is signed, the first service makes a decided round run."""
    await order.start(session, event.order_id, SYSTEM, now)
    await _run(session, event.round_id, ("decided",), now)
    await progress.stage(session, event.team_id, "serving")


@on(TeamConcluded)
async def complete_order(session: AsyncSession, event: TeamConcluded, now: datetime) -> None:
    """Unless the team goes on: then its continuation has the order already."""
    await _claim(session, event, live=False)
    if await _has(session, event.order_id, event.team_id):
        await order.complete(session, event.order_id, SYSTEM, now)
    await progress.stage(session, event.team_id, "concluded")


@on(TeamWithdrawn, TeamDissolved, TeamLapsed, TeamRejected, TeamDeclined)
async def free_order(session: AsyncSession, event: OfTeam, now: datetime) -> None:
    """The order of a leaving team is open to claims again; a claim that never had it just ends."""
    await _claim(session, event, live=False)
    await _reopen(session, event.order_id, event.team_id, now)
    await progress.forget(session, event.team_id)


@on(AwardRevoked)
async def free_order_without_award(session: AsyncSession, event: AwardRevoked, now: datetime) -> None:
    """An award revoked before service frees the order; during service the team's own end decides."""
    if await session.scalar(sa.select(Order.status).where(Order.id == event.order_id)) == "matched":
        await _reopen(session, event.order_id, event.team_id, now)


async def _reopen(session: AsyncSession, order_id: UUID, team_id: UUID, now: datetime) -> None:
    if await _has(session, order_id, team_id):
        await order.reopen(session, order_id, SYSTEM, now)


async def _has(session: AsyncSession, order_id: UUID, team_id: UUID) -> bool:
    return await session.scalar(sa.select(Order.team_id).where(Order.id == order_id).with_for_update()) == team_id


@on(CyclePublished)
async def assess_round(session: AsyncSession, event: CyclePublished, now: datetime) -> None:
    """A round is assessed when all its cycles are."""
    if event.last:
        await round.assess(session, event.round_id, SYSTEM, now)


@on(MemberReplaced)
async def replace_expert(session: AsyncSession, event: MemberReplaced, now: datetime) -> None:
    """Whoever leaves does not count any more; local talent is not counted as experts."""
    await progress.leave(session, event.team_id, event.left_id)
    if event.role in progress.COUNTED:
        await progress.join(session, event.team_id, event.joined_id)


@on(EntryConfirmed)
async def note_firms(session: AsyncSession, event: EntryConfirmed, now: datetime) -> None:
    await progress.serve(session, event)
