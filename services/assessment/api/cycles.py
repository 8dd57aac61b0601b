"""Cycles and assessments."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.models import Assessment, Cycle
from services.assessment.models import Part as PartRow
from services.assessment.rules import assessment as assessment_rules
from services.assessment.rules import cycle as cycle_rules
from services.assessment.rules import explaining, grading, scorecard
from services.assessment.rules.assessment import Part
from services.assessment.rules.policy import Policy, Scorecard
from services.assessment.rules.scorecard import Given, Measures
from services.assessment.usecases import assessment, cycle, known, publication, scoring
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, history, page
from shared.http.shapes import Statuses
from shared.lifecycle import actions

cycles = Api(tags=["cycles"])
assessments = Api(tags=["assessments"])

Bureau = Annotated[Actor, allow("bureau")]
Office = Annotated[Actor, allow("bureau", "supervisor", "operator", "department", "service")]


@cycles.post("/v1/cycles", response_model=schemas.CycleDetail, status_code=201)
async def open_cycle(body: schemas.CycleIn, db: Db, who: Bureau, now: Now) -> Any:
    """Enrols every live team of the round whose term has begun."""
    return await _cycle(db, await cycle.open(db, body.round_id, body.year, who, now), who, now)


@cycles.get("/v1/cycles", response_model=Page[schemas.CycleOut])
async def list_cycles(
    db: Db, who: Office, query: Lists, round_id: UUID | None = None, year: schemas.Year | None = None
) -> Any:
    found = await page(
        db,
        queries.cycles(who, round_id, year),
        query,
        sortable={"created_at": Cycle.created_at},
        id=Cycle.id,
        item=lambda row: row,
    )
    counts = await queries.counts(db, [row.id for row in found.items])
    items = [schemas.CycleOut(**_plain(row), **counts[row.id]) for row in found.items]
    return Page[schemas.CycleOut](items=items, next=found.next, prev=found.prev)


@cycles.get("/v1/cycles/{cycle_id}", response_model=schemas.CycleDetail)
async def read_cycle(cycle_id: UUID, db: Db, who: Office, now: Now) -> Any:
    return await _cycle(db, await queries.in_scope(db, Cycle, cycle_id, who, "cycle"), who, now)


@cycles.post("/v1/cycles/{cycle_id}/collect", response_model=schemas.CycleDetail)
async def collect_cycle(cycle_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """Opens all parts until the policy's deadline."""
    return await _cycle(db, await cycle.collect(db, cycle_id, who, now), who, now)


