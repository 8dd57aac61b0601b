"""Reviewers are given claims, many at once, evenly and by expertise (HiGHS finds the assignment)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Panel, Review
from services.teams.rules import assignment as rules
from services.teams.rules import panel as panel_rules
from services.teams.rules import review as review_rules
from services.teams.rules.assignment import Pair
from services.teams.rules.conflict import Claim, Reviewer
from services.teams.rules.policy import TeamsPolicy
from shared.actor import Actor
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
    chosen, missing = solve(reviewers, claims, free)
    return Plan(reviewers, claims, [(r, c, free[r, c]) for r, c in chosen], missing, barred)


def solve(
    reviewers: Sequence[Reviewer], claims: Sequence[Claim], free: Mapping[Pair, float]
) -> tuple[list[Pair], dict[int, int]]:
    """A transportation problem: each claim takes as many reviewers as it needs from the pairs that may be. Columns
    are those pairs, one for each further claim of a reviewer (dearer and dearer, so loads are even), and what a
    claim stays without (dearest of all). HiGHS solves it exactly (``scipy.optimize.milp``)."""
    if not any(claim.needed for claim in claims):
        return [], {}
    from numpy import array, concatenate, ones
    from scipy.optimize import Bounds, LinearConstraint, milp

    pairs, needs = sorted(free), [float(claim.needed) for claim in claims]
    steps = [
        (r, load) for r, one in enumerate(reviewers) for load in range(one.load, min(one.most, one.load + len(claims)))
    ]
    most = max((load for _, load in steps), default=0)
    dearest = rules.load_cost(most) + 2 * (len(reviewers) + len(claims)) + 1
    cost = concatenate([[-free[p] for p in pairs], [rules.load_cost(k) for _, k in steps], [dearest] * len(claims)])
    right = array([*needs, *(0.0 for _ in reviewers)])
    found = milp(
        cost,
        integrality=ones(len(cost)),
        bounds=Bounds(0, concatenate([ones(len(pairs) + len(steps)), needs])),
        constraints=LinearConstraint(_matrix(pairs, [r for r, _ in steps], len(claims), len(reviewers)), right, right),
    )
    if found.x is None:
        raise RuntimeError(f"HiGHS: {found.message}")
    without = found.x[len(pairs) + len(steps) :]
    chosen = [pair for pair, x in zip(pairs, found.x, strict=False) if x > 0.5]
    return chosen, {c: round(lacking) for c, lacking in enumerate(without) if round(lacking)}


def _matrix(pairs: Sequence[Pair], steps: Sequence[int], claims: int, reviewers: int) -> Any:
    """Rows: what each claim takes, then what each reviewer takes less the steps of the load."""
    from scipy.sparse import coo_array

    width = len(pairs) + len(steps)
    entries = [(c, column, 1.0) for column, (_, c) in enumerate(pairs)]
    entries += [(claims + r, column, 1.0) for column, (r, _) in enumerate(pairs)]
    entries += [(claims + r, column, -1.0) for column, r in enumerate(steps, len(pairs))]
    entries += [(c, width + c, 1.0) for c in range(claims)]
    rows, columns, values = zip(*entries, strict=True)
    return coo_array((values, (rows, columns)), (claims + reviewers, width + claims)).tocsc()


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
