"""Editions: what is published of a cycle, and what follows from each."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, Cycle, Edition, KnownRound, KnownTeam
from services.assessment.rules import assessment as rules
from services.assessment.rules import cycle as cycle_rules
from services.assessment.rules import edition as edition_rules
from services.assessment.rules import frozen, grading
from services.assessment.rules.edition import Line
from services.assessment.usecases import benefit, cycle, known, rectification, telling
from services.assessment.usecases.assessment import about, overridden, stand
from services.assessment.usecases.record import record as write_down
from services.assessment.usecases.scoring import facts_of
from shared.actor import Actor
from shared.contracts.assessment import AssessmentPublished, EditionPublished
from shared.db import new_id
from shared.outbox import publish as say
from shared.queries import among
from shared.signing import sign


async def publish(session: AsyncSession, cycle_id: UUID, actor: Actor, now: datetime) -> Cycle:
    """A new edition with every grade that its notice has confirmed; held ones follow in a later edition."""
    of, round = await cycle.get(session, cycle_id, actor)
    of.status = cycle_rules.publish(await cycle.facts(session, of), actor)
    ready = [row for row in await cycle.members(session, of, "on_notice") if row.confirmed_at is not None]
    for row in ready:
        row.status = rules.publish(facts_of(row), actor)
    await new_edition(session, of, round, ready, "", actor, now)
    return of


async def new_edition(
    session: AsyncSession,
    of: Cycle,
    round: KnownRound,
    rows: Sequence[Assessment],
    reason: str,
    actor: Actor,
    now: datetime,
) -> Edition:
    """Freeze the list in force with these rows in it, say it, and do what follows from each changed line."""
    teams, policy = await teams_of(session, rows), known.policy_of(round)
    fresh = [_line(row, teams[row.team_id]) for row in rows]
    edition, lines = await _freeze(session, of, round, fresh, reason, actor, now)
    new = {line.assessment_id for line in lines if line.edition == edition.number}
    changed = [row for row in rows if str(row.id) in new]
    await telling.edition_published(session, edition, round, lines, changed, teams)
    _say(session, edition, lines, changed, teams)
    await rectification.follow(session, changed, policy, now)
    await session.flush()
    await benefit.follow(session, changed, teams, of.year, policy, now)
    await stand(session, of)
    await session.flush()
    await cycle.tell(session, of.round_id)
    address = f"/public/ratings/editions/{edition.id}"
    await write_down(session, "edition_published", edition.id, address, edition.content_hash, now)
    return edition


async def _freeze(
    session: AsyncSession,
    of: Cycle,
    round: KnownRound,
    fresh: Sequence[Line],
    reason: str,
    actor: Actor,
    now: datetime,
) -> tuple[Edition, Sequence[Line]]:
    before = await newest(session, of.id)
    number = before.number + 1 if before else 1
    lines = edition_rules.numbered(_in_force(before, fresh), before.content if before else None, number)
    content = edition_rules.content(
        round_name=round.name,
        year=of.year,
        number=number,
        published_at=now,
        reason=reason,
        previous_hash=before.content_hash if before else "",
        lines=lines,
        scale=grading.scale(known.policy_of(round)),
    )
    signed = sign(frozen.canonical(content))
    edition = Edition(
        id=new_id(),
        cycle_id=of.id,
        round_id=of.round_id,
        year=of.year,
        number=number,
        published_at=now,
        published_by=actor.id,
        content=content,
        content_hash=frozen.fingerprint(content),
        signature_key=signed.key,
        signature=b64encode(signed.value).decode(),
    )
    session.add(edition)
    return edition, lines


def _say(
    session: AsyncSession,
    edition: Edition,
    lines: Sequence[Line],
    changed: Sequence[Assessment],
    teams: dict[UUID, KnownTeam],
) -> None:
    say(
        session,
        EditionPublished(
            edition_id=edition.id,
            round_id=edition.round_id,
            cycle_id=edition.cycle_id,
            number=edition.number,
            published_at=edition.published_at,
            content_hash=edition.content_hash,
            **edition_rules.counts(lines),
        ),
    )
    for row in changed:
        row.edition, row.published_at = edition.number, edition.published_at
        row.lead_id = row.lead_id or teams[row.team_id].lead_id
        say(
            session,
            AssessmentPublished(
                **about(row),
                edition=edition.number,
                published_at=edition.published_at,
                total=row.result.total,
                grade=row.grade,
                lead_id=row.lead_id,
            ),
        )


async def newest(session: AsyncSession, cycle_id: UUID) -> Edition | None:
    """The edition in force."""
    of_cycle = sa.select(Edition).where(Edition.cycle_id == cycle_id)
    return await session.scalar(of_cycle.order_by(Edition.number.desc()).limit(1))


async def teams_of(session: AsyncSession, rows: Sequence[Assessment]) -> dict[UUID, KnownTeam]:
    """The teams of these assessments."""
    found = await session.scalars(sa.select(KnownTeam).where(among(KnownTeam.id, [row.team_id for row in rows])))
    return {team.id: team for team in found}


def _line(row: Assessment, team: KnownTeam) -> Line:
    computed, reason = overridden(row)
    return Line(
        assessment_id=str(row.id),
        order_number=team.order_number,
        team=team.name,
        lead=team.lead_name,
        unit=team.unit_name,
        place=team.place,
        total=row.result.total,
        grade=row.grade,
        computed=computed,
        reason=reason,
    )


def _in_force(before: Edition | None, lines: Sequence[Line]) -> list[Line]:
    """The lines of the edition before, with these in their place: other points, but the same team as it was rated."""
    shown = {line["assessment_id"]: line for line in before.content["lines"]} if before else {}
    ours = [edition_rules.named(line, shown.pop(line.assessment_id, None)) for line in lines]
    return [*(Line(**{**line, "total": Decimal(line["total"])}) for line in shown.values()), *ours]
