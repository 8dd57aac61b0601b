"""City review: assessors of a cycle, who is given what, their sheets."""

from typing import Annotated, Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.models import Assessment, Cycle, KnownTeam, Sheet
from services.assessment.rules.review import LIFECYCLE
from services.assessment.usecases import review
from services.assessment.usecases.review import Named
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, allow, page
from shared.http.shapes import ReasonIn, ReasonOut, Statuses, known
from shared.lifecycle import actions

reviews = Api(tags=["reviews"])

Bureau = Annotated[Actor, allow("bureau")]
Reviewer = Annotated[Actor, allow("reviewer")]
Reader = Annotated[Actor, allow("bureau", "reviewer")]


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
    ``?dry_run=true`` shows the conflicts without giving anything."""
    plan = await review.assign(db, cycle_id, who, now)
    await db.flush()
    conflicts = [
        schemas.ConflictOut(
            person_id=plan.assessors[a].person_id, assessor=plan.assessors[a].name,
            assessment_id=plan.teams[t].assessment_id, order_number=plan.teams[t].label,
            reasons=[ReasonOut.model_validate(reason) for reason in reasons],
        )
        for (a, t), reasons in sorted(plan.barred.items())
    ]  # fmt: skip
    loads = [schemas.AssessorOut.model_validate(one) for one in await queries.assessors(db, cycle_id)]
    return schemas.AssignedOut(made=len(plan.made), assessors=loads, conflicts=conflicts)


@reviews.get("/v1/sheets", response_model=Page[schemas.SheetOut])
async def list_sheets(
    db: Db, who: Reader, query: Lists, cycle_id: UUID | None = None, assessment_id: UUID | None = None,
    status: Annotated[Statuses, known(LIFECYCLE)] | None = None,
) -> Any:  # fmt: skip
    """An assessor's own teams; for the bureau all of its rounds."""
    return await page(
        db, queries.sheets(who, cycle_id, assessment_id, status), query, sortable={"created_at": Sheet.created_at},
        id=Sheet.id, item=lambda row: _shown(row, who),
    )  # fmt: skip


@reviews.get("/v1/sheets/{sheet_id}", response_model=schemas.SheetOut)
async def read_sheet(sheet_id: UUID, db: Db, who: Reader) -> Any:
    return await _sheet(db, sheet_id, who)


@reviews.post("/v1/sheets/{sheet_id}/score", response_model=schemas.SheetOut)
async def score_sheet(sheet_id: UUID, body: schemas.SheetIn, db: Db, who: Reviewer, now: Now) -> Any:
    """0 to 100 points, given anew as often as wanted until the parts are due; every version is kept."""
    await review.score(db, sheet_id, body.score, body.text, who, now)
    return await _sheet(db, sheet_id, who)


@reviews.post("/v1/sheets/{sheet_id}/declare", response_model=schemas.SheetOut)
async def declare_sheet(sheet_id: UUID, body: ReasonIn, db: Db, who: Reviewer, now: Now) -> Any:
    """A conflict of interest: the team goes to another assessor, if one is left."""
    await review.declare(db, sheet_id, body.reason, who, now)
    return await _sheet(db, sheet_id, who)


@reviews.post("/v1/sheets/{sheet_id}/withdraw", response_model=schemas.SheetOut)
async def withdraw_sheet(sheet_id: UUID, body: ReasonIn, db: Db, who: Bureau) -> Any:
    """Takes a team back from an assessor."""
    await review.withdraw(db, sheet_id, body.reason, who)
    return await _sheet(db, sheet_id, who)


async def _sheet(db: AsyncSession, sheet_id: UUID, who: Actor) -> schemas.SheetOut:
    await db.flush()
    key = (await queries.sheet(db, sheet_id, who)).id
    row = (await db.execute(queries.sheets(who, None, None, None).where(Sheet.id == key))).one()
    return _shown(row, who)


def _shown(found: Any, who: Actor) -> schemas.SheetOut:
    sheet: Sheet = found[0]
    row: Assessment = found[1]
    team: KnownTeam = found[2]
    names = (
        "id",
        "version",
        "status",
        "cycle_id",
        "assessment_id",
        "person_id",
        "score",
        "scores",
        "scored_at",
        "reason",
    )
    return schemas.SheetOut(
        **{name: getattr(sheet, name) for name in names},
        order_number=team.order_number,
        team=team.name,
        place=team.place,
        due_at=row.parts_due_at,
        actions=actions(LIFECYCLE, sheet.status, who, {}),
    )
