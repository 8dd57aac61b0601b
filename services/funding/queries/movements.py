"""What the ledger says of a period: what stood where before and after, and what moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import LedgerAccount, LedgerPosting, LedgerTransaction
from services.funding.rules import ledger as rules
from services.funding.rules.words import booked
from shared.clock import SHANGHAI, first_instant


@dataclass(frozen=True, slots=True)
class Books:
    """Which transactions are looked at: of these rounds, or of one award; by whole days in Shanghai, both included."""

    rounds: tuple[UUID, ...]
    award_id: UUID | None = None
    since: date | None = None
    until: date | None = None

    @property
    def own(self) -> list[Any]:
        found = [LedgerTransaction.round_id.in_(self.rounds)]
        return [*found, LedgerTransaction.award_id == self.award_id] if self.award_id else found

    @property
    def within(self) -> list[Any]:
        """Inside the period."""
        found = self.own
        if self.since:
            found.append(LedgerTransaction.business_time >= first_instant(self.since))
        return [*found, *self.up_to_its_end]

    @property
    def up_to_its_end(self) -> list[Any]:
        end = first_instant(self.until + timedelta(days=1)) if self.until else None
        return [LedgerTransaction.business_time < end] if end is not None else []


MONTH = sa.func.to_char(sa.func.timezone(SHANGHAI.key, LedgerTransaction.business_time), "YYYY-MM").label("booked_in")
_undone = sa.orm.aliased(LedgerTransaction)
EVENT = sa.func.coalesce(_undone.event, LedgerTransaction.event)
"""What was booked; a reversal counts against what it takes back."""
_SIGN = sa.case((LedgerTransaction.reverses_id.is_(None), 1), else_=-1)


async def stands(session: AsyncSession, books: Books, *, opening: bool = False) -> dict[str, int]:
    """Every place of the chart in fen as people read it, at the end of the period or before it began."""
    if opening and books.since is None:
        return _named({})
    when = [LedgerTransaction.business_time < first_instant(books.since)] if opening else books.up_to_its_end
    statement = (
        sa.select(LedgerAccount.place, sa.func.sum(LedgerPosting.amount_fen))
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerPosting.transaction_id)
        .where(*books.own, *when)
        .group_by(LedgerAccount.place)
    )
    return _named({place: int(fen) for place, fen in await session.execute(statement)})


def _named(found: dict[str, int]) -> dict[str, int]:
    return {f"{place}_fen": rules.natural(place, found.get(place, 0)) for place in rules.CHART}


async def moved(session: AsyncSession, books: Books, *by: Any) -> Sequence[Any]:
    """Rows (event, *by, how often, fen) of the period, reversals taken off what they reverse. ``by`` are labels."""
    names = [label.name for label in by]
    counts = sa.func.sum(_SIGN)
    debits = sa.func.sum(_SIGN * LedgerPosting.amount_fen)
    statement = (
        sa.select(EVENT.label("booked"), *by, counts, debits)
        .select_from(LedgerTransaction)
        .join(LedgerPosting, LedgerPosting.transaction_id == LedgerTransaction.id)
        .outerjoin(_undone, _undone.id == LedgerTransaction.reverses_id)
        .where(*books.within, LedgerPosting.amount_fen > 0)
        .group_by("booked", *names)
        .order_by("booked", *names)
    )
    return (await session.execute(statement)).all()


async def bookings(session: AsyncSession, books: Books) -> list[dict[str, Any]]:
    """Each transaction of the period in the order of time: what, who, why, how much, from where to where."""
    source, target = sa.orm.aliased(LedgerPosting), sa.orm.aliased(LedgerPosting)
    left, right = sa.orm.aliased(LedgerAccount), sa.orm.aliased(LedgerAccount)
    statement = (
        sa.select(LedgerTransaction, EVENT, target.amount_fen, left.place, right.place)
        .join(target, sa.and_(target.transaction_id == LedgerTransaction.id, target.amount_fen > 0))
        .join(source, sa.and_(source.transaction_id == LedgerTransaction.id, source.amount_fen < 0))
        .join(right, right.id == target.account_id)
        .join(left, left.id == source.account_id)
        .outerjoin(_undone, _undone.id == LedgerTransaction.reverses_id)
        .where(*books.within)
        .order_by(LedgerTransaction.business_time, LedgerTransaction.id)
    )
    return [_booking(*row) for row in await session.execute(statement)]


def _booking(row: LedgerTransaction, event: str, fen: int, source: str, target: str) -> dict[str, Any]:
    zh, en = booked(event)
    undoes = row.reverses_id is not None
    return {
        "id": row.id,
        "round_id": row.round_id,
        "at": row.business_time,
        "event": row.event,
        "zh": f"冲销：{zh}" if undoes else zh,
        "en": f"Reversed: {en}" if undoes else en,
        "actor": row.actor,
        "reason": row.reason,
        "amount_fen": fen,
        "source": source,
        "target": target,
        "award_id": row.award_id,
        "instalment_id": row.instalment_id,
        "reverses_id": row.reverses_id,
    }
