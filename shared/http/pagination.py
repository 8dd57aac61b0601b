"""Keyset lists: ``{items, next, prev}`` and RFC 8288 ``Link``. A page costs the same at the first and the last row."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
import sqlalchemy as sa
from fastapi import Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Malformed, Reason
from shared.http.shapes import MOST_FIRST

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """``next`` and ``prev`` are addresses of the neighbouring pages, or null at an end."""

    items: list[Item]
    next: str | None
    prev: str | None


@dataclass(frozen=True)
class Sliced:
    """A list that is asked for slice by slice of its order until a page is full. ``slices`` (downward?, the value after
    which the page begins) are the slices in that order, each with rows that come before all of the next; ``hits`` are
    the rows of ``table`` in one, it names ``slices``; ``rows`` is what is wanted of the table."""

    rows: sa.Select[Any]
    table: str
    hits: sa.Select[Any]
    slices: Callable[[bool, Any], sa.FromClause]

    def page(
        self, rows: sa.Select[Any], order: Sequence[Any], downward: bool, after: Any, limit: int
    ) -> sa.Select[Any]:
        """``rows`` in their order, of one slice after the other: the database reads no more slices than it needs. Under
        the name of the table stand the rows of the slice alone, and ``offset 0`` keeps them apart: no other index is
        asked, neither for the order nor for the conditions."""
        in_slice = self.hits.offset(sa.literal_column("0")).cte(self.table)
        found = rows.add_cte(in_slice, nest_here=True).order_by(*order).limit(limit).lateral("found")
        return sa.select(found).select_from(self.slices(downward, after).join(found, sa.true())).limit(limit)


class ListQuery:
    """The one grammar of lists: ``limit`` (≤ 200), ``cursor``, ``sort`` (a field, ``-`` before it for descending)."""

    def __init__(
        self,
        request: Request,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        sort: Annotated[str | None, Query(max_length=50)] = None,
    ) -> None:
        self.request, self.limit, self.cursor, self.sort = request, limit, cursor, sort

    def address(self, cursor: str) -> str:
        settings = self.request.app.state.settings
        root = self.request.scope.get("root_path", "")
        own = self.request.url.path.removeprefix(root)
        service = "" if own.startswith("/public/") else root  # open addresses name no service
        return f"{settings.public_url.rstrip('/')}{service}{own}?{self.request.url.include_query_params(cursor=cursor).query}"


Top = Annotated[int, Query(alias="limit", ge=1, le=MOST_FIRST)]
"""How many of a list that is read from its top only (:class:`shared.http.shapes.First`)."""
Lists = Annotated[ListQuery, Depends()]

_BAD_CURSOR = Reason("list.cursor", "分页标记无效", "The cursor does not belong to this list", "/cursor")


def _pack(backward: bool, values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([backward, *values], default=str)).rstrip(b"=").decode()


def _unpack(cursor: str, columns: Sequence[Any]) -> tuple[bool, list[Any]]:
    try:
        backward, *values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(values) != len(columns):
            raise ValueError
        return bool(backward), [_typed(column, value) for column, value in zip(columns, values, strict=True)]
    except (ValueError, TypeError):
        raise Malformed(_BAD_CURSOR) from None


def _typed(column: Any, value: Any) -> Any:
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if kind is UUID:
        return UUID(str(value))
    if type(value) is not kind:
        raise ValueError
    return value


def _in_order(columns: Sequence[Any], downward: bool) -> list[Any]:
    return [column.desc() if downward else column.asc() for column in columns]


def _merged(parts: list[Any], keys: int, downward: bool, limit: int) -> Any:
    if len(parts) == 1:
        return parts[0]
    every = sa.union_all(*parts).subquery()
    return sa.select(every).order_by(*_in_order([every.c[f"key_{n}"] for n in range(keys)], downward)).limit(limit)


async def page(
    session: AsyncSession,
    statement: Any,
    query: ListQuery,
    *,
    sortable: Mapping[str, Any],
    id: Any,
    item: Callable[[Any], Any],
) -> Page[Any]:
    """One page of ``statement`` (a select of one entity or of columns). ``sortable`` maps names to columns that are
    never null, the first is the default order; ``id`` breaks ties. Raises :class:`Malformed` on a foreign cursor.

    A list of statements (selects of the same columns that have no row in common) is one list, too: each is walked in
    its own index as far as a page goes, where one statement with all their conditions would have none."""
    name = (query.sort or next(iter(sortable))).removeprefix("-")
    descending = bool(query.sort and query.sort.startswith("-"))
    if name not in sortable:
        known = "、".join(sortable)
        raise Malformed(
            Reason("list.sort", f"不能按“{name}”排序；可用：{known}", f"Sort by one of {', '.join(sortable)}", "/sort")
        )
    columns = [sortable[name], id] if sortable[name] is not id else [id]
    backward, after = _unpack(query.cursor, columns) if query.cursor else (False, [])
    downward = descending != backward
    parts = []
    for each in statement if isinstance(statement, list) else [statement]:
        part = each.rows if isinstance(each, Sliced) else each
        if after:
            left, right = sa.tuple_(*columns), sa.tuple_(*after)
            part = part.where(left < right if downward else left > right)
        part = part.add_columns(*(column.label(f"key_{n}") for n, column in enumerate(columns)))
        order = _in_order(columns, downward)
        if isinstance(each, Sliced):
            parts.append(each.page(part, order, downward, after[0] if after else None, query.limit + 1))
        else:
            parts.append(part.order_by(*order).limit(query.limit + 1))
    result = await session.execute(_merged(parts, len(columns), downward, query.limit + 1))
    entities = len(result.keys()) == len(columns) + 1
    rows = list(result.unique() if entities else result)
    more, rows = len(rows) > query.limit, rows[: query.limit]
    if backward:
        rows.reverse()
    count = len(columns)
    forward_cursor = _pack(False, rows[-1][-count:]) if rows and (more or backward) else None
    backward_cursor = (
        _pack(True, rows[0][-count:]) if rows and ((query.cursor and not backward) or (backward and more)) else None
    )
    following = query.address(forward_cursor) if forward_cursor else None
    previous = query.address(backward_cursor) if backward_cursor else None
    links = [f'<{url}>; rel="{rel}"' for url, rel in ((following, "next"), (previous, "prev")) if url]
    query.request.state.links = ", ".join(links)
    single = len(rows[0]) == count + 1 if rows else True
    return Page(items=[item(row[0] if single else row) for row in rows], next=following, prev=previous)
