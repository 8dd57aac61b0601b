"""City review, one function per verb: assessors are named, given teams, score them or stand back."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Assessment, Assessor, Cycle, KnownRound, Sheet, SheetVersion
from services.assessment.rules import review as rules
from services.assessment.rules.assessment import UNSCORED
from services.assessment.rules.review import Reviewed, SheetFacts
from services.assessment.usecases import cycle, known
from shared.actor import Actor
from shared.balanced import Pair, balanced
from shared.calendar import months_later
from shared.contracts.assessment import AssessorsNamed, SheetAssigned, SheetDeclared, SheetScored, SheetWithdrawn
from shared.contracts.policy_document import policy_set
from shared.db import load, new_id
from shared.errors import Reason, require
from shared.outbox import publish


@dataclass(frozen=True)
class Named:
    """An assessor as the bureau names one; ``most`` None: as many teams as the policy says."""

    person_id: UUID
    name: str
    unit_code: str
    unit_name: str
    most: int | None = None


@dataclass(frozen=True)
class Plan:
    """Who scores whom: what was made, and the pairs that may not be."""

    assessors: list[rules.Assessor]
    teams: list[Reviewed]
    made: list[Sheet]
    barred: dict[Pair, tuple[Reason, ...]]


async def name_assessors(session: AsyncSession, cycle_id: UUID, named: Sequence[Named], actor: Actor) -> Cycle:
    """Add assessors to the cycle; whoever was named already gets the name, unit and number given now."""
    of, round = await cycle.get(session, cycle_id, actor)
    policy = known.policy_of(round)
    facts = [
        rules.Assessor(str(n.person_id), n.name, n.unit_code, policy.teams_per_assessor if n.most is None else n.most)
        for n in named
    ]
    require(rules.name_obstacles(facts, policy.scorecard, of.status in UNSCORED))
    told = [asdict(one) | {"most": fact.most} for one, fact in zip(named, facts, strict=True)]
    rows = [one | {"id": new_id(), "cycle_id": of.id, "named_by": actor.id} for one in told]
    if rows:
        new = insert(Assessor).values(rows)
        changed: dict[Any, Any] = {
            name: new.excluded[name] for name in ("name", "unit_code", "unit_name", "most", "named_by")
        }
        changed["version"] = Assessor.version + 1
        await session.execute(
            new.on_conflict_do_update(index_elements=[Assessor.cycle_id, Assessor.person_id], set_=changed)
        )
    publish(session, AssessorsNamed(cycle_id=of.id, round_id=of.round_id, assessors=len(rows)))
    return of


async def assign(session: AsyncSession, cycle_id: UUID, actor: Actor, now: datetime) -> Plan:
    """Every team that takes parts gets the assessors that it lacks, or nothing is changed and the refusal names each team
    that cannot get enough, and why."""
    of, round = await cycle.get(session, cycle_id, actor)
    require(rules.exists(known.policy_of(round).scorecard))
    plan, missing = await _plan(session, of, round, await cycle.members(session, of, "collecting"), now)
    require(rules.shortfalls(plan.teams, len(plan.assessors), missing, plan.barred))
    return plan


async def _plan(
    session: AsyncSession, of: Cycle, round: KnownRound, rows: Sequence[Assessment], now: datetime
) -> tuple[Plan, dict[int, int]]:
    people, teams = await _assessors(session, of.id, round, now), await queries.reviewed(session, rows)
    free, barred = await asyncio.to_thread(rules.pairs, people, teams)
    policy = known.policy_of(round)
    loads, needs = [(one.load, one.most) for one in people], [rules.needed(team, policy) for team in teams]
    chosen, missing = await asyncio.to_thread(balanced, loads, needs, free)
    made = [
        Sheet(
            id=new_id(),
            cycle_id=of.id,
            assessment_id=UUID(teams[t].assessment_id),
            person_id=UUID(people[a].person_id),
            status=rules.assign(),
        )
        for a, t in chosen
    ]
    session.add_all(made)
    for row in made:
        publish(session, SheetAssigned(sheet_id=row.id, round_id=of.round_id, cycle_id=of.id))
    return Plan(people, teams, made, barred), missing


async def _assessors(session: AsyncSession, cycle_id: UUID, round: KnownRound, now: datetime) -> list[rules.Assessor]:
    """Who was named, with those whom they served with within the policy's years."""
    named = await queries.assessors(session, cycle_id)
    since = months_later(known.day_of(now), -12 * policy_set(round.policy).teams.conflict_years)
    met = await queries.teammates(session, [UUID(one.person_id) for one in named], since)
    return [replace(one, teammates=met[UUID(one.person_id)]) for one in named]


async def _locked(session: AsyncSession, sheet_id: UUID, actor: Actor) -> tuple[Sheet, Assessment, SheetFacts]:
    """The sheet and its assessment, the assessment locked first: it may be scored at this moment."""
    seen = await queries.sheet(session, sheet_id, actor)
    row = await load(session, Assessment, seen.assessment_id, "assessment")
    sheet = await load(session, Sheet, sheet_id, "sheet")
    return sheet, row, facts_of(sheet, row)


def facts_of(sheet: Sheet, row: Assessment) -> SheetFacts:
    return SheetFacts(sheet.status, str(sheet.person_id), row.status == "collecting", row.parts_due_at)


async def score(
    session: AsyncSession, sheet_id: UUID, points: Decimal, text: str, actor: Actor, now: datetime
) -> Sheet:
    """A score of one's own, or a newer version of it; each version is kept."""
    sheet, row, facts = await _locked(session, sheet_id, actor)
    [team], round = await queries.reviewed(session, [row]), await known.round_of(session, row.round_id)
    named = await _assessors(session, sheet.cycle_id, round, now)
    one = next(one for one in named if one.person_id == str(sheet.person_id))
    sheet.status = rules.score(facts, points, list(rules.conflicts(one, team)), actor, now)
    sheet.score, sheet.scores, sheet.scored_at = points, sheet.scores + 1, now
    session.add(SheetVersion(sheet_id=sheet.id, number=sheet.scores, score=points, text=text.strip(), handed_in_at=now))
    publish(session, SheetScored(**_about(sheet, row), number=sheet.scores))
    return sheet


async def declare(session: AsyncSession, sheet_id: UUID, reason: str, actor: Actor, now: datetime) -> Sheet:
    """Not impartial: the team goes to another assessor, if one is left."""
    seen = await queries.sheet(session, sheet_id, actor)
    of = await load(session, Cycle, seen.cycle_id, "cycle")
    sheet, row, facts = await _locked(session, sheet_id, actor)
    sheet.status = rules.declare(facts, reason, actor)
    sheet.reason = reason.strip()
    await session.flush()
    publish(session, SheetDeclared(**_about(sheet, row)))
    await _plan(session, of, await known.round_of(session, row.round_id), [row], now)
    return sheet


async def withdraw(session: AsyncSession, sheet_id: UUID, reason: str, actor: Actor) -> Sheet:
    """The bureau takes a team back from an assessor; it is given to another one by assigning again."""
    sheet, row, facts = await _locked(session, sheet_id, actor)
    sheet.status = rules.withdraw(facts, reason, actor)
    sheet.reason = reason.strip()
    publish(session, SheetWithdrawn(**_about(sheet, row)))
    return sheet


def _about(sheet: Sheet, row: Assessment) -> dict[str, UUID]:
    return {"sheet_id": sheet.id, "round_id": row.round_id, "cycle_id": sheet.cycle_id}
