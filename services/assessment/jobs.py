"""Clock in: periods and deadlines that end."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    Assessment,
    Benefit,
    Card,
    Certificate,
    Checkpoint,
    Cycle,
    FollowUp,
    LogEntry,
    Notice,
    Objection,
    Rectification,
)
from services.assessment.rules.checkpoint import EVERY
from services.assessment.usecases import (
    benefit,
    card,
    certificate,
    checkpoint,
    cycle,
    follow_up,
    notice,
    objection,
    rectification,
    sending,
)
from shared import clock
from shared.service import Jobs
from shared.webhooks import Courier

jobs = Jobs()
courier = Courier(sending.claim, sending.note)
"""Sends to departments by wall time, beside what the business clock brings."""


@jobs.due(sa.select(Notice.id, Notice.closes_at).where(Notice.status == "posted"))
async def close_notice(session: AsyncSession, notice_id: UUID, now: datetime) -> None:
    """A notice ends with its last working day."""
    await notice.close(session, notice_id, now)


@jobs.due(
    sa.select(Objection.id, Objection.due_at).where(Objection.status != "answered", Objection.overdue_at.is_(None))
)
async def mark_objection_overdue(session: AsyncSession, objection_id: UUID, now: datetime) -> None:
    """An objection that nobody answered in time is shown as late."""
    await objection.fall_overdue(session, objection_id, now)


@jobs.due(
    sa.select(Rectification.id, Rectification.due_at).where(
        Rectification.status.in_(("open", "extended")), Rectification.overdue_at.is_(None)
    )
)
async def mark_rectification_overdue(session: AsyncSession, rectification_id: UUID, now: datetime) -> None:
    """A rectification that nobody decided in time is shown as late."""
    await rectification.fall_overdue(session, rectification_id, now)


_deadlines = (
    sa.select(Assessment.cycle_id, sa.func.min(Assessment.parts_due_at).label("due_at"))
    .where(Assessment.status == "collecting")
    .group_by(Assessment.cycle_id)
    .subquery()
)


@jobs.due(sa.select(_deadlines.c.cycle_id, _deadlines.c.due_at))
async def score_cycle(session: AsyncSession, cycle_id: UUID, now: datetime) -> None:
    """At the deadline the policy's default stands in for late parts."""
    await cycle.score_due(session, cycle_id, now)


@jobs.due(sa.select(Cycle.id, Cycle.remind_at).where(Cycle.remind_at.is_not(None)))
async def remind_cycle(session: AsyncSession, cycle_id: UUID, now: datetime) -> None:
    """Some days before that, those who owe a part are reminded."""
    await cycle.remind(session, cycle_id, now)


_covered = sa.select(sa.func.coalesce(sa.func.max(Checkpoint.size), 0)).scalar_subquery()


@jobs.due(sa.select(LogEntry.subject_id, LogEntry.at + EVERY).where(LogEntry.position == _covered + 1))
async def sign_checkpoint(session: AsyncSession, _entry: UUID, now: datetime) -> None:
    """An hour after the first entry of the public log that no checkpoint covers."""
    await checkpoint.cover(session, clock.wall())


@jobs.every(60)
async def sign_heartbeat(session: AsyncSession, wall: datetime) -> None:
    """An hour after the last checkpoint, even if nothing was published."""
    await checkpoint.beat(session, wall)


@jobs.due(
    sa.select(Benefit.id, Benefit.expires_at).where(
        Benefit.expires_at.is_not(None),
        sa.or_(
            Benefit.status.in_(("granted", "held")),
            sa.and_(Benefit.status == "used", sa.or_(Benefit.most_uses == 0, Benefit.uses < Benefit.most_uses)),
        ),
    )
)
async def expire_benefit(session: AsyncSession, benefit_id: UUID, now: datetime) -> None:
    """A benefit's term is over; one that is used up stays used."""
    await benefit.expire(session, benefit_id, now)


@jobs.due(sa.select(Card.id, Card.expires_at).where(Card.status.in_(("issued", "held"))))
async def expire_card(session: AsyncSession, card_id: UUID, now: datetime) -> None:
    """The last day of a card is over."""
    await card.expire(session, card_id, now)


@jobs.due(
    sa.select(Certificate.id, Certificate.expires_at).where(
        Certificate.status == "issued", Certificate.expires_at.is_not(None)
    )
)
async def expire_certificate(session: AsyncSession, certificate_id: UUID, now: datetime) -> None:
    """The last of the benefits that a certificate states is over."""
    await certificate.expire(session, certificate_id, now)


@jobs.due(sa.select(FollowUp.id, FollowUp.opens_at).where(FollowUp.status == "planned"))
async def open_follow_up(session: AsyncSession, follow_up_id: UUID, now: datetime) -> None:
    """Some months after a team's end its results are looked at again."""
    await follow_up.open_(session, follow_up_id, now)
