"""The proposed list, decisions with their letters, the way back into the selection, appeals."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query

from services.teams import queries, schemas
from services.teams.models import Appeal
from services.teams.rules.proposal import Suggestion
from services.teams.usecases import appeal, decision
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, page
from shared.http.shapes import ReasonIn, ReasonOut

decisions = Api(tags=["decisions"])

Bureau = Annotated[Actor, allow("bureau")]
Expert = Annotated[Actor, allow("expert")]
Judge = Annotated[Actor, allow("bureau", "supervisor")]


@decisions.get("/v1/rounds/{round_id}/proposal", response_model=schemas.ProposalOut)
async def read_proposal(
    round_id: UUID,
    db: Db,
    who: Bureau,
    budget_fen: Annotated[int | None, Query(ge=0, le=10**13)] = None,
    rule: Literal["cut", "scale"] | None = None,
) -> Any:
    """Whom to propose with how much, by the ranking, within the round's budget; and the reserve of each order. A
    suggestion: the bureau proposes each team itself."""
    _, policy = await queries.reviewed_round(db, round_id, who)
    applied = rule or policy.teams.amount_rule
    listed, held, closed, teams = await queries.proposal(db, round_id, policy, budget_fen, applied)
    return schemas.ProposalOut(
        ready=closed,
        rule=applied,
        budget_fen=budget_fen,
        held_fen=held,
        sum_fen=listed.sum_fen,
        left_fen=listed.left_fen,
        chosen=[_suggestion(one, teams) for one in listed.chosen],
        reserve=[_suggestion(one, teams) for one in listed.reserve],
    )


def _suggestion(one: Suggestion, teams: Any) -> schemas.SuggestionOut:
    standing, team = one.candidate.standing, teams[one.candidate.standing.claim_id]
    return schemas.SuggestionOut(
        team_id=team.id,
        order_id=team.order_id,
        team=standing.label,
        status=team.status,
        asked_fen=team.asked_fen,
        amount_fen=one.amount_fen,
        rank=standing.rank,
        order_rank=standing.order_rank,
        normalised=standing.normalised,
        key_place=one.candidate.key_place,
        reserve_rank=one.reserve_rank,
        reasons=[ReasonOut.model_validate(reason) for reason in one.reasons],
    )


@decisions.get("/v1/teams/{team_id}/decision", response_model=schemas.DecisionOut)
async def read_decision(team_id: UUID, db: Db, who: Who) -> Any:
    """What became of the claim, and why: everything that the decision letter says."""
    return await queries.decision_letter(db, await queries.seen_team(db, team_id, who))


@decisions.post("/v1/teams/{team_id}/readmit", response_model=schemas.TeamOut)
async def readmit_team(team_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    """A claim in reserve takes its turn when the chosen team has left."""
    return await decision.readmit(db, team_id, body.reason, who, now)


@decisions.post("/v1/teams/{team_id}/appeal", response_model=schemas.AppealOut, status_code=201)
async def lodge_appeal(team_id: UUID, body: schemas.AppealIn, db: Db, who: Expert, now: Now) -> Any:
    """The lead of a claim that was not chosen asks someone else to look again."""
    return await appeal.lodge(db, team_id, body.grounds, who, now)


@decisions.get("/v1/appeals", response_model=Page[schemas.AppealOut])
async def list_appeals(
    db: Db,
    who: Who,
    query: Lists,
    round_id: UUID | None = None,
    team_id: UUID | None = None,
    status: str | None = None,
) -> Any:
    """Appeals about teams that the caller sees."""
    statement = queries.appeal_list(who, round_id, team_id, status)
    columns = {"created_at": Appeal.created_at}
    return await page(db, statement, query, sortable=columns, id=Appeal.id, item=schemas.AppealOut.model_validate)


@decisions.post("/v1/appeals/{appeal_id}/uphold", response_model=schemas.AppealOut)
async def uphold_appeal(appeal_id: UUID, body: ReasonIn, db: Db, who: Judge, now: Now) -> Any:
    """The claim is shortlisted again, to be decided anew; not by whoever decided before."""
    return await appeal.uphold(db, appeal_id, body.reason, who, now)


@decisions.post("/v1/appeals/{appeal_id}/dismiss", response_model=schemas.AppealOut)
async def dismiss_appeal(appeal_id: UUID, body: ReasonIn, db: Db, who: Judge, now: Now) -> Any:
    return await appeal.dismiss(db, appeal_id, body.reason, who, now)


@decisions.post("/v1/appeals/{appeal_id}/withdraw", response_model=schemas.AppealOut)
async def withdraw_appeal(appeal_id: UUID, db: Db, who: Expert, now: Now) -> Any:
    return await appeal.withdraw(db, appeal_id, who, now)