@cycles.post("/v1/cycles/{cycle_id}/score", response_model=schemas.CycleDetail)
async def score_cycle(cycle_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """Before the deadline only when both ratings of every team are in; at the deadline the clock scores."""
    return await _cycle(db, await cycle.score(db, cycle_id, who, now), who, now)


@cycles.post("/v1/cycles/{cycle_id}/grade", response_model=schemas.CycleDetail)
async def grade_cycle(cycle_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await _cycle(db, await cycle.grade(db, cycle_id, who, now), who, now)


@cycles.post("/v1/cycles/{cycle_id}/publish", response_model=schemas.CycleDetail)
async def publish_cycle(cycle_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """A new edition with every grade that its notice has confirmed."""
    return await _cycle(db, await publication.publish(db, cycle_id, who, now), who, now)


@cycles.get("/v1/cycles/{cycle_id}/history")
async def read_cycle_history(cycle_id: UUID, db: Db, who: Office) -> list[dict[str, Any]]:
    await queries.in_scope(db, Cycle, cycle_id, who, "cycle")
    return await history(db, "cycle", cycle_id)


async def _cycle(db: AsyncSession, row: Cycle, who: Actor, now: datetime) -> schemas.CycleDetail:
    await db.flush()
    facts = await cycle.facts(db, row)
    missing = await cycle.missing(db, row, now) if row.status == "collecting" and who.has("bureau") else []
    obstacles = {
        "score": lambda: iter(missing),
        "grade": lambda: cycle_rules.grade_obstacles(facts),
        "publish": lambda: cycle_rules.publish_obstacles(facts),
    }
    counts = await queries.counts(db, [row.id])
    return schemas.CycleDetail(
        **_plain(row),
        **counts[row.id],
        editions=[schemas.EditionOut.model_validate(e) for e in await queries.editions(db, row.id)],
        actions=actions(cycle_rules.LIFECYCLE, row.status, who, obstacles),
    )


def _plain(row: Cycle) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "version", "status", "round_id", "year")}


@assessments.get("/v1/assessments", response_model=Page[schemas.AssessmentOut])
async def list_assessments(
    db: Db,
    who: Who,
    query: Lists,
    round_id: UUID | None = None,
    cycle_id: UUID | None = None,
    team_id: UUID | None = None,
    status: Statuses | None = None,
) -> Any:
    found = await page(
        db,
        queries.assessments(who, round_id, cycle_id, team_id, status),
        query,
        sortable={"created_at": Assessment.created_at},
        id=Assessment.id,
        item=lambda row: row,
    )
    policies = await queries.policies(db, {row.round_id for row in found.items})
    items = [schemas.AssessmentOut(**_shown(row, policies[row.round_id], who)) for row in found.items]
    return Page[schemas.AssessmentOut](items=items, next=found.next, prev=found.prev)


@assessments.get("/v1/assessments/{assessment_id}", response_model=schemas.AssessmentDetail)
async def read_assessment(assessment_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await _assessment(db, assessment_id, who, now)


@assessments.get("/v1/assessments/{assessment_id}/history")
async def read_assessment_history(assessment_id: UUID, db: Db, who: Office) -> list[dict[str, Any]]:
    await queries.assessment(db, assessment_id, who)
    return await history(db, "assessment", assessment_id)


@assessments.get("/v1/assessments/{assessment_id}/explain", response_model=schemas.Explanation)
async def explain_assessment(assessment_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """How each point came about, in words; before scoring a preview for the offices."""
    row = await queries.assessment(db, assessment_id, who)
    policy = known.policy_of(await known.round_of(db, row.round_id))
    assessment_rules.check_shown(queries.sees_points(row, who))
    measures, preview = await scoring.measures_of(db, row, policy, now)
    lines = [schemas.LineOut.model_validate(line) for line in explaining.explain(measures, policy)]
    if row.computed is not None:
        assessed = await queries.assessed(db, row.cycle_id)
        lines.append(schemas.LineOut.model_validate(grading.explain(row.result, row.computed, assessed, policy)))
    judgements = await queries.judgements(db, row) if who.has("bureau", "supervisor") else []
    return schemas.Explanation(
        assessment_id=row.id,
        scorecard=policy.scorecard.name,
        scorecard_version=policy.scorecard.version,
        preview=preview,
        lines=lines,
        total=scorecard.score(measures, policy).total,
        computed=row.computed,
        given=row.given,
        override_reason=row.override_reason,
        measures=measures.document(),
        judgements=[schemas.JudgementOut.model_validate(one) for one in judgements],
    )


@assessments.post("/v1/assessments/{assessment_id}/parts", response_model=schemas.AssessmentDetail)
async def submit_part(assessment_id: UUID, body: schemas.PartIn, db: Db, who: Who, now: Now) -> Any:
    """The lead's report, the unit's opinion, the host's rating, the district's ratings, in any order."""
    part = Part(body.part, body.score, body.text, body.answer or "")
    await assessment.submit(db, assessment_id, part, who, now)
    return await _assessment(db, assessment_id, who, now)


@assessments.post("/v1/assessments/{assessment_id}/points", response_model=schemas.AssessmentDetail)
async def add_points(assessment_id: UUID, body: schemas.PointsIn, db: Db, who: Bureau, now: Now) -> Any:
    """The bureau's points for a manual item of the scorecard, with a reason."""
    given = Given(body.code, body.points, body.reason)
    await assessment.add_points(db, assessment_id, given, who, now)
    return await _assessment(db, assessment_id, who, now)


@assessments.post("/v1/assessments/{assessment_id}/override", response_model=schemas.AssessmentDetail)
async def override_assessment(assessment_id: UUID, body: schemas.OverrideIn, db: Db, who: Bureau, now: Now) -> Any:
    """Another grade than the computed one; the public lists show both, and the reason."""
    await assessment.override(db, assessment_id, body.grade, body.reason, who, now)
    return await _assessment(db, assessment_id, who, now)


async def _assessment(db: AsyncSession, assessment_id: UUID, who: Actor, now: datetime) -> schemas.AssessmentDetail:
    await db.flush()
    row = await queries.assessment(db, assessment_id, who)
    facts = scoring.facts_of(row, row.parts)
    policy = known.policy_of(await known.round_of(db, row.round_id))
    card = policy.scorecard
    obstacles = {
        "submit": lambda: assessment_rules.open_obstacles(facts, now),
        "add_points": lambda: assessment_rules.manual_obstacles(card),
    }
    listed = [
        action
        for action in actions(assessment_rules.LIFECYCLE, row.status, who, obstacles)
        if action["action"] in ("submit", "add_points", "override")
    ]
    return schemas.AssessmentDetail(
        **_shown(row, policy, who),
        override_reason=row.override_reason if queries.sees_points(row, who) else "",
        points=await queries.manual_points(db, row) if queries.is_office(row.team, who) else [],
        parts=[_part(p, card) for p in row.parts if queries.sees_part(row, p.part, who)],
        actions=listed,
    )


_POINTS = ("service", "results", "satisfaction", "total", "computed", "given")
_PLAIN = (
    "id",
    "version",
    "status",
    "cycle_id",
    "round_id",
    "team_id",
    "order_id",
    "parts_due_at",
    "edition",
    "published_at",
)


def _shown(row: Assessment, policy: Policy, who: Actor) -> dict[str, Any]:
    points = queries.sees_points(row, who)
    measures = Measures.of(row.measures) if points and row.total is not None and row.measures else None
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        **{name: getattr(row, name) if points else None for name in _POINTS},
        "order_number": row.team.order_number,
        "team": row.team.name,
        "sections": scorecard.sections(measures, policy) if measures else [],
    }


def _part(row: PartRow, card: Scorecard) -> schemas.PartOut:
    shown = schemas.PartOut.model_validate(row)
    return shown.model_copy(update={"counts": row.part in assessment_rules.scored_parts(card)})
