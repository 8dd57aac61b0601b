"""The expert registry beyond a single record: template and export, subjects, honours and titles, one person once."""

import asyncio
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import Response

from services.teams import queries, schemas
from services.teams.models import Credential, Person
from services.teams.queries.registry import Wanted
from services.teams.rules import credential as rules
from services.teams.usecases import availability, credential, person, sameness
from shared.actor import Actor
from shared.http import (
    MOST_EXPORTED,
    Api,
    BulkAnswer,
    Db,
    Format,
    IfMatch,
    Lists,
    Now,
    Page,
    Who,
    allow,
    as_file,
    check_version,
    each,
    exported,
    history,
    page,
    require_fits,
)
from shared.http.shapes import ReasonIn
from shared.lifecycle import actions
from shared.spreadsheet import XLSX
from shared.subjects import search

registry = Api(tags=["people"])

Bureau = Annotated[Actor, allow("bureau")]
Unit = Annotated[Actor, allow("unit")]
Office = Annotated[Actor, allow("bureau", "district", "unit")]


def wanted(
    q: Annotated[str, Query(max_length=50, description="part of the name, its pinyin or initials")] = "",
    name: str | None = None,
    unit_code: str | None = None,
    division: str | None = None,
    field: Annotated[str | None, Query(description="a field of expertise, synonyms included")] = None,
    subject: Annotated[
        str | None, Query(description="a subject's code or name; a first-level one means all of it")
    ] = None,
    honour: str | None = None,
    title_level: str | None = None,
    available_from: date | None = None,
    available_to: date | None = None,
    max_load: Annotated[int | None, Query(ge=0, description="live teams at most")] = None,
    merged: bool = False,
) -> Wanted:
    """What a list of experts, and its export, may ask for."""
    return Wanted(
        q.strip(),
        name,
        unit_code,
        division,
        field,
        subject,
        honour,
        title_level,
        available_from,
        available_to,
        max_load,
        merged,
    )


Asked = Annotated[Wanted, Depends(wanted)]


@registry.get("/v1/subjects", response_model=list[schemas.SubjectOut])
async def list_subjects(who: Who, q: Annotated[str, Query(max_length=50)] = "") -> Any:
    """Subjects of GB/T 13745-2009, first and second level: by code, name, or a word that means one."""
    return [{"code": code, "name": name} for code, name in search(q)]


@registry.get("/v1/people/template", response_class=Response)
async def read_people_template(who: Who) -> Response:
    """The empty workbook that the import reads."""
    from services.teams.usecases import people_file  # Excel's library is large: only who asks for a file pays for it

    return as_file(await asyncio.to_thread(people_file.template), "expert_pool.xlsx", XLSX)


@registry.get("/v1/people/export", response_class=Response)
async def export_people(db: Db, who: Office, asked: Asked, format: Format = "xlsx") -> Response:
    """The list exactly as filtered, without citizen ids and phones: at most 50,000, more are refused."""
    from services.teams.usecases import people_file

    wanted = queries.find_people(who, asked)
    await require_fits(db, wanted.with_only_columns(Person.id), MOST_EXPORTED)
    people = list(await db.scalars(wanted.order_by(Person.created_at, Person.id)))
    return await exported(format, "experts", people_file.OUT, [people_file.line(person) for person in people])


