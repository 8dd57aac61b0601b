"""Events in: what orders, teams and funding say about rounds, orders, teams and money."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.usecases import card, known, rating, serving, team, told
from shared.contracts.base import OfOrder, OfTeam
from shared.contracts.funding import InstalmentPaid, RepaymentConfirmed
from shared.contracts.orders import (
    OrderCancelled,
    OrderCompleted,
    OrderExtended,
    OrderMatched,
    OrderPublished,
    OrderReopened,
    OrderRepublished,
    OrderStarted,
    OrderUnclaimed,
    OrderWithdrawn,
    RoundOpened,
)
from shared.contracts.teams import (
    AgreementAmended,
    EntryConfirmed,
    IndicatorReported,
    MemberJoined,
    MemberLeft,
    MemberReplaced,
    PersonMerged,
    SuspensionEnded,
    SuspensionLifted,
    SuspensionStarted,
    TeamAgreed,
    TeamConcluded,
    TeamConfirmed,
    TeamDissolved,
    TeamLapsed,
    TeamPutOnNotice,
    TeamRatedByHost,
    TeamReinstated,
    TeamRejected,
    TeamReopened,
    TeamStarted,
    TeamWithdrawn,
)
from shared.inbox import Handlers

on = Handlers()
STAGES = {"started": "serving", "reopened": "reopened"}
ORDER_STATUSES = {"extended": "published", "republished": "published", "reopened": "published", "started": "in_service"}
"""Where an order stands after a step that is not called so."""


@on(RoundOpened)
async def open_round(session: AsyncSession, event: RoundOpened, now: datetime) -> None:
    await known.note_round(session, event)


@on(TeamPutOnNotice)
async def put_team_on_notice(session: AsyncSession, event: TeamPutOnNotice, now: datetime) -> None:
    await known.note_put_on_notice(session, event)


@on(TeamConfirmed)
async def confirm_team(session: AsyncSession, event: TeamConfirmed, now: datetime) -> None:
    await known.note_confirmed(session, event, now)


@on(TeamStarted, TeamReopened)
async def advance_team(session: AsyncSession, event: OfTeam, now: datetime) -> None:
    await known.note_stage(session, event.team_id, STAGES[event.verb])


@on(TeamAgreed)
async def agree_team(session: AsyncSession, event: TeamAgreed, now: datetime) -> None:
    await known.note_agreement(session, event, now)


@on(AgreementAmended)
async def amend_agreement(session: AsyncSession, event: AgreementAmended, now: datetime) -> None:
    await known.note_amendment(session, event, now)


@on(MemberReplaced)
async def replace_member(session: AsyncSession, event: MemberReplaced, now: datetime) -> None:
    await known.note_replacement(session, event, now)


@on(MemberJoined)
async def add_member(session: AsyncSession, event: MemberJoined, now: datetime) -> None:
    await known.note_joined(session, event)


@on(MemberLeft)
async def drop_member(session: AsyncSession, event: MemberLeft, now: datetime) -> None:
    await known.note_left(session, event, now)


@on(PersonMerged)
async def follow_person(session: AsyncSession, event: PersonMerged, now: datetime) -> None:
    await serving.merge(session, event)


@on(TeamConcluded)
async def conclude_team(session: AsyncSession, event: TeamConcluded, now: datetime) -> None:
    await team.conclude(session, event.team_id, now)


@on(TeamWithdrawn, TeamDissolved, TeamLapsed, TeamRejected)
async def leave_team(session: AsyncSession, event: OfTeam, now: datetime) -> None:
    await team.leave(session, event.team_id, event.verb, now)


@on(TeamReinstated)
async def reinstate_team(session: AsyncSession, event: TeamReinstated, now: datetime) -> None:
    await team.reinstate(session, event.team_id)


@on(SuspensionStarted)
async def suspend_person(session: AsyncSession, event: SuspensionStarted, now: datetime) -> None:
    await card.note_suspension(session, event.suspension_id, event.person_id, running=True)


@on(SuspensionEnded, SuspensionLifted)
async def readmit_person(session: AsyncSession, event: SuspensionEnded | SuspensionLifted, now: datetime) -> None:
    await card.note_suspension(session, event.suspension_id, event.person_id, running=False)


@on(EntryConfirmed)
async def confirm_entry(session: AsyncSession, event: EntryConfirmed, now: datetime) -> None:
    await known.note_entry(session, event)


@on(IndicatorReported)
async def report_indicator(session: AsyncSession, event: IndicatorReported, now: datetime) -> None:
    await known.note_report(session, event, now)


@on(TeamRatedByHost)
async def rate_team(session: AsyncSession, event: TeamRatedByHost, now: datetime) -> None:
    await rating.take(session, event, now)


@on(OrderPublished)
async def publish_order(session: AsyncSession, event: OrderPublished, now: datetime) -> None:
    await told.note_order(session, event)


@on(
    OrderMatched,
    OrderStarted,
    OrderCompleted,
    OrderUnclaimed,
    OrderExtended,
    OrderRepublished,
    OrderReopened,
    OrderWithdrawn,
    OrderCancelled,
)
async def advance_order(session: AsyncSession, event: OfOrder, now: datetime) -> None:
    await told.note_step(session, event.order_id, ORDER_STATUSES.get(event.verb, event.verb))


@on(InstalmentPaid)
async def pay_instalment(session: AsyncSession, event: InstalmentPaid, now: datetime) -> None:
    await told.note_payment(session, event, now)


@on(RepaymentConfirmed)
async def confirm_repayment(session: AsyncSession, event: RepaymentConfirmed, now: datetime) -> None:
    await told.note_repayment(session, event, now)
