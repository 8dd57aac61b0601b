"""Awards: reserved, committed, activated, held, released, revoked, recovered, settled, closed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Award, Instalment, KnownRound
from services.funding.rules import award as rules
from services.funding.rules import budget as budget_rules
from services.funding.rules import continuation as continuation_rules
from services.funding.rules.award import AwardFacts
from services.funding.rules.policy import Policy
from services.funding.usecases import conditions, continuation, ledger, recovery, round
from services.funding.usecases import instalment as instalments
from services.funding.usecases.conditions import Conditions
from services.funding.usecases.continuation import Proposal as Proposal
from shared.actor import SYSTEM, Actor
from shared.contracts.funding import (
    AwardActivated,
    AwardClosed,
    AwardCommitted,
    AwardRefused,
    AwardReleased,
    AwardReserved,
    AwardRevoked,
    AwardSettled,
    OfAward,
)
from shared.contracts.teams import Introduction
from shared.db import load, new_id
from shared.errors import require
from shared.outbox import publish
from shared.queries import among


async def propose(session: AsyncSession, proposal: Proposal) -> Award:
    """The bureau proposes an amount: reserve it, or refuse and say how much is missing. The same proposal again is
    answered by the award that it made."""
    require(budget_rules.proposal_obstacles(proposal.amount_fen))
    known = await round.known(session, proposal.round_id)
    same = sa.select(Award).where(Award.team_id == proposal.team_id, Award.proposal == proposal.number)
    if earlier := await session.scalar(same):
        return earlier
    earlier_one = await continuation.weigh(session, proposal, known)
    reservation = await _reservation(session, proposal, known, earlier_one)
    award = Award(
        id=new_id(),
        round_id=proposal.round_id,
        order_id=proposal.order_id,
        team_id=proposal.team_id,
        proposal=proposal.number,
        amount_fen=proposal.amount_fen,
        status=next(iter(rules.LIFECYCLE.statuses)),
        continues_team_id=proposal.continues,
        continues_award_id=earlier_one.award_id,
        warnings=earlier_one.warnings,
    )
    session.add(award)
    if reservation.granted:
        await reserve(session, award)
    else:
        await refuse(session, award, reservation.code, reservation.short_fen)
    return award


async def _reservation(
    session: AsyncSession, proposal: Proposal, known: KnownRound, earlier: continuation.Weighed
) -> budget_rules.Reservation:
    """What speaks against the award itself first, then band and budget; from here on reservations take turns."""
    if earlier.code:
        return budget_rules.Reservation(earlier.code)
    # A look without the lock first: what the budget has not got anyway need not wait for its turn.
    unlocked = await ledger.budget(session, proposal.round_id, lock=False)
    refusal = budget_rules.reserve(unlocked, proposal.amount_fen, known.band_fen)
    if not refusal.granted:
        return refusal
    budget = await ledger.budget(session, proposal.round_id)
    reservation = budget_rules.reserve(budget, proposal.amount_fen, known.band_fen)
    if reservation.granted and not proposal.continues:
        kept_fen = await continuation.kept(session, known, budget)
        return continuation_rules.leave(budget, proposal.amount_fen, kept_fen)
    return reservation


async def reserve(session: AsyncSession, award: Award) -> None:
    """Set the proposed money aside before anyone reads a name."""
    award.status = rules.reserve(award.facts([]))
    await session.flush()
    await ledger.post(session, ledger.of_award(award, "reserve", award.amount_fen, award.ended_reason))
    publish(session, _event(AwardReserved, award, proposal=award.proposal))


async def refuse(session: AsyncSession, award: Award, reason: str, short_fen: int) -> None:
    """The budget lacks ``short_fen``, or another ``reason`` (a code)."""
    award.status = rules.refuse(award.facts([]))
    award.short_fen, award.ended_reason = short_fen, reason
    await session.flush()
    publish(session, _event(AwardRefused, award, proposal=award.proposal, short_fen=short_fen, reason=reason))


async def introduce(
    session: AsyncSession,
    team_id: UUID,
    lead_id: UUID,
    instead_of: UUID | None = None,
    shown: Introduction | None = None,
) -> None:
    """The team on notice names its lead, who may see the award; a later lead takes over from ``instead_of``."""
    award = await live(session, team_id)
    if award and instead_of in (None, award.lead_id):
        award.lead_id = lead_id
    if award and shown:
        award.order_number, award.team_name, award.division = shown.order_number, shown.name, shown.division


async def commit(session: AsyncSession, team_id: UUID, amount_fen: int) -> None:
    """The team is confirmed: its reserved money is promised. Without an award, or after it was revoked, nothing is."""
    award = await live(session, team_id)
    if award is None or award.status in rules.TAKEN_BACK:
        return
    award.status = rules.commit(award.facts([]), amount_fen)
    await ledger.post(session, ledger.of_award(award, "commit", award.amount_fen, award.ended_reason))
    publish(session, _event(AwardCommitted, award))


async def activate(
    session: AsyncSession, team_id: UUID, amount_fen: int, payee_unit_code: str, payee_unit_name: str, now: datetime
) -> None:
    """The agreement is signed: the payee is named, the instalments are scheduled by the round's policy."""
    award = await live(session, team_id)
    if award is None or award.status in rules.TAKEN_BACK:
        return
    known = await round.known(session, award.round_id)
    award.status = rules.activate(award.facts([]), amount_fen)
    award.payee_unit_code, award.payee_unit_name, award.agreed_at = payee_unit_code, payee_unit_name, now
    shares = known.policy.schedule
    for number, (part_fen, share) in enumerate(zip(rules.schedule(award.amount_fen, shares), shares, strict=True), 1):
        part = instalments.scheduled(award, number, part_fen, share)
        session.add(part)
        await session.flush()
        session.add_all(conditions.wanted(part, share, known.policy, now))
    await session.flush()
    publish(session, _event(AwardActivated, award))
    await follow(session, award, now)


