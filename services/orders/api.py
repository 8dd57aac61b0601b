"""REST of the orders service."""

import asyncio
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Request, UploadFile
from starlette.responses import Response

from services.orders import queries, schemas
from services.orders.models import Order, Round
from services.orders.usecases import intake, order, round
from shared.actor import Actor
from shared.db import load
from shared.errors import Malformed
from shared.http import (
    Api,
    BulkAnswer,
    Db,
    IfMatch,
    Lists,
    Now,
    Page,
    PublicAnswers,
    Who,
    allow,
    check_version,
    each,
    history,
    page,
)
from shared.http.shapes import ActionOut, ReasonIn
from shared.spreadsheet import XLSX, read_sheet

rounds = Api(tags=["rounds"])
orders = Api(tags=["orders"])
public = Api(tags=["public"])

Bureau = Annotated[Actor, allow("bureau")]
District = Annotated[Actor, allow("district")]


# --- rounds ---------------------------------------------------------------------------------------------------------


@rounds.post("/v1/rounds", response_model=schemas.RoundOut, status_code=201)
async def draft_round(body: schemas.RoundIn, db: Db, who: Bureau, now: Now) -> Any:
    return await round.draft(db, body, who, now)


@rounds.get("/v1/rounds", response_model=Page[schemas.RoundOut])
async def list_rounds(db: Db, who: Who, query: Lists, status: str | None = None, year: int | None = None) -> Any:
    return await page(
        db, queries.rounds(status, year), query, sortable={"created_at": Round.created_at, "year": Round.year},
        id=Round.id, item=schemas.RoundOut.model_validate,
    )  # fmt: skip


