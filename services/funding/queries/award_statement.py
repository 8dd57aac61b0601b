"""A team's statement: everything that happened to its award, in the order of time."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Expense, Instalment, KnownRound
from services.funding.queries.awards import instalments_of
from services.funding.queries.glance import UNPAID
from services.funding.queries.movements import Books, bookings, stands
from services.funding.rules import award as award_rules
from services.funding.rules import expense as expense_rules
from services.funding.rules import instalment as instalment_rules
from shared.amounts import capitals
from shared.contracts.words import words_of
from shared.http import history


async def award_statement(session: AsyncSession, award: Award, books: Books) -> dict[str, Any]:
    """As ``schemas.AwardStatementOut``; running balances begin with the opening ones."""
    parts = {part.id: part for part in await instalments_of(session, award.id)}
    known = await session.get_one(KnownRound, award.round_id)
    opening, closing = await stands(session, books, opening=True), await stands(session, books)
    spent = await _spent(session, award, books)
    return {
        "award_id": award.id,
        "order_number": award.order_number,
        "team_name": award.team_name,
        "round": known.name,
        "payee_unit_code": award.payee_unit_code,
        "payee_unit_name": award.payee_unit_name,
        "status": award_rules.LIFECYCLE.statuses[award.status],
        "amount_fen": award.amount_fen,
        "capitals": capitals(award.amount_fen),
        "since": books.since,
        "until": books.until,
        "opening": opening,
        "closing": closing,
        "paid_fen": closing["paid_fen"],
        "paid_capitals": capitals(closing["paid_fen"]),
        "bookings": _running(await bookings(session, books), parts, opening),
        "instalments": [await _part(session, part) for part in parts.values()],
        "expenses": spent,
        "spent_fen": sum(one["amount_fen"] for one in spent if one["status"] == "accepted"),
    }


def _running(lines: list[dict[str, Any]], parts: dict[UUID, Instalment], opening: dict[str, int]) -> list[Any]:
    """Each booking with what the payee has afterwards, and what is promised beyond it."""
    paid_fen, open_fen = opening["paid_fen"], sum(opening[f"{place}_fen"] for place in UNPAID)
    for line in lines:
        fen, source, target = line["amount_fen"], line["source"], line["target"]
        paid_fen += fen * ((target == "paid") - (source == "paid"))
        open_fen += fen * ((target in UNPAID) - (source in UNPAID))
        part = parts.get(line["instalment_id"])
        line |= {
            "paid_fen": paid_fen,
            "open_fen": open_fen,
            "number": part.number if part else None,
            "voucher": part.voucher if part and line["event"] == "pay" else None,
        }
    return lines


async def _part(session: AsyncSession, part: Instalment) -> dict[str, Any]:
    own = ("id", "number", "amount_fen", "status", "voucher", "budget_indicator", "functional_class", "economic_class")
    return {
        **{name: getattr(part, name) for name in own},
        "capitals": capitals(part.amount_fen),
        "zh": instalment_rules.LIFECYCLE.statuses[part.status],
        "steps": [_step(told) for told in await history(session, "instalment", part.id)],
    }


def _step(told: dict[str, Any]) -> dict[str, Any]:
    zh, en = words_of(told["type"])
    return {"at": told["business_time"], "step": told["type"], "zh": zh, "en": en, "actor": told["actor"]}


async def _spent(session: AsyncSession, award: Award, books: Books) -> list[dict[str, Any]]:
    """Expenses of the period that are accepted or wait to be: what they were for, never whom they went to."""
    statement = sa.select(Expense).where(Expense.award_id == award.id, Expense.status.in_(("submitted", "accepted")))
    if books.since:
        statement = statement.where(Expense.spent_on >= books.since)
    if books.until:
        statement = statement.where(Expense.spent_on <= books.until)
    rows = await session.scalars(statement.order_by(Expense.spent_on, Expense.id))
    own = ("id", "spent_on", "category", "what", "status", "amount_fen")
    labels = expense_rules.LIFECYCLE.statuses
    return [{**{name: getattr(row, name) for name in own}, "zh": labels[row.status]} for row in rows]
