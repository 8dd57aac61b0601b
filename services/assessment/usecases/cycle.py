"""The yearly cycle as a whole: opened, collecting, scored, graded. Publication is in ``publication``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, Cycle, Edition, KnownRound, KnownTeam, Notice
from services.assessment.rules import assessment as assessment_rules
from services.assessment.rules import cycle as rules
from services.assessment.rules import grading, scope
from services.assessment.rules.cycle import CycleFacts, TeamFacts
from services.assessment.rules.policy import Policy
from services.assessment.usecases import known, rating, scoring
from services.assessment.usecases.assessment import about, owing, stand
from services.assessment.usecases.scoring import facts_of
from shared.actor import SYSTEM, Actor
from shared.contracts.assessment import (
    AssessmentCollecting,
    AssessmentEnrolled,
    AssessmentGraded,
    AssessmentScored,
    CycleOpened,
    CyclePublished,
    CycleReminded,
)
from shared.db import load
from shared.errors import Reason, require
from shared.outbox import publish
from shared.queries import among, filtered

MOST_NAMED = 100
"""Teams that a refusal names one by one."""

_ASSESSED = sa.exists().where(Assessment.team_id == KnownTeam.id, Assessment.status != "excluded")
_FACTS: tuple[Any, ...] = (KnownTeam.stage, KnownTeam.starts_on, KnownTeam.ends_on, _ASSESSED)
"""What the rules look at of a team."""


async def get(session: AsyncSession, cycle_id: UUID, actor: Actor) -> tuple[Cycle, KnownRound]:
    """The cycle, locked, for an office of its round's division."""
    cycle = await load(session, Cycle, cycle_id, "cycle")
    round = await known.round_of(session, cycle.round_id)
    scope.check_division(round.division, actor, "cycle")
    return cycle, round


async def open(session: AsyncSession, round_id: UUID, year: int, actor: Actor, now: datetime) -> Cycle:
    """Enrol every live team of the round."""
    round = await known.round_of(session, round_id)
    scope.check_division(round.division, actor, "round")
    await _require_first(session, round_id, year)
    known_teams = sa.select(KnownTeam.id, KnownTeam.order_id, *_FACTS).where(KnownTeam.round_id == round_id)
    listed = (await session.execute(known_teams.order_by(KnownTeam.id))).all()
    teams = [(key, order_id) for key, order_id, *facts in listed if rules.enrols(TeamFacts(*facts), year)]
    status = rules.opened(year, round.year, len(teams), now, rated=known.rates(round))
    cycle = Cycle(round_id=round_id, year=year, status=status)
    session.add(cycle)
    await session.flush()
    publish(session, CycleOpened(cycle_id=cycle.id, round_id=round_id, year=year))
    status = assessment_rules.enrolled()
    enrolled = [
        Assessment(cycle_id=cycle.id, round_id=round_id, team_id=team_id, order_id=order_id, status=status)
        for team_id, order_id in teams
    ]
    session.add_all(enrolled)
    await session.flush()
    for row in enrolled:
        publish(session, AssessmentEnrolled(**about(row)))
    return cycle


async def _require_first(session: AsyncSession, round_id: UUID, year: int) -> None:
    """Two at once are told apart by the table's constraint."""
    found = await session.scalar(sa.select(Cycle.id).where(Cycle.round_id == round_id, Cycle.year == year))
    require([rules.exists(found)] if found else [])


async def collect(session: AsyncSession, cycle_id: UUID, actor: Actor, now: datetime) -> Cycle:
    """Open all parts until the policy's deadline."""
    cycle, round = await get(session, cycle_id, actor)
    cycle.status = rules.collect(CycleFacts(cycle.status), actor)
    due_at = rules.parts_due_at(now, known.policy_of(round))
    cycle.remind_at = rules.remind_at(now, due_at, known.policy_of(round))
    enrolled = await members(session, cycle, "enrolled")
    for row in enrolled:
        row.status = assessment_rules.collect(facts_of(row), actor)
        row.parts_due_at = due_at
    await session.flush()
    for owed in await owing(session, enrolled, known.policy_of(round).scorecard):
        publish(session, AssessmentCollecting(**owed))
    await rating.hand_in(session, enrolled, now)
    await stand(session, cycle)
    return cycle


