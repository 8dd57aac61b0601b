"""Rectifications: the bureau extends, inspects and finds."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Rectification
from services.assessment.rules import benefit as benefit_rules
from services.assessment.rules import notice as notice_rules
from services.assessment.rules import rectification as rules
from services.assessment.rules import scope
from services.assessment.usecases import consequence, known
from services.assessment.usecases.consequence import about_rectification
from shared.actor import Actor
from shared.contracts.assessment import RectificationExtended, RectificationFailed, RectificationPassed
from shared.db import load
from shared.outbox import publish


async def _get(session: AsyncSession, rectification_id: UUID, actor: Actor) -> Rectification:
    row = await load(session, Rectification, rectification_id, "rectification")
    round = await known.round_of(session, row.round_id)
    scope.check_division(round.division, actor, "rectification")
    return row


async def extend(
    session: AsyncSession, rectification_id: UUID, due_on: date, reason: str, actor: Actor, now: datetime
) -> Rectification:
    """Until the end of ``due_on``."""
    row = await _get(session, rectification_id, actor)
    until = notice_rules.end_of(due_on, now)
    row.status = rules.extend(row.facts, until, reason, actor)
    row.due_at, row.reason = until, reason.strip()
    publish(session, RectificationExtended(**about_rectification(row), due_at=until))
    return row


async def pass_(session: AsyncSession, rectification_id: UUID, finding: str, actor: Actor) -> Rectification:
    """Put right: held benefits are released here, held money by the service that hears of it."""
    row = await _get(session, rectification_id, actor)
    row.status = rules.pass_(row.facts, finding, actor)
    row.reason = finding.strip()
    publish(session, RectificationPassed(**about_rectification(row)))
    await _benefits(session, row, passed=True)
    return row


async def fail(session: AsyncSession, rectification_id: UUID, finding: str, actor: Actor) -> Rectification:
    """Not put right: benefits are withdrawn, the award is revoked by the service that hears of it."""
    row = await _get(session, rectification_id, actor)
    row.status = rules.fail(row.facts, finding, actor)
    row.reason = finding.strip()
    publish(session, RectificationFailed(**about_rectification(row)))
    await _benefits(session, row, passed=False)
    return row


async def _benefits(session: AsyncSession, row: Rectification, passed: bool) -> None:
    for benefit in await consequence.benefits_of(session, row.assessment_id):
        step = benefit_rules.after_rectification(benefit.status, passed)
        if step is not None:
            await consequence.take(session, benefit, step)
