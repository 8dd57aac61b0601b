"""Events in: what orders and teams say about rounds and teams."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.usecases import card, known, rating, serving, team
from shared.contracts.base import OfTeam
from shared.contracts.orders import RoundOpened
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
    TeamRejected,
    TeamReopened,
    TeamStarted,
    TeamWithdrawn,
)
from shared.inbox import Handlers

on = Handlers()
STAGES = {"started": "serving", "reopened": "reopened"}


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
    await known.note_agreement(session, event)


@on(AgreementAmended)
async def amend_agreement(session: AsyncSession, event: AgreementAmended, now: datetime) -> None:
    await known.note_amendment(session, event)


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
    await known.note_report(session, event)


@on(TeamRatedByHost)
async def rate_team(session: AsyncSession, event: TeamRatedByHost, now: datetime) -> None:
    await rating.take(session, event, now)
