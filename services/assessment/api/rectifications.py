"""Rectifications, which follow from an unqualified grade."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.models import Rectification
from services.assessment.rules import rectification as rules
from services.assessment.usecases import rectification
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, history, page
from shared.http.shapes import ActionOut, ReasonIn, Statuses
from shared.lifecycle import actions

rectifications = Api(tags=["rectifications"])

Bureau = Annotated[Actor, allow("bureau")]


@rectifications.get("/v1/rectifications", response_model=Page[schemas.RectificationOut])
async def list_rectifications(
    db: Db,
    who: Who,
    query: Lists,
    round_id: UUID | None = None,
    team_id: UUID | None = None,
    status: Statuses | None = None,
) -> Any:
    return await page(
        db,
        queries.rectifications(who, round_id, team_id, status),
        query,
        sortable={"due_at": Rectification.due_at},
        id=Rectification.id,
        item=schemas.RectificationOut.model_validate,
    )


@rectifications.get("/v1/rectifications/{rectification_id}", response_model=schemas.RectificationDetail)
async def read_rectification(rectification_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await _shown(db, await queries.rectification(db, rectification_id, who), who, now)


async def _shown(db: AsyncSession, row: Rectification, who: Actor, now: datetime) -> schemas.RectificationDetail:
    await db.flush()
    detail = schemas.RectificationDetail.model_validate(row)
    obstacles = {
        "pass": lambda: rules.pass_obstacles(row.facts),
        "fail": lambda: rules.fail_obstacles(row.facts, now),
    }
    looked = await queries.inspections(db, row.id)
    listed = actions(rules.LIFECYCLE, row.status, who, obstacles)
    found = {
        "inspections": [schemas.InspectionOut.model_validate(one) for one in looked],
        "actions": [ActionOut.model_validate(a) for a in listed],
    }
    return detail.model_copy(update=found)


@rectifications.post("/v1/rectifications/{rectification_id}/plan", response_model=schemas.RectificationDetail)
async def plan_rectification(
    rectification_id: UUID, body: schemas.PlanIn, db: Db, who: Annotated[Actor, allow("expert")], now: Now
) -> Any:
    """What the team will put right; again, it takes the place of the plan before."""
    return await _shown(db, await rectification.plan(db, rectification_id, body.plan, who, now), who, now)


@rectifications.post("/v1/rectifications/{rectification_id}/extend", response_model=schemas.RectificationDetail)
async def extend_rectification(rectification_id: UUID, body: schemas.ExtendIn, db: Db, who: Bureau, now: Now) -> Any:
    """Until the end of a later day, once."""
    row = await rectification.extend(db, rectification_id, body.due_on, body.reason, who, now)
    return await _shown(db, row, who, now)


@rectifications.post("/v1/rectifications/{rectification_id}/inspect", response_model=schemas.RectificationDetail)
async def inspect_rectification(
    rectification_id: UUID,
    body: schemas.InspectIn,
    db: Db,
    who: Annotated[Actor, allow("bureau", "district")],
    now: Now,
) -> Any:
    """What was found on the spot; the newest inspection decides what may follow."""
    row = await rectification.inspect(db, rectification_id, body.in_order, body.finding, who, now)
    return await _shown(db, row, who, now)


@rectifications.post("/v1/rectifications/{rectification_id}/pass", response_model=schemas.RectificationDetail)
async def pass_rectification(rectification_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    """Inspected and in order: held money and benefits are released."""
    return await _shown(db, await rectification.pass_(db, rectification_id, body.reason, who, now), who, now)


@rectifications.post("/v1/rectifications/{rectification_id}/fail", response_model=schemas.RectificationDetail)
async def fail_rectification(rectification_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    """Inspected and wanting, or its time is over: the award is revoked, benefits are withdrawn."""
    return await _shown(db, await rectification.fail(db, rectification_id, body.reason, who, now), who, now)


@rectifications.get("/v1/rectifications/{rectification_id}/history")
async def read_rectification_history(rectification_id: UUID, db: Db, who: Bureau) -> list[dict[str, Any]]:
    await queries.rectification(db, rectification_id, who)
    return await history(db, "rectification", rectification_id)
