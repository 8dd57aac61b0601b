"""Excel out: the empty form of a round, and the list as a file, exactly as filtered."""

import asyncio
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.orders import queries
from services.orders.api import workbooks
from services.orders.usecases.rows import required_with
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.divisions import county_of, places_in
from shared.http import Api, Db, Who, allow
from shared.spreadsheet import XLSX

exports = Api(tags=["exports"])

Office = Annotated[Actor, allow("host", "town", "district", "bureau")]
MOST = {"xlsx": 20_000, "csv": 50_000}
"""Rows of one file."""
KINDS = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}


@exports.get("/v1/rounds/{round_id}/orders/template", response_class=Response)
async def read_template(round_id: UUID, db: Db, who: Office) -> Response:
    """The form of this round: protected header, notes, drop-downs, one example that intake leaves out. An office of
    one county also gets the codes of its villages."""
    round = await queries.round(db, round_id)
    policy = policy_set(round.policy)
    choices = {"kind": policy.orders.kinds, "tasks": policy.orders.menu}
    county = county_of(who.division) if who.division[4:6].strip("0") else ""
    places = places_in(county) if county else ()
    content = await asyncio.to_thread(
        workbooks.template, f"{round.name}需求征集汇总表", required_with(policy.switches), choices, places
    )
    return _file(content, f"{round.prefix}-需求征集汇总表", "xlsx")


@exports.get("/v1/orders/export", response_class=Response)
async def export_orders(
    db: Db, who: Who, format: Literal["xlsx", "csv"] = "xlsx", sort: str | None = None, round_id: UUID | None = None,
    status: str | None = None, division: Annotated[str | None, Query(pattern=r"^[0-9]{12}$")] = None,
    number: str | None = None,
) -> Any:  # fmt: skip
    """All orders that the list finds with the same parameters, in its order: at most 20,000 as a workbook, 50,000 as
    CSV; more are refused. Names and phones of liaisons only of orders that the caller runs."""
    parts = [queries.orders(who, round_id, status, division, number).with_only_columns(*queries.EXPORTED)]
    await queries.require_fits(db, parts, sort, MOST[format])
    table = await asyncio.to_thread(workbooks.Table, format)
    async for rows in queries.portions(db, parts, sort):
        lines = ((row, queries.runs(row, who)) for row in rows)
        await asyncio.to_thread(table.add, (workbooks.line(row, personal=own) for row, own in lines))
    return _file(await asyncio.to_thread(table.content), "订单", format)


def _file(content: bytes, name: str, format: str) -> Response:
    head = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.{format}')}"}
    return Response(content, 200, head, media_type=KINDS[format])
