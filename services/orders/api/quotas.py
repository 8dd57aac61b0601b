"""Quotas of a round's districts."""

from typing import Annotated, Any
from uuid import UUID

from services.orders import queries, schemas
from services.orders.models import Round
from services.orders.usecases import quotas as usecases
from shared.actor import Actor
from shared.db import load
from shared.http import Api, Db, IfMatch, Now, Who, allow, check_version

quotas = Api(tags=["quotas"])


@quotas.get("/v1/rounds/{round_id}/quotas", response_model=schemas.RoundQuotas)
async def read_quotas(round_id: UUID, db: Db, who: Who) -> Any:
    """What each district may recommend, has, and has left: for the offices of the division and its supervisors."""
    return await _quotas(db, await queries.round(db, round_id), who)


@quotas.put("/v1/rounds/{round_id}/quotas", response_model=schemas.RoundQuotas)
async def set_quotas(
    round_id: UUID, body: schemas.QuotasIn, db: Db, who: Annotated[Actor, allow("bureau")], now: Now, seen: IfMatch
) -> Any:
    """The whole list anew; ``If-Match`` is the round's version."""
    row = await load(db, Round, round_id, "round")
    check_version(row, seen)
    return await _quotas(db, await usecases.set_quotas(db, row, body.quotas, who, now), who)


async def _quotas(db: Db, row: Round, who: Actor) -> dict[str, Any]:
    offices = who.has("town", "district", "bureau", "supervisor")
    items = await queries.quotas(db, row, who) if offices else []
    return {"id": row.id, "version": row.version, "items": items}
