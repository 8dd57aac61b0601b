"""What follows from a published grade, in the transaction that publishes it: rectification and benefits here;
money, suspension and continued funding in the services that hear of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, Benefit, KnownTeam, Rectification
from services.assessment.rules import benefit as benefit_rules
from services.assessment.rules import rectification as rules
from services.assessment.rules.policy import Policy
from shared.contracts.assessment import (
    BenefitGranted,
    BenefitHeld,
    BenefitReleased,
    BenefitWithdrawn,
    OfBenefit,
    RectificationCancelled,
    RectificationOpened,
)
from shared.outbox import publish

_SAID: dict[str, type[OfBenefit]] = {
    "grant": BenefitGranted,
    "hold": BenefitHeld,
    "release": BenefitReleased,
    "withdraw": BenefitWithdrawn,
}


async def follow(
    session: AsyncSession,
    rows: Sequence[Assessment],
    teams: Mapping[UUID, KnownTeam],
    policy: Policy,
    now: datetime,
) -> None:
    """Do what each newly published grade asks for, and undo what an earlier one did."""
    for row in rows:
        await _rectify(session, row, policy, now)
        await _benefit(session, row, teams[row.team_id].lead_id, policy)


async def _rectify(session: AsyncSession, row: Assessment, policy: Policy, now: datetime) -> None:
    found = await standing_rectification(session, row.id)
    if row.given == "unqualified" and found is None:
        opened = Rectification(
            assessment_id=row.id,
            round_id=row.round_id,
            order_id=row.order_id,
            team_id=row.team_id,
            status=rules.opened(),
            due_at=rules.due_at(now, policy),
        )
        session.add(opened)
        await session.flush()
        publish(session, RectificationOpened(**about_rectification(opened), due_at=opened.due_at))
    elif row.given != "unqualified" and found is not None:
        found.status = rules.cancel(found.facts)
        publish(session, RectificationCancelled(**about_rectification(found)))


async def standing_rectification(session: AsyncSession, assessment_id: UUID) -> Rectification | None:
    """The one that no corrected edition has cancelled."""
    standing = sa.select(Rectification).where(
        Rectification.assessment_id == assessment_id, Rectification.status != "cancelled"
    )
    return await session.scalar(standing.with_for_update())


def about_rectification(row: Rectification) -> dict[str, UUID]:
    return {
        "rectification_id": row.id,
        "assessment_id": row.assessment_id,
        "round_id": row.round_id,
        "order_id": row.order_id,
        "team_id": row.team_id,
    }


async def _benefit(session: AsyncSession, row: Assessment, lead_id: UUID, policy: Policy) -> None:
    """The lead is the person of the team that events name; the members' benefits need their ids first."""
    existing = {b.kind: b for b in await benefits_of(session, row.id)}
    for kind in policy.benefits:
        benefit = existing.get(kind)
        step = benefit_rules.after_grade(benefit.status if benefit else benefit_rules.none(), row.grade)
        if step is None:
            continue
        if benefit is None:
            benefit = Benefit(
                assessment_id=row.id,
                round_id=row.round_id,
                order_id=row.order_id,
                team_id=row.team_id,
                person_id=lead_id,
                kind=kind,
                status=benefit_rules.none(),
            )
            session.add(benefit)
        await take(session, benefit, step)


async def benefits_of(session: AsyncSession, assessment_id: UUID) -> Sequence[Benefit]:
    of_assessment = sa.select(Benefit).where(Benefit.assessment_id == assessment_id).order_by(Benefit.kind)
    return (await session.scalars(of_assessment.with_for_update())).all()


async def take(session: AsyncSession, benefit: Benefit, step: str) -> None:
    """One step of a benefit's lifecycle, and its event."""
    benefit.status = benefit_rules.take(step, benefit.status)
    await session.flush()
    publish(
        session,
        _SAID[step](
            benefit_id=benefit.id,
            person_id=benefit.person_id,
            kind=benefit.kind,
            round_id=benefit.round_id,
            order_id=benefit.order_id,
            team_id=benefit.team_id,
        ),
    )
