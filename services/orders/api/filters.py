"""Saved filters of the caller; ``GET /v1/orders?filter=`` uses one."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.orders import queries, schemas
from services.orders.models import Filter
from services.orders.usecases import filter as usecase
from shared.http import Api, Db, IfMatch, Lists, Now, Page, Who, check_version, page

filters = Api(tags=["filters"])


@filters.post("/v1/filters", response_model=schemas.FilterOut, status_code=201)
async def save_filter(body: schemas.FilterIn, db: Db, who: Who, now: Now) -> Any:
    kept = await db.scalar(sa.select(sa.func.count()).select_from(queries.filters(who).subquery()))
    return await usecase.save(db, body, kept or 0, who, now)


@filters.get("/v1/filters", response_model=Page[schemas.FilterOut])
async def list_filters(db: Db, who: Who, query: Lists) -> Any:
    return await page(
        db, queries.filters(who), query, sortable={"name": Filter.name, "created_at": Filter.created_at}, id=Filter.id,
        item=schemas.FilterOut.model_validate,
    )  # fmt: skip


@filters.get("/v1/filters/{filter_id}", response_model=schemas.FilterOut)
async def read_filter(filter_id: UUID, db: Db, who: Who) -> Any:
    return await queries.filter(db, filter_id, who)


@filters.patch("/v1/filters/{filter_id}", response_model=schemas.FilterOut)
async def edit_filter(filter_id: UUID, body: schemas.FilterPatch, db: Db, who: Who, now: Now, seen: IfMatch) -> Any:
    row = await queries.filter(db, filter_id, who)
    check_version(row, seen)
    return await usecase.edit(db, row, body, who, now)


@filters.delete("/v1/filters/{filter_id}", status_code=204)
async def delete_filter(filter_id: UUID, db: Db, who: Who, now: Now) -> None:
    await usecase.delete(db, await queries.filter(db, filter_id, who), who, now)
