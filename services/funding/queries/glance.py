"""How a round's money stands: by status, by county, what is due, and what somebody must look after."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import (
    Award,
    Batch,
    Hold,
    Instalment,
    Instruction,
    KnownRound,
    LedgerAccount,
    LedgerPosting,
    LedgerTransaction,
    OutstandingItem,
)
from services.funding.queries.forecast import forecast
from services.funding.queries.movements import Books
from services.funding.queries.slips import slips
from services.funding.rules import award as award_rules
from services.funding.rules import hold as hold_rules
from services.funding.rules import instalment as instalment_rules
from services.funding.rules import slip
from services.funding.schemas.forecast import ForecastMonth
from shared.clock import SHANGHAI
from shared.divisions import name_of

PROMISED = ("committed", "held", "payable", "in_transit", "returned", "paid")
"""Places of what is promised or paid and not claimed back."""
UNPAID = ("reserved", "committed", "held", "payable", "in_transit", "returned")

KINDS = {
    "unknown": ("银行结果不明", "The bank cannot say what became of it"),
    "unanswered": ("银行尚未答复", "The bank has not answered yet"),
    "returned": ("银行退回，尚未重新申请", "Returned by the bank and not requested again"),
    "held": ("暂缓拨付", "Held"),
    "owing": ("应收回尚未收回", "To come back and not come yet"),
    "slip": slip.KIND,
}


async def glance(session: AsyncSession, books: Books, now: datetime) -> dict[str, Any]:
    """Everything of ``schemas.MoneyOut`` that is not a balance, of one round."""
    known = await session.get_one(KnownRound, books.rounds[0])
    late = now - timedelta(days=known.policy.payment_within_days)
    return {
        "awards": await _by_status(session, Award, books, award_rules.LIFECYCLE.statuses),
        "instalments": await _by_status(session, Instalment, books, instalment_rules.LIFECYCLE.statuses),
        "districts": await districts(session, books),
        "holds": await _holds(session, books),
        "due": await _due(session, books, "due", "应付"),
        "overdue": await _due(session, books, "overdue", "逾期未付", Instalment.due_at < late),
        "exceptions": await exceptions(session, books, now),
        "forecast": await _forecast(session, books, now.astimezone(SHANGHAI).date()),
    }


async def _forecast(session: AsyncSession, books: Books, today: date) -> list[ForecastMonth]:
    """This month and the next, nothing expected included."""
    expected = {one.month: one for one in (await forecast(session, books.rounds[0], today)).months}
    months = (f"{month:%Y-%m}" for month in (today, today.replace(day=1) + timedelta(days=31)))
    return [expected.get(month) or ForecastMonth(month=month, due_fen=0, planned_fen=0) for month in months]


def promised(places: Mapping[str, int]) -> dict[str, int | None]:
    """Of a round's places (fen): what is awarded, and how much of it is paid, in whole per cent rounded down."""
    awarded_fen = sum(places[place] for place in PROMISED)
    return {"awarded_fen": awarded_fen, "paid_percent": places["paid"] * 100 // awarded_fen if awarded_fen else None}


async def _by_status(session: AsyncSession, model: Any, books: Books, labels: Any) -> list[dict[str, Any]]:
    statement = (
        sa.select(model.status, sa.func.count(), sa.func.sum(model.amount_fen))
        .where(model.round_id.in_(books.rounds))
        .group_by(model.status)
    )
    found = {status: (count, int(fen)) for status, count, fen in await session.execute(statement)}
    return [_count(status, zh, *found[status]) for status, zh in labels.items() if status in found]


def _count(code: str, zh: str, count: int, fen: int | None) -> dict[str, Any]:
    return {"code": code, "zh": zh, "count": count, "amount_fen": int(fen or 0)}


async def _holds(session: AsyncSession, books: Books) -> list[dict[str, Any]]:
    """Standing holds by where they come from. The same money may wait for several."""
    statement = (
        sa.select(Hold.source, sa.func.count(), sa.func.sum(sa.func.coalesce(Instalment.amount_fen, Award.amount_fen)))
        .join(Award, Award.id == Hold.award_id)
        .outerjoin(Instalment, Instalment.id == Hold.instalment_id)
        .where(Award.round_id.in_(books.rounds), Hold.status == "standing")
        .group_by(Hold.source)
        .order_by(Hold.source)
    )
    rows = await session.execute(statement)
    return [_count(source, hold_rules.SOURCES[source], count, fen) for source, count, fen in rows]


async def _due(session: AsyncSession, books: Books, code: str, zh: str, *more: Any) -> dict[str, Any]:
    """Due and not with the bank yet, whoever has to sign next."""
    waiting = Instalment.status.in_(("due", "requested", "reissued", "approved"))
    statement = sa.select(sa.func.count(), sa.func.sum(Instalment.amount_fen)).where(
        Instalment.round_id.in_(books.rounds), waiting, *more
    )
    return _count(code, zh, *(await session.execute(statement)).one())


async def districts(session: AsyncSession, books: Books) -> list[dict[str, Any]]:
    """By the county where the teams serve, at the end of the period."""
    county = sa.func.left(Award.division, 6)
    stand = stand_of_awards(books)
    rows = await session.execute(
        sa.select(county, sa.func.count(), *(sa.func.sum(stand.c[name]) for name in _SUMS))
        .join(stand, stand.c.award_id == Award.id)
        .group_by(county)
        .order_by(county)
    )
    return [
        {
            "division": code,
            "name": name_of(f"{code}000000") or "",
            "awards": count,
            **{f"{name}_fen": int(fen) for name, fen in zip(_SUMS, figures, strict=True)},
        }
        for code, count, *figures in rows
    ]


_SUMS = {"awarded": PROMISED, "paid": ("paid",), "unpaid": UNPAID, "owing": ("recoverable",)}


def stand_of_awards(books: Books) -> Any:
    """Of every award that money stood with: what is awarded, paid, unpaid and owing at the end of the period."""

    sums = [
        sa.func.coalesce(sa.func.sum(LedgerPosting.amount_fen).filter(LedgerAccount.place.in_(places)), 0).label(name)
        for name, places in _SUMS.items()
    ]
    return (
        sa.select(LedgerAccount.award_id, *sums)
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerPosting.transaction_id)
        .where(*books.own, *books.up_to_its_end, LedgerAccount.award_id.is_not(None))
        .group_by(LedgerAccount.award_id)
        .having(sa.func.sum(LedgerPosting.amount_fen) > 0)
        .subquery()
    )


