"""From confirmed service, reports and ratings to points."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    Assessment,
    Cycle,
    KnownEntry,
    KnownIndicator,
    KnownTeam,
    ManualPoints,
    Part,
    Sheet,
)
from services.assessment.rules import normalising, scorecard
from services.assessment.rules.assessment import BY_PHONE, UNSCORED, AssessmentFacts
from services.assessment.rules.normalising import Counted
from services.assessment.rules.policy import Policy
from services.assessment.rules.review import ACTIVE
from services.assessment.rules.scorecard import Given, Indicator, Measures
from services.assessment.usecases.known import in_year
from shared.queries import among

COUNTY = 6
"""Digits of a division code that name its district."""


@dataclass(frozen=True)
class Said:
    """What was said of assessments, by assessment: every part that was handed in, by rising attempt; the bureau's points,
    of each item those given last; the assessors' scores (None: not scored yet)."""

    parts: dict[UUID, list[Any]]
    manual: dict[UUID, tuple[Given, ...]]
    sheets: dict[UUID, list[Decimal | None]]

    def last(self, row: Assessment) -> dict[str, Any]:
        """The parts that count: of each, the one handed in last."""
        return {part.part: part for part in self.parts[row.id]}

    def facts(self, row: Assessment) -> AssessmentFacts:
        """What the rules of scoring look at."""
        return facts_of(row, self.parts[row.id], self.sheets.get(row.id, []).count(None))


async def said(session: AsyncSession, rows: Sequence[Assessment]) -> Said:
    """Everything said of these assessments, a statement for each kind of it however many there are."""
    keys = [row.id for row in rows]
    columns = (Part.assessment_id, Part.part, Part.attempt, Part.submitted_as, Part.score, Part.answer)
    parts: dict[UUID, list[Any]] = {key: [] for key in keys}
    of_rows = sa.select(*columns).where(among(Part.assessment_id, keys)).order_by(Part.attempt)
    for part in await session.execute(of_rows):
        parts[part.assessment_id].append(part)
    given = sa.select(ManualPoints.assessment_id, ManualPoints.code, ManualPoints.points, ManualPoints.reason)
    given = given.where(among(ManualPoints.assessment_id, keys)).order_by(ManualPoints.id)
    manual: dict[UUID, dict[str, Given]] = defaultdict(dict)
    for key, code, points, reason in await session.execute(given):
        manual[key][code] = Given(code, points, reason)
    sheets: dict[UUID, list[Decimal | None]] = defaultdict(list)
    scores = sa.select(Sheet.assessment_id, Sheet.score).where(among(Sheet.assessment_id, keys))
    for key, score in await session.execute(scores.where(Sheet.status.in_(ACTIVE)).order_by(Sheet.id)):
        sheets[key].append(score)
    return Said(parts, {key: tuple(manual[key].values()) for key in manual}, sheets)


def facts_of(row: Assessment, parts: Sequence[Any] = (), sheets_open: int = 0) -> AssessmentFacts:
    """``parts``: rows with what a :class:`Part` says of itself; ``sheets_open``: assessors who have not scored yet."""
    return AssessmentFacts(
        status=row.status,
        parts=frozenset(p.part for p in parts),
        this_time=frozenset(p.part for p in parts if p.attempt == row.attempt and p.submitted_as != BY_PHONE),
        parts_due_at=row.parts_due_at,
        computed=row.computed,
        given=row.given,
        sheets_open=sheets_open,
    )


async def rate(session: AsyncSession, rows: Sequence[Assessment], known: Said, cycle: Cycle, policy: Policy) -> None:
    """Freeze each assessment's measures as they are now and write the points that follow from them."""
    for row, measures in zip(rows, await measure(session, rows, known, cycle, policy), strict=True):
        found = scorecard.score(measures, policy)
        row.measures = measures.document()
        row.service, row.results, row.satisfaction = found.service, found.results, found.satisfaction
        row.total = found.total


