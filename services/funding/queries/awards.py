"""Awards."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Instalment, LedgerAccount, Recovery, Repayment
from services.funding.queries.base import visible
from services.funding.rules import award as award_rules
from services.funding.rules.reinstatement import ReinstatementFacts, reinstate_obstacles
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import find


async def award(session: AsyncSession, award_id: UUID, actor: Actor) -> Award:
    return await find(session, visible(sa.select(Award), actor), Award, award_id, "award")


async def instalments_of(session: AsyncSession, award_id: UUID) -> list[Instalment]:
    statement = sa.select(Instalment).where(Instalment.award_id == award_id).order_by(Instalment.number)
    return list(await session.scalars(statement))


async def award_actions(session: AsyncSession, award: Award, actor: Actor) -> list[dict[str, Any]]:
    """What this caller may do; reinstating is asked only of an award that was taken back."""
    obstacles = []
    if award.status in award_rules.TAKEN_BACK:
        obstacles = reinstate_obstacles(await reinstatement(session, award))
    return actions(award_rules.LIFECYCLE, award.status, actor, {"reinstate": lambda: obstacles})


MADE_GOOD = (Recovery.ground == "revoked", Recovery.status != "reversed", Recovery.made_good_at.is_(None))
"""The claims that a reinstatement undoes: those of revocations that no earlier one undid."""


async def reinstatement(session: AsyncSession, award: Award, *, lock: bool = False) -> ReinstatementFacts:
    """What decides whether a revoked award can come back. ``lock``: the round's budget, until the transaction ends."""
    parts = await instalments_of(session, award.id)
    claims = sa.select(sa.func.coalesce(sa.func.sum(Recovery.repaid_fen), 0)).where(Recovery.award_id == award.id)
    waiting = sa.exists().where(Repayment.award_id == award.id, Repayment.status == "registered")
    available = sa.select(LedgerAccount.balance_fen).where(
        LedgerAccount.round_id == award.round_id, LedgerAccount.place == "available"
    )
    return ReinstatementFacts(
        status=award.status,
        cleared=award.cleared_at is not None,
        instalments=tuple(part.status for part in parts),
        cancelled_fen=sum(part.amount_fen for part in parts if part.status == "cancelled"),
        repaid_fen=int(await session.scalar(claims.where(*MADE_GOOD)) or 0),
        available_fen=await session.scalar(available.with_for_update() if lock else available) or 0,
        pending=bool(await session.scalar(sa.select(waiting))),
        ground=award.ended_reason or "",
        team_gone=award.team_gone,
    )