async def begin(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """Service has begun: a gate of the schedule."""
    award = await live(session, team_id)
    if award:
        award.begun_at = award.begun_at or now
        await follow(session, award, now)


async def conclude(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The team is concluded: its award closes once every instalment is final; held money keeps it open."""
    award = await live(session, team_id)
    if award:
        award.concluded_at = award.concluded_at or now
        await follow(session, award, now)


async def end(session: AsyncSession, team_id: UUID, reason: str, now: datetime) -> None:
    """The team withdrew, was dissolved, lapsed, was rejected or left the notice (``reason``, a code): its money is
    free; what was paid already or is with the bank must come back. Dissolved only because the award was revoked, it
    may come back: then nothing is paid as long as it is gone."""
    award = await live(session, team_id)
    if award is None:
        return
    if reason == rules.OWN_END:
        award.team_gone = True
        await follow(session, award, now)
    elif award.status in rules.TAKEN_BACK:
        _stay_revoked(award, reason)
    elif award.status in ("reserved", "committed", "active"):
        await _end(session, award, reason, now)


def _stay_revoked(award: Award, reason: str) -> None:
    """Its team left by somebody's decision: no corrected edition brings the award back any more."""
    if award.ended_reason == rules.GROUND:
        award.ended_reason, award.cleared_at = reason, None


async def _end(session: AsyncSession, award: Award, reason: str, now: datetime) -> None:
    facts = award.facts(await instalments.of(session, award))
    if rules.release_obstacles(facts):
        await _revoke(session, award, reason, SYSTEM, now)
    else:
        await release(session, award, facts, reason, now)


async def release(session: AsyncSession, award: Award, facts: AwardFacts, reason: str, now: datetime) -> None:
    """Nothing was paid: the money is free."""
    before = award.status
    award.status = rules.release(facts)
    award.ended_reason = reason
    await _free(session, award, before)
    publish(session, _event(AwardReleased, award))
    await follow(session, award, now)


async def revoke(session: AsyncSession, award_id: UUID, reason: str, actor: Actor, now: datetime) -> Award:
    """The bureau revokes an award of its rounds, with the reason."""
    award = await load(session, Award, award_id, "award")
    await round.of_actor(session, award.round_id, actor)
    await _revoke(session, award, reason, actor, now)
    return award


async def fail(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The rectification failed: the award is revoked, unless it has ended already. One that waited to be reinstated
    waits no more."""
    award = await live(session, team_id)
    if award and award.status not in rules.TAKEN_BACK:
        await _revoke(session, award, rules.GROUND, SYSTEM, now)
    elif award:
        award.cleared_at = None


async def _revoke(session: AsyncSession, award: Award, reason: str, actor: Actor, now: datetime) -> None:
    before, parts = award.status, await instalments.of(session, award)
    award.status = rules.revoke(award.facts(parts), reason, actor)
    award.ended_reason = reason
    paid_fen = await queries.received(session, award.id)
    await _free(session, award, before)
    if paid_fen:
        await recovery.open_(session, award, paid_fen, "revoked", now)
    publish(session, _event(AwardRevoked, award, amount_fen=paid_fen))
    await follow(session, award, now)


async def follow(session: AsyncSession, award: Award, now: datetime) -> None:
    """What follows by itself from the award's state: gates open, holds begin and end, an ended award cancels, a paid one
    settles and closes. Safe to repeat."""
    await follow_all(session, [award], now)


async def follow_all(session: AsyncSession, awards: Sequence[Award], now: datetime) -> None:
    """The same for many locked awards: what stands in their way, their policies and instalments are read once."""
    ways = await conditions.of_all(session, awards, now)
    parts: dict[UUID, list[Instalment]] = {award.id: [] for award in awards}
    ordered = sa.select(Instalment).where(among(Instalment.award_id, parts)).order_by(Instalment.number)
    for part in await session.scalars(ordered):
        parts[part.award_id].append(part)
    policies = {key: (await round.known(session, key)).policy for key in {award.round_id for award in awards}}
    for award in awards:
        await _follow(session, award, ways[award.id], parts[award.id], policies[award.round_id], now)


async def _follow(
    session: AsyncSession, award: Award, way: Conditions, parts: list[Instalment], policy: Policy, now: datetime
) -> None:
    award.hold_reason = way.held() or None
    ended = award.status in ("released", *rules.TAKEN_BACK)
    for part in parts:
        await instalments.follow(session, part, way.met(part), way.held(part), ended, now)
    if award.status == "revoked":
        await recovery.recover(session, award, parts)
    if award.status == "active" and not rules.settle_obstacles(award.facts(parts)):
        settle(session, award, parts)
    if award.status == "settled":
        facts = award.facts(parts, unaccounted=policy.final_account_required and award.accounted_at is None)
        if not rules.close_obstacles(facts):
            close(session, award, facts, parts)


def settle(session: AsyncSession, award: Award, parts: list[Instalment]) -> None:
    """Every instalment is final."""
    award.status = rules.settle(award.facts(parts))
    publish(session, _event(AwardSettled, award, amount_fen=_paid(parts)))


def close(session: AsyncSession, award: Award, facts: AwardFacts, parts: list[Instalment]) -> None:
    """Settled, the team is concluded, and the final account accepted where policy asks for one."""
    award.status = rules.close(facts)
    publish(session, _event(AwardClosed, award, amount_fen=_paid(parts)))


def _paid(parts: list[Instalment]) -> int:
    return sum(part.amount_fen for part in parts if part.status == "paid")


async def live(session: AsyncSession, team_id: UUID) -> Award | None:
    """The team's one award that was neither refused nor released, locked; None without one."""
    statement = (
        sa.select(Award)
        .where(Award.team_id == team_id, Award.status.not_in(rules.ENDED))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found: Award | None = await session.scalar(statement)
    return found


async def _free(session: AsyncSession, award: Award, before: str) -> None:
    """Money of an award without instalments is free at once; with instalments each gives up its own."""
    if before in ("reserved", "committed"):
        await ledger.post(session, ledger.of_award(award, f"release_{before}", award.amount_fen, award.ended_reason))


def _event(kind: type[OfAward], award: Award, **more: object) -> OfAward:
    return kind.model_validate({**award.ids, "amount_fen": award.amount_fen, **more})