async def score(session: AsyncSession, cycle_id: UUID, actor: Actor, now: datetime) -> Cycle:
    """Score everything that is collecting, or say of every team which part is missing."""
    cycle, round = await get(session, cycle_id, actor)
    cycle.status = rules.score(CycleFacts(cycle.status), actor)
    await _score(session, cycle, round, await members(session, cycle, "collecting"), actor, now)
    return cycle


async def remind(session: AsyncSession, cycle_id: UUID, now: datetime) -> None:
    """Some days before the parts are due: how many teams still lack one. Who owes what was said when the parts
    were opened; the teams service knows where people are reached."""
    cycle = await load(session, Cycle, cycle_id, "cycle")
    cycle.remind_at = None
    rows = await members(session, cycle, "collecting")
    policy, said = known.policy_of(await known.round_of(session, cycle.round_id)), await scoring.said(session, rows)
    lacking = [r for r in rows if any(assessment_rules.score_obstacles(said.facts(r), policy.scorecard, now))]
    due_at = min((row.parts_due_at for row in lacking if row.parts_due_at), default=None)
    if due_at is not None:
        about_cycle = {"cycle_id": cycle.id, "round_id": cycle.round_id, "year": cycle.year}
        publish(session, CycleReminded(**about_cycle, due_at=due_at, teams=len(lacking)))


async def score_due(session: AsyncSession, cycle_id: UUID, now: datetime) -> None:
    """At their deadline, all that are due at once: late parts get the policy's default, nobody waits for ever."""
    cycle = await load(session, Cycle, cycle_id, "cycle")
    rows = [r for r in await members(session, cycle, "collecting") if r.parts_due_at and r.parts_due_at <= now]
    await _score(session, cycle, await known.round_of(session, cycle.round_id), rows, SYSTEM, now)


async def _score(
    session: AsyncSession, cycle: Cycle, round: KnownRound, rows: list[Assessment], actor: Actor, now: datetime
) -> None:
    policy, said = known.policy_of(round), await scoring.said(session, rows)
    facts = [said.facts(row) for row in rows]
    require(await _missing(session, rows, said, policy, now))
    await scoring.rate(session, rows, said, cycle, policy)
    for row, fact in zip(rows, facts, strict=True):
        row.status = assessment_rules.score(fact, policy.scorecard, actor, now)
        publish(session, AssessmentScored(**about(row), total=row.result.total))
    await stand(session, cycle)


async def missing(session: AsyncSession, cycle: Cycle, now: datetime) -> list[Reason]:
    """What keeps a cycle that collects from being scored now, team by team."""
    rows = (await session.scalars(_of_cycle(cycle, "collecting").order_by(Assessment.id))).all()
    policy = known.policy_of(await known.round_of(session, cycle.round_id))
    return await _missing(session, rows, await scoring.said(session, rows), policy, now)


async def _missing(
    session: AsyncSession, rows: Sequence[Assessment], said: scoring.Said, policy: Policy, now: datetime
) -> list[Reason]:
    lacking = [row for row in rows if any(assessment_rules.score_obstacles(said.facts(row), policy.scorecard, now))]
    names = sa.select(KnownTeam.id, KnownTeam.order_number, KnownTeam.name)
    of_teams = names.where(among(KnownTeam.id, [row.team_id for row in lacking]))
    teams = {key: f"{number} {name}" for key, number, name in await session.execute(of_teams)}
    lacking.sort(key=lambda row: teams[row.team_id])
    named = [
        reason
        for row in lacking[:MOST_NAMED]
        for reason in assessment_rules.score_obstacles(
            said.facts(row), policy.scorecard, now, teams[row.team_id], f"/assessments/{row.id}"
        )
    ]
    return [*named, *assessment_rules.more_obstacles(len(lacking) - MOST_NAMED)]


