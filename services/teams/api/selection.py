"""Selection, agreement and the end of a team: what authorities, units and hosts do."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from services.teams import queries, schemas
from services.teams.api.wanted import Wanted
from services.teams.rules import team as rules
from services.teams.usecases import agreement, policies, reinstatement, team
from shared.actor import Actor
from shared.http import Api, BulkAnswer, Db, Now, These, Who, allow, each_of
from shared.http.shapes import ReasonIn

selection = Api(tags=["selection"])

Bureau = Annotated[Actor, allow("bureau")]
District = Annotated[Actor, allow("district")]


@selection.post("/v1/rounds/{round_id}/teams/recommend", response_model=BulkAnswer)
async def recommend_teams(
    round_id: UUID, wanted: Wanted, db: Db, who: District, now: Now, body: These | None = None
) -> Any:
    """All submitted claims on the district's orders, those that the filter leaves, or those that are named."""
    return await _each(db, round_id, "recommend", who, body, wanted, lambda key: team.recommend(db, key, who, now))


@selection.post("/v1/rounds/{round_id}/teams/shortlist", response_model=BulkAnswer)
async def shortlist_teams(
    round_id: UUID, wanted: Wanted, db: Db, who: Bureau, now: Now, body: These | None = None
) -> Any:
    """All claims that wait for it (recommended, or only submitted where districts do not recommend), those of them
    that the filter leaves, or those that are named."""
    return await _each(db, round_id, "shortlist", who, body, wanted, lambda key: team.shortlist(db, key, who, now))


@selection.post("/v1/rounds/{round_id}/teams/propose", response_model=BulkAnswer)
async def propose_teams(round_id: UUID, body: schemas.RoundProposals, db: Db, who: Bureau, now: Now) -> Any:
    """Amounts for shortlisted claims of the round."""
    rows = {proposal.team_id: proposal for proposal in body.proposals}
    return await _each(
        db,
        round_id,
        "propose",
        who,
        These(ids=list(rows)),
        schemas.TeamFilter(),
        lambda key: team.propose(db, key, rows[key].amount_fen, who, now, rows[key].reason),
    )


@selection.post("/v1/rounds/{round_id}/teams/conclude", response_model=BulkAnswer)
async def conclude_teams(
    round_id: UUID, wanted: Wanted, db: Db, who: Bureau, now: Now, body: These | None = None
) -> Any:
    """All serving teams, those that the filter leaves, or those that are named."""
    return await _each(db, round_id, "conclude", who, body, wanted, lambda key: team.conclude(db, key, who, now))


async def _each(
    db: Db,
    round_id: UUID,
    action: str,
    who: Actor,
    body: These | None,
    wanted: schemas.TeamFilter,
    act: Callable[[UUID], Awaitable[Any]],
) -> BulkAnswer:
    """Named teams stand in any status and are told what hinders them; a filter chooses among those whose next step
    this can be."""
    statuses = rules.standing_before(action, await policies.of(db, round_id))
    possible = queries.to_act_on(round_id, statuses, who, wanted)
    return await each_of(db, body.ids if body else None, possible, queries.of_round(round_id), "team", act)


@selection.post("/v1/teams/{team_id}/recommend", response_model=schemas.TeamOut)
async def recommend_team(team_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await team.recommend(db, team_id, who, now)


@selection.post("/v1/teams/{team_id}/shortlist", response_model=schemas.TeamOut)
async def shortlist_team(team_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await team.shortlist(db, team_id, who, now)


@selection.post("/v1/teams/{team_id}/reject", response_model=schemas.TeamOut)
async def reject_team(team_id: UUID, body: ReasonIn, db: Db, who: Who, now: Now) -> Any:
    return await team.reject(db, team_id, body.reason, who, now)


@selection.post("/v1/teams/{team_id}/propose", response_model=schemas.TeamOut)
async def propose_team(team_id: UUID, body: schemas.ProposalIn, db: Db, who: Who, now: Now) -> Any:
    """The amount; the money is reserved before anyone reads a name."""
    return await team.propose(db, team_id, body.amount_fen, who, now, body.reason)


@selection.post("/v1/teams/{team_id}/dissolve", response_model=schemas.TeamOut)
async def dissolve_team(team_id: UUID, body: ReasonIn, db: Db, who: Who, now: Now) -> Any:
    """Also leaves dissolved a team that could be reinstated."""
    return await team.dissolve(db, team_id, body.reason, who, now)


@selection.post("/v1/teams/{team_id}/reinstate", response_model=schemas.TeamOut)
async def reinstate_team(team_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """A corrected edition took away the ground for which it was dissolved, and what stood in the way is gone."""
    return await reinstatement.reinstate(db, team_id, who, now)


@selection.post("/v1/teams/{team_id}/conclude", response_model=schemas.TeamOut)
async def conclude_team(team_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await team.conclude(db, team_id, who, now)


@selection.get("/v1/teams/{team_id}/agreement", response_model=schemas.AgreementOut)
async def read_agreement(team_id: UUID, db: Db, who: Who) -> Any:
    """The text, who has signed it, and what it still lacks."""
    row = await queries.seen_team(db, team_id, who)
    return await agreement.shown(db, row, await agreement.newest(db, row))


@selection.post("/v1/teams/{team_id}/agreement/sign", response_model=schemas.AgreementOut)
async def sign_agreement(team_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """Which of the three signatures it is follows from the caller: lead, unit or host."""
    row, signed = await agreement.sign(db, team_id, who, now)
    return await agreement.shown(db, row, signed)
