"""The year-end report: a round, or all rounds of an office in a calendar year."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import AppropriationChange, Award, FinalAccount, Instalment, KnownRound, LedgerTransaction
from services.funding.queries.base import rounds_of
from services.funding.queries.glance import districts, exceptions, stand_of_awards
from services.funding.queries.movements import MONTH, Books, moved, stands
from services.funding.rules import award as award_rules
from services.funding.rules.words import booked
from shared.actor import Actor
from shared.errors import NotFound


async def books_of_round(session: AsyncSession, round_id: UUID, until: date | None) -> tuple[str, Books]:
    """The whole life of a round, up to a day."""
    known = await session.get_one(KnownRound, round_id)
    return f"{known.name}资金年终报告", Books((round_id,), until=until)


async def books_of_year(session: AsyncSession, year: int, actor: Actor) -> tuple[str, Books]:
    """Everything that the actor oversees, in a calendar year. Without a round until then there is nothing to report."""
    seen = rounds_of(actor).where(KnownRound.year <= year).order_by(KnownRound.year, KnownRound.id)
    rounds = tuple(await session.scalars(seen))
    if not rounds:
        raise NotFound("round")
    return f"{year}年专家服务资金年终报告", Books(rounds, since=date(year, 1, 1), until=date(year, 12, 31))


async def report(session: AsyncSession, title: str, books: Books, now: datetime) -> dict[str, Any]:
    """As ``schemas.ReportOut`` without the verification."""
    return {
        "title": title,
        "rounds": books.rounds,
        "since": books.since,
        "until": books.until,
        "opening": await stands(session, books, opening=True),
        "closing": await stands(session, books),
        "appropriations": await _changes(session, books),
        "movements": [_movement(*row) for row in await moved(session, books)],
        "months": await _months(session, books),
        "districts": await districts(session, books),
        "classes": await _classes(session, books),
        "unpaid": await _unpaid(session, books),
        "exceptions": await exceptions(session, books, now),
        "accounts": await _accounts(session, books),
    }


async def _accounts(session: AsyncSession, books: Books) -> dict[str, int]:
    """Final accounts that were accepted in the period, and what they come to."""
    day = sa.cast(sa.func.timezone("Asia/Shanghai", FinalAccount.decided_at), sa.Date)
    figures = (FinalAccount.received_fen, FinalAccount.accepted_fen, FinalAccount.unspent_fen)
    statement = sa.select(sa.func.count(), *(sa.func.coalesce(sa.func.sum(one), 0) for one in figures)).where(
        FinalAccount.round_id.in_(books.rounds),
        FinalAccount.status == "accepted",
        day >= books.since if books.since else sa.true(),
        day <= books.until if books.until else sa.true(),
    )
    count, *sums = (await session.execute(statement)).one()
    names = ("received_fen", "accepted_fen", "unspent_fen")
    return {"accounted": count, **{name: int(fen) for name, fen in zip(names, sums, strict=True)}}


async def _changes(session: AsyncSession, books: Books) -> list[dict[str, Any]]:
    """Every change of what the rounds were given, with its papers; carried over and lapsed money with them."""
    rows = await session.scalars(
        sa.select(AppropriationChange)
        .join(LedgerTransaction, LedgerTransaction.id == AppropriationChange.transaction_id)
        .where(*books.within)
        .order_by(AppropriationChange.id)
    )
    return [_change(row) for row in rows]


def _change(row: AppropriationChange) -> dict[str, Any]:
    carried_in = row.event == "appropriate" and row.linked_id is not None
    zh, en = ("结转转入", "Carried in") if carried_in else booked(row.event)
    return {**{column.key: getattr(row, column.key) for column in row.__table__.columns}, "zh": zh, "en": en}


def _movement(event: str, count: int, fen: int) -> dict[str, Any]:
    zh, en = booked(event)
    return {"event": event, "zh": zh, "en": en, "count": int(count), "amount_fen": int(fen)}


async def _months(session: AsyncSession, books: Books) -> list[dict[str, Any]]:
    found: dict[str, dict[str, int]] = {}
    for event, month, _count, fen in await moved(session, books, MONTH):
        found.setdefault(month, {})[event] = int(fen)
    return [{"month": month, "moved": found[month]} for month in sorted(found)]


async def _classes(session: AsyncSession, books: Books) -> list[dict[str, Any]]:
    """What was paid in the period, by functional and economic classification; without one under a blank."""
    classes = sa.select(
        Instalment.id,
        Instalment.amount_fen,
        sa.func.coalesce(Instalment.functional_class, "").label("functional"),
        sa.func.coalesce(Instalment.economic_class, "").label("economic"),
    ).join(LedgerTransaction, LedgerTransaction.instalment_id == Instalment.id)
    paid = classes.where(*books.within, LedgerTransaction.event == "pay").subquery()
    rows = await session.execute(
        sa.select(paid.c.functional, paid.c.economic, sa.func.count(), sa.func.sum(paid.c.amount_fen))
        .group_by(paid.c.functional, paid.c.economic)
        .order_by(paid.c.functional, paid.c.economic)
    )
    return [
        {"functional_class": functional, "economic_class": economic, "count": count, "paid_fen": int(fen)}
        for functional, economic, count, fen in rows
    ]


async def _unpaid(session: AsyncSession, books: Books) -> list[dict[str, Any]]:
    """Awards with money that had not arrived at the end of the period."""
    stand = stand_of_awards(books)
    rows = await session.execute(
        sa.select(Award, stand.c.unpaid)
        .join(stand, stand.c.award_id == Award.id)
        .where(stand.c.unpaid > 0)
        .order_by(Award.order_number, Award.id)
    )
    return [
        {
            "award_id": award.id,
            "order_number": award.order_number,
            "team_name": award.team_name,
            "payee_unit_name": award.payee_unit_name or "",
            "status": award_rules.LIFECYCLE.statuses[award.status],
            "amount_fen": award.amount_fen,
            "unpaid_fen": int(fen),
        }
        for award, fen in rows
    ]
