"""Saved filters of a list: their routes, and the question that a list is asked with one of them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from shared import filters
from shared.http.pagination import Lists, Page, page
from shared.http.shapes import Name, Out
from shared.http.transaction import Api, Db, IfMatch, Who, check_version

Asked = TypeVar("Asked", bound=BaseModel)


class FilterIn(BaseModel, Generic[Asked]):
    name: Name
    query: Asked


class FilterPatch(BaseModel, Generic[Asked]):
    name: Name | None = None
    query: Asked | None = None


class FilterOut(Out):
    id: UUID
    version: int
    name: str
    query: dict[str, Any]


def _kept(query: BaseModel) -> dict[str, Any]:
    return query.model_dump(mode="json", exclude_none=True)


def add_filter_routes(router: Api, model: type[Any], saved: type[BaseModel]) -> None:
    """Add the five routes at ``/v1/filters``. ``model`` is the service's ``FilterRow``; ``saved`` is what a filter may say: the list's parameters and its order,
    nothing else (``extra="forbid"``)."""

    @router.post("/v1/filters", response_model=FilterOut, status_code=201)
    async def save_filter(body: FilterIn[saved], db: Db, who: Who) -> Any:  # type: ignore[valid-type]
        return await filters.save(db, model(owner=who.id, name=body.name, query=_kept(body.query)), who)

    @router.get("/v1/filters", response_model=Page[FilterOut])
    async def list_filters(db: Db, who: Who, query: Lists) -> Any:
        columns = {"name": model.name, "created_at": model.created_at}
        return await page(
            db, filters.own(model, who), query, sortable=columns, id=model.id, item=FilterOut.model_validate
        )

    @router.get("/v1/filters/{filter_id}", response_model=FilterOut)
    async def read_filter(filter_id: UUID, db: Db, who: Who) -> Any:
        return await filters.own_filter(db, model, filter_id, who)

    @router.patch("/v1/filters/{filter_id}", response_model=FilterOut)
    async def edit_filter(filter_id: UUID, body: FilterPatch[saved], db: Db, who: Who, seen: IfMatch) -> Any:  # type: ignore[valid-type]
        """Another name, or another query."""
        row = await filters.own_filter(db, model, filter_id, who)
        check_version(row, seen)
        row.name = row.name if body.name is None else body.name
        row.query = row.query if body.query is None else _kept(body.query)
        await db.flush()
        return row

    @router.delete("/v1/filters/{filter_id}", status_code=204)
    async def delete_filter(filter_id: UUID, db: Db, who: Who) -> None:
        """It is gone: nothing else knows of it."""
        await db.delete(await filters.own_filter(db, model, filter_id, who))


def asked_with(model: type[Any], asked: type[BaseModel], saved: type[Asked]) -> Callable[..., Awaitable[Asked]]:
    """A dependency: what the address asks for (``asked``) upon what the caller's saved filter says, as ``saved``."""

    async def wanted(
        given: Annotated[asked, Query()],  # type: ignore[valid-type]
        db: Db,
        who: Who,
        filter: Annotated[
            UUID | None, Query(description="a saved filter; what is given beside it counts instead")
        ] = None,
    ) -> Asked:
        kept = (await filters.own_filter(db, model, filter, who)).query if filter else {}
        return saved.model_validate(kept | _kept(given))

    return wanted
