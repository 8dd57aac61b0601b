"""The same step for many orders of a round: named ones, or all that a filter leaves. Each stands or falls alone."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from services.orders import queries, schemas
from services.orders.api.wanted import Wanted
from services.orders.rules import order as rules
from services.orders.usecases import order
from shared.actor import Actor
from shared.http import Api, BulkAnswer, Db, Now, These, allow, each_of

bulk = Api(tags=["orders"])

Bureau = Annotated[Actor, allow("bureau")]
District = Annotated[Actor, allow("district")]
Office = Annotated[Actor, allow("town", "district", "bureau")]


@bulk.post("/v1/rounds/{round_id}/orders/recommend", response_model=BulkAnswer)
async def recommend_orders(
    round_id: UUID, wanted: Wanted, db: Db, who: District, now: Now, body: These | None = None
) -> Any:
    """All submitted orders of the district, those that the filter leaves, or those that are named; up to its quota."""
    return await _each(db, round_id, "recommend", who, body, wanted, lambda key: order.recommend(db, key, who, now))


@bulk.post("/v1/rounds/{round_id}/orders/return", response_model=BulkAnswer)
async def return_orders(
    round_id: UUID, body: schemas.ReturnThese, wanted: Wanted, db: Db, who: Office, now: Now
) -> Any:
    """Sent back with one reason: those that are named, or all that the filter leaves."""
    return await _each(
        db, round_id, "return", who, body, wanted, lambda key: order.return_(db, key, body.reason, who, now)
    )


@bulk.post("/v1/rounds/{round_id}/orders/publish", response_model=BulkAnswer)
async def publish_orders(
    round_id: UUID, wanted: Wanted, db: Db, who: Bureau, now: Now, body: These | None = None
) -> Any:
    """All orders of the bureau's division that wait for it (recommended, or submitted where districts do not
    recommend), numbered in the order they came in; or those that the filter leaves or that are named."""
    return await _each(db, round_id, "publish", who, body, wanted, lambda key: order.publish_(db, key, who, now))


@bulk.post("/v1/rounds/{round_id}/orders/extend", response_model=BulkAnswer)
async def extend_orders(
    round_id: UUID, body: schemas.ExtendThese, db: Db, who: Bureau, now: Now, wanted: Wanted
) -> Any:
    """Unclaimed orders stay open for longer: all of the round that the filter leaves, or those that are named."""
    return await _each(
        db,
        round_id,
        "extend",
        who,
        body,
        _unclaimed(wanted),
        lambda key: order.extend(db, key, body.closes_at, who, now),
    )


@bulk.post("/v1/rounds/{round_id}/orders/republish", response_model=BulkAnswer)
async def republish_orders(
    round_id: UUID, db: Db, who: Bureau, now: Now, wanted: Wanted, body: schemas.RepublishThese | None = None
) -> Any:
    """Unclaimed orders are published anew: all of the round that the filter leaves, or those that are named."""
    until = body.closes_at if body else None
    return await _each(
        db, round_id, "republish", who, body, _unclaimed(wanted), lambda key: order.republish(db, key, until, who, now)
    )


@bulk.post("/v1/rounds/{round_id}/orders/withdraw", response_model=BulkAnswer)
async def withdraw_orders(
    round_id: UUID, body: schemas.ReturnThese, db: Db, who: Bureau, now: Now, wanted: Wanted
) -> Any:
    """Unclaimed orders are taken back for one reason: all of the round that the filter leaves, or those named."""
    return await _each(
        db,
        round_id,
        "withdraw",
        who,
        body,
        _unclaimed(wanted),
        lambda key: order.withdraw(db, key, body.reason, who, now),
    )


def _unclaimed(wanted: schemas.OrderFilter) -> schemas.OrderFilter:
    """These steps are possible for published orders, too: for those only where they are asked for."""
    return wanted if wanted.status else wanted.model_copy(update={"status": "unclaimed"})


async def _each(
    db: Db,
    round_id: UUID,
    action: str,
    who: Actor,
    body: These | None,
    wanted: schemas.OrderFilter,
    act: Callable[[UUID], Awaitable[Any]],
) -> BulkAnswer:
    """Named orders stand in any status and are told what hinders them; a filter chooses among those whose next step
    this can be."""
    switches = (await queries.round(db, round_id)).facts.switches
    statuses = set(rules.standing_before(action, switches))
    statuses &= set(wanted.status.split(",")) if wanted.status else statuses
    possible = await queries.to_act_on(db, round_id, statuses, who, wanted)
    whole = queries.of_round(round_id)
    return await each_of(db, body.ids if body else None, possible, whole, "order", act)
