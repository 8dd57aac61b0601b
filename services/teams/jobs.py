"""Clock in: invitations expire, agreements lapse, terms begin, suspensions end, late reviewers are reminded,
summaries are owed, credentials run out, digests and messages go out."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import (
    Agreement,
    Amendment,
    Credential,
    KnownRound,
    Member,
    Message,
    Reminder,
    Review,
    Summary,
    Suspension,
    Team,
)
from services.teams.usecases import amendment, credential, member, reminder, review, summary, suspension, team
from shared import messages
from shared.clock import first_instant
from shared.db import load
from shared.service import Jobs

jobs = Jobs()

_TERM_BEGINS = first_instant(Team.starts_on).label("starts_at")
"""The first instant of the agreed start date."""

_VALIDITY_OVER = first_instant(Credential.valid_until + 1).label("ends_at")
"""The first instant after the last valid day."""


@jobs.due(sa.select(Member.id, Member.expires_at).where(Member.status == "invited"))
async def expire_invitation(session: AsyncSession, member_id: UUID, now: datetime) -> None:
    await member.expire(session, member_id, now)


@jobs.due(
    sa.select(Team.id, Agreement.due_at)
    .join(Agreement, Agreement.team_id == Team.id)
    .where(Team.status == "confirmed", Agreement.closed.is_(False))
)
async def lapse_team(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    await team.lapse(session, team_id, now)


_NO_AGREEMENT_NEEDED = sa.and_(Team.status == "confirmed", Team.agreed_on.is_not(None))


_READY = sa.and_(sa.or_(Team.status == "agreed", _NO_AGREEMENT_NEEDED), Team.training_due.is_(False))


@jobs.due(sa.select(Team.id, _TERM_BEGINS).where(sa.or_(Team.status == "trained", _READY)))
async def start_team(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    await team.start(session, team_id, now)


@jobs.due(sa.select(Amendment.id, Amendment.due_at).where(Amendment.status == "signing"))
async def expire_amendment(session: AsyncSession, amendment_id: UUID, now: datetime) -> None:
    await amendment.expire(session, amendment_id, now)


@jobs.due(sa.select(Suspension.id, Suspension.ends_at).where(Suspension.status == "started"))
async def end_suspension(session: AsyncSession, suspension_id: UUID, now: datetime) -> None:
    await suspension.end(session, suspension_id, now)


@jobs.due(sa.select(Message.id, Message.next_try_at).where(Message.next_try_at.is_not(None)))
async def send_message(session: AsyncSession, message_id: UUID, now: datetime) -> None:
    await messages.send(await load(session, Message, message_id, "message"), now)


@jobs.due(sa.select(Reminder.id, Reminder.next_at).where(Reminder.next_at.is_not(None)))
async def remind(session: AsyncSession, reminder_id: UUID, now: datetime) -> None:
    await reminder.remind(session, reminder_id, now)


@jobs.due(sa.select(Review.id, Review.due_at).where(Review.status == "assigned", Review.reminded_at.is_(None)))
async def remind_reviewer(session: AsyncSession, review_id: UUID, now: datetime) -> None:
    await review.remind(session, review_id, now)


@jobs.due(
    sa.select(Credential.id, _VALIDITY_OVER).where(Credential.status == "verified", Credential.valid_until.is_not(None))
)
async def expire_credential(session: AsyncSession, credential_id: UUID, now: datetime) -> None:
    await credential.expire(session, credential_id, now)


_HALF_YEARS = (
    sa.select(sa.func.count())
    .where(Summary.team_id == Team.id, Summary.kind == "half_year")
    .correlate(Team)
    .scalar_subquery()
)
_NEXT_HALF_YEAR = Team.starts_on + sa.func.make_interval(0, sa.cast(6 * (_HALF_YEARS + 1), sa.Integer))
"""The day after the half year that is to be summed up next."""


def _owed(days: str) -> Any:
    """The round's policy asks for it; rounds opened before there were summaries do not."""
    asked = sa.cast(KnownRound.policy["teams"][days].astext, sa.Integer)
    return sa.exists().where(KnownRound.id == Team.round_id, asked > 0)


@jobs.due(
    sa.select(Team.id, first_instant(_NEXT_HALF_YEAR).label("begins_at")).where(
        Team.status == "serving",
        _owed("half_year_due_days"),
        sa.or_(Team.ends_on.is_(None), sa.cast(_NEXT_HALF_YEAR, sa.Date) <= Team.ends_on),
    )
)
async def open_half_year_summary(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    await summary.open_half_year(session, team_id, now)


_TERM_OVER = first_instant(Team.ends_on + 1)
_CONCLUDED = sa.case((Team.status == "concluded", sa.func.least(Team.status_since, _TERM_OVER)), else_=_TERM_OVER)


@jobs.due(
    sa.select(Team.id, _CONCLUDED.label("ended_at")).where(
        Team.status.in_(("serving", "concluded")),
        Team.starts_on.is_not(None),
        Team.ends_on.is_not(None),
        _owed("final_due_days"),
        ~sa.exists().where(Summary.team_id == Team.id, Summary.kind == "final"),
    )
)
async def open_final_summary(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    await summary.open_final(session, team_id, now)
