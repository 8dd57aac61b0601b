"""Benefits of a published grade, one function per verb."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, Benefit, KnownTeam
from services.assessment.rules import benefit as rules
from shared.contracts.assessment import BenefitGranted, BenefitHeld, BenefitReleased, BenefitWithdrawn
from shared.db import new_id
from shared.outbox import publish
from shared.queries import among


async def follow(
    session: AsyncSession, rows: Sequence[Assessment], teams: Mapping[UUID, KnownTeam], kinds: Sequence[str]
) -> None:
    """What published grades ask for. The lead is the person of the team whom events name; the members'
    benefits need their ids first."""
    existing = {(b.assessment_id, b.kind): b for b in await _given(session, [row.id for row in rows])}
    for row, kind in product(rows, kinds):
        benefit = existing.get((row.id, kind)) or _new(session, row, teams[row.team_id].lead_id, kind)
        step = rules.after_grade(benefit.status, row.grade)
        if step is not None:
            STEPS[step](session, benefit)


async def follow_rectification(session: AsyncSession, assessment_id: UUID, passed: bool) -> None:
    """Rectified releases what was held, failed withdraws it."""
    for benefit in await _given(session, [assessment_id]):
        step = rules.after_rectification(benefit.status, passed)
        if step is not None:
            STEPS[step](session, benefit)


async def _given(session: AsyncSession, assessment_ids: Sequence[UUID]) -> Sequence[Benefit]:
    """The benefits that these assessments granted or held, locked."""
    statement = sa.select(Benefit).where(among(Benefit.assessment_id, assessment_ids)).order_by(Benefit.id)
    return (await session.scalars(statement.with_for_update())).all()


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
