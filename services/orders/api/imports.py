"""Excel in: a small summary is answered at once, a large one becomes a resource that the worker takes in."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, UploadFile
from starlette.responses import Response

from services.orders import queries, schemas
from services.orders.models import Import
from services.orders.usecases import imports as usecases
from services.orders.usecases import intake
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.errors import Malformed
from shared.http import Api, Db, Lists, Now, Page, Who, allow, as_file, marked, page
from shared.spreadsheet import XLSX, rows_in

imports = Api(tags=["imports"])

Office = Annotated[Actor, allow("district", "bureau")]
SMALL = 500
"""Rows up to which the sender waits for the answer."""


@imports.post(
    "/v1/rounds/{round_id}/orders/import",
    response_model=schemas.ImportAnswer,
    responses={202: {"model": schemas.ImportOut, "description": "The worker takes it in; follow its Location"}},
)
async def import_orders(
    round_id: UUID,
    file: UploadFile,
    request: Request,
    db: Db,
    who: Office,
    now: Now,
    background: bool = False,
    dry_run: bool = False,
) -> Any:
    """A district's or the bureau's summary. Faults are answered per row and column; ask with ``Accept`` of an Excel
    workbook and the same file comes back with those cells marked. Nothing is imported by halves. More than 500 rows,
    or ``background=true``: 202, and the worker takes it in. A dry run is always answered at once."""
    round = await intake.importable(db, round_id, who, now)
    content = await file.read()
    rows = await asyncio.to_thread(rows_in, content)
    if (background or rows > SMALL) and not dry_run:
        return _accepted(await usecases.queue(db, round_id, content, file.filename or "", who, now))
    sheet = await asyncio.to_thread(usecases.read_summary, content, policy_set(round.policy))
    try:
        return await intake.import_orders(db, round_id, sheet, who, now)
    except Malformed as refusal:
        return await marked(request, sheet, refusal)


def _accepted(row: Import) -> Response:
    body = schemas.ImportOut.model_validate(row).model_dump_json()
    return Response(body, 202, {"Location": f"/v1/imports/{row.id}"}, media_type="application/json")


@imports.get("/v1/imports", response_model=Page[schemas.ImportOut])
async def list_imports(db: Db, who: Who, query: Lists, round_id: UUID | None = None) -> Any:
    columns = {"queued_at": Import.queued_at}
    statement = queries.imports(who, round_id)
    return await page(db, statement, query, sortable=columns, id=Import.id, item=schemas.ImportOut.model_validate)


@imports.get("/v1/imports/{import_id}", response_model=schemas.ImportDetail)
async def read_import(import_id: UUID, db: Db, who: Who) -> Any:
    """How it goes, with every fault once it has failed."""
    return await queries.import_(db, import_id, who)


@imports.get("/v1/imports/{import_id}/file", response_class=Response)
async def read_import_file(import_id: UUID, db: Db, who: Who) -> Response:
    """The workbook: with the faulty cells marked when it failed, else as it came."""
    name, content = await queries.import_file(db, import_id, who)
    return as_file(content, name or "orders.xlsx", XLSX)
