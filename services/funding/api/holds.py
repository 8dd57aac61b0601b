"""Holds of awards and instalments."""

from typing import Annotated, Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.models import Hold
from services.funding.usecases import hold
from services.funding.usecases.hold import Ground
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, page
from shared.http.shapes import ReasonIn, Statuses

holds = Api(tags=["holds"])
Holder = Annotated[Actor, allow("bureau", "supervisor")]


@holds.get("/v1/holds", response_model=Page[schemas.HoldOut])
async def list_holds(
    db: Db,
    who: Who,
    query: Lists,
    round_id: UUID | None = None,
    status: Statuses | None = None,
    award_id: UUID | None = None,
) -> Any:
    return await page(
        db,
        queries.holds(who, round_id, status, award_id),
        query,
        id=Hold.id,
        sortable={"placed_at": Hold.placed_at, "ends_at": Hold.ends_at},
        item=schemas.HoldOut.model_validate,
    )


@holds.get("/v1/holds/{hold_id}", response_model=schemas.HoldDetail)
async def read_hold(hold_id: UUID, db: Db, who: Who) -> Any:
    return _shown(await queries.hold(db, hold_id, who), who)


@holds.post("/v1/awards/{award_id}/holds", response_model=schemas.HoldDetail, status_code=201)
async def place_hold(award_id: UUID, body: schemas.HoldIn, db: Db, who: Holder, now: Now) -> Any:
    """Hold what is not yet with the bank: of the whole award, or of one instalment. Several may stand at once."""
    row = await hold.place(db, award_id, Ground(**body.model_dump()), who, now)
    await db.flush()
    return _shown(row, who)


@holds.post("/v1/holds/{hold_id}/lift", response_model=schemas.HoldDetail)
async def lift_hold(hold_id: UUID, body: ReasonIn, db: Db, who: Holder, now: Now) -> Any:
    """With the last one the money moves on: it waits for its gates again and is asked for anew."""
    row = await hold.lift(db, hold_id, body.reason, who, now)
    await db.flush()
    return _shown(row, who)


def _shown(row: Hold, who: Actor) -> schemas.HoldDetail:
    shown = schemas.HoldOut.model_validate(row).model_dump()
    return schemas.HoldDetail.model_validate({**shown, "actions": queries.hold_actions(row, who)})
