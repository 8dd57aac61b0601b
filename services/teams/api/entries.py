"""Service entries: written in batches, settled by the host."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from services.teams import queries, schemas
from services.teams.models import Entry
from services.teams.rules.entry import Verdict
from services.teams.usecases import entry, link
from shared.actor import Actor
from shared.http import (
    MOST_AT_ONCE,
    Api,
    BulkAnswer,
    Db,
    IfMatch,
    Lists,
    Now,
    Page,
    Who,
    allow,
    check_version,
    each,
    page,
)
from shared.http.downloads import as_file
from shared.printed import qr_file
from shared.queries import first

entries = Api(tags=["service entries"])

Host = Annotated[Actor, allow("host")]


@entries.post("/v1/teams/{team_id}/entries", response_model=schemas.EntryAnswers)
async def record_entries(team_id: UUID, body: schemas.EntriesIn, db: Db, who: Who, now: Now) -> Any:
    """A batch, written offline and sent later if need be. Each entry stands or falls alone; sending it twice
    counts once, also after it was put right or taken back here. Photos come after the entries: this route first, then
    ``POST /v1/entries/{id}/attachments`` with ids made by the phone; 404 there means that the entry was never sent.

    Days are those of the service's calendar, not the phone's: an entry that a fast clock dates tomorrow is refused
    today (``entry.future``), is not kept, and may be sent again under its id."""
    return schemas.EntryAnswers(results=await entry.record(db, team_id, body.entries, who, now))


@entries.get("/v1/teams/{team_id}/entries", response_model=Page[schemas.EntryOut])
async def list_entries(team_id: UUID, db: Db, who: Who, query: Lists, status: str | None = None) -> Any:
    await queries.seen_team(db, team_id, who)
    columns = {"served_on": Entry.served_on, "created_at": Entry.created_at}
    statement = queries.entries(team_id, status)
    return await page(db, statement, query, sortable=columns, id=Entry.id, item=schemas.EntryOut.model_validate)


@entries.get("/v1/entries/{entry_id}", response_model=schemas.EntryOut)
async def read_entry(entry_id: UUID, db: Db, who: Who) -> Any:
    return await queries.entry(db, entry_id, who)


@entries.patch("/v1/entries/{entry_id}", response_model=schemas.EntryOut)
async def edit_entry(entry_id: UUID, body: schemas.EntryEdit, db: Db, who: Who, now: Now, seen: IfMatch) -> Any:
    """Put right by whoever wrote it or leads, until the host confirmed it. A disputed entry waits for the host
    again: this is how a dispute is answered."""
    row = await entry.locked(db, entry_id, who)
    check_version(row, seen)
    return await entry.edit(db, row, body.model_dump(exclude_none=True), who, now)


@entries.post("/v1/entries/{entry_id}/withdraw", response_model=schemas.EntryOut)
async def withdraw_entry(entry_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """Taken back by whoever wrote it or leads, until the host confirmed it."""
    return await entry.withdraw(db, entry_id, who, now)


@entries.post("/v1/entries/{entry_id}/confirm", response_model=schemas.EntryOut)
async def confirm_entry(entry_id: UUID, db: Db, who: Host, now: Now) -> Any:
    return await entry.confirm(db, entry_id, who, now)


@entries.post("/v1/entries/{entry_id}/dispute", response_model=schemas.EntryOut)
async def dispute_entry(entry_id: UUID, db: Db, who: Host, now: Now) -> Any:
    return await entry.dispute(db, entry_id, who, now)


@entries.post("/v1/teams/{team_id}/entries/confirm", response_model=list[schemas.EntryOut])
async def confirm_entries(team_id: UUID, body: schemas.EntryIds, db: Db, who: Host, now: Now) -> Any:
    """Several entries of one team at once: all or none."""
    await queries.seen_team(db, team_id, who)
    verdicts: dict[UUID, Verdict] = dict.fromkeys(body.ids, "confirm")
    return await entry.settle(db, team_id, verdicts, who, now)


@entries.post("/v1/teams/{team_id}/confirmation_link", response_model=schemas.LinkOut)
async def send_confirmation_link(team_id: UUID, request: Request, db: Db, who: Who, now: Now) -> Any:
    """Sends the liaison a link, with which entries are confirmed, the service is rated and absences are reported
    without an account. The answer never contains it."""
    settings = request.app.state.settings
    sent, waiting = await link.send(db, team_id, settings.public_url, who, now)
    return schemas.LinkOut(id=sent.id, status="sent", entries=waiting, expires_at=sent.expires_at)


@entries.post("/v1/teams/{team_id}/confirmation_code", response_class=Response)
async def make_confirmation_code(team_id: UUID, request: Request, db: Db, who: Who, now: Now) -> Response:
    """A QR code (SVG) for the host's notice board: whoever scans it can have a link sent to the liaison's phone on file,
    by which the service is rated, and do nothing else."""
    url = await link.board(db, team_id, request.app.state.settings.public_url, who, now)
    return as_file(qr_file(url), "confirmation-code.svg", "image/svg+xml")


@entries.post("/v1/rounds/{round_id}/confirmation_links", response_model=BulkAnswer)
async def send_confirmation_links(round_id: UUID, request: Request, db: Db, who: Who, now: Now) -> Any:
    """A link to every liaison for whom entries wait, among the teams that the caller leads or oversees (those
    that wait longest first). Whoever got one lately is left alone; the answer says which and why."""
    url = request.app.state.settings.public_url
    rows, left = await first(db, queries.waiting_for_the_host(round_id, who), MOST_AT_ONCE)
    return await each(db, [row.id for row in rows], lambda key: link.send_in_turn(db, key, url, who, now), left)