@registry.get("/v1/people/duplicates", response_model=schemas.DuplicatesOut)
async def list_duplicates(db: Db, who: Bureau, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Any:
    """Records that are probably one person under two spellings, the likeliest first, with the reasons."""
    return await queries.duplicates(db, limit)


@registry.patch("/v1/people/{person_id}", response_model=schemas.PersonOut)
async def edit_person(person_id: UUID, body: schemas.PersonPatch, db: Db, who: Who, now: Now, seen: IfMatch) -> Any:
    """The bureau corrects a record (a mistyped citizen id with a reason); experts keep contact, fields and
    willingness of their own record up to date."""
    await queries.editable_person(db, person_id, who)
    row = await person.locked(db, person_id)
    check_version(row, seen)
    return await person.edit(db, row, body, who, now)


@registry.put("/v1/people/{person_id}/availability", response_model=schemas.PersonOut)
async def set_availability(
    person_id: UUID, body: schemas.AvailabilityIn, db: Db, who: Who, now: Now, seen: IfMatch
) -> Any:
    """When the expert can and cannot serve, and days per month: by the expert or the bureau."""
    await queries.editable_person(db, person_id, who)
    row = await person.locked(db, person_id)
    check_version(row, seen)
    return await availability.set_availability(db, row, body, who, now)


@registry.post("/v1/people/{person_id}/agree", response_model=schemas.PersonOut)
async def agree_person(person_id: UUID, db: Db, who: Unit, now: Now) -> Any:
    """The person's own unit agrees, until it says otherwise, that the person serves."""
    await queries.seen_person(db, person_id, who)
    return await person.agree(db, person_id, who, now)


@registry.post("/v1/people/{person_id}/withdraw_agreement", response_model=schemas.PersonOut)
async def withdraw_agreement(person_id: UUID, body: ReasonIn, db: Db, who: Unit, now: Now) -> Any:
    """The person's own unit no longer agrees, and says why. What it agreed to for a team stays."""
    await queries.seen_person(db, person_id, who)
    return await person.withdraw_agreement(db, person_id, body.reason, who, now)


@registry.post("/v1/people/{person_id}/merge", response_model=schemas.PersonOut)
async def merge_person(person_id: UUID, body: schemas.MergeIn, db: Db, who: Bureau, now: Now) -> Any:
    """This record is a second one of the person ``into``, who takes over its places, teams and history. Answers the
    record that stays."""
    return await sameness.merge(db, person_id, body.into, body.reason, who, now)


@registry.post("/v1/people/{person_id}/tell_apart", response_model=schemas.PersonOut)
async def tell_apart(person_id: UUID, body: schemas.ToldApartIn, db: Db, who: Bureau, now: Now) -> Any:
    """The two look alike and are two people: never shown as a pair again."""
    return await sameness.tell_apart(db, person_id, body.other_id, body.reason, who, now)


@registry.get("/v1/credentials", response_model=Page[schemas.CredentialOut])
async def list_credentials(
    db: Db, who: Who, query: Lists, status: str | None = None, kind: str | None = None, person_id: UUID | None = None
) -> Any:
    """Honours and titles; ``status=claimed`` is what awaits verification."""
    statement = queries.credentials(who, status, kind, person_id)
    columns = {"created_at": Credential.created_at, "name": Credential.name}
    return await page(
        db, statement, query, sortable=columns, id=Credential.id, item=schemas.CredentialOut.model_validate
    )


@registry.post("/v1/people/{person_id}/credentials", response_model=schemas.CredentialOut, status_code=201)
async def claim_new_credential(person_id: UUID, body: schemas.CredentialIn, db: Db, who: Who, now: Now) -> Any:
    """An honour or title with its evidence, by the person, the unit or the bureau."""
    await queries.claiming_person(db, person_id, who)
    return await credential.claim_new(db, person_id, body, who, now)


@registry.post("/v1/credentials/verify", response_model=BulkAnswer)
async def verify_credentials(body: schemas.CredentialIds, db: Db, who: Bureau, now: Now) -> Any:
    """Many at once, each by itself."""
    return await each(db, body.ids, lambda key: credential.verify(db, key, who, now))


@registry.post("/v1/credentials/refuse", response_model=BulkAnswer)
async def refuse_credentials(body: schemas.CredentialRefusals, db: Db, who: Bureau, now: Now) -> Any:
    """Many at once for one reason, each by itself."""
    return await each(db, body.ids, lambda key: credential.refuse(db, key, body.reason, who, now))


@registry.get("/v1/credentials/{credential_id}", response_model=schemas.CredentialDetail)
async def read_credential(credential_id: UUID, db: Db, who: Who) -> Any:
    row = await queries.credential(db, credential_id, who)
    shown = schemas.CredentialOut.model_validate(row).model_dump()
    return {**shown, "actions": actions(rules.LIFECYCLE, row.status, who, {})}


@registry.get("/v1/credentials/{credential_id}/history")
async def read_credential_history(credential_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.credential(db, credential_id, who)
    return await history(db, "credential", credential_id)


@registry.post("/v1/credentials/{credential_id}/verify", response_model=schemas.CredentialOut)
async def verify_credential(credential_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    return await credential.verify(db, credential_id, who, now)


@registry.post("/v1/credentials/{credential_id}/refuse", response_model=schemas.CredentialOut)
async def refuse_credential(credential_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    return await credential.refuse(db, credential_id, body.reason, who, now)


@registry.post("/v1/credentials/{credential_id}/claim", response_model=schemas.CredentialOut)
async def claim_credential(credential_id: UUID, body: schemas.EvidenceIn, db: Db, who: Who, now: Now) -> Any:
    """Once more after a refusal or the end of its validity, with better evidence."""
    await queries.credential(db, credential_id, who)
    return await credential.claim(db, credential_id, body.evidence, who, now)
