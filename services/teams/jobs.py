"""Clock in: invitations expire, agreements lapse, terms begin, suspensions end, late reviewers are reminded."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Agreement, Amendment, Credential, Member, Message, Reminder, Review, Suspension, Team
from services.teams.usecases import amendment, credential, member, reminder, review, suspension, team
from shared import messages
from shared.clock import SHANGHAI
from shared.db import load
from shared.service import Jobs

jobs = Jobs()

_TERM_BEGINS = sa.func.timezone(SHANGHAI.key, sa.cast(Team.starts_on, sa.DateTime)).label("starts_at")
"""The first instant of the agreed start date."""

_VALIDITY_OVER = sa.func.timezone(SHANGHAI.key, sa.cast(Credential.valid_until + 1, sa.DateTime)).label("ends_at")
"""The first instant after the last valid day."""


def _due(*columns: Any) -> sa.Select[Any]:
    return sa.select(*columns)


@jobs.due(_due(Member.id, Member.expires_at).where(Member.status == "invited"))
async def expire_invitation(session: AsyncSession, member_id: UUID, now: datetime) -> None:
    await member.expire(session, member_id, now)


@jobs.due(
    _due(Team.id, Agreement.due_at)
    .join(Agreement, Agreement.team_id == Team.id)
    .where(Team.status == "confirmed", Agreement.closed.is_(False))
)
async def lapse_team(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    await team.lapse(session, team_id, now)


_NO_AGREEMENT_NEEDED = sa.and_(Team.status == "confirmed", Team.agreed_on.is_not(None))


_READY = sa.and_(sa.or_(Team.status == "agreed", _NO_AGREEMENT_NEEDED), Team.training_due.is_(False))


@jobs.due(_due(Team.id, _TERM_BEGINS).where(sa.or_(Team.status == "trained", _READY)))
async def start_team(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    await team.start(session, team_id, now)


@jobs.due(_due(Amendment.id, Amendment.due_at).where(Amendment.status == "signing"))
async def expire_amendment(session: AsyncSession, amendment_id: UUID, now: datetime) -> None:
    await amendment.expire(session, amendment_id, now)


@jobs.due(_due(Suspension.id, Suspension.ends_at).where(Suspension.status == "started"))
async def end_suspension(session: AsyncSession, suspension_id: UUID, now: datetime) -> None:
    await suspension.end(session, suspension_id, now)


@jobs.due(_due(Message.id, Message.next_try_at).where(Message.next_try_at.is_not(None)))
async def send_message(session: AsyncSession, message_id: UUID, now: datetime) -> None:
    await messages.send(await load(session, Message, message_id, "message"), now)


@jobs.due(_due(Reminder.id, Reminder.next_at).where(Reminder.next_at.is_not(None)))
async def remind(session: AsyncSession, reminder_id: UUID, now: datetime) -> None:
    await reminder.remind(session, reminder_id, now)


@jobs.due(_due(Review.id, Review.due_at).where(Review.status == "assigned", Review.reminded_at.is_(None)))
async def remind_reviewer(session: AsyncSession, review_id: UUID, now: datetime) -> None:
    await review.remind(session, review_id, now)


@jobs.due(
    _due(Credential.id, _VALIDITY_OVER).where(Credential.status == "verified", Credential.valid_until.is_not(None))
)
async def expire_credential(session: AsyncSession, credential_id: UUID, now: datetime) -> None:
    await credential.expire(session, credential_id, now)
