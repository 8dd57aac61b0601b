"""One team's assessment, one function per verb. Steps of the whole cycle are in ``cycle``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Assessment, Cycle, KnownTeam, ManualPoints, Part
from services.assessment.rules import assessment as rules
from services.assessment.rules import cycle as cycle_rules
from services.assessment.rules import scope
from services.assessment.rules.policy import Scorecard
from services.assessment.rules.scorecard import Given
from services.assessment.usecases import known
from services.assessment.usecases.scoring import facts_of
from shared.actor import Actor
from shared.contracts.assessment import (
    AssessmentExcluded,
    AssessmentOverridden,
    AssessmentPartSubmitted,
    AssessmentPointsAdded,
    AssessmentPutOnNotice,
    AssessmentReopened,
)
from shared.db import load, load_all
from shared.errors import NotFound
from shared.outbox import publish
from shared.queries import among


def about(row: Assessment) -> dict[str, UUID]:
    """What every event of an assessment carries."""
    return {
        "assessment_id": row.id,
        "cycle_id": row.cycle_id,
        "round_id": row.round_id,
        "order_id": row.order_id,
        "team_id": row.team_id,
    }


def overridden(row: Assessment) -> tuple[str, str]:
    """What a public list says beside a grade that a person gave: the computed one, and why. Else nothing."""
    if row.computed is None or row.given == row.computed:
        return "", ""
    return row.computed, row.override_reason


async def parts_of(session: AsyncSession, rows: Sequence[Assessment]) -> dict[UUID, list[Part]]:
    """Every part ever handed in for these assessments, by assessment."""
    found: dict[UUID, list[Part]] = {row.id: [] for row in rows}
    for part in await session.scalars(sa.select(Part).where(among(Part.assessment_id, found))):
        found[part.assessment_id].append(part)
    return found


async def stand(session: AsyncSession, cycle: Cycle) -> None:
    """The cycle stands where its assessment furthest behind stands."""
    statuses = sa.select(Assessment.status).where(Assessment.cycle_id == cycle.id).distinct()
    cycle.status = cycle_rules.standing(list(await session.scalars(statuses)))


async def submit(
    session: AsyncSession, assessment_id: UUID, part: rules.Part, actor: Actor, now: datetime
) -> Assessment:
    """Hand in a part; who did is recorded."""
    await queries.assessment(session, assessment_id, actor)
    row = await load(session, Assessment, assessment_id, "assessment")
    team = await known.team(session, row.team_id)
    role = rules.PART_ROLES[part.part]
    parts = (await parts_of(session, [row]))[row.id]
    row.status = rules.submit(facts_of(row, parts), part, actor, now)
    scope.check_part(scope_of(team), part.part, actor)
    record(session, row, part, actor, role, now, by_phone(row, parts, part.part))
    await session.flush()
    return row


def scope_of(team: KnownTeam) -> scope.TeamScope:
    return scope.TeamScope(team.division, team.host_code, team.unit_code, str(team.lead_id))


def by_phone(row: Assessment, parts: Sequence[Part], part: str) -> Part | None:
    """The part as it was said on the phone this time, which may be replaced."""
    return next((p for p in parts if (p.part, p.attempt, p.submitted_as) == (part, row.attempt, rules.BY_PHONE)), None)


def record(
    session: AsyncSession,
    row: Assessment,
    part: rules.Part,
    actor: Actor,
    role: str,
    now: datetime,
    replaced: Part | None = None,
) -> None:
    """The part as handed in, beside earlier versions of it or in the place of one."""
    stored = replaced or Part(assessment_id=row.id, part=part.part, attempt=row.attempt)
    stored.score, stored.text, stored.answer = part.score, part.text.strip(), part.answer
    stored.submitted_by, stored.submitted_as, stored.submitted_at = actor.id, role, now
    session.add(stored)
    publish(session, AssessmentPartSubmitted(**about(row), part=part.part, submitted_as=role))


async def add_points(
    session: AsyncSession, assessment_id: UUID, given: Given, actor: Actor, now: datetime
) -> Assessment:
    """The bureau's points for a manual item of the card; those that it gave before stay readable."""
    row = await load(session, Assessment, assessment_id, "assessment")
    round = await known.round_of(session, row.round_id)
    scope.check_division(round.division, actor, "assessment")
    row.status = rules.add_points(facts_of(row), given, known.policy_of(round).scorecard, actor)
    code, points, reason = given.code, given.points, given.reason.strip()
    session.add(
        ManualPoints(assessment_id=row.id, code=code, points=points, reason=reason, given_by=actor.id, given_at=now)
    )
    publish(session, AssessmentPointsAdded(**about(row), code=code, points=points))
    return row