async def grade(session: AsyncSession, cycle_id: UUID, actor: Actor, now: datetime) -> Cycle:
    """Order the whole cycle and give grades. Published ones whose computed grade changes by it are graded anew,
    to be shown again."""
    cycle, round = await get(session, cycle_id, actor)
    cycle.status = rules.grade(await facts(session, cycle), actor)
    for row in await rank(session, cycle, known.policy_of(round)):
        row.status = assessment_rules.grade(facts_of(row), actor)
        publish(session, AssessmentGraded(**about(row), total=row.result.total, computed=row.computed, given=row.given))
    await stand(session, cycle)
    return cycle


async def rank(session: AsyncSession, cycle: Cycle, policy: Policy) -> list[Assessment]:
    """Compute every grade of the cycle; those that are new or have changed, with the grade given."""
    everybody = await members(session, cycle)
    rows = [r for r in everybody if assessment_rules.is_ranked(r.status)]
    places = grading.excellent_places(sum(assessment_rules.is_assessed(r.status) for r in everybody), policy)
    computed = grading.grades([(row.id, row.result) for row in rows], policy, places)
    given = assessment_rules.given_grades({row.id: facts_of(row) for row in rows}, computed, places)
    changed = []
    for row in rows:
        grades = computed[row.id], given[row.id]
        if row.status in ("scored", "graded") or (row.computed, row.given) != grades:
            row.override_reason = row.override_reason if row.given == given[row.id] else ""
            row.computed, row.given = grades
            changed.append(row)
    return changed


async def members(session: AsyncSession, cycle: Cycle, status: str = "") -> list[Assessment]:
    """The cycle's assessments, locked in one order."""
    locked = _of_cycle(cycle, status).order_by(Assessment.id).with_for_update()
    return list(await session.scalars(locked.execution_options(populate_existing=True)))


def _of_cycle(cycle: Cycle, status: str) -> sa.Select[Any]:
    return filtered(sa.select(Assessment).where(Assessment.cycle_id == cycle.id), Assessment, status=status or None)


async def facts(session: AsyncSession, cycle: Cycle) -> CycleFacts:
    """What the regulation looks at before a cycle is graded or published."""
    confirmed = sa.select(sa.func.count()).where(
        Assessment.cycle_id == cycle.id, Assessment.status == "on_notice", Assessment.confirmed_at.is_not(None)
    )
    open_notice = sa.select(sa.func.count()).where(Notice.cycle_id == cycle.id, Notice.status.in_(("posted", "closed")))
    shown = sa.select(sa.func.count()).where(Edition.cycle_id == cycle.id)
    return CycleFacts(
        cycle.status,
        published=bool(await session.scalar(shown)),
        confirmed=await session.scalar(confirmed) or 0,
        notice_open=bool(await session.scalar(open_notice)),
    )


async def tell(session: AsyncSession, round_id: UUID) -> None:
    """Say of every cycle, once, that all of it is published, and of the round's last one, once, that no team
    needs a further cycle."""
    of_round = sa.select(Cycle).where(Cycle.round_id == round_id).order_by(Cycle.year).with_for_update()
    cycles = list(await session.scalars(of_round))
    if not cycles:
        return
    listed = await session.execute(sa.select(*_FACTS).where(KnownTeam.round_id == round_id).distinct())
    teams = [TeamFacts(*facts) for facts in listed]
    over = all(c.status == "published" for c in cycles) and rules.is_last(cycles[-1].year, teams)
    over = over and not any(c.told == "last" for c in cycles)
    for cycle in cycles:
        last = over and cycle is cycles[-1]
        if cycle.status == "published" and (last or not cycle.told):
            cycle.told = "last" if last else "published"
            publish(session, CyclePublished(cycle_id=cycle.id, round_id=round_id, year=cycle.year, last=last))
