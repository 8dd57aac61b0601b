"""What published grades and rectifications mean for the money."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import KnownAssessment
from services.funding.usecases import award as awards
from services.funding.usecases import reinstatement
from shared.errors import NotYet


async def publish_grade(
    session: AsyncSession, team_id: UUID, assessment_id: UUID, edition: int, grade: str, now: datetime
) -> None:
    """An edition says a team's grade: the newest one counts, and undoes what an older one did. A grade other than
    unqualified leaves nothing to rectify."""
    award = await awards.live(session, team_id)
    known = await session.get(KnownAssessment, assessment_id, with_for_update=True)
    if known is None:
        known = KnownAssessment(id=assessment_id, team_id=team_id, edition=0, rectified=False, failed=False)
        session.add(known)
    if edition <= known.edition:
        return
    known.edition, known.grade = edition, grade
    known.rectified = known.rectified and grade == "unqualified"
    await session.flush()
    if award:
        await awards.follow(session, award, now)


async def rectify(session: AsyncSession, team_id: UUID, assessment_id: UUID, *, passed: bool, now: datetime) -> None:
    """A rectification opened (``passed`` false) or was passed: held money stays held or resumes."""
    award = await awards.live(session, team_id)
    known = await _known(session, assessment_id)
    known.rectified = passed and known.grade == "unqualified"
    await session.flush()
    if award:
        await awards.follow(session, award, now)


async def fail(session: AsyncSession, team_id: UUID, assessment_id: UUID, now: datetime) -> None:
    """A rectification failed: the award is revoked."""
    (await _known(session, assessment_id)).failed = True
    await awards.fail(session, team_id, now)


async def cancel(session: AsyncSession, team_id: UUID, assessment_id: UUID, now: datetime) -> None:
    """A corrected edition cancelled a rectification: what had failed has not, and the award is cleared unless another
    year's rectification of the team failed as well."""
    (await _known(session, assessment_id)).failed = False
    await session.flush()
    others = sa.select(KnownAssessment.id).where(KnownAssessment.team_id == team_id, KnownAssessment.failed)
    if await session.scalar(others.limit(1)) is None:
        await reinstatement.clear(session, team_id, now)


async def _known(session: AsyncSession, assessment_id: UUID) -> KnownAssessment:
    known = await session.get(KnownAssessment, assessment_id, with_for_update=True)
    if known is None:
        raise NotYet("assessment", f"assessment/{assessment_id}")
    return known
