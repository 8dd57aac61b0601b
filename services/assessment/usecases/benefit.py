"""Benefits of a published grade, one function per verb."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import product
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Assessment, Benefit, BenefitUse, KnownMember, KnownTeam, Rectification
from services.assessment.rules import benefit as rules
from services.assessment.rules.policy import Policy
from services.assessment.usecases import card, certificate, known
from shared.actor import Actor
from shared.contracts.assessment import (
    BenefitExpired,
    BenefitFreed,
    BenefitGranted,
    BenefitHeld,
    BenefitReleased,
    BenefitRestored,
    BenefitUsed,
    BenefitUseWithdrawn,
    BenefitWithdrawn,
)
from shared.db import load, new_id
from shared.errors import NotFound
from shared.outbox import publish
from shared.queries import among


async def follow(
    session: AsyncSession,
    rows: Sequence[Assessment],
    teams: Mapping[UUID, KnownTeam],
    year: int,
    policy: Policy,
    now: datetime,
) -> None:
    """What published grades ask for. Whoever earned it when the grade was first published is who it is about, also
    after a corrected edition."""
    given = await _given(session, [row.id for row in rows])
    earned = await _earned(session, [row for row in rows if row.id not in given], teams, year, policy)
    rectified = await findings(session, rows)
    touched: set[UUID] = set()
    fresh: list[Benefit] = []
    for row in rows:
        belongs = rules.ground(row.grade, rectified.get(row.id))
        held = {(b.person_id, b.kind): b for b in given[row.id]}
        people = {person for person, _ in held} or earned[row.team_id]
        for person_id, kind in product(sorted(people), policy.benefits):
            benefit = held.get((person_id, kind))
            if benefit is None:
                fresh.append(benefit := _new(row, person_id, kind, policy))
            _bring(session, benefit, belongs, policy, now)
            touched.add(person_id)
    await _write(session, fresh)
    await card.follow(session, touched)
    await certificate.follow(session, {row.team_id for row in rows}, now)


async def _write(session: AsyncSession, fresh: Sequence[Benefit]) -> None:
    """New ones in one statement: a cycle of thousands of teams brings tens of thousands of them."""
    await session.flush()
    if fresh:
        names = [column.key for column in sa.inspect(Benefit).columns if column.key not in ("version", "created_at")]
        await session.execute(sa.insert(Benefit), [{name: getattr(one, name) for name in names} for one in fresh])


async def follow_rectification(session: AsyncSession, of: Rectification, now: datetime) -> None:
    """Rectified releases what was held, failed withdraws it."""
    policy = known.policy_of(await known.round_of(session, of.round_id))
    given = (await _given(session, [of.assessment_id]))[of.assessment_id]
    for benefit in given:
        _bring(session, benefit, rules.ground("unqualified", of.status), policy, now)
    await session.flush()
    await card.follow(session, {benefit.person_id for benefit in given})
    await certificate.follow(session, [of.team_id], now)


def _bring(session: AsyncSession, benefit: Benefit, belongs: str, policy: Policy, now: datetime) -> None:
    for step in rules.steps(benefit.facts, belongs):
        STEPS[step](session, benefit)
    if benefit.status == "granted" and benefit.granted_at is None:
        benefit.granted_at = now
        benefit.expires_at = rules.expires_at(now, rules.term(benefit.kind, policy)[0])


async def _earned(
    session: AsyncSession, rows: Sequence[Assessment], teams: Mapping[UUID, KnownTeam], year: int, policy: Policy
) -> dict[UUID, set[UUID]]:
    """Who served in the year in a role that the policy names, by team; the lead where nobody is known to have."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    when = (KnownMember.joined_on, KnownMember.left_on, KnownMember.to_the_end)
    served = sa.select(KnownMember.team_id, KnownMember.person_id, *when).where(
        among(KnownMember.team_id, [row.team_id for row in rows]), KnownMember.role.in_(policy.benefit_roles)
    )
    for one in await session.execute(served):
        if rules.serves_in(one.joined_on, one.left_on, one.to_the_end, year):
            found[one.team_id].add(one.person_id)
    return {row.team_id: found[row.team_id] or {teams[row.team_id].lead_id} for row in rows}


async def findings(session: AsyncSession, rows: Sequence[Assessment]) -> dict[UUID, str]:
    """What became of the rectifications that stand."""
    standing = sa.select(Rectification.assessment_id, Rectification.status).where(
        among(Rectification.assessment_id, [row.id for row in rows]), Rectification.status != "cancelled"
    )
    return {row.assessment_id: row.status for row in await session.execute(standing)}


