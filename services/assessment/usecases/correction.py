"""A published rating put right by two people: what one proposes is tried out and shown, and done when another confirms it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Assessment, Correction, Cycle, KnownRound
from services.assessment.rules import assessment as assessment_rules
from services.assessment.rules import correction as rules
from services.assessment.rules import cycle as cycle_rules
from services.assessment.rules import grading
from services.assessment.rules.correction import Place, Wanted
from services.assessment.rules.frozen import Document
from services.assessment.usecases import assessment, benefit, cycle, known, publication, scoring
from services.assessment.usecases.scoring import facts_of
from shared.actor import Actor
from shared.contracts.assessment import (
    CorrectionConfirmed,
    CorrectionProposed,
    CorrectionRejected,
    CorrectionWithdrawn,
)
from shared.contracts.policy_document import policy_set
from shared.db import load, new_id, savepoint
from shared.errors import NotFound, require
from shared.outbox import publish


@dataclass(frozen=True)
class Corrected:
    """A cycle put right: the rows that an edition is to show, and what changes, as documents."""

    cycle: Cycle
    round: KnownRound
    rows: Sequence[Assessment]
    lines: list[Document]


class _Seen(Exception):
    """What would change was seen; nothing of it is kept."""


async def propose(session: AsyncSession, wanted: Wanted, actor: Actor, now: datetime) -> Correction:
    """Somebody of the bureau says what is wrong; the answer shows what would change."""
    of = await queries.assessment(session, wanted.assessment_id, actor)
    status = rules.propose(wanted, await queries.is_upheld(session, wanted.objection_id, of.cycle_id))
    made = Correction(
        id=new_id(),
        **{name: getattr(of, name) for name in ("cycle_id", "round_id", "order_id", "team_id")},
        assessment_id=of.id,
        status=status,
        reason=wanted.reason.strip(),
        evidence=wanted.evidence.strip(),
        objection_id=wanted.objection_id,
        parts=[asdict(p) | {"score": None if p.score is None else format(p.score, "f")} for p in wanted.parts],
        grade=wanted.grade,
        proposed_by=actor.id,
        proposed_at=now,
    )
    made.lines = await _try_out(session, made.cycle_id, wanted, actor, now)
    require(rules.change_obstacles(made.lines))
    session.add(made)
    await session.flush()
    publish(session, CorrectionProposed(**_about(made), proposed_by=made.proposed_by))
    return made


async def confirm(session: AsyncSession, correction_id: UUID, actor: Actor, now: datetime) -> Correction:
    """Another person agrees: by today's facts it is what was shown, and a new edition shows it."""
    row = await _get(session, correction_id, actor)
    row.status = rules.confirm(row.facts, actor)
    _decide(row, "", actor, now)
    made = await correct(session, row.cycle_id, row.wanted, actor, now)
    require(rules.same_obstacles(row.lines, made.lines))
    edition = await publication.new_edition(session, made.cycle, made.round, made.rows, row.reason, actor, now)
    row.edition = edition.number
    publish(session, CorrectionConfirmed(**_about(row), edition=edition.number))
    return row


async def reject(session: AsyncSession, correction_id: UUID, reason: str, actor: Actor, now: datetime) -> Correction:
    """Another person does not agree; it may be proposed anew."""
    row = await _get(session, correction_id, actor)
    row.status = rules.reject(row.facts, reason, actor)
    _decide(row, reason.strip(), actor, now)
    publish(session, CorrectionRejected(**_about(row)))
    return row


async def withdraw(session: AsyncSession, correction_id: UUID, actor: Actor, now: datetime) -> Correction:
    """Whoever proposed it takes it back."""
    row = await _get(session, correction_id, actor)
    row.status = rules.withdraw(row.facts, actor)
    _decide(row, "", actor, now)
    publish(session, CorrectionWithdrawn(**_about(row)))
    return row


