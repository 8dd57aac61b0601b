"""A revoked award comes back after a corrected edition: cleared, then reinstated."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Award, Instalment, Recovery
from services.funding.rules import reinstatement as rules
from services.funding.usecases import award as awards
from services.funding.usecases import instalment as instalments
from services.funding.usecases import recovery, round
from shared.actor import SYSTEM, Actor
from shared.contracts.funding import AwardCleared, AwardReinstated
from shared.db import load
from shared.outbox import publish


async def clear(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The failed rectification was cancelled. What stands in the way of the award is said, and is the bureau's to solve."""
    award = await awards.live(session, team_id)
    if award is None or not rules.clear(award.status, award.ended_reason):
        return
    award.cleared_at = award.cleared_at or now
    facts = await queries.reinstatement(session, award, lock=True)
    obstacles = [reason.code for reason in rules.reinstate_obstacles(facts)]
    publish(session, AwardCleared.model_validate({**award.ids, "amount_fen": award.amount_fen, "obstacles": obstacles}))
    if not obstacles:
        await _reinstate(session, award, SYSTEM, now)


async def rejoin(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The team that was dissolved for the revocation is back; so is its award, if nothing else is in the way."""
    award = await awards.live(session, team_id)
    if award is None:
        return
    award.team_gone = False
    if award.cleared_at is None:
        await awards.follow(session, award, now)
    elif not rules.reinstate_obstacles(await queries.reinstatement(session, award, lock=True)):
        await _reinstate(session, award, SYSTEM, now)


async def reinstate(session: AsyncSession, award_id: UUID, actor: Actor, now: datetime) -> Award:
    """The bureau, once what stood in the way is gone."""
    award = await load(session, Award, award_id, "award")
    await round.of_actor(session, award.round_id, actor)
    await _reinstate(session, award, actor, now)
    return award


async def _reinstate(session: AsyncSession, award: Award, actor: Actor, now: datetime) -> None:
    award.status = rules.reinstate(await queries.reinstatement(session, award, lock=True), actor)
    award.cleared_at, award.ended_reason = None, None
    parts = await instalments.of(session, award)
    for part in parts:
        if part.status == "cancelled":
            await instalments.reinstate(session, part)
    await _make_good(session, award, parts, now)
    publish(session, AwardReinstated.model_validate({**award.ids, "amount_fen": award.amount_fen}))
    await awards.follow(session, award, now)


async def _make_good(session: AsyncSession, award: Award, parts: Sequence[Instalment], now: datetime) -> None:
    """What the payee still owes is forgiven; what it paid back is promised once more."""
    claimed = sa.select(Recovery).where(Recovery.award_id == award.id, *queries.MADE_GOOD).order_by(Recovery.id)
    repaid_fen = 0
    for claim in await session.scalars(claimed.with_for_update()):
        await recovery.forgive(session, claim, award, now)
        repaid_fen += claim.repaid_fen
    if repaid_fen:
        await instalments.promise_again(session, award, len(parts) + 1, repaid_fen)
