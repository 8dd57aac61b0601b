"""The budget of an award by lines."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, BudgetLine, KnownAgreement, KnownDelegate, KnownRound, Transfer
from services.funding.rules.budget_line import LineFacts
from shared.actor import Actor


async def lines(session: AsyncSession, award_id: UUID) -> list[LineFacts]:
    """The lines in force, in the agreement's order."""
    number = sa.select(KnownAgreement.number).where(KnownAgreement.award_id == award_id).scalar_subquery()
    statement = sa.select(BudgetLine).where(BudgetLine.award_id == award_id, BudgetLine.number == number)
    agreed = {line.name: line.amount_fen for line in await session.scalars(statement.order_by(BudgetLine.position))}
    moved = dict.fromkeys(agreed, 0)
    for one in await transfers(session, award_id):
        moved[one.source] -= one.amount_fen
        moved[one.target] += one.amount_fen
    return [LineFacts(name, amount_fen, moved[name]) for name, amount_fen in agreed.items()]


async def transfers(session: AsyncSession, award_id: UUID) -> list[Transfer]:
    """What was moved under the agreement in force; an amendment starts anew."""
    number = sa.select(KnownAgreement.number).where(KnownAgreement.award_id == award_id).scalar_subquery()
    statement = sa.select(Transfer).where(Transfer.award_id == award_id, Transfer.number == number)
    return list(await session.scalars(statement.order_by(Transfer.id)))


async def budget_of(session: AsyncSession, award: Award) -> dict[str, Any]:
    """The whole budget, as it is answered."""
    known = await session.get(KnownAgreement, award.id)
    found, moved = await lines(session, award.id), await transfers(session, award.id)
    percent = (await session.get_one(KnownRound, award.round_id)).policy.budget_transfer_percent
    most = sum(line.agreed_fen for line in found) * percent // 100
    return {
        "award_id": award.id,
        "number": known.number if known else 0,
        "starts_on": known.starts_on if known else None,
        "ends_on": known.ends_on if known else None,
        "lines": found,
        "transfers": moved,
        "movable_fen": most - sum(one.amount_fen for one in moved),
    }


async def spends(session: AsyncSession, award: Award, actor: Actor) -> bool:
    """Whether the actor spends this award's money or books for those who do."""
    if actor.has("finance_maker"):
        return True
    if actor.has("unit", "host") and actor.unit and actor.unit == award.payee_unit_code:
        return True
    person = actor.person_id if actor.has("expert") else None
    if person is None:
        return False
    return person == award.lead_id or await session.get(KnownDelegate, (award.team_id, person)) is not None
