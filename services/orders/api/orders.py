"""Orders, one route per verb."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.orders import queries, schemas
from services.orders.api.wanted import Wanted
from services.orders.models import Order
from services.orders.usecases import late, order
from shared.actor import Actor
from shared.http import (
    Api,
    Db,
    IfMatch,
    Lists,
    Now,
    Page,
    Who,
    allow,
    check_version,
    history,
    page,
)
from shared.http.shapes import Instant, ReasonIn

orders = Api(tags=["orders"])


@orders.post("/v1/orders", response_model=schemas.OrderOut, status_code=201)
async def draft_order(
    body: schemas.OrderIn, db: Db, who: Annotated[Actor, allow("host", "town", "district", "bureau")], now: Now
) -> Any:
    return await order.draft(db, body, who, now)


@orders.get("/v1/orders", response_model=Page[schemas.OrderOut])
async def list_orders(db: Db, who: Who, query: Lists, wanted: Wanted) -> Any:
    """Orders that the caller may see and asks for. ``filter`` is one of the caller's saved filters; what is given
    beside it counts instead of what it says."""
    query.sort = query.sort or wanted.sort
    columns = {"created_at": Order.created_at, "title": Order.title, "division": Order.division}
    by_time = (query.sort or "created_at").removeprefix("-") == "created_at"
    parts = await (queries.orders_by_time if by_time else queries.order_list)(db, who, wanted)
    return await page(db, parts, query, sortable=columns, id=Order.id, item=schemas.OrderOut.model_validate)


@orders.get("/v1/orders/{order_id}", response_model=schemas.OrderDetail)
async def read_order(order_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await queries.detail(db, await queries.order(db, order_id, who), who, now)


@orders.get("/v1/orders/{order_id}/history")
async def read_order_history(order_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    """Who did what when, in this service."""
    row = await queries.order(db, order_id, who)
    return queries.history_for(await history(db, "order", order_id), row, who)


@orders.get("/v1/orders/{order_id}/timeline", response_model=list[schemas.TimelineOut])
async def read_order_timeline(
    order_id: UUID,
    db: Db,
    who: Who,
    kind: Annotated[str | None, Query(pattern="^[a-z_]+(,[a-z_]+)*$")] = None,
    since: Instant | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Any:
    """The order's whole story across all four services, by business time, oldest first. ``kind`` names what it is
    about (``order,team,award``); ``since`` a business time from which on to read: that of the last entry goes on."""
    row = await queries.order(db, order_id, who)
    own = [schemas.TimelineOut(team_id=None, **entry) for entry in await history(db, "order", order_id)]
    others = [schemas.TimelineOut.model_validate(e, from_attributes=True) for e in await queries.timeline(db, order_id)]
    return queries.told([*own, *others], row, who, kind, since)[:limit]


@orders.patch("/v1/orders/{order_id}", response_model=schemas.OrderOut)
async def edit_order(order_id: UUID, body: schemas.OrderPatch, db: Db, who: Who, now: Now, seen: IfMatch) -> Any:
    row = await order.get(db, order_id)
    check_version(row, seen)
    return await order.edit(db, row, body, who, now)


@orders.post("/v1/orders/{order_id}/submit", response_model=schemas.OrderOut)
async def submit_order(order_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await order.submit(db, order_id, who, now)


@orders.post("/v1/orders/{order_id}/endorse", response_model=schemas.OrderOut)
async def endorse_order(order_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await order.endorse(db, order_id, who, now)


@orders.post("/v1/orders/{order_id}/recommend", response_model=schemas.OrderOut)
async def recommend_order(order_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await order.recommend(db, order_id, who, now)


@orders.post("/v1/orders/{order_id}/return", response_model=schemas.OrderOut)
async def return_order(order_id: UUID, body: ReasonIn, db: Db, who: Who, now: Now) -> Any:
    return await order.return_(db, order_id, body.reason, who, now)


@orders.post("/v1/orders/{order_id}/merge", response_model=schemas.OrderOut)
async def merge_order(order_id: UUID, body: schemas.MergeIn, db: Db, who: Who, now: Now) -> Any:
    return await order.merge(db, order_id, body.into, who, now)


@orders.post("/v1/orders/{order_id}/publish", response_model=schemas.OrderOut)
async def publish_order(order_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await order.publish_(db, order_id, who, now)


@orders.post("/v1/orders/{order_id}/allow_late", response_model=schemas.OrderOut)
async def allow_order_late(order_id: UUID, body: schemas.LateIn, db: Db, who: Who, now: Now) -> Any:
    """By the bureau's exception the order goes on after its round was closed, until a day of its own."""
    return await late.allow_late(db, order_id, body.reason, body.until, who, now)


@orders.post("/v1/orders/{order_id}/extend", response_model=schemas.OrderOut)
async def extend_order(order_id: UUID, body: schemas.ExtendIn, db: Db, who: Who, now: Now) -> Any:
    return await order.extend(db, order_id, body.closes_at, who, now)


@orders.post("/v1/orders/{order_id}/republish", response_model=schemas.OrderOut)
async def republish_order(order_id: UUID, db: Db, who: Who, now: Now, body: schemas.RepublishIn | None = None) -> Any:
    """Open to claims again until ``closes_at``; left out: the round's window, or the policy's days from now."""
    return await order.republish(db, order_id, body.closes_at if body else None, who, now)


@orders.post("/v1/orders/{order_id}/withdraw", response_model=schemas.OrderOut)
async def withdraw_order(order_id: UUID, body: ReasonIn, db: Db, who: Who, now: Now) -> Any:
    return await order.withdraw(db, order_id, body.reason, who, now)


@orders.post("/v1/orders/{order_id}/cancel", response_model=schemas.OrderOut)
async def cancel_order(order_id: UUID, body: ReasonIn, db: Db, who: Who, now: Now) -> Any:
    return await order.cancel(db, order_id, body.reason, who, now)
