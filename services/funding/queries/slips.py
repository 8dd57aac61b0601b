"""Amounts of a round that look as if yuan were taken for fen: found here, weighed by people."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import (
    Appropriation,
    AppropriationChange,
    Award,
    Expense,
    Fapiao,
    LedgerAccount,
    Recovery,
    Repayment,
)
from services.funding.queries.movements import Books
from services.funding.rules import slip
from shared.errors import Reason


async def appropriation_warnings(session: AsyncSession, row: Appropriation) -> list[Reason]:
    """The last change: what the round was given against what it had before, what left it against what was left."""
    change = await _last(session, row)
    if change is None:
        return []
    if change.event in ("appropriate", "cut"):
        before_fen = change.appropriation_fen + change.amount_fen * (1 if change.event == "cut" else -1)
        return slip.warnings(change.appropriation_fen, before_fen)
    left = sa.select(LedgerAccount.balance_fen).where(
        LedgerAccount.round_id == row.round_id, LedgerAccount.place == "available"
    )
    return slip.warnings(change.amount_fen, (await session.scalar(left) or 0) + change.amount_fen)


async def _last(session: AsyncSession, row: Appropriation) -> AppropriationChange | None:
    changes = sa.select(AppropriationChange).where(AppropriationChange.round_id == row.round_id)
    found: AppropriationChange | None = await session.scalar(changes.order_by(AppropriationChange.id.desc()).limit(1))
    return found


def repayment_warnings(recovery: Recovery, repayment: Repayment) -> list[Reason]:
    """What came in and is not confirmed, against what is owed and against each part of the plan."""
    if repayment.status != "registered":
        return []
    return slip.warnings(repayment.amount_fen, recovery.facts().owed_fen, *(part.amount_fen for part in recovery.plan))


LOOKED_AT = timedelta(days=31)
"""A change of an appropriation is taken to be meant when nobody has taken it back by then."""


async def slips(session: AsyncSession, books: Books, now: datetime) -> list[tuple[Any, Award | None, int, str, Any]]:
    """Of what waits for somebody: subject, award, fen, why, since when."""
    return [
        *await _appropriations(session, books, now),
        *await _repayments(session, books),
        *await _expenses(session, books),
    ]


async def _appropriations(session: AsyncSession, books: Books, now: datetime) -> list[Any]:
    found = []
    for row in await session.scalars(sa.select(Appropriation).where(Appropriation.round_id.in_(books.rounds))):
        change = await _last(session, row)
        if change and change.business_time > now - LOOKED_AT:
            told = await appropriation_warnings(session, row)
            found += [(row.id, None, change.amount_fen, one.zh, change.business_time) for one in told]
    return found


async def _repayments(session: AsyncSession, books: Books) -> list[Any]:
    rows = await session.execute(
        sa.select(Repayment, Recovery, Award)
        .join(Recovery, Recovery.id == Repayment.recovery_id)
        .join(Award, Award.id == Recovery.award_id)
        .where(Repayment.round_id.in_(books.rounds), Repayment.status == "registered")
    )
    found = [(row, award, repayment_warnings(recovery, row)) for row, recovery, award in rows]
    return [(row.id, award, row.amount_fen, told[0].zh, row.created_at) for row, award, told in found if told]


async def _expenses(session: AsyncSession, books: Books) -> list[Any]:
    covered = sa.select(Fapiao.expense_id, sa.func.sum(Fapiao.amount_fen).label("fen")).group_by(Fapiao.expense_id)
    fapiaos = covered.subquery()
    rows = await session.execute(
        sa.select(Expense, Award, fapiaos.c.fen)
        .join(Award, Award.id == Expense.award_id)
        .join(fapiaos, fapiaos.c.expense_id == Expense.id)
        .where(
            Expense.round_id.in_(books.rounds),
            Expense.status == "submitted",
            fapiaos.c.fen == 100 * Expense.amount_fen,
        )
    )
    return [
        (row.id, award, row.amount_fen, slip.warnings(row.amount_fen, int(fen))[0].zh, row.submitted_at)
        for row, award, fen in rows
    ]
