"""What the host's liaison said on the phone becomes the host's rating of the cycle that collects, now or next."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, Cycle, KnownRating
from services.assessment.rules import assessment as rules
from services.assessment.rules.assessment import BY_PHONE, LIAISON
from services.assessment.usecases import assessment, known, scoring
from shared.contracts.teams import TeamRatedByHost
from shared.queries import among

PART = "host_rating"


async def take(session: AsyncSession, event: TeamRatedByHost, now: datetime) -> None:
    """Kept as the newest; handed in at once while a cycle collects."""
    await known.expect(session, event)
    begun = (
        sa.select(Assessment)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .where(Assessment.team_id == event.team_id, Assessment.status.in_(("enrolled", "collecting")))
        .order_by(Cycle.year.desc())
        .with_for_update(of=Assessment)
    )
    locked = await session.scalars(begun)  # one that begins to collect at this moment does so before or after
    collecting = [row for row in locked if row.status == "collecting"]
    row = {"satisfaction": event.satisfaction, "rated_at": now, "used": False}
    statement = insert(KnownRating).values(team_id=event.team_id, **row)
    await session.execute(statement.on_conflict_do_update(index_elements=["team_id"], set_=row))
    await hand_in(session, collecting[:1], now, event.comment)


async def hand_in(session: AsyncSession, rows: Sequence[Assessment], now: datetime, comment: str = "") -> None:
    """The ratings that wait, if any, as the host's part of collecting assessments. What the host's account said
    stands; a rating serves one cycle and is not kept for the next."""
    waiting = sa.select(KnownRating).where(among(KnownRating.team_id, [r.team_id for r in rows]), ~KnownRating.used)
    waiting = waiting.order_by(KnownRating.team_id).with_for_update().execution_options(populate_existing=True)
    ratings = {rating.team_id: rating for rating in await session.scalars(waiting)}
    rated = [row for row in rows if row.team_id in ratings]
    parts = await assessment.parts_of(session, rated)
    for row in rated:
        rating = ratings[row.team_id]
        rating.used = True
        part = rules.Part(PART, rating.satisfaction, comment)
        facts = scoring.facts_of(row, parts[row.id])
        if not list(rules.submit_obstacles(facts, part, now)):
            row.status = rules.submit(facts, part, LIAISON, now)
            standing = assessment.by_phone(row, parts[row.id], PART)
            assessment.record(session, row, part, LIAISON, BY_PHONE, now, standing)
