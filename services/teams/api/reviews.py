"""The review of a round: screening, panel, assignments, scores, ranking."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from services.teams import queries, schemas
from services.teams.models import Review, Team
from services.teams.rules import ranking, screening
from services.teams.usecases import assignment, decision, panel, review
from shared.actor import Actor
from shared.http import Api, BulkAnswer, Db, Lists, Now, Page, allow, each, page
from shared.http.shapes import ReasonIn, ReasonOut

reviews = Api(tags=["reviews"])

Bureau = Annotated[Actor, allow("bureau")]
Reviewer = Annotated[Actor, allow("reviewer")]
Reader = Annotated[Actor, allow("bureau", "reviewer")]


@reviews.get("/v1/rounds/{round_id}/screening", response_model=Page[schemas.ScreeningOut])
async def read_screening(
    round_id: UUID,
    db: Db,
    who: Bureau,
    now: Now,
    query: Lists,
    status: schemas.TeamStatuses = "submitted,accepted,recommended",
) -> Any:
    """Who is eligible and why not: every rule's result for each claim, before it is shortlisted."""
    _, policy = await queries.bureaus_round(db, round_id, who)
    statement = queries.teams(who, schemas.TeamFilter(round_id=round_id, status=status))
    columns = {"order_number": Team.order_number, "created_at": Team.created_at}
    listed = await page(db, statement, query, sortable=columns, id=Team.id, item=lambda row: row)
    facts = await queries.many_facts(db, listed.items)
    excepted = await queries.remarks(db, [row.id for row in listed.items], "exception")
    items = []
    for row in listed.items:
        checks = screening.screen(facts[row.id], policy.teams, now)
        items.append(
            schemas.ScreeningOut.model_validate(
                {
                    "team_id": row.id,
                    "order_number": row.order_number,
                    "team": row.name,
                    "status": row.status,
                    "eligible": all(check.met for check in checks),
                    "exception": excepted.get(row.id),
                    "checks": checks,
                },
                from_attributes=True,
            )
        )
    return Page(items=items, next=listed.next, prev=listed.prev)


@reviews.post("/v1/teams/{team_id}/exception", response_model=schemas.RemarkOut, status_code=201)
async def make_exception(team_id: UUID, body: schemas.RemarkIn, db: Db, who: Bureau, now: Now) -> Any:
    """The claim may be shortlisted although it does not meet every condition; the reason is kept."""
    return await decision.make_exception(db, team_id, body.reason, who, now)


@reviews.post("/v1/teams/{team_id}/discussion", response_model=schemas.RemarkOut, status_code=201)
async def discuss_scores(team_id: UUID, body: schemas.RemarkIn, db: Db, who: Bureau, now: Now) -> Any:
    """What came of discussing scores that are far apart."""
    return await decision.discuss(db, team_id, body.reason, who, now)


@reviews.get("/v1/rounds/{round_id}/panel", response_model=schemas.PanelOut)
async def read_panel(round_id: UUID, db: Db, who: Bureau) -> Any:
    await queries.bureaus_round(db, round_id, who)
    return await queries.panel_shown(db, await queries.named_panel(db, round_id))


@reviews.post("/v1/rounds/{round_id}/panel", response_model=schemas.PanelOut)
async def name_panel(round_id: UUID, body: schemas.PanelIn, db: Db, who: Bureau, now: Now) -> Any:
    """Adds reviewers; for those named already, fields and numbers are changed."""
    return await queries.panel_shown(db, await panel.name(db, round_id, body, who, now))


