"""Service entries: written in batches, settled by the host."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request

from services.teams import queries, schemas
from services.teams.models import Entry
from services.teams.rules.entry import Verdict
from services.teams.usecases import entry, link
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, page

entries = Api(tags=["service entries"])

Host = Annotated[Actor, allow("host")]


@entries.post("/v1/teams/{team_id}/entries", response_model=schemas.EntryAnswers)
async def record_entries(team_id: UUID, body: schemas.EntriesIn, db: Db, who: Who, now: Now) -> Any:
    """A batch, written offline and sent later if need be. Each entry stands or falls alone; sending it twice
    counts once."""
    return schemas.EntryAnswers(results=await entry.record(db, team_id, body.entries, who, now))


@entries.get("/v1/teams/{team_id}/entries", response_model=Page[schemas.EntryOut])
async def list_entries(team_id: UUID, db: Db, who: Who, query: Lists, status: str | None = None) -> Any:
    await queries.seen_team(db, team_id, who)
    columns = {"served_on": Entry.served_on, "created_at": Entry.created_at}
    statement = queries.entries(team_id, status)
    return await page(db, statement, query, sortable=columns, id=Entry.id, item=schemas.EntryOut.model_validate)


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
    """Sends the liaison a one-time link. The answer never contains it."""
    settings = request.app.state.settings
    sent, waiting = await link.send(db, team_id, settings.public_url, who, now)
    return schemas.LinkOut(id=sent.id, status="sent", entries=waiting, expires_at=sent.expires_at)
