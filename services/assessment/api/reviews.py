"""City review: assessors of a cycle, who is given what, their sheets."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.models import Assessment, Cycle, KnownTeam, Sheet
from services.assessment.rules import explaining, scorecard
from services.assessment.rules import review as rules
from services.assessment.usecases import review, scoring
from services.assessment.usecases.known import policy_of, round_of
from services.assessment.usecases.review import Named
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, allow, page
from shared.http.shapes import MOST_FIRST, ReasonIn, ReasonOut, Statuses, known
from shared.lifecycle import actions

reviews = Api(tags=["reviews"])

Bureau = Annotated[Actor, allow("bureau")]
Reviewer = Annotated[Actor, allow("reviewer")]
Reader = Annotated[Actor, allow("bureau", "reviewer", "supervisor")]


@reviews.get("/v1/cycles/{cycle_id}/assessors", response_model=list[schemas.AssessorOut])
async def list_assessors(cycle_id: UUID, db: Db, who: Bureau) -> Any:
    """Who was named, and how many teams each has."""
    await queries.in_scope(db, Cycle, cycle_id, who, "cycle")
    return await queries.assessors(db, cycle_id)


@reviews.post("/v1/cycles/{cycle_id}/assessors", response_model=list[schemas.AssessorOut])
async def name_assessors(cycle_id: UUID, body: schemas.AssessorsIn, db: Db, who: Bureau) -> Any:
    """Adds assessors; for those named already, name, unit and number are changed."""
    named = [Named(a.person_id, a.name, a.unit_code, a.unit_name, a.most) for a in body.assessors]
    await review.name_assessors(db, cycle_id, named, who)
    return await queries.assessors(db, cycle_id)


@reviews.post("/v1/cycles/{cycle_id}/assignments", response_model=schemas.AssignedOut)
async def assign_assessors(cycle_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """Gives every team that takes parts the assessors that it lacks: never with a conflict, and evenly.
    ``?dry_run=true`` shows the first conflicts without giving anything; ``conflicts_left`` says how many more there are."""
    plan = await review.assign(db, cycle_id, who, now)
    await db.flush()
    conflicts = [
        schemas.ConflictOut(
            person_id=plan.assessors[a].person_id,
            assessor=plan.assessors[a].name,
            assessment_id=plan.teams[t].assessment_id,
            order_number=plan.teams[t].label,
            reasons=[ReasonOut.model_validate(reason) for reason in plan.barred[a, t]],
        )
        for a, t in sorted(plan.barred)[:MOST_FIRST]
    ]
    loads = [schemas.AssessorOut.model_validate(one) for one in await queries.assessors(db, cycle_id)]
    left = len(plan.barred) - len(conflicts)
    return schemas.AssignedOut(made=len(plan.made), assessors=loads, conflicts=conflicts, conflicts_left=left)


@reviews.get("/v1/sheets", response_model=Page[schemas.SheetOut])
async def list_sheets(
    db: Db,
    who: Reader,
    query: Lists,
    now: Now,
    cycle_id: UUID | None = None,
    assessment_id: UUID | None = None,
    status: Annotated[Statuses, known(rules.LIFECYCLE)] | None = None,
) -> Any:
    """An assessor's own teams; for the bureau all of its rounds."""
    return await page(
        db,
        queries.sheets(who, cycle_id, assessment_id, status),
        query,
        sortable={"created_at": Sheet.created_at},
        id=Sheet.id,
        item=lambda row: _shown(row, who, now),
    )


@reviews.get("/v1/sheets/{sheet_id}", response_model=schemas.SheetDetail)
async def read_sheet(sheet_id: UUID, db: Db, who: Reader, now: Now) -> Any:
    """With what is to be judged: what the team did and reached, what was handed in, the points so far."""
    shown, row, team = await _sheet(db, sheet_id, who, now)
    versions = await queries.sheet_versions(db, sheet_id)
    return schemas.SheetDetail(
        **shown.model_dump(),
        versions=[schemas.SheetVersionOut.model_validate(version) for version in versions],
        material=await _material(db, row, team, now) if rules.shows_material(shown.status) else None,
    )


