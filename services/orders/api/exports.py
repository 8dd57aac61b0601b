"""Excel out: the empty form of a round, and the list as a file, exactly as filtered."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from services.orders import queries
from services.orders.api.wanted import Wanted
from services.orders.usecases.rows import required_with
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.divisions import county_of, places_in
from shared.http import MOST_EXPORTED, Api, Db, Format, Who, allow, as_file, exported, require_fits
from shared.spreadsheet import XLSX

exports = Api(tags=["exports"])

Office = Annotated[Actor, allow("host", "town", "district", "bureau")]


@exports.get("/v1/rounds/{round_id}/orders/template", response_class=Response)
async def read_template(round_id: UUID, db: Db, who: Office) -> Response:
    """The form of this round: protected header, notes, drop-downs, one example that intake leaves out. An office of
    one county also gets the codes of its villages."""
    from services.orders.api import workbooks  # Excel's library is large: only who asks for a file pays for it

    round = await queries.round(db, round_id)
    policy = policy_set(round.policy)
    actions = tuple(await queries.names_of_actions(db, round_id))
    choices = {"kind": policy.orders.kinds, "tasks": policy.orders.menu, "action": actions}
    county = county_of(who.division) if who.division[4:6].strip("0") else ""
    places = places_in(county) if county else ()
    content = await asyncio.to_thread(
        workbooks.template, f"{round.name}需求征集汇总表", required_with(policy), choices, places
    )
    return as_file(content, f"{round.prefix}-需求征集汇总表.xlsx", XLSX)


@exports.get("/v1/orders/export", response_class=Response)
async def export_orders(db: Db, who: Who, wanted: Wanted, format: Format = "xlsx", sort: str | None = None) -> Response:
    """All orders that the list finds with the same parameters, in its order: at most 50,000, more are refused. Names
    and phones of liaisons only of orders that the caller runs."""
    from services.orders.api import workbooks

    parts, sort = await queries.order_list(db, who, wanted, *queries.EXPORTED), sort or wanted.sort
    queries.require_sortable(sort)
    await require_fits(db, queries.exported_ids(parts), MOST_EXPORTED)
    lines: list[list[Any]] = []
    async for rows in queries.portions(db, parts, sort):
        actions = await queries.action_names(db, {row.action_id for row in rows if row.action_id})
        lines += [workbooks.line(row, actions, personal=queries.runs(row, who)) for row in rows]
    return await exported(format, "orders", workbooks.HEADER, lines)
