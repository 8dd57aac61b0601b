"""Benefits of a published grade, one function per verb."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, Benefit
from services.assessment.rules import benefit as rules
from shared.contracts.assessment import BenefitGranted, BenefitHeld, BenefitReleased, BenefitWithdrawn
from shared.db import new_id
from shared.outbox import publish


async def of_assessment(session: AsyncSession, assessment_id: UUID) -> Sequence[Benefit]:
    """The benefits that this assessment gave or held, locked."""
    statement = sa.select(Benefit).where(Benefit.assessment_id == assessment_id).order_by(Benefit.kind)
    return (await session.scalars(statement.with_for_update())).all()


async def follow(session: AsyncSession, row: Assessment, lead_id: UUID, kinds: Sequence[str]) -> None:
    """What the published grade asks for. The lead is the person of the team whom events name; the members'
    benefits need their ids first."""
    existing = {benefit.kind: benefit for benefit in await of_assessment(session, row.id)}
    for kind in kinds:
        benefit = existing.get(kind) or _new(session, row, lead_id, kind)
        step = rules.after_grade(benefit.status, row.grade)
        if step is not None:
            STEPS[step](session, benefit)


async def follow_rectification(session: AsyncSession, assessment_id: UUID, passed: bool) -> None:
    """Rectified releases what was held, failed withdraws it."""
    for benefit in await of_assessment(session, assessment_id):
        step = rules.after_rectification(benefit.status, passed)
        if step is not None:
            STEPS[step](session, benefit)


def _new(session: AsyncSession, row: Assessment, person_id: UUID, kind: str) -> Benefit:
    benefit = Benefit(
        id=new_id(),
        assessment_id=row.id,
        round_id=row.round_id,
        order_id=row.order_id,
        team_id=row.team_id,
        person_id=person_id,
        kind=kind,
        status=rules.none(),
    )
    session.add(benefit)
    return benefit


def grant(session: AsyncSession, benefit: Benefit) -> None:
    benefit.status = rules.grant(benefit.status)
    publish(session, BenefitGranted(**_about(benefit)))


def hold(session: AsyncSession, benefit: Benefit) -> None:
    benefit.status = rules.hold(benefit.status)
    publish(session, BenefitHeld(**_about(benefit)))


def release(session: AsyncSession, benefit: Benefit) -> None:
    benefit.status = rules.release(benefit.status)
    publish(session, BenefitReleased(**_about(benefit)))


def withdraw(session: AsyncSession, benefit: Benefit) -> None:
    benefit.status = rules.withdraw(benefit.status)
    publish(session, BenefitWithdrawn(**_about(benefit)))


STEPS: Mapping[str, Callable[[AsyncSession, Benefit], None]] = {
    "grant": grant,
    "hold": hold,
    "release": release,
    "withdraw": withdraw,
}


def _about(benefit: Benefit) -> dict[str, object]:
    names = ("person_id", "kind", "round_id", "order_id", "team_id")
    return {"benefit_id": benefit.id, **{name: getattr(benefit, name) for name in names}}
