"""What reviewers do with the claims that they were given, and what the bureau takes back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Review, Score
from services.teams.rules import review as rules
from services.teams.rules.assignment import appoint_obstacles
from services.teams.rules.review import Mark, ReviewFacts
from services.teams.schemas import AppointIn, ScoreIn
from services.teams.usecases import assignment, policies
from services.teams.usecases.panel import keep_sheet
from shared.actor import Actor
from shared.contracts.teams import ReviewAssigned, ReviewDeclared, ReviewOverdue, ReviewScored, ReviewWithdrawn
from shared.db import load
from shared.errors import NotFound, require
from shared.outbox import publish


async def score(session: AsyncSession, review_id: UUID, body: ScoreIn, actor: Actor, now: datetime) -> Review:
    """A score of one's own, or a newer version of it; each version is kept with the sheet that it was given on."""
    review, facts = await _locked(session, review_id, actor, "share")
    policy = (await policies.of(session, review.round_id)).teams
    marks = [Mark(mark.code, mark.points, mark.comment) for mark in body.marks]
    review.status = rules.score(facts, marks, policy, actor)
    review.scores += 1
    review.total = rules.total({mark.code: mark.points for mark in marks}, policy.score_sheet)
    review.scored_at = now
    session.add(
        Score(
            review_id=review.id,
            number=review.scores,
            sheet=await keep_sheet(session, policy),
            marks=[_mark(mark) for mark in marks],
            comment=body.comment,
            total=review.total,
            handed_in_at=now,
        )
    )
    publish(session, ReviewScored(review_id=review.id, round_id=review.round_id, number=review.scores))
    return review


def _mark(mark: Mark) -> dict[str, Any]:
    return {"code": mark.code, "points": str(mark.points), "comment": mark.comment}


async def _locked(session: AsyncSession, review_id: UUID, actor: Actor, lock: str) -> tuple[Review, ReviewFacts]:
    """The review and its panel, the panel locked first, as everyone does."""
    seen = await queries.seen_review(session, review_id, actor)
    panel = await queries.named_panel(session, seen.round_id, lock)
    review = await queries.seen_review(session, review_id, actor, lock=True)
    return review, ReviewFacts(review.status, str(review.person_id), panel.status == "reviewing")


async def declare(session: AsyncSession, review_id: UUID, reason: str, actor: Actor, now: datetime) -> Review:
    """Not impartial: the assignment ends and the claim goes to someone else, if anyone is left."""
    review, facts = await _locked(session, review_id, actor, "change")
    review.status = rules.declare(facts, reason, actor)
    review.reason = reason
    await session.flush()
    publish(session, ReviewDeclared(review_id=review.id, round_id=review.round_id))
    policy = (await policies.of(session, review.round_id)).teams
    panel = await queries.named_panel(session, review.round_id)
    await assignment.refill(session, panel, review.team_id, policy, now)
    return review


async def withdraw(session: AsyncSession, review_id: UUID, reason: str, actor: Actor, now: datetime) -> Review:
    """The bureau takes a claim back from a reviewer."""
    review, facts = await _locked(session, review_id, actor, "change")
    review.status = rules.withdraw(facts, reason, actor)
    review.reason = reason
    publish(session, ReviewWithdrawn(review_id=review.id, round_id=review.round_id))
    return review


async def appoint(session: AsyncSession, team_id: UUID, body: AppointIn, actor: Actor, now: datetime) -> Review:
    """The bureau gives a claim to one reviewer by hand, with a reason, in place of another one or in addition;
    conflicts and loads hold for it as well."""
    team = await queries.seen_team(session, team_id, actor)
    _, policy = await queries.reviewed_round(session, team.round_id, actor)
    panel = await assignment.open_panel(session, team.round_id)
    if body.replaces is not None:
        before = await queries.seen_review(session, body.replaces, actor)
        if before.team_id != team.id:
            raise NotFound("review")
        await withdraw(session, before.id, body.reason, actor, now)
        await session.flush()
    today = assignment.day(now)
    people = {one.person_id: one for one in await queries.reviewers(session, panel.id, today)}
    claims = await queries.claims(session, team.round_id, policy.teams, [team.id])
    require(appoint_obstacles(people.get(str(body.person_id)), claims, body.reason, policy.teams, today))
    review = assignment.new_review(team.round_id, str(team.id), str(body.person_id), policy.teams, now)
    review.reason = body.reason
    session.add(review)
    publish(session, ReviewAssigned(review_id=review.id, round_id=review.round_id))
    return review


async def remind(session: AsyncSession, review_id: UUID, now: datetime) -> None:
    """The score is late: a reminder, nothing else."""
    review = await load(session, Review, review_id, "review")
    if rules.late(review.status, review.due_at, review.reminded_at, now):
        review.reminded_at = now
        publish(session, ReviewOverdue(review_id=review.id, round_id=review.round_id))
