"""The same step for many orders of a round: named ones, or all that a filter leaves. Each stands or falls alone."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from services.orders import queries, schemas
from services.orders.api.wanted import Wanted
from services.orders.rules import order as rules
from services.orders.usecases import order
from shared.actor import Actor
from shared.errors import NotFound
from shared.http import Api, Db, Now, allow, each

bulk = Api(tags=["orders"])

Bureau = Annotated[Actor, allow("bureau")]
District = Annotated[Actor, allow("district")]
Office = Annotated[Actor, allow("town", "district", "bureau")]


@bulk.post("/v1/rounds/{round_id}/orders/recommend", response_model=schemas.BulkOrders)
async def recommend_orders(
    round_id: UUID, wanted: Wanted, db: Db, who: District, now: Now, body: schemas.TheseOrders | None = None
) -> Any:
    """All submitted orders of the district, those that the filter leaves, or those that are named; up to its quota."""
    return await _each(db, round_id, "recommend", who, body, wanted, lambda key: order.recommend(db, key, who, now))


@bulk.post("/v1/rounds/{round_id}/orders/return", response_model=schemas.BulkOrders)
async def return_orders(
    round_id: UUID, body: schemas.ReturnThese, wanted: Wanted, db: Db, who: Office, now: Now
) -> Any:
    """Sent back with one reason: those that are named, or all that the filter leaves."""
    return await _each(
        db, round_id, "return", who, body, wanted, lambda key: order.return_(db, key, body.reason, who, now)
    )


@bulk.post("/v1/rounds/{round_id}/orders/publish", response_model=schemas.BulkOrders)
async def publish_orders(
    round_id: UUID, wanted: Wanted, db: Db, who: Bureau, now: Now, body: schemas.TheseOrders | None = None
) -> Any:
    """All orders of the bureau's division that wait for it (recommended, or submitted where districts do not
    recommend), numbered in the order they came in; or those that the filter leaves or that are named."""
    return await _each(db, round_id, "publish", who, body, wanted, lambda key: order.publish_(db, key, who, now))


@bulk.post("/v1/rounds/{round_id}/orders/extend", response_model=schemas.BulkOrders)
async def extend_orders(
    round_id: UUID, body: schemas.ExtendThese, db: Db, who: Bureau, now: Now, wanted: Wanted
) -> Any:
    """Unclaimed orders stay open for longer: all of the round that the filter leaves, or those that are named."""
    return await _each(
        db, round_id, "extend", who, body, _unclaimed(wanted), lambda key: order.extend(db, key, body.closes_at, who, now),
    )  # fmt: skip


@bulk.post("/v1/rounds/{round_id}/orders/republish", response_model=schemas.BulkOrders)
async def republish_orders(
    round_id: UUID, db: Db, who: Bureau, now: Now, wanted: Wanted, body: schemas.RepublishThese | None = None
) -> Any:
    """Unclaimed orders are published anew: all of the round that the filter leaves, or those that are named."""
    until = body.closes_at if body else None
    return await _each(
        db, round_id, "republish", who, body, _unclaimed(wanted), lambda key: order.republish(db, key, until, who, now)
    )


@bulk.post("/v1/rounds/{round_id}/orders/withdraw", response_model=schemas.BulkOrders)
async def withdraw_orders(
    round_id: UUID, body: schemas.ReturnThese, db: Db, who: Bureau, now: Now, wanted: Wanted
) -> Any:
    """Unclaimed orders are taken back for one reason: all of the round that the filter leaves, or those named."""
    return await _each(
        db, round_id, "withdraw", who, body, _unclaimed(wanted), lambda key: order.withdraw(db, key, body.reason, who, now),
    )  # fmt: skip


def _unclaimed(wanted: schemas.OrderFilter) -> schemas.OrderFilter:
    """These steps are possible for published orders, too: for those only where they are asked for."""
    return wanted if wanted.status else wanted.model_copy(update={"status": "unclaimed"})


async def _each(
    db: Db, round_id: UUID, action: str, who: Actor, body: schemas.TheseOrders | None, wanted: schemas.OrderFilter,
    act: Callable[[UUID], Awaitable[Any]],
) -> schemas.BulkOrders:  # fmt: skip
    """Named orders stand in any status and are told what hinders them; a filter chooses among those whose next step
    this can be."""
    switches = (await queries.round(db, round_id)).facts.switches
    if body is not None and body.ids is not None:
        ids, left = list(dict.fromkeys(body.ids)), 0
    else:
        statuses = set(rules.standing_before(action, switches))
        statuses &= set(wanted.status.split(",")) if wanted.status else statuses
        narrowed = wanted.model_copy(update={"round_id": round_id, "status": ",".join(sorted(statuses))})
        ids, left = await queries.ids_to_act_on(db, who, narrowed, schemas.MOST_AT_ONCE) if statuses else ([], 0)
    of_round = await queries.ids_of_round(db, round_id, ids)

    async def one(key: UUID) -> Any:
        if key not in of_round:
            raise NotFound("order")
        return await act(key)

    return schemas.BulkOrders(results=(await each(db, ids, one)).results, left=left)
