"""The agreement in force: its versions and how it is changed."""

from typing import Any
from uuid import UUID

from services.teams import queries, schemas
from services.teams.usecases import agreement, amendment
from shared.http import Api, Db, Now, Who

agreements = Api(tags=["agreements"])


@agreements.get("/v1/teams/{team_id}/agreement/versions", response_model=list[schemas.AgreementVersion])
async def list_agreement_versions(team_id: UUID, db: Db, who: Who) -> Any:
    """Every text that all three have signed, oldest first; the last one holds."""
    row = await queries.seen_team(db, team_id, who)
    return await queries.agreement_versions(db, row, await agreement.newest(db, row))


@agreements.get("/v1/teams/{team_id}/amendments", response_model=list[schemas.AmendmentOut])
async def list_amendments(team_id: UUID, db: Db, who: Who) -> Any:
    """Proposed changes, whatever became of them."""
    return list(await db.scalars(queries.amendments(await queries.seen_team(db, team_id, who))))


@agreements.post("/v1/teams/{team_id}/amendments", response_model=schemas.AmendmentOut, status_code=201)
async def amend_agreement(team_id: UUID, body: schemas.AmendmentIn, db: Db, who: Who, now: Now) -> Any:
    """A party proposes a change with its reason; the agreement holds as it is until all three have signed."""
    return await amendment.amend(db, team_id, body, who, now)


@agreements.post("/v1/teams/{team_id}/amendments/{amendment_id}/sign", response_model=schemas.AmendmentOut)
async def sign_amendment(team_id: UUID, amendment_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """Which of the three signatures it is follows from the caller: lead, unit or host."""
    return await amendment.sign(db, team_id, amendment_id, who, now)


@agreements.post("/v1/teams/{team_id}/amendments/{amendment_id}/retract", response_model=schemas.AmendmentOut)
async def retract_amendment(team_id: UUID, amendment_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await amendment.retract(db, team_id, amendment_id, who, now)