async def exceptions(session: AsyncSession, books: Books, now: datetime) -> list[dict[str, Any]]:
    """What stands open now, the oldest first."""
    found = [
        *await _at_bank(session, books),
        *await _back(session, books),
        *await _owing(session, books),
        *(("slip", *one) for one in await slips(session, books, now)),
    ]
    lines = [
        {
            "kind": kind,
            "zh": KINDS[kind][0],
            "en": KINDS[kind][1],
            "subject": subject,
            "award_id": award and award.id,
            "order_number": award.order_number if award else "",
            "team_name": award.team_name if award else "",
            "amount_fen": fen,
            "reason": reason or "",
            "since": since,
            "days": max(0, (now - since).days),
        }
        for kind, subject, award, fen, reason, since in found
    ]
    lines += await _items(session, books, now)
    return sorted(lines, key=lambda line: (line["since"], str(line["subject"])))


async def _at_bank(session: AsyncSession, books: Books) -> list[Any]:
    """Instructions that the bank has not settled: unknown, or not answered."""
    rows = await session.execute(
        sa.select(Instruction, Batch.made_at, Award)
        .join(Batch, Batch.id == Instruction.batch_id)
        .join(Instalment, Instalment.id == Instruction.instalment_id)
        .join(Award, Award.id == Instalment.award_id)
        .where(Award.round_id.in_(books.rounds), sa.or_(Instruction.result.is_(None), Instruction.result == "unknown"))
    )
    return [
        ("unknown" if row.result else "unanswered", row.id, award, row.amount_fen, row.bank_reason, sent)
        for row, sent, award in rows
    ]


async def _back(session: AsyncSession, books: Books) -> list[Any]:
    """Instalments that came back or are held, since their last booking."""

    since = (
        sa.select(sa.func.max(LedgerTransaction.business_time))
        .where(LedgerTransaction.instalment_id == Instalment.id)
        .scalar_subquery()
    )
    rows = await session.execute(
        sa.select(Instalment, Award, sa.func.coalesce(since, Instalment.created_at))
        .join(Award, Award.id == Instalment.award_id)
        .where(Award.round_id.in_(books.rounds), Instalment.status.in_(("returned", "held")))
    )
    return [
        (part.status, part.id, award, part.amount_fen, award.hold_reason if part.status == "held" else None, at)
        for part, award, at in rows
    ]


async def _owing(session: AsyncSession, books: Books) -> list[Any]:
    """Awards of which money must come back, since it was claimed."""

    since = (
        sa.select(sa.func.min(LedgerTransaction.business_time))
        .where(LedgerTransaction.award_id == Award.id, LedgerTransaction.event == "claim_back")
        .scalar_subquery()
    )
    rows: Sequence[Any] = (
        await session.execute(
            sa.select(Award, LedgerAccount.balance_fen, since)
            .join(LedgerAccount, LedgerAccount.award_id == Award.id)
            .where(
                Award.round_id.in_(books.rounds), LedgerAccount.place == "recoverable", LedgerAccount.balance_fen > 0
            )
        )
    ).all()
    return [("owing", award.id, award, fen, award.ended_reason, at) for award, fen, at in rows]


async def _items(session: AsyncSession, books: Books, now: datetime) -> list[dict[str, Any]]:
    """What ledger and bank do not agree on (未达账项), beyond instructions that are told already."""
    rows = await session.execute(
        sa.select(OutstandingItem, sa.func.coalesce(Instruction.amount_fen, 0))
        .outerjoin(Instruction, Instruction.id == OutstandingItem.instruction_id)
        .where(
            OutstandingItem.round_id.in_(books.rounds),
            OutstandingItem.status == "open",
            OutstandingItem.queue != "unanswered",
        )
    )
    return [
        {
            **_of_item(row, int(sent_fen)),
            "subject": row.id,
            "award_id": None,
            "order_number": "",
            "team_name": "",
            "amount_fen": row.amount_fen,
            "reason": row.reference,
            "since": row.since,
            "days": max(0, (now - row.since).days),
        }
        for row, sent_fen in rows
    ]


def _of_item(row: OutstandingItem, sent_fen: int) -> dict[str, str]:
    if not slip.slipped(row.amount_fen, sent_fen):
        return {"kind": "item", "zh": row.zh, "en": row.en}
    zh, en = slip.KIND
    return {"kind": "slip", "zh": f"{row.zh}；{zh}", "en": f"{row.en}; {en}"}
