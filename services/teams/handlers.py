"""Events in: rounds and orders from orders, money from funding, notices, grades and duties from assessment."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.usecases import known, owed, reinstatement, team
from shared.contracts.assessment import (
    AssessmentCollecting,
    AssessmentExcluded,
    AssessmentPartSubmitted,
    AssessmentPublished,
    AssessmentReopened,
    AssessmentScored,
    CorrectionConfirmed,
    CorrectionProposed,
    CorrectionRejected,
    CorrectionWithdrawn,
    CycleReminded,
    FollowUpOpened,
    FollowUpRecorded,
    NoticeEntryConfirmed,
    NoticeEntryUpheld,
    RectificationFailed,
    SubscriptionEnded,
    SubscriptionPaused,
    SubscriptionResumed,
)
from shared.contracts.funding import AwardCleared, AwardRefused, AwardReserved, AwardRevoked
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


@on(AwardCleared)
async def clear_team(session: AsyncSession, event: AwardCleared, now: datetime) -> None:
    await reinstatement.clear(session, event.team_id, now)


@on(RectificationFailed)
async def fail_team(session: AsyncSession, event: RectificationFailed, now: datetime) -> None:
    await reinstatement.fail(session, event.team_id)


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


@on(AssessmentCollecting, AssessmentReopened)
async def open_parts(session: AsyncSession, event: AssessmentCollecting | AssessmentReopened, now: datetime) -> None:
    await owed.open_parts(session, event, now)


@on(AssessmentPartSubmitted)
async def settle_part(session: AsyncSession, event: AssessmentPartSubmitted, now: datetime) -> None:
    await owed.settle_part(session, event)


@on(AssessmentScored, AssessmentExcluded)
async def settle_parts(session: AsyncSession, event: AssessmentScored | AssessmentExcluded, now: datetime) -> None:
    await owed.settle_parts(session, event.assessment_id)


@on(CycleReminded)
async def remind_of_parts(session: AsyncSession, event: CycleReminded, now: datetime) -> None:
    await owed.remind(session, event, now)


@on(FollowUpOpened)
async def open_visit(session: AsyncSession, event: FollowUpOpened, now: datetime) -> None:
    await owed.open_visit(session, event, now)


@on(FollowUpRecorded)
async def settle_visit(session: AsyncSession, event: FollowUpRecorded, now: datetime) -> None:
    await owed.settle(session, event.follow_up_id)


@on(CorrectionProposed)
async def open_correction(session: AsyncSession, event: CorrectionProposed, now: datetime) -> None:
    await owed.open_correction(session, event, now)


@on(CorrectionConfirmed, CorrectionRejected, CorrectionWithdrawn)
async def settle_correction(
    session: AsyncSession, event: CorrectionConfirmed | CorrectionRejected | CorrectionWithdrawn, now: datetime
) -> None:
    await owed.settle(session, event.correction_id)


@on(SubscriptionPaused)
async def open_receiver(session: AsyncSession, event: SubscriptionPaused, now: datetime) -> None:
    await owed.open_receiver(session, event, now)


@on(SubscriptionResumed, SubscriptionEnded)
async def settle_receiver(session: AsyncSession, event: SubscriptionResumed | SubscriptionEnded, now: datetime) -> None:
    await owed.settle(session, event.subscription_id)
