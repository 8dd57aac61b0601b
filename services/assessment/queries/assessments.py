"""Assessments, and who sees their points and parts."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from services.assessment.models import (
    Assessment,
    KnownRound,
    KnownTeam,
    ManualPoints,
)
from services.assessment.queries.base import own_teams
from services.assessment.rules import scope
from services.assessment.rules.policy import Policy
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.queries import filtered, find

SHOWN = ("on_notice", "published")
"""Statuses from which a team, its unit and its host may see the points."""


def assessments(
    actor: Actor, round_id: UUID | None, cycle_id: UUID | None, team_id: UUID | None, status: str | None
) -> sa.Select[Any]:
    """Those of the actor's division, unit, host or own team."""
    statement = sa.select(Assessment).join(KnownTeam).options(joinedload(Assessment.team))
    statement = statement.where(own_teams(actor))
    return filtered(statement, Assessment, round_id=round_id, cycle_id=cycle_id, team_id=team_id, status=status)


async def assessment(session: AsyncSession, assessment_id: UUID, actor: Actor) -> Assessment:
    seen = assessments(actor, None, None, None, None).options(selectinload(Assessment.parts))
    seen = seen.execution_options(populate_existing=True)
    return await find(session, seen, Assessment, assessment_id, "assessment")


async def policies(session: AsyncSession, round_ids: Collection[UUID]) -> dict[UUID, Policy]:
    """The assessment section that each of these rounds pins."""
    rounds = sa.select(KnownRound.id, KnownRound.policy).where(KnownRound.id.in_(round_ids))
    return {key: policy_set(document).assessment for key, document in await session.execute(rounds)}


async def manual_points(session: AsyncSession, row: Assessment) -> Sequence[ManualPoints]:
    """What the bureau gave, in the order in which it did."""
    of_row = sa.select(ManualPoints).where(ManualPoints.assessment_id == row.id).order_by(ManualPoints.id)
    return (await session.scalars(of_row)).all()


async def assessed(session: AsyncSession, cycle_id: UUID) -> int:
    """What the cap of excellent teams is a share of."""
    of_cycle = sa.select(sa.func.count()).where(Assessment.cycle_id == cycle_id, Assessment.status != "excluded")
    return await session.scalar(of_cycle) or 0


def sees_points(row: Assessment, actor: Actor) -> bool:
    """Offices always; the team, its unit and its host from the notice on."""
    return row.status in SHOWN or scope.oversees(row.team.division, actor)


def sees_part(row: Assessment, part: str, actor: Actor) -> bool:
    """Offices see every part, others those they hand in themselves."""
    if scope.oversees(row.team.division, actor):
        return True
    own = {
        "self_report": actor.person == str(row.team.lead_id),
        "unit_opinion": actor.unit == row.team.unit_code,
        "host_rating": actor.unit == row.team.host_code,
    }
    return own.get(part, False)
