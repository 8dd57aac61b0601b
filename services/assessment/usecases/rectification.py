"""Rectifications: the bureau extends, inspects and finds."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, Inspection, Rectification
from services.assessment.rules import rectification as rules
from services.assessment.rules import scope
from services.assessment.rules.policy import Policy
from services.assessment.usecases import benefit, known, telling
from shared.actor import Actor
from shared.calendar import end_of
from shared.contracts.assessment import (
    RectificationCancelled,
    RectificationExtended,
    RectificationFailed,
    RectificationInspected,
    RectificationOpened,
    RectificationOverdue,
    RectificationPassed,
    RectificationPlanned,
)
from shared.db import load, new_id
from shared.errors import NotFound
from shared.outbox import publish
from shared.queries import among


async def _get(session: AsyncSession, rectification_id: UUID, actor: Actor) -> Rectification:
    row = await load(session, Rectification, rectification_id, "rectification")
    round = await known.round_of(session, row.round_id)
    scope.check_division(round.division, actor, "rectification")
    return row


async def follow(session: AsyncSession, rows: Sequence[Assessment], policy: Policy, now: datetime) -> None:
    """An unqualified grade opens one; a corrected grade takes its ground away."""
    standing = sa.select(Rectification).where(
        among(Rectification.assessment_id, [row.id for row in rows]), Rectification.status != "cancelled"
    )
    found = {r.assessment_id: r for r in await session.scalars(standing.with_for_update())}
    for row in rows:
        if row.grade == "unqualified" and row.id not in found:
            _open(session, row, rules.due_at(now, policy))
        elif row.grade != "unqualified" and row.id in found:
            cancel(session, found[row.id])
            await telling.rectification_settled(session, found[row.id], "cancelled", now)


def _open(session: AsyncSession, of: Assessment, due_at: datetime) -> None:
    row = Rectification(
        id=new_id(),
        assessment_id=of.id,
        round_id=of.round_id,
        order_id=of.order_id,
        team_id=of.team_id,
        status=rules.opened(),
        due_at=due_at,
    )
    session.add(row)
    publish(session, RectificationOpened(**_about(row), due_at=due_at))


def cancel(session: AsyncSession, row: Rectification) -> None:
    """A corrected edition took its ground away."""
    row.status = rules.cancel(row.facts)
    publish(session, RectificationCancelled(**_about(row)))


async def extend(
    session: AsyncSession, rectification_id: UUID, due_on: date, reason: str, actor: Actor, now: datetime
) -> Rectification:
    """Until the end of ``due_on``."""
    row = await _get(session, rectification_id, actor)
    until = end_of(due_on, now)
    row.status = rules.extend(row.facts, until, reason, actor, now)
    row.due_at, row.reason, row.overdue_at = until, reason.strip(), None
    publish(session, RectificationExtended(**_about(row), due_at=until))
    return row


async def plan(session: AsyncSession, rectification_id: UUID, text: str, actor: Actor, now: datetime) -> Rectification:
    """The lead says what the team will put right."""
    row = await load(session, Rectification, rectification_id, "rectification")
    team = await known.team(session, row.team_id)
    if actor.person != str(team.lead_id):
        raise NotFound("rectification")
    row.status = rules.plan(row.facts, text, actor)
    row.plan, row.planned_at, row.planned_by = text.strip(), now, actor.id
    publish(session, RectificationPlanned(**_about(row)))
    return row


async def inspect(
    session: AsyncSession, rectification_id: UUID, in_order: bool, finding: str, actor: Actor, now: datetime
) -> Rectification:
    """The district of the team, or the bureau, looked on the spot."""
    row = await load(session, Rectification, rectification_id, "rectification")
    scope.check_division((await known.team(session, row.team_id)).division, actor, "rectification")
    row.status = rules.inspect(row.facts, finding, actor)
    row.inspected = in_order
    session.add(
        Inspection(
            rectification_id=row.id, in_order=in_order, finding=finding.strip(), inspected_at=now, inspected_by=actor.id
        )
    )
    publish(session, RectificationInspected(**_about(row), in_order=in_order))
    return row


async def fall_overdue(session: AsyncSession, rectification_id: UUID, now: datetime) -> None:
    """Its time is over and nobody has decided: everybody who looks can see it, and others are told."""
    row = await load(session, Rectification, rectification_id, "rectification")
    if rules.is_open(row.status) and row.overdue_at is None and row.due_at <= now:
        row.overdue_at = now
        publish(session, RectificationOverdue(**_about(row), due_at=row.due_at))


async def pass_(
    session: AsyncSession, rectification_id: UUID, finding: str, actor: Actor, now: datetime
) -> Rectification:
    """Put right: held benefits are released here, held money by the service that hears of it."""
    row = await _get(session, rectification_id, actor)
    row.status = rules.pass_(row.facts, finding, actor)
    row.reason = finding.strip()
    publish(session, RectificationPassed(**_about(row)))
    await telling.rectification_settled(session, row, "passed", now)
    await benefit.follow_rectification(session, row, now)
    return row


async def fail(
    session: AsyncSession, rectification_id: UUID, finding: str, actor: Actor, now: datetime
) -> Rectification:
    """Not put right: benefits are withdrawn, the award is revoked by the service that hears of it."""
    row = await _get(session, rectification_id, actor)
    row.status = rules.fail(row.facts, finding, actor, now)
    row.reason = finding.strip()
    publish(session, RectificationFailed(**_about(row)))
    await telling.rectification_settled(session, row, "failed", now)
    await benefit.follow_rectification(session, row, now)
    return row


def _about(row: Rectification) -> dict[str, UUID]:
    names = ("assessment_id", "round_id", "order_id", "team_id")
    return {"rectification_id": row.id, **{name: getattr(row, name) for name in names}}