async def measures_of(session: AsyncSession, row: Assessment, policy: Policy, now: datetime) -> tuple[Measures, bool]:
    """What its points were computed from or, as long as it is not scored, would be now (True)."""
    if row.measures is not None and row.status not in UNSCORED:
        return Measures.of(row.measures), False
    cycle = await session.get_one(Cycle, row.cycle_id)
    [found] = await measure(session, [row], await said(session, [row]), cycle, policy)
    waits = row.status in UNSCORED and (row.parts_due_at is None or now < row.parts_due_at)
    return replace(found, open=waits), True


async def measure(
    session: AsyncSession, rows: Sequence[Assessment], known: Said, cycle: Cycle, policy: Policy
) -> list[Measures]:
    """What the scorecard looks at, for each assessment in order."""
    team_ids = [row.team_id for row in rows]
    served, indicators = await _served(session, team_ids, cycle.year), await _indicators(session, team_ids)
    agreed, districts = await _agreed(session, team_ids), await _districts(session, cycle, policy)
    measured = []
    for row in rows:
        (agreed_days, agreed_visits), said = agreed[row.team_id], known.last(row)
        days, entries = served.get(row.team_id, (Decimal(0), 0))
        host, people, opinion = (said.get(part) for part in ("host_rating", "beneficiary_rating", "unit_opinion"))
        measured.append(
            Measures(
                agreed_days=agreed_days or Decimal(0),
                agreed_visits=agreed_visits or 0,
                confirmed_days=days,
                confirmed_entries=entries,
                indicators=tuple(indicators[row.team_id]),
                host=host.score if host else None,
                beneficiaries=people.score if people else None,
                opinion=opinion.answer or None if opinion else None,
                district=districts.get(row.id),
                assessors=tuple(score for score in known.sheets.get(row.id, ()) if score is not None),
                manual=known.manual.get(row.id, ()),
            )
        )
    return measured


async def _served(session: AsyncSession, team_ids: Sequence[UUID], year: int) -> dict[UUID, tuple[Decimal, int]]:
    sums = (
        sa.select(KnownEntry.team_id, sa.func.sum(KnownEntry.days), sa.func.count())
        .where(among(KnownEntry.team_id, team_ids), in_year(year))
        .group_by(KnownEntry.team_id)
    )
    return {team_id: (days, entries) for team_id, days, entries in await session.execute(sums)}


async def _agreed(session: AsyncSession, team_ids: Sequence[UUID]) -> dict[UUID, tuple[Decimal | None, int | None]]:
    terms = sa.select(KnownTeam.id, KnownTeam.agreed_days, KnownTeam.agreed_visits)
    return {
        key: (days, visits) for key, days, visits in await session.execute(terms.where(among(KnownTeam.id, team_ids)))
    }


async def _indicators(session: AsyncSession, team_ids: Sequence[UUID]) -> dict[UUID, list[Indicator]]:
    of = KnownIndicator
    columns = sa.select(of.team_id, of.name, of.unit, of.baseline, of.target, of.actual)
    found: dict[UUID, list[Indicator]] = defaultdict(list)
    for row in sorted(await session.execute(columns.where(among(of.team_id, team_ids))), key=lambda row: row.name):
        found[row.team_id].append(Indicator(row.name, row.unit, row.baseline, row.target, row.actual))
    return found


async def _districts(session: AsyncSession, cycle: Cycle, policy: Policy) -> dict[UUID, Counted]:
    """Every district's score of the cycle and what it counts as among all of them, by assessment."""
    if not any(item.kind == "district" for item in policy.scorecard.items):
        return {}
    scores = (
        sa.select(Part.assessment_id, KnownTeam.division, Part.score)
        .join(Assessment, Assessment.id == Part.assessment_id)
        .join(KnownTeam, KnownTeam.id == Assessment.team_id)
        .where(Assessment.cycle_id == cycle.id, Part.part == "district_score", Assessment.status != "excluded")
        .order_by(Part.attempt)
    )
    given = {key: (division[:COUNTY], score or Decimal(0)) for key, division, score in await session.execute(scores)}
    return normalising.between_districts(given, policy)
