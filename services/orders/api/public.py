"""What society reads without login."""

from typing import Annotated, Any

import orjson
from fastapi import Depends, Query, Request

from services.orders import queries, schemas
from services.orders.models import Order
from shared.http import (
    Api,
    Db,
    Lists,
    Page,
    PublicAnswers,
    page,
)

public = Api(tags=["public"])


def _wanted(wanted: Annotated[schemas.PublicFilter, Query()]) -> schemas.PublicFilter:
    return wanted


Wanted = Annotated[schemas.PublicFilter, Depends(_wanted)]
_answers = PublicAnswers(queries.public_version)


@public.get("/public/orders", public=True, response_model=Page[schemas.PublicOrder])
async def list_public_orders(request: Request, db: Db, query: Lists, wanted: Wanted) -> Any:
    """Published orders, without login. ``round`` is a round's number prefix."""

    async def build() -> bytes:
        found = await page(
            db,
            await queries.public_list(db, wanted),
            query,
            sortable={"number": Order.number},
            id=Order.id,
            item=schemas.PublicOrder.model_validate,
        )
        return orjson.dumps(found.model_dump(mode="json"))

    return await _answers.answer(request, db, build)


@public.get("/public/orders/{number}", public=True, response_model=schemas.PublicOrder)
async def read_public_order(request: Request, number: str, db: Db) -> Any:
    async def build() -> bytes:
        row = await queries.public_order(db, number)
        return orjson.dumps(schemas.PublicOrder.model_validate(row).model_dump(mode="json"))

    return await _answers.answer(request, db, build)
