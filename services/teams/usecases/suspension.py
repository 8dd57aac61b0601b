"""Suspensions: they follow from a published grade, end by themselves, and are lifted by a corrected edition."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Suspension, Team
from services.teams.rules import suspension as rules
from services.teams.usecases import policies
from shared.clock import SHANGHAI
from shared.contracts.assessment import AssessmentPublished
from shared.contracts.teams import SuspensionEnded, SuspensionLifted, SuspensionStarted
from shared.db import load, new_id
from shared.outbox import publish


async def follow(session: AsyncSession, team: Team, event: AssessmentPublished, now: datetime) -> None:
    """Unqualified: those whom the policy suspends are suspended from publication, unless somebody is already because
    of this assessment: who joined since then did not earn it. Any other grade lifts what this assessment had caused."""
    assessment_id, published_at = event.assessment_id, event.published_at.astimezone(SHANGHAI)
    caused = sa.select(Suspension).where(Suspension.assessment_id == assessment_id, Suspension.status != "lifted")
    standing = list(await session.scalars(caused.with_for_update()))
    if not rules.due(event.grade):
        for suspension in standing:
            lift(session, suspension)
        return
    if standing:
        return
    policy = await policies.of(session, team.round_id)
    roster = await queries.member_facts(session, team, ("accepted",))
    for person in rules.suspended(roster, str(event.lead_id), policy.teams):
        start(session, team, assessment_id, UUID(person), published_at, rules.ends(published_at, policy.teams))


def start(
    session: AsyncSession,
    team: Team,
    assessment_id: UUID,
    person_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
) -> None:
    suspension = Suspension(
        id=new_id(),
        assessment_id=assessment_id,
        team_id=team.id,
        person_id=person_id,
        status=rules.start(),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    session.add(suspension)
    publish(
        session,
        SuspensionStarted(
            suspension_id=suspension.id,
            person_id=person_id,
            team_id=team.id,
            starts_at=starts_at,
            ends_at=ends_at,
        ),
    )


def lift(session: AsyncSession, suspension: Suspension) -> None:
    suspension.status = rules.lift(suspension.status)
    publish(
        session,
        SuspensionLifted(suspension_id=suspension.id, person_id=suspension.person_id, team_id=suspension.team_id),
    )


async def end(session: AsyncSession, suspension_id: UUID, now: datetime) -> None:
    """The clock: the year is over."""
    suspension = await load(session, Suspension, suspension_id, "suspension")
    suspension.status = rules.end(suspension.status)
    publish(
        session,
        SuspensionEnded(suspension_id=suspension.id, person_id=suspension.person_id, team_id=suspension.team_id),
    )
