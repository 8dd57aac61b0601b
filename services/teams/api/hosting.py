"""What a host writes of its claim on an expert's offer."""

from typing import Annotated, Any
from uuid import UUID

from services.teams import queries, schemas
from services.teams.usecases import hosting
from shared.actor import Actor
from shared.http import Api, Db, IfMatch, Now, allow, check_version

hosted = Api(tags=["teams"])


@hosted.patch("/v1/teams/{team_id}/host", response_model=schemas.TeamOut)
async def edit_host(
    team_id: UUID, body: schemas.HostPatch, db: Db, who: Annotated[Actor, allow("host")], now: Now, seen: IfMatch
) -> Any:
    """While the claim is forming: name, division, place and liaison."""
    row = await queries.locked_team(db, team_id, who)
    check_version(row, seen)
    return await hosting.edit(db, row, body.model_dump(exclude_unset=True), who, now)
