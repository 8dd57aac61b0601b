"""Events in: rounds and orders from orders, money from funding, notices and grades from assessment."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.usecases import known, team
from shared.contracts.assessment import AssessmentPublished, NoticeEntryConfirmed, NoticeEntryUpheld
from shared.contracts.funding import AwardRefused, AwardReserved, AwardRevoked
from shared.contracts.orders import (
    OrderCancelled,
    OrderCompleted,
    OrderExtended,
    OrderMatched,
    OrderMerged,
    OrderPublished,
    OrderReopened,
    OrderRepublished,
    OrderStarted,
    OrderUnclaimed,
    OrderWithdrawn,
    RoundArchived,
    RoundAssessed,
    RoundClosed,
    RoundDecided,
    RoundOpened,
    RoundStarted,
)
from shared.inbox import Handlers

on = Handlers()


@on(RoundOpened)
async def open_round(session: AsyncSession, event: RoundOpened, now: datetime) -> None:
    await known.open_round(session, event)


@on(RoundClosed, RoundDecided, RoundStarted, RoundAssessed, RoundArchived)
async def move_round(
    session: AsyncSession,
    event: RoundClosed | RoundDecided | RoundStarted | RoundAssessed | RoundArchived,
    now: datetime,
) -> None:
    await known.move_round(session, event.round_id, event.verb, now)


@on(OrderPublished)
async def publish_order(session: AsyncSession, event: OrderPublished, now: datetime) -> None:
    await known.publish_order(session, event)


@on(OrderExtended, OrderRepublished, OrderReopened)
async def reopen_order(
    session: AsyncSession, event: OrderExtended | OrderRepublished | OrderReopened, now: datetime
) -> None:
    await known.reopen_order(session, event.order_id, event.closes_at)


@on(OrderMatched, OrderStarted, OrderCompleted)
async def close_order(
    session: AsyncSession, event: OrderMatched | OrderStarted | OrderCompleted, now: datetime
) -> None:
    await known.close_order(session, event.order_id)


@on(OrderUnclaimed)
async def leave_order_unclaimed(session: AsyncSession, event: OrderUnclaimed, now: datetime) -> None:
    await known.close_order(session, event.order_id, unclaimed=True)


@on(OrderCancelled, OrderWithdrawn, OrderMerged)
async def end_order(session: AsyncSession, event: OrderCancelled | OrderWithdrawn | OrderMerged, now: datetime) -> None:
    await known.end_order(session, event.order_id, now)


@on(AwardReserved)
async def fund_team(session: AsyncSession, event: AwardReserved, now: datetime) -> None:
    await team.fund(session, event.team_id, event.proposal, now)


@on(AwardRefused)
async def send_back(session: AsyncSession, event: AwardRefused, now: datetime) -> None:
    await team.send_back(session, event.team_id, event.proposal, event.short_fen, event.reason, now)


@on(AwardRevoked)
async def dissolve_team(session: AsyncSession, event: AwardRevoked, now: datetime) -> None:
    await team.lose_award(session, event.team_id, now)


@on(NoticeEntryConfirmed)
async def confirm_team(session: AsyncSession, event: NoticeEntryConfirmed, now: datetime) -> None:
    if event.kind == "selection":
        await team.confirm(session, event.team_id, now)


@on(NoticeEntryUpheld)
async def reopen_team(session: AsyncSession, event: NoticeEntryUpheld, now: datetime) -> None:
    if event.kind == "selection":
        await team.reopen(session, event.team_id, now)


@on(AssessmentPublished)
async def follow_grade(session: AsyncSession, event: AssessmentPublished, now: datetime) -> None:
    await known.follow_grade(session, event, now)
