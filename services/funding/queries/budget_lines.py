"""The budget of an award by lines."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import (
    Award,
    BudgetLine,
    Expense,
    ExpensePart,
    FinalAccount,
    KnownAgreement,
    KnownDelegate,
    KnownRound,
    LedgerAccount,
    Transfer,
)
from services.funding.rules.budget_line import LineFacts
from services.funding.rules.final_account import HANDED_IN
from shared.actor import Actor


async def lines(session: AsyncSession, award_id: UUID, without: UUID | None = None) -> list[LineFacts]:
    """The lines in force, in the agreement's order, with what was spent (``without`` one expense); then what was
    accepted under lines that are no more."""
    number = sa.select(KnownAgreement.number).where(KnownAgreement.award_id == award_id).scalar_subquery()
    statement = sa.select(BudgetLine).where(BudgetLine.award_id == award_id, BudgetLine.number == number)
    agreed = {line.name: line.amount_fen for line in await session.scalars(statement.order_by(BudgetLine.position))}
    moved = dict.fromkeys(agreed, 0)
    for one in await transfers(session, award_id):
        moved[one.source] -= one.amount_fen
        moved[one.target] += one.amount_fen
    spent = await _spent(session, award_id, without)
    names = [*agreed, *(name for name in sorted(spent) if name not in agreed)]
    found = []
    for name in names:
        accepted_fen, pending_fen = spent.get(name, (0, 0))
        found.append(LineFacts(name, agreed.get(name, 0), moved.get(name, 0), accepted_fen, pending_fen))
    return found


async def _spent(session: AsyncSession, award_id: UUID, without: UUID | None) -> dict[str, tuple[int, int]]:
    """Of each line: what was accepted, and what waits for it."""
    sums = [
        sa.func.coalesce(sa.func.sum(ExpensePart.amount_fen).filter(Expense.status == status), 0)
        for status in ("accepted", "submitted")
    ]
    statement = (
        sa.select(ExpensePart.line, *sums)
        .join(Expense, Expense.id == ExpensePart.expense_id)
        .where(Expense.award_id == award_id, Expense.status.in_(("accepted", "submitted")))
        .where(Expense.id != without if without else sa.true())
        .group_by(ExpensePart.line)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in await session.execute(statement)}


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
        "final_account_status": await session.scalar(
            sa.select(FinalAccount.status).where(FinalAccount.award_id == award.id)
        ),
        "accounted_at": award.accounted_at,
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


async def accounted(session: AsyncSession, award_id: UUID) -> bool:
    """Whether its final account is handed in: nothing is booked on it any more."""
    handed_in = (FinalAccount.award_id == award_id, FinalAccount.status.in_(HANDED_IN))
    return await session.scalar(sa.select(FinalAccount.id).where(*handed_in)) is not None


async def received(session: AsyncSession, award_id: UUID) -> int:
    """What the payee received of the award and keeps, in fen."""
    statement = sa.select(LedgerAccount.balance_fen)
    return await session.scalar(statement.where(LedgerAccount.award_id == award_id, LedgerAccount.place == "paid")) or 0