async def _try_out(
    session: AsyncSession, cycle_id: UUID, wanted: Wanted, actor: Actor, now: datetime
) -> list[Document]:
    """What would change, found by doing it and leaving nothing of it."""
    lines: list[Document] = []
    try:
        async with savepoint(session):
            lines += (await correct(session, cycle_id, wanted, actor, now)).lines
            raise _Seen
    except _Seen:
        return lines


async def correct(session: AsyncSession, cycle_id: UUID, wanted: Wanted, actor: Actor, now: datetime) -> Corrected:
    """The rating is scored again with its corrected parts from today's facts, and the cycle is ordered again."""
    of, round = await cycle.get(session, cycle_id, actor)
    of.status = cycle_rules.correct(await cycle.facts(session, of))
    rows = await cycle.members(session, of)
    row = next((r for r in rows if r.id == wanted.assessment_id), None)
    if row is None:
        raise NotFound("assessment")
    row.status = assessment_rules.correct(facts_of(row))
    before, policy = _places(rows), known.policy_of(round)
    row.attempt += 1
    for part in wanted.parts:
        assessment.record(session, row, part, actor, "bureau", now)
    await session.flush()
    await scoring.rate(session, [row], await scoring.said(session, [row]), of, policy)
    changed = {r.id: r for r in await cycle.rank(session, of, policy)} | {row.id: row}
    if wanted.grade is not None:
        await _give(session, of, row, wanted.grade, wanted.reason)
    lines = await _lines(session, round, rows, before, _places(rows))
    return Corrected(of, round, [r for r in changed.values() if r.status == "published"], lines)


async def _give(session: AsyncSession, of: Cycle, row: Assessment, grade: str, reason: str) -> None:
    free = await assessment.free_places(session, of, row)
    require(assessment_rules.override_obstacles(facts_of(row), grade, reason, free))
    row.given, row.override_reason = grade, reason.strip()


def _places(rows: Iterable[Assessment]) -> dict[UUID, Place]:
    """Where the published ones stand among all that are ranked."""
    ranked = [row for row in rows if assessment_rules.is_ranked(row.status)]
    ranks = grading.ranks({row.id: row.result for row in ranked})
    return {row.id: Place(row.result.total, ranks[row.id], row.grade) for row in ranked if row.status == "published"}


async def _lines(
    session: AsyncSession,
    round: KnownRound,
    rows: Sequence[Assessment],
    before: dict[UUID, Place],
    after: dict[UUID, Place],
) -> list[Document]:
    """Every published line whose total, place or grade changes, with what that brings, by the order's number."""
    moved = {row.id: row for row in rows if row.id in after and before[row.id] != after[row.id]}
    teams = await publication.teams_of(session, list(moved.values()))
    findings = await benefit.findings(session, list(moved.values()))
    policies = policy_set(round.policy)
    lines = [
        {
            "assessment_id": str(key),
            "order_number": teams[row.team_id].order_number,
            "team": teams[row.team_id].name,
            "before": before[key].document(),
            "after": after[key].document(),
            "follows": rules.follows(
                before[key].grade,
                after[key].grade,
                findings.get(key),
                policies.assessment,
                policies.teams.suspension_years,
            ),
        }
        for key, row in moved.items()
    ]
    return sorted(lines, key=lambda line: (line["order_number"], line["assessment_id"]))


async def _get(session: AsyncSession, correction_id: UUID, actor: Actor) -> Correction:
    await queries.correction(session, correction_id, actor)
    return await load(session, Correction, correction_id, "correction")


def _decide(row: Correction, reason: str, actor: Actor, now: datetime) -> None:
    row.decided_by, row.decided_at, row.decided_reason = actor.id, now, reason


def _about(row: Correction) -> dict[str, UUID]:
    names = ("assessment_id", "cycle_id", "round_id", "order_id", "team_id")
    return {"correction_id": row.id, **{name: getattr(row, name) for name in names}}
