"""Rounds, and what is done with all orders of one."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from services.orders import queries, schemas
from services.orders.models import Round
from services.orders.usecases import round
from shared.actor import Actor
from shared.db import load
from shared.http import (
    Api,
    Db,
    IfMatch,
    Lists,
    Now,
    Page,
    Who,
    allow,
    check_version,
    history,
    page,
)
from shared.http.shapes import ActionOut

rounds = Api(tags=["rounds"])

Bureau = Annotated[Actor, allow("bureau")]


@rounds.post("/v1/rounds", response_model=schemas.RoundOut, status_code=201)
async def draft_round(body: schemas.RoundIn, db: Db, who: Bureau, now: Now) -> Any:
    return await round.draft(db, body, who, now)


@rounds.get("/v1/rounds", response_model=Page[schemas.RoundOut])
async def list_rounds(db: Db, who: Who, query: Lists, status: str | None = None, year: int | None = None) -> Any:
    return await page(
        db,
        queries.rounds(status, year),
        query,
        sortable={"created_at": Round.created_at, "year": Round.year},
        id=Round.id,
        item=schemas.RoundOut.model_validate,
    )


@rounds.get("/v1/rounds/{round_id}", response_model=schemas.RoundDetail)
async def read_round(round_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return _round(await queries.round(db, round_id), who, now)


def _round(row: Any, who: Actor, now: datetime) -> schemas.RoundDetail:
    detail = schemas.RoundDetail.model_validate(row)
    return detail.model_copy(
        update={"actions": [ActionOut.model_validate(a) for a in queries.round_actions(row, who, now)]}
    )


@rounds.patch("/v1/rounds/{round_id}", response_model=schemas.RoundOut)
async def edit_round(round_id: UUID, body: schemas.RoundPatch, db: Db, who: Bureau, now: Now, seen: IfMatch) -> Any:
    row = await load(db, Round, round_id, "round")
    check_version(row, seen)
    return await round.edit(db, row, body, who, now)


@rounds.post("/v1/rounds/{round_id}/open", response_model=schemas.RoundOut)
async def open_round(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await round.open(db, round_id, who, now)


@rounds.post("/v1/rounds/{round_id}/close", response_model=schemas.RoundOut)
async def close_round(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await round.close(db, round_id, who, now)


@rounds.post("/v1/rounds/{round_id}/decide", response_model=schemas.RoundOut)
async def decide_round(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await round.decide(db, round_id, who, now)


@rounds.post("/v1/rounds/{round_id}/archive", response_model=schemas.RoundOut)
async def archive_round(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await round.archive(db, round_id, who, now)


@rounds.get("/v1/rounds/{round_id}/history")
async def read_round_history(round_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.round(db, round_id)
    return await history(db, "round", round_id)
