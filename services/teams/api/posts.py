"""Named posts: the host's choice among claims, the bureau's placements, training before the post."""

from typing import Annotated, Any
from uuid import UUID

from services.teams import queries, schemas
from services.teams.rules import team as rules
from services.teams.usecases import choice, placement, policies, training
from shared.actor import Actor
from shared.errors import Malformed, Reason
from shared.http import Api, BulkAnswer, Db, Now, allow, each, each_of
from shared.http.shapes import ReasonIn

posts = Api(tags=["posts"])

Bureau = Annotated[Actor, allow("bureau")]
Host = Annotated[Actor, allow("host")]


@posts.post("/v1/teams/{team_id}/accept", response_model=schemas.TeamOut)
async def accept_team(team_id: UUID, db: Db, who: Host, now: Now) -> Any:
    """The host takes the expert who claimed its post."""
    return await choice.accept(db, team_id, who, now)


@posts.post("/v1/teams/{team_id}/decline", response_model=schemas.TeamOut)
async def decline_team(team_id: UUID, body: ReasonIn, db: Db, who: Host, now: Now) -> Any:
    """The host does not take the expert; the reason is the expert's to read."""
    return await choice.decline(db, team_id, body.reason, who, now)


@posts.post("/v1/teams/place", response_model=schemas.TeamOut, status_code=201)
async def place_team(body: schemas.PlacementIn, db: Db, who: Bureau, now: Now) -> Any:
    """A nominated person who matched nobody, on a free post: answers the claim that the person has to accept."""
    return await placement.place(db, body, who, now)


@posts.post("/v1/rounds/{round_id}/teams/place", response_model=BulkAnswer)
async def place_teams(round_id: UUID, body: schemas.PlacementsIn, db: Db, who: Bureau, now: Now) -> Any:
    """Many placements of one round; each row, named by its person, stands or falls alone."""
    foreign = await queries.orders_elsewhere(db, round_id, {row.order_id for row in body.placements})
    if faults := [_elsewhere(at) for at, row in enumerate(body.placements) if row.order_id in foreign]:
        raise Malformed(*faults)
    rows = {row.person_id: row for row in body.placements}
    return await each(db, rows, lambda key: placement.place(db, rows[key], who, now))


def _elsewhere(at: int) -> Reason:
    return Reason(
        "placement.order_elsewhere", "不是本批次的岗位", "Not a post of this round", f"/placements/{at}/order_id"
    )


@posts.post("/v1/teams/{team_id}/train", response_model=schemas.TeamOut)
async def train_team(team_id: UUID, body: schemas.TrainingIn, db: Db, who: Bureau, now: Now) -> Any:
    """The course that the team's people took before the post."""
    return await training.train(db, team_id, body, who, now)


@posts.post("/v1/rounds/{round_id}/teams/train", response_model=BulkAnswer)
async def train_teams(round_id: UUID, body: schemas.RoundTraining, db: Db, who: Bureau, now: Now) -> Any:
    """One course for many: the teams named, or all of the round that wait for it."""
    waiting = rules.standing_before("train", await policies.of(db, round_id))
    possible = queries.to_act_on(round_id, waiting, who, schemas.TeamFilter())
    whole = queries.of_round(round_id)
    return await each_of(
        db, body.team_ids, possible, whole, "team", lambda key: training.train(db, key, body, who, now)
    )
