"""Reviewers are given claims, many at once, evenly and by expertise (HiGHS finds the assignment)."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Panel, Review
from services.teams.rules import assignment as rules
from services.teams.rules import panel as panel_rules
from services.teams.rules import review as review_rules
from services.teams.rules.conflict import Claim, Reviewer
from services.teams.rules.policy import TeamsPolicy
from shared.actor import Actor
from shared.balanced import Pair, balanced
from shared.clock import SHANGHAI
from shared.contracts.teams import ReviewAssigned
from shared.db import new_id
from shared.errors import Reason, Refused, require
from shared.outbox import publish


@dataclass(frozen=True)
class Plan:
    """Who reads what. ``missing``: place of a claim → how many reviewers nobody is left for."""

    reviewers: list[Reviewer]
    claims: list[Claim]
    chosen: list[tuple[int, int, float]]
    missing: dict[int, int]
    barred: dict[Pair, tuple[Reason, ...]]


@dataclass(frozen=True)
class Assigned:
    plan: Plan
    made: list[Review]


async def assign(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> Assigned:
    """Every shortlisted claim gets the reviewers that it lacks, or nothing is changed and the refusal names each
    claim that cannot get enough, and why."""
    _, policy = await queries.reviewed_round(session, round_id, actor)
    panel = await open_panel(session, round_id)
    claims = await queries.claims(session, round_id, policy.teams)
    plan = await _planned(session, panel, claims, policy.teams, now)
    require(rules.shortfalls(plan.claims, plan.reviewers, plan.missing, plan.barred))
    return Assigned(plan, _give(session, round_id, plan, policy.teams, now))


async def refill(
    session: AsyncSession, panel: Panel, team_id: UUID, policy: TeamsPolicy, now: datetime
) -> list[Review]:
    """After a declared conflict the claim goes to someone else, if there is anyone left."""
    claims = await queries.claims(session, panel.round_id, policy, [team_id])
    plan = await _planned(session, panel, claims, policy, now)
    return _give(session, panel.round_id, plan, policy, now)


async def open_panel(session: AsyncSession, round_id: UUID) -> Panel:
    """The panel, locked for a change, refused once it is closed."""
    panel = await queries.named_panel(session, round_id, "change")
    if panel.status == "closed":
        raise Refused(panel_rules.closed_reason())
    return panel


async def _planned(
    session: AsyncSession, panel: Panel, claims: list[Claim], policy: TeamsPolicy, now: datetime
) -> Plan:
    people = await queries.reviewers(session, panel.id, day(now))
    return await asyncio.to_thread(plan_for, people, claims, policy, day(now))


def plan_for(reviewers: list[Reviewer], claims: list[Claim], policy: TeamsPolicy, today: date) -> Plan:
    """The evenest assignment that fits best. Takes seconds for hundreds of reviewers: call it in a thread."""
    free, barred = rules.pairs(reviewers, claims, policy, today)
    chosen, missing = balanced([(one.load, one.most) for one in reviewers], [claim.needed for claim in claims], free)
    return Plan(reviewers, claims, [(r, c, free[r, c]) for r, c in chosen], missing, barred)


def _give(session: AsyncSession, round_id: UUID, plan: Plan, policy: TeamsPolicy, now: datetime) -> list[Review]:
    made = [
        new_review(round_id, plan.claims[c].claim_id, plan.reviewers[r].person_id, policy, now)
        for r, c, _ in plan.chosen
    ]
    session.add_all(made)
    for row in made:
        publish(session, ReviewAssigned(review_id=row.id, round_id=round_id))
    return made


def new_review(round_id: UUID, team_id: str, person_id: str, policy: TeamsPolicy, now: datetime) -> Review:
    return Review(
        id=new_id(),
        round_id=round_id,
        team_id=UUID(team_id),
        person_id=UUID(person_id),
        status=review_rules.assign(),
        due_at=now + timedelta(days=policy.review_days),
    )


def day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
