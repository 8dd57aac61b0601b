"""The same step for many orders of a round: named ones, or all that a filter leaves. Each stands or falls alone."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.orders import queries, schemas
from services.orders.rules import order as rules
from services.orders.usecases import order
from shared.actor import Actor
from shared.errors import NotFound
from shared.http import Api, Db, Now, allow, each

bulk = Api(tags=["orders"])

Bureau = Annotated[Actor, allow("bureau")]
District = Annotated[Actor, allow("district")]
Office = Annotated[Actor, allow("town", "district", "bureau")]
Division = Annotated[str | None, Query(pattern=r"^[0-9]{12}$")]


@bulk.post("/v1/rounds/{round_id}/orders/recommend", response_model=schemas.BulkOrders)
async def recommend_orders(
    round_id: UUID, db: Db, who: District, now: Now, body: schemas.TheseOrders | None = None, division: Division = None
) -> Any:
    """All submitted orders of the district, those that the filter leaves, or those that are named; up to its quota."""
    return await _each(db, round_id, "recommend", who, body, division, lambda key: order.recommend(db, key, who, now))


@bulk.post("/v1/rounds/{round_id}/orders/return", response_model=schemas.BulkOrders)
async def return_orders(
    round_id: UUID, body: schemas.ReturnThese, db: Db, who: Office, now: Now, division: Division = None
) -> Any:
    """Sent back with one reason: those that are named, or all that the filter leaves."""
    return await _each(
        db, round_id, "return", who, body, division, lambda key: order.return_(db, key, body.reason, who, now)
    )


@bulk.post("/v1/rounds/{round_id}/orders/publish", response_model=schemas.BulkOrders)
async def publish_orders(
    round_id: UUID, db: Db, who: Bureau, now: Now, body: schemas.TheseOrders | None = None, division: Division = None
) -> Any:
    """All orders of the bureau's division that wait for it (recommended, or submitted where districts do not
    recommend), numbered in the order they came in; or those that the filter leaves or that are named."""
    return await _each(db, round_id, "publish", who, body, division, lambda key: order.publish_(db, key, who, now))


async def _each(
    db: Db, round_id: UUID, action: str, who: Actor, body: schemas.TheseOrders | None, division: str | None,
    act: Callable[[UUID], Awaitable[Any]],
) -> schemas.BulkOrders:  # fmt: skip
    switches = (await queries.round(db, round_id)).facts.switches
    if body is not None and body.ids is not None:
        ids, left = list(dict.fromkeys(body.ids)), 0
    else:
        statuses = rules.standing_before(action, switches)
        ids, left = await queries.ids_with_status(db, round_id, statuses, who, division, schemas.MOST_AT_ONCE)
    of_round = await queries.ids_of_round(db, round_id, ids)

    async def one(key: UUID) -> Any:
        if key not in of_round:
            raise NotFound("order")
        return await act(key)

    return schemas.BulkOrders(results=(await each(db, ids, one)).results, left=left)