async def override(
    session: AsyncSession, assessment_id: UUID, grade: str, reason: str, actor: Actor, now: datetime
) -> Assessment:
    """Another grade than the computed one, with a reason; both stay visible."""
    cycle = await _cycle_of(session, assessment_id)
    round = await known.round_of(session, cycle.round_id)
    scope.check_division(round.division, actor, "assessment")
    row = await load(session, Assessment, assessment_id, "assessment")
    free = await free_places(session, cycle, row)
    row.status = rules.override(facts_of(row), grade, reason, free, actor)
    row.given, row.override_reason = grade, reason.strip()
    publish(session, AssessmentOverridden(**about(row), computed=row.computed, given=row.given))
    return row


async def free_places(session: AsyncSession, cycle: Cycle, row: Assessment) -> int:
    """Places for excellent teams that the other assessments of the cycle leave free."""
    others = sa.select(Assessment.status, Assessment.given).where(
        Assessment.cycle_id == cycle.id, Assessment.id != row.id
    )
    given = [g or "" for status, g in await session.execute(others) if rules.is_assessed(status)]
    policy = known.policy_of(await known.round_of(session, cycle.round_id))
    return rules.free_excellent_places([*given, ""], policy)


async def put_on_notice(session: AsyncSession, rows: Sequence[Assessment]) -> None:
    """Everything graded in one cycle is shown together."""
    if not rows:
        return
    cycle = await load(session, Cycle, rows[0].cycle_id, "cycle")
    cycle.status = cycle_rules.put_on_notice(cycle_rules.CycleFacts(cycle.status))
    for row in rows:
        row.status = rules.put_on_notice(facts_of(row))
        row.confirmed_at = None
        publish(session, AssessmentPutOnNotice(**about(row)))
    await stand(session, cycle)


async def confirm(session: AsyncSession, assessment_ids: Sequence[UUID], now: datetime) -> None:
    """Their notice entries stand: the next edition may show them."""
    for row in (await load_all(session, Assessment, assessment_ids)).values():
        row.confirmed_at = now


async def reopen(session: AsyncSession, assessment_id: UUID, now: datetime) -> Assessment:
    """An upheld objection: parts may be put right until a new deadline, then it is scored again."""
    cycle = await _cycle_of(session, assessment_id)
    row = await load(session, Assessment, assessment_id, "assessment")
    row.status = rules.reopen(facts_of(row))
    policy = known.policy_of(await known.round_of(session, row.round_id))
    row.attempt += 1
    row.parts_due_at = cycle_rules.parts_due_at(now, policy)
    row.computed, row.given, row.override_reason = None, None, ""
    [owed] = await owing(session, [row], policy.scorecard)
    publish(session, AssessmentReopened(**owed))
    await stand(session, cycle)
    return row


async def owing(session: AsyncSession, rows: Sequence[Assessment], card: Scorecard) -> list[dict[str, Any]]:
    """Of each assessment what says who owes which parts until when: all that the card asks for and were never handed in."""
    said, teams = await parts_of(session, rows), [row.team_id for row in rows]
    found = await session.execute(sa.select(KnownTeam.id, KnownTeam.unit_code).where(among(KnownTeam.id, teams)))
    units: dict[UUID, str] = {row.id: row.unit_code for row in found}
    return [
        {
            **about(row),
            "due_at": row.parts_due_at,
            "unit_code": units[row.team_id],
            "parts": [part for part in rules.owed_parts(card) if part not in {one.part for one in said[row.id]}],
        }
        for row in rows
    ]


async def exclude(session: AsyncSession, team_id: UUID) -> None:
    """Its team left before its grade was published: it is not graded any more."""
    of_team = sa.select(Assessment.id, Assessment.status).where(Assessment.team_id == team_id)
    for assessment_id, status in (await session.execute(of_team)).all():
        if rules.excludable(status):
            cycle = await _cycle_of(session, assessment_id)
            row = await load(session, Assessment, assessment_id, "assessment")
            row.status = rules.exclude(facts_of(row))
            publish(session, AssessmentExcluded(**about(row)))
            await stand(session, cycle)


async def _cycle_of(session: AsyncSession, assessment_id: UUID) -> Cycle:
    """The cycle is locked before its assessments, as everywhere."""
    cycle_id = await session.scalar(sa.select(Assessment.cycle_id).where(Assessment.id == assessment_id))
    if cycle_id is None:
        raise NotFound("assessment")
    return await load(session, Cycle, cycle_id, "cycle")
