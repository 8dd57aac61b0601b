"""Orders that look like one: suggested by likeness, decided by a person."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.orders import queries, schemas
from services.orders.rules import duplicate as rules
from services.orders.usecases import duplicates as usecases
from shared.actor import Actor
from shared.http import Api, Db, Now, allow

duplicates = Api(tags=["duplicates"])

Office = Annotated[Actor, allow("district", "bureau")]


@duplicates.get("/v1/rounds/{round_id}/duplicates", response_model=schemas.Duplicates)
async def list_duplicates(round_id: UUID, db: Db, who: Office, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> Any:
    """The likeliest pairs of the caller's division. Merge one into the other with ``/v1/orders/{id}/merge``."""
    total, pairs = await queries.duplicates(db, await queries.round(db, round_id), who, limit)
    rows = await queries.alike(db, pairs)
    items = [
        {
            "score": pair.score,
            "reasons": list(rules.reasons(pair.signs)),
            "one": rows[pair.one],
            "other": rows[pair.other],
        }
        for pair in pairs
    ]
    return {"total": total, "items": items}


@duplicates.post("/v1/rounds/{round_id}/duplicates/dismiss", status_code=204)
async def dismiss_duplicate(round_id: UUID, body: schemas.DismissIn, db: Db, who: Office, now: Now) -> None:
    """Not the same: the pair is not suggested again."""
    await usecases.dismiss(db, round_id, body.one, body.other, who, now)
