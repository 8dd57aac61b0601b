"""From confirmed service, reports and ratings to points."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, KnownEntry, KnownIndicator, KnownTeam, Part
from services.assessment.rules import scorecard
from services.assessment.rules.policy import Policy
from services.assessment.rules.scorecard import Indicator, Measures
from services.assessment.usecases.known import in_year

Model = TypeVar("Model")
Column = Any
"""A mapped column of UUIDs."""


async def rate(session: AsyncSession, rows: Sequence[Assessment], year: int, policy: Policy) -> None:
    """Freeze each assessment's measures as they are now and write the points that follow from them."""
    for row, measures in zip(rows, await measure(session, rows, year), strict=True):
        found = scorecard.score(measures, policy)
        row.measures = measures.document()
        row.service, row.results, row.satisfaction = found.service, found.results, found.satisfaction
        row.total = found.total


async def measure(session: AsyncSession, rows: Sequence[Assessment], year: int) -> list[Measures]:
    """What the scorecard looks at, for each assessment in order."""
    team_ids = [row.team_id for row in rows]
    served = await _served(session, team_ids, year)
    indicators = await _indicators(session, team_ids)
    ratings = await latest_parts(session, [row.id for row in rows])
    teams = {team.id: team for team in await _of(session, KnownTeam, KnownTeam.id, team_ids)}
    measured = []
    for row in rows:
        team = teams[row.team_id]
        days, entries = served.get(row.team_id, (Decimal(0), 0))
        host = ratings.get((row.id, "host_rating"))
        people = ratings.get((row.id, "beneficiary_rating"))
        measured.append(
            Measures(
                agreed_days=team.agreed_days or Decimal(0),
                agreed_visits=team.agreed_visits or 0,
                confirmed_days=days,
                confirmed_entries=entries,
                indicators=tuple(indicators[row.team_id]),
                host=host.score if host else None,
                beneficiaries=people.score if people else None,
            )
        )
    return measured


async def latest_parts(session: AsyncSession, assessment_ids: Sequence[UUID]) -> dict[tuple[UUID, str], Part]:
    """The parts that count: of each, the one handed in last."""
    parts = await _of(session, Part, Part.assessment_id, assessment_ids)
    return {(p.assessment_id, p.part): p for p in sorted(parts, key=lambda p: p.attempt)}


async def _served(session: AsyncSession, team_ids: Sequence[UUID], year: int) -> dict[UUID, tuple[Decimal, int]]:
    sums = (
        sa.select(KnownEntry.team_id, sa.func.sum(KnownEntry.days), sa.func.count())
        .where(_among(KnownEntry.team_id, team_ids), in_year(year))
        .group_by(KnownEntry.team_id)
    )
    return {team_id: (days, entries) for team_id, days, entries in await session.execute(sums)}


async def _indicators(session: AsyncSession, team_ids: Sequence[UUID]) -> dict[UUID, list[Indicator]]:
    found: dict[UUID, list[Indicator]] = defaultdict(list)
    rows = await _of(session, KnownIndicator, KnownIndicator.team_id, team_ids)
    for row in sorted(rows, key=lambda r: r.name):
        found[row.team_id].append(Indicator(row.name, row.unit, row.baseline, row.target, row.actual))
    return found


async def _of(session: AsyncSession, model: type[Model], column: Column, keys: Sequence[UUID]) -> list[Model]:
    return list(await session.scalars(sa.select(model).where(_among(column, keys))))


def _among(column: Column, keys: Sequence[UUID]) -> sa.ColumnElement[bool]:
    """One array parameter, however many keys there are."""
    among: sa.ColumnElement[bool] = column == sa.any_(sa.cast(list(keys), sa.ARRAY(sa.Uuid)))
    return among
