"""Outstanding items (未达账项)."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.funding import queries, schemas
from services.funding.api.columns import ITEM, table
from services.funding.api.handing import money_file
from services.funding.api.roles import Finance
from services.funding.api.wanted import Reader
from services.funding.models import OutstandingItem
from services.funding.usecases import item, money_back
from shared.actor import Actor
from shared.http import MOST_EXPORTED, Api, Db, Format, Lists, Now, Page, Who, page, require_fits
from shared.http.shapes import Statuses

items = Api(tags=["batches"])

Age = Annotated[Literal["3", "10", "30", "over"] | None, Query(description="ageing in days: ≤3, ≤10, ≤30, more")]


@items.get("/v1/outstanding-items", response_model=Page[schemas.ItemOut])
async def list_items(
    db: Db,
    who: Who,
    query: Lists,
    now: Now,
    round_id: UUID | None = None,
    status: Statuses | None = None,
    queue: str | None = None,
    age: Age = None,
) -> Any:
    """What ledger, instruction and bank do not agree on, with its queue and age."""
    columns = {"since": OutstandingItem.since, "amount_fen": OutstandingItem.amount_fen}
    return await page(
        db,
        queries.items(who, now, round_id, status, queue, age),
        query,
        sortable=columns,
        id=OutstandingItem.id,
        item=lambda row: _item(row, who, now),
    )


@items.get("/v1/outstanding-items/export", response_class=Response)
async def export_items(
    db: Db,
    who: Reader,
    now: Now,
    format: Format = "xlsx",
    round_id: UUID | None = None,
    status: Statuses | None = None,
    queue: str | None = None,
    age: Age = None,
) -> Any:
    """The same list as a file."""
    statement = queries.items(who, now, round_id, status, queue, age)
    await require_fits(db, statement.with_only_columns(OutstandingItem.id), MOST_EXPORTED)
    rows = await db.scalars(statement.order_by(OutstandingItem.since, OutstandingItem.id))
    lines = [_item(row, who, now).model_dump() for row in rows]
    asked = {"round_id": round_id, "status": status, "queue": queue, "age": age}
    return await money_file(db, "outstanding-items", format, *table(ITEM, lines), asked, who, now)


@items.post("/v1/outstanding-items/{item_id}/match", response_model=schemas.ItemOut)
async def match_item(item_id: UUID, body: schemas.MatchIn, db: Db, who: Finance, now: Now) -> Any:
    """It agrees with this instruction after all; or it pays this recovery back, which another person confirms."""
    if body.recovery_id:
        return _item(await money_back.match(db, item_id, body.recovery_id, body.reason, who, now), who, now)
    return _item(await item.match(db, item_id, cast(UUID, body.instruction_id), body.reason, who, now), who, now)


@items.post("/v1/outstanding-items/{item_id}/explain", response_model=schemas.ItemOut)
async def explain_item(item_id: UUID, body: schemas.ExplainIn, db: Db, who: Finance, now: Now) -> Any:
    """What it was, in the words of a person; it stays readable."""
    return _item(await item.explain(db, item_id, body.reason, who, now), who, now)


def _item(row: OutstandingItem, who: Actor, now: datetime) -> schemas.ItemOut:
    more = queries.item_shown(row, who, now)
    own = {name: getattr(row, name) for name in schemas.ItemOut.model_fields if name not in more}
    return schemas.ItemOut.model_validate({**own, **more})
