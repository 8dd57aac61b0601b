"""The expert registry."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, UploadFile

from services.teams import queries, schemas
from services.teams.api.registry import Asked
from services.teams.models import Person, Suspension
from services.teams.usecases import intake, person
from shared.actor import Actor
from shared.errors import Malformed
from shared.http import Api, Db, Lists, Now, Page, Who, allow, history, marked, page

people = Api(tags=["people"])

Bureau = Annotated[Actor, allow("bureau")]


@people.post("/v1/people/import", response_model=schemas.ImportOut)
async def import_people(file: UploadFile, request: Request, db: Db, who: Bureau, now: Now) -> Any:
    """The expert pool as Excel. Faults are answered per row and column; ask with ``Accept`` of an Excel workbook
    and the same file comes back with those cells marked. Nothing is imported by halves."""
    sheet = await asyncio.to_thread(intake.read_pool, await file.read())
    try:
        return await intake.import_people(db, sheet, who, now)
    except Malformed as refusal:
        return await marked(request, sheet, refusal)


@people.post("/v1/people", response_model=schemas.PersonOut, status_code=201)
async def register_person(body: schemas.PersonIn, db: Db, who: Bureau, now: Now) -> Any:
    return await person.register(db, body.registration, who, now)


@people.get("/v1/people", response_model=Page[schemas.PersonOut])
async def list_people(db: Db, who: Who, query: Lists, asked: Asked) -> Any:
    """Experts: all for authorities of their division and for experts who look for a team, a unit's own for it."""
    columns = {"created_at": Person.created_at, "name": Person.name}
    statement = queries.find_people(who, asked)
    return await page(db, statement, query, sortable=columns, id=Person.id, item=schemas.PersonOut.model_validate)


@people.get("/v1/people/{person_id}", response_model=schemas.PersonDetail)
async def read_person(person_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """An expert with subjects, availability, load and history of service. A record that was merged answers with the
    one that stands for it."""
    return await queries.person_detail(db, await queries.resolved(db, person_id), who, now)


@people.get("/v1/people/{person_id}/history")
async def read_person_history(person_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.seen_person(db, person_id, who)
    return await history(db, "person", person_id)


@people.post("/v1/people/{person_id}/verify_honour", response_model=schemas.PersonOut)
async def verify_honour(person_id: UUID, body: schemas.HonourVerdict, db: Db, who: Bureau, now: Now) -> Any:
    """The bureau's verdict on an honour that the policy does not list."""
    await queries.seen_person(db, person_id, who)
    return await person.verify_honour(db, person_id, body.honour, body.recognised, who, now)


@people.get("/v1/suspensions", response_model=Page[schemas.SuspensionOut])
async def list_suspensions(
    db: Db, who: Who, query: Lists, status: str | None = None, person_id: UUID | None = None
) -> Any:
    """Suspensions because of teams that the caller may see, and the caller's own."""
    statement = queries.suspensions(who, status, person_id)
    columns = {"starts_at": Suspension.starts_at, "ends_at": Suspension.ends_at}
    return await page(
        db, statement, query, sortable=columns, id=Suspension.id, item=schemas.SuspensionOut.model_validate
    )