@rounds.get("/v1/rounds/{round_id}", response_model=schemas.RoundDetail)
async def read_round(round_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return _round(await queries.round(db, round_id), who, now)


def _round(row: Any, who: Actor, now: datetime) -> schemas.RoundDetail:
    detail = schemas.RoundDetail.model_validate(row)
    return detail.model_copy(
        update={"actions": [ActionOut.model_validate(a) for a in queries.round_actions(row, who, now)]}
    )


@rounds.patch("/v1/rounds/{round_id}", response_model=schemas.RoundOut)
async def edit_round(round_id: UUID, body: schemas.RoundPatch, db: Db, who: Bureau, now: Now, seen: IfMatch) -> Any:
    row = await load(db, Round, round_id, "round")
    check_version(row, seen)
    return await round.edit(db, row, body, who, now)


@rounds.post("/v1/rounds/{round_id}/open", response_model=schemas.RoundOut)
async def open_round(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await round.open(db, round_id, who, now)


@rounds.post("/v1/rounds/{round_id}/close", response_model=schemas.RoundOut)
async def close_round(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await round.close(db, round_id, who, now)


@rounds.post("/v1/rounds/{round_id}/decide", response_model=schemas.RoundOut)
async def decide_round(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await round.decide(db, round_id, who, now)


@rounds.post("/v1/rounds/{round_id}/archive", response_model=schemas.RoundOut)
async def archive_round(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await round.archive(db, round_id, who, now)


@rounds.get("/v1/rounds/{round_id}/history")
async def read_round_history(round_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.round(db, round_id)
    return await history(db, "round", round_id)


@rounds.post("/v1/rounds/{round_id}/orders/import", response_model=schemas.ImportAnswer)
async def import_orders(round_id: UUID, file: UploadFile, request: Request, db: Db, who: Bureau, now: Now) -> Any:
    """The bureau's summary. Faults are answered per row and column; ask with ``Accept`` of an Excel workbook and
    the same file comes back with those cells marked. Nothing is imported by halves."""
    sheet = await asyncio.to_thread(read_sheet, await file.read(), intake.REQUIRED, intake.OPTIONAL)
    try:
        return await intake.import_orders(db, round_id, sheet, who, now)
    except Malformed as refusal:
        if XLSX in request.headers.get("accept", ""):
            return Response(await asyncio.to_thread(sheet.marked, refusal.reasons), 422, media_type=XLSX)
        raise


@rounds.post("/v1/rounds/{round_id}/orders/recommend", response_model=BulkAnswer)
async def recommend_orders(round_id: UUID, db: Db, who: District, now: Now) -> Any:
    """All submitted orders of the district."""
    ids = await queries.ids_with_status(db, round_id, ("submitted", "endorsed"), who)
    return await each(db, ids, lambda key: order.recommend(db, key, who, now))


@rounds.post("/v1/rounds/{round_id}/orders/publish", response_model=BulkAnswer)
async def publish_orders(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """All recommended orders of the bureau's division, numbered in the order they came in."""
    ids = await queries.ids_with_status(db, round_id, ("recommended",), who)
    return await each(db, ids, lambda key: order.publish_(db, key, who, now))


# --- orders ---------------------------------------------------------------------------------------------------------


@orders.post("/v1/orders", response_model=schemas.OrderOut, status_code=201)
async def draft_order(
    body: schemas.OrderIn, db: Db, who: Annotated[Actor, allow("host", "town", "bureau")], now: Now
) -> Any:
    return await order.draft(db, body, who, now)


@orders.get("/v1/orders", response_model=Page[schemas.OrderOut])
async def list_orders(
    db: Db, who: Who, query: Lists, round_id: UUID | None = None, status: str | None = None,
    division: Annotated[str | None, Query(pattern=r"^[0-9]{12}$")] = None, number: str | None = None,
) -> Any:  # fmt: skip
    statement = queries.orders(who, round_id, status, division, number)
    columns = {"created_at": Order.created_at, "title": Order.title, "division": Order.division}
    return await page(db, statement, query, sortable=columns, id=Order.id, item=schemas.OrderOut.model_validate)


@orders.get("/v1/orders/{order_id}", response_model=schemas.OrderDetail)
async def read_order(order_id: UUID, db: Db, who: Who, now: Now) -> Any:
    row = await queries.order(db, order_id, who)
    detail = schemas.OrderDetail.model_validate(row)
    shown = [ActionOut.model_validate(a) for a in queries.order_actions(row, who, now)]
    phone = row.liaison_phone if queries.runs(row, who) else None
    return detail.model_copy(update={"actions": shown, "liaison_phone": phone})


@orders.get("/v1/orders/{order_id}/history")
async def read_order_history(order_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    """Who did what when, in this service."""
    await queries.order(db, order_id, who)
    return await history(db, "order", order_id)


@orders.get("/v1/orders/{order_id}/timeline", response_model=list[schemas.TimelineOut])
async def read_order_timeline(order_id: UUID, db: Db, who: Who) -> Any:
    """The order's whole story across all four services."""
    await queries.order(db, order_id, who)
    own = [schemas.TimelineOut(team_id=None, **entry) for entry in await history(db, "order", order_id)]
    others = [schemas.TimelineOut.model_validate(e, from_attributes=True) for e in await queries.timeline(db, order_id)]
    return sorted([*own, *others], key=lambda entry: entry.at)


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


@orders.post("/v1/orders/{order_id}/extend", response_model=schemas.OrderOut)
async def extend_order(order_id: UUID, body: schemas.ExtendIn, db: Db, who: Who, now: Now) -> Any:
    return await order.extend(db, order_id, body.closes_at, who, now)


@orders.post("/v1/orders/{order_id}/republish", response_model=schemas.OrderOut)
async def republish_order(order_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await order.republish(db, order_id, who, now)


@orders.post("/v1/orders/{order_id}/withdraw", response_model=schemas.OrderOut)
async def withdraw_order(order_id: UUID, body: ReasonIn, db: Db, who: Who, now: Now) -> Any:
    return await order.withdraw(db, order_id, body.reason, who, now)


@orders.post("/v1/orders/{order_id}/cancel", response_model=schemas.OrderOut)
async def cancel_order(order_id: UUID, body: ReasonIn, db: Db, who: Who, now: Now) -> Any:
    return await order.cancel(db, order_id, body.reason, who, now)


# --- public ---------------------------------------------------------------------------------------------------------

_answers = PublicAnswers(queries.public_version)


@public.get("/public/orders", public=True, response_model=Page[schemas.PublicOrder])
async def list_public_orders(request: Request, db: Db, query: Lists, round: str | None = None) -> Any:
    """Published orders, without login. ``round`` is a round's number prefix."""

    async def build() -> bytes:
        found = await page(
            db, queries.public_orders(round), query, sortable={"number": Order.number}, id=Order.id,
            item=schemas.PublicOrder.model_validate,
        )  # fmt: skip
        return orjson.dumps(found.model_dump(mode="json"))

    return await _answers.answer(request, db, build)


@public.get("/public/orders/{number}", public=True, response_model=schemas.PublicOrder)
async def read_public_order(request: Request, number: str, db: Db) -> Any:
    async def build() -> bytes:
        row = await queries.public_order(db, number)
        return orjson.dumps(schemas.PublicOrder.model_validate(row).model_dump(mode="json"))

    return await _answers.answer(request, db, build)
