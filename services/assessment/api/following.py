"""What follows from a published grade: rectifications."""

from typing import Annotated, Any
from uuid import UUID

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
    db: Db, who: Who, query: Lists, round_id: UUID | None = None, team_id: UUID | None = None,
    status: Statuses | None = None,
) -> Any:  # fmt: skip
    return await page(
        db, queries.rectifications(who, round_id, team_id, status), query,
        sortable={"due_at": Rectification.due_at}, id=Rectification.id,
        item=schemas.RectificationOut.model_validate,
    )  # fmt: skip


@rectifications.get("/v1/rectifications/{rectification_id}", response_model=schemas.RectificationDetail)
async def read_rectification(rectification_id: UUID, db: Db, who: Who) -> Any:
    return _shown(await queries.rectification(db, rectification_id, who), who)


def _shown(row: Rectification, who: Actor) -> schemas.RectificationDetail:
    detail = schemas.RectificationDetail.model_validate(row)
    listed = actions(rules.LIFECYCLE, row.status, who, {})
    return detail.model_copy(update={"actions": [ActionOut.model_validate(a) for a in listed]})


@rectifications.post("/v1/rectifications/{rectification_id}/extend", response_model=schemas.RectificationDetail)
async def extend_rectification(rectification_id: UUID, body: schemas.ExtendIn, db: Db, who: Bureau, now: Now) -> Any:
    """Until the end of a later day, once."""
    row = await rectification.extend(db, rectification_id, body.due_on, body.reason, who, now)
    await db.flush()
    return _shown(row, who)


@rectifications.post("/v1/rectifications/{rectification_id}/pass", response_model=schemas.RectificationDetail)
async def pass_rectification(rectification_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    """Inspected and in order: held money and benefits are released."""
    row = await rectification.pass_(db, rectification_id, body.reason, who, now)
    await db.flush()
    return _shown(row, who)


@rectifications.post("/v1/rectifications/{rectification_id}/fail", response_model=schemas.RectificationDetail)
async def fail_rectification(rectification_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    """Inspected and wanting: the award is revoked, benefits are withdrawn."""
    row = await rectification.fail(db, rectification_id, body.reason, who, now)
    await db.flush()
    return _shown(row, who)


@rectifications.get("/v1/rectifications/{rectification_id}/history")
async def read_rectification_history(rectification_id: UUID, db: Db, who: Bureau) -> list[dict[str, Any]]:
    await queries.rectification(db, rectification_id, who)
    return await history(db, "rectification", rectification_id)
