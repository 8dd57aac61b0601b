"""Nominations: units put their people forward for a round."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, UploadFile

from services.teams import queries, schemas
from services.teams.models import Nomination
from services.teams.usecases import nominating
from shared.actor import Actor
from shared.errors import Malformed
from shared.http import Api, BulkAnswer, Db, Lists, Now, Page, Who, allow, each, history, marked, page
from shared.http.shapes import ReasonIn
from shared.spreadsheet import read_sheet

nominations = Api(tags=["nominations"])

Nominator = Annotated[Actor, allow("unit", "bureau")]


@nominations.post("/v1/rounds/{round_id}/nominations", response_model=BulkAnswer)
async def nominate_people(round_id: UUID, body: schemas.NominationsIn, db: Db, who: Nominator, now: Now) -> Any:
    """A unit's own people, one or many; the bureau for the units that handed it their lists. Each row, named by its
    person, stands or falls alone."""
    await queries.nominated_round(db, round_id)
    rows = {row.person_id: row for row in body.nominations}
    return await each(db, rows, lambda key: nominating.nominate(db, round_id, rows[key], who, now))


@nominations.post("/v1/rounds/{round_id}/nominations/import", response_model=schemas.NominationImportOut)
async def import_nominations(
    round_id: UUID, file: UploadFile, request: Request, db: Db, who: Nominator, now: Now
) -> Any:
    """The list as Excel; the people must be in the registry. Faults are answered per row and column; ask with
    ``Accept`` of an Excel workbook and the same file comes back with those cells marked."""
    sheet = await asyncio.to_thread(read_sheet, await file.read(), nominating.REQUIRED, nominating.OPTIONAL)
    try:
        return await nominating.import_nominations(db, round_id, sheet, who, now)
    except Malformed as refusal:
        return await marked(request, sheet, refusal)


@nominations.get("/v1/rounds/{round_id}/nominations", response_model=Page[schemas.NominationOut])
async def list_nominations(
    round_id: UUID, db: Db, who: Who, query: Lists, status: str | None = None, unit_code: str | None = None
) -> Any:
    """The bureau sees all, a unit its own, an expert theirs. ``status`` may name several, separated by commas."""
    statement = queries.nominations(who, round_id, status, unit_code)
    columns = {"created_at": Nomination.created_at, "person_name": Nomination.person_name}
    return await page(
        db, statement, query, sortable=columns, id=Nomination.id, item=schemas.NominationOut.model_validate
    )


@nominations.get("/v1/rounds/{round_id}/nominations/figures", response_model=schemas.NominationFigures)
async def read_nomination_figures(round_id: UUID, db: Db, who: Nominator) -> Any:
    """How many were nominated by how many units, matched by themselves, were placed, and are left."""
    return await queries.nomination_figures(db, round_id, who)


@nominations.get("/v1/nominations/{nomination_id}", response_model=schemas.NominationOut)
async def read_nomination(nomination_id: UUID, db: Db, who: Who) -> Any:
    return await queries.nomination(db, nomination_id, who)


@nominations.get("/v1/nominations/{nomination_id}/history")
async def read_nomination_history(nomination_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    """Who did what when."""
    await queries.nomination(db, nomination_id, who)
    return await history(db, "nomination", nomination_id)


@nominations.post("/v1/nominations/{nomination_id}/withdraw", response_model=schemas.NominationOut)
async def withdraw_nomination(nomination_id: UUID, body: ReasonIn, db: Db, who: Nominator, now: Now) -> Any:
    return await nominating.withdraw(db, nomination_id, body.reason, who, now)