async def _given(session: AsyncSession, assessment_ids: Sequence[UUID]) -> dict[UUID, list[Benefit]]:
    """The benefits that stand on these assessments, locked."""
    statement = sa.select(Benefit).where(among(Benefit.assessment_id, assessment_ids)).order_by(Benefit.id)
    found: dict[UUID, list[Benefit]] = defaultdict(list)
    for benefit in await session.scalars(statement.with_for_update()):
        found[benefit.assessment_id].append(benefit)
    return found


def _new(row: Assessment, person_id: UUID, kind: str, policy: Policy) -> Benefit:
    return Benefit(
        id=new_id(),
        assessment_id=row.id,
        round_id=row.round_id,
        order_id=row.order_id,
        team_id=row.team_id,
        person_id=person_id,
        kind=kind,
        status=rules.none(),
        uses=0,
        most_uses=rules.term(kind, policy)[1],
    )


async def use(session: AsyncSession, benefit_id: UUID, use: rules.Use, actor: Actor, now: datetime) -> Benefit:
    """The office where it was used notes what for."""
    await queries.benefit(session, benefit_id, actor)
    benefit = await load(session, Benefit, benefit_id, "benefit")
    benefit.status = rules.use(benefit.facts, use, actor, now)
    benefit.uses += 1
    row = BenefitUse(
        id=new_id(),
        benefit_id=benefit.id,
        used_on=use.used_on,
        purpose=use.purpose,
        reference=use.reference,
        office=actor.unit or actor.division,
        noted_by=actor.id,
    )
    session.add(row)
    publish(session, BenefitUsed(**_about(benefit), use_id=row.id, used_on=use.used_on))
    return benefit


async def withdraw_use(
    session: AsyncSession, benefit_id: UUID, use_id: UUID, reason: str, actor: Actor, now: datetime
) -> Benefit:
    """A use that was noted by mistake counts no more; it stays readable with the reason."""
    await queries.benefit(session, benefit_id, actor)
    benefit = await load(session, Benefit, benefit_id, "benefit")
    use = await load(session, BenefitUse, use_id, "use")
    if use.benefit_id != benefit.id:
        raise NotFound("use")
    benefit.status = rules.withdraw_use(benefit.facts, use.facts, reason, actor)
    benefit.uses -= 1
    use.withdrawn_by, use.withdrawn_at, use.withdrawn_reason = actor.id, now, reason.strip()
    publish(session, BenefitUseWithdrawn(**_about(benefit), use_id=use.id))
    if benefit.status == "used" and not benefit.uses:
        free(session, benefit)
    return benefit


def free(session: AsyncSession, benefit: Benefit) -> None:
    """Its last use was withdrawn."""
    benefit.status = rules.free(benefit.status)
    publish(session, BenefitFreed(**_about(benefit)))


async def expire(session: AsyncSession, benefit_id: UUID, now: datetime) -> None:
    """The clock: its term is over."""
    benefit = await load(session, Benefit, benefit_id, "benefit")
    benefit.status = rules.expire(benefit.status)
    publish(session, BenefitExpired(**_about(benefit)))


def grant(session: AsyncSession, benefit: Benefit) -> None:
    benefit.status = rules.grant(benefit.status)
    publish(session, BenefitGranted(**_about(benefit)))


def hold(session: AsyncSession, benefit: Benefit) -> None:
    benefit.status = rules.hold(benefit.status)
    publish(session, BenefitHeld(**_about(benefit)))


def release(session: AsyncSession, benefit: Benefit) -> None:
    benefit.status = rules.release(benefit.status)
    publish(session, BenefitReleased(**_about(benefit)))


def restore(session: AsyncSession, benefit: Benefit) -> None:
    benefit.status = rules.restore(benefit.status)
    publish(session, BenefitRestored(**_about(benefit)))


def withdraw(session: AsyncSession, benefit: Benefit) -> None:
    benefit.status = rules.withdraw(benefit.status)
    publish(session, BenefitWithdrawn(**_about(benefit)))


STEPS: Mapping[str, Callable[[AsyncSession, Benefit], None]] = {
    "grant": grant,
    "hold": hold,
    "release": release,
    "restore": restore,
    "withdraw": withdraw,
}


def _about(benefit: Benefit) -> dict[str, object]:
    names = ("person_id", "kind", "round_id", "order_id", "team_id")
    return {"benefit_id": benefit.id, **{name: getattr(benefit, name) for name in names}}