@reviews.post("/v1/rounds/{round_id}/panel/close", response_model=schemas.PanelOut)
async def close_panel(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """Scores and ranking stand from now on; decisions may be made."""
    return await queries.panel_shown(db, await panel.close(db, round_id, who, now))


@reviews.post("/v1/rounds/{round_id}/panel/reopen", response_model=schemas.PanelOut)
async def reopen_panel(round_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    return await queries.panel_shown(db, await panel.reopen(db, round_id, body.reason, who, now))


@reviews.post("/v1/rounds/{round_id}/assignments", response_model=schemas.AssignmentsOut)
async def assign_reviewers(round_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """Gives every shortlisted claim the reviewers that it lacks: never with a conflict, evenly, by expertise.
    ``?dry_run=true`` shows the assignment without making it."""
    return _assigned(await assignment.assign(db, round_id, who, now))


def _assigned(done: assignment.Assigned) -> schemas.AssignmentsOut:
    plan = done.plan
    named = [(UUID(one.person_id), one.name) for one in plan.reviewers]
    claims = [(UUID(one.claim_id), one.label) for one in plan.claims]
    made = [
        schemas.AssignmentOut(
            review_id=row.id,
            team_id=row.team_id,
            team=claims[c][1],
            person_id=row.person_id,
            reviewer=named[r][1],
            fit=Decimal(f"{fit:.2f}"),
        )
        for row, (r, c, fit) in zip(done.made, plan.chosen, strict=True)
    ]
    more = [r for r, _, _ in plan.chosen]
    return schemas.AssignmentsOut(
        made=made,
        loads=[
            schemas.ReviewerLoadOut(
                person_id=named[r][0], reviewer=one.name, load=one.load + more.count(r), most=one.most
            )
            for r, one in enumerate(plan.reviewers)
        ],
        conflicts=[
            schemas.ConflictOut(
                person_id=named[r][0],
                reviewer=named[r][1],
                team_id=claims[c][0],
                team=claims[c][1],
                reasons=[ReasonOut.model_validate(reason) for reason in reasons],
            )
            for (r, c), reasons in sorted(plan.barred.items())
        ],
    )


@reviews.post("/v1/teams/{team_id}/reviewers", response_model=schemas.ReviewOut, status_code=201)
async def appoint_reviewer(team_id: UUID, body: schemas.AppointIn, db: Db, who: Bureau, now: Now) -> Any:
    """One reviewer by hand, with a reason: in place of another one, or in addition."""
    return await queries.review_shown(db, await review.appoint(db, team_id, body, who, now))


@reviews.get("/v1/reviews", response_model=Page[schemas.ReviewOut])
async def list_reviews(
    db: Db,
    who: Reader,
    query: Lists,
    round_id: UUID | None = None,
    team_id: UUID | None = None,
    status: str | None = None,
) -> Any:
    """A reviewer's own claims; for the bureau all of its rounds."""
    statement = queries.review_list(who, round_id, team_id, status)
    columns = {"due_at": Review.due_at, "created_at": Review.created_at}
    return await page(
        db, statement, query, sortable=columns, id=Review.id, item=lambda row: queries.review_out(row[:3])
    )


@reviews.get("/v1/reviews/{review_id}", response_model=schemas.ReviewDetail)
async def read_review(review_id: UUID, db: Db, who: Reader) -> Any:
    """The claim to be read (without phones), the sheet, and the scores so far."""
    return await queries.review_detail(db, await queries.seen_review(db, review_id, who))


@reviews.post("/v1/reviews/score", response_model=BulkAnswer)
async def score_reviews(body: schemas.ScoresIn, db: Db, who: Reviewer, now: Now) -> Any:
    """Many score sheets at once; each stands or falls alone."""
    sheets = {one.review_id: one for one in body.scores}
    return await each(db, sheets, lambda key: review.score(db, key, sheets[key], who, now))


@reviews.post("/v1/reviews/{review_id}/score", response_model=schemas.ReviewOut)
async def score_review(review_id: UUID, body: schemas.ScoreIn, db: Db, who: Reviewer, now: Now) -> Any:
    """All items of the sheet; again until the review is closed, each version is kept."""
    return await queries.review_shown(db, await review.score(db, review_id, body, who, now))


@reviews.post("/v1/reviews/{review_id}/declare", response_model=schemas.ReviewOut)
async def declare_conflict(review_id: UUID, body: ReasonIn, db: Db, who: Reviewer, now: Now) -> Any:
    """Not impartial: the claim goes to someone else."""
    return await queries.review_shown(db, await review.declare(db, review_id, body.reason, who, now))


@reviews.post("/v1/reviews/{review_id}/withdraw", response_model=schemas.ReviewOut)
async def withdraw_review(review_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    """The bureau takes the claim back from this reviewer."""
    return await queries.review_shown(db, await review.withdraw(db, review_id, body.reason, who, now))


@reviews.get("/v1/score-sheets/{sheet}", response_model=schemas.KeptSheetOut)
async def read_score_sheet(sheet: str, db: Db, who: Reader) -> Any:
    """A version of the score sheet by its hash, as scores name it."""
    return await queries.kept_sheet(db, sheet)


@reviews.get("/v1/rounds/{round_id}/ranking", response_model=schemas.RankingOut)
async def read_ranking(round_id: UUID, db: Db, who: Bureau) -> Any:
    """Every reviewed claim with its scores, raw and normalised, its ranks, and why."""
    _, policy = await queries.reviewed_round(db, round_id, who)
    found = await queries.named_panel(db, round_id)
    closed = found.status == "closed"
    placed = await (queries.findings(db, round_id) if closed else queries.standings(db, round_id, policy.teams))
    discussed = await queries.discussed(db, round_id)
    names = ("reviews", "raw", "normalised", "spread", "disagreement", "items", "rank", "order_rank", "tied")
    claims = [
        schemas.StandingOut.model_validate(
            {
                **{name: getattr(one, name) for name in names},
                "items": dict(one.items),
                "team_id": one.claim_id,
                "order_id": one.order_id,
                "team": one.label,
                "discussed": one.claim_id in discussed,
                "reasons": [ReasonOut.model_validate(reason) for reason in ranking.explain(one, policy.teams)],
            }
        )
        for one in placed
    ]
    return schemas.RankingOut(status=found.status, claims=claims)
