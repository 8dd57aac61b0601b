"""Several people on one claim: rights, handing over, drafts that are never lost."""

from typing import Any
from uuid import UUID

from services.teams import queries, schemas
from services.teams.usecases import sharing
from shared.errors import Forbidden, Malformed, NotFound, Reason
from shared.http import Api, Db, Now, Who
from shared.http.shapes import ReasonIn

MOST_BYTES = 128 << 10
"""Of a draft: a claim's form with room to spare."""

shared_claims = Api(tags=["sharing a claim"])


@shared_claims.get("/v1/teams/{team_id}/delegates", response_model=list[schemas.DelegateOut])
async def list_delegates(team_id: UUID, db: Db, who: Who) -> Any:
    return await queries.delegates(db, await queries.seen_team(db, team_id, who))


@shared_claims.post("/v1/teams/{team_id}/delegates/{person_id}", response_model=schemas.TeamOut)
async def delegate_team(team_id: UUID, person_id: UUID, body: schemas.DelegateIn, db: Db, who: Who, now: Now) -> Any:
    """``deputy`` writes the claim and gathers its people; ``finance`` writes what concerns the money."""
    return await sharing.delegate(db, team_id, person_id, body.right, who, now)


@shared_claims.delete("/v1/teams/{team_id}/delegates/{person_id}", response_model=schemas.TeamOut)
async def remove_delegate(team_id: UUID, person_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await sharing.remove_delegate(db, team_id, person_id, who, now)


@shared_claims.post("/v1/teams/{team_id}/hand_over", response_model=schemas.TeamOut)
async def hand_over_lead(team_id: UUID, body: schemas.HandOverIn, db: Db, who: Who, now: Now) -> Any:
    """Offers the lead to a colleague of the team."""
    return await sharing.hand_over(db, team_id, body.person_id, who, now)


@shared_claims.post("/v1/teams/{team_id}/take_over", response_model=schemas.TeamOut)
async def take_over_lead(team_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await sharing.take_over(db, team_id, who, now)


@shared_claims.post("/v1/teams/{team_id}/ask_to_leave", response_model=schemas.TeamOut)
async def ask_to_leave(team_id: UUID, body: ReasonIn, db: Db, who: Who, now: Now) -> Any:
    """Someone who serves cannot go on; the lead sees it among what is owed and finds a replacement."""
    return await sharing.ask_to_leave(db, team_id, body.reason, who, now)


@shared_claims.put("/v1/teams/{team_id}/draft", response_model=schemas.DraftOut)
async def save_draft(team_id: UUID, body: schemas.DraftIn, db: Db, who: Who, now: Now) -> Any:
    """What the caller has typed so far, whatever it is worth: never checked against rules or versions."""
    row = await queries.seen_team(db, team_id, who)
    if not who.person:
        raise Forbidden(Reason("draft.person", "仅限专家保存草稿", "Only experts keep drafts"))
    if len(body.model_dump_json()) > MOST_BYTES:
        raise Malformed(Reason("draft.too_long", "草稿过长", "The draft is too long", "/content"))
    return queries.draft_shown(await sharing.save_draft(db, row, body, who, now), row)


@shared_claims.get("/v1/teams/{team_id}/draft", response_model=schemas.DraftOut)
async def read_draft(team_id: UUID, db: Db, who: Who) -> Any:
    """The caller's own draft, and whether the team has been saved by someone else since."""
    row = await queries.seen_team(db, team_id, who)
    found = await queries.draft(db, row, who)
    if found is None:
        raise NotFound("draft")
    return queries.draft_shown(found, row)


@shared_claims.delete("/v1/teams/{team_id}/draft", status_code=204)
async def drop_draft(team_id: UUID, db: Db, who: Who) -> None:
    await sharing.drop_draft(db, await queries.seen_team(db, team_id, who), who)