@reviews.post("/v1/sheets/{sheet_id}/score", response_model=schemas.SheetOut)
async def score_sheet(sheet_id: UUID, body: schemas.SheetIn, db: Db, who: Reviewer, now: Now) -> Any:
    """0 to 100 points, given anew as often as wanted until the parts are due; every version is kept."""
    await review.score(db, sheet_id, body.score, body.text, who, now)
    return (await _sheet(db, sheet_id, who, now))[0]


@reviews.post("/v1/sheets/{sheet_id}/declare", response_model=schemas.SheetOut)
async def declare_sheet(sheet_id: UUID, body: ReasonIn, db: Db, who: Reviewer, now: Now) -> Any:
    """A conflict of interest: the team goes to another assessor, if one is left."""
    await review.declare(db, sheet_id, body.reason, who, now)
    return (await _sheet(db, sheet_id, who, now))[0]


@reviews.post("/v1/sheets/{sheet_id}/withdraw", response_model=schemas.SheetOut)
async def withdraw_sheet(sheet_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    """Takes a team back from an assessor."""
    await review.withdraw(db, sheet_id, body.reason, who)
    return (await _sheet(db, sheet_id, who, now))[0]


Found = tuple[schemas.SheetOut, Assessment, KnownTeam]


async def _sheet(db: AsyncSession, sheet_id: UUID, who: Actor, now: datetime) -> Found:
    await db.flush()
    key = (await queries.sheet(db, sheet_id, who)).id
    row = (await db.execute(queries.sheets(who, None, None, None).where(Sheet.id == key))).one()
    return _shown(row, who, now), row[1], row[2]


_PLAIN = ("id", "version", "status", "cycle_id", "assessment_id", "person_id", "score", "scores", "scored_at", "reason")


def _shown(found: Any, who: Actor, now: datetime) -> schemas.SheetOut:
    sheet: Sheet = found[0]
    row: Assessment = found[1]
    team: KnownTeam = found[2]
    facts = review.facts_of(sheet, row)
    over = partial(rules.over_obstacles, facts)
    obstacles = {"score": partial(rules.late_obstacles, facts, now), "declare": over, "withdraw": over}
    return schemas.SheetOut(
        **{name: getattr(sheet, name) for name in _PLAIN},
        assessor=found[3].name,
        order_number=team.order_number,
        team=team.name,
        place=team.place,
        due_at=row.parts_due_at,
        actions=actions(rules.LIFECYCLE, sheet.status, who, obstacles),
    )


async def _material(db: AsyncSession, row: Assessment, team: KnownTeam, now: datetime) -> schemas.Material:
    policy = policy_of(await round_of(db, row.round_id))
    measures, _ = await scoring.measures_of(db, row, policy, now)
    lines, points = explaining.without_assessors(measures, policy)
    order = await queries.order_of(db, row)
    return schemas.Material(
        order_title=order.title if order else "",
        tasks=order.tasks if order else [],
        host=team.host_name,
        lead=team.lead_name,
        unit=team.unit_name,
        starts_on=team.starts_on,
        ends_on=team.ends_on,
        agreed_days=measures.agreed_days,
        agreed_visits=measures.agreed_visits,
        confirmed_days=measures.confirmed_days,
        confirmed_visits=measures.confirmed_entries,
        visits=[schemas.VisitOut.model_validate(visit) for visit in await queries.visits(db, row)],
        indicators=[
            schemas.IndicatorOut(
                name=one.name,
                unit=one.unit,
                baseline=one.baseline,
                target=one.target,
                actual=one.actual,
                reached=scorecard.half_up(scorecard.achieved(one), 4),
            )
            for one in measures.indicators
        ],
        parts=[schemas.SaidOut.model_validate(part) for part in await queries.counting_parts(db, row)],
        lines=[schemas.LineOut.model_validate(line) for line in lines],
        points=points,
    )
