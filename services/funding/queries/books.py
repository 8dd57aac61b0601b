"""The ledger: accounts, payees and transactions, now or at an earlier moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, LedgerAccount, LedgerPosting, LedgerTransaction
from services.funding.queries.base import rounds_of
from services.funding.rules import ledger as ledger_rules
from shared.actor import Actor
from shared.amounts import in_yuan
from shared.queries import filtered


@dataclass(frozen=True, slots=True)
class Moment:
    """Up to and with ``at``: what had happened by then (business time), or what had been booked by then."""

    at: datetime
    booked: bool = False

    @property
    def reached(self) -> sa.ColumnElement[bool]:
        time = LedgerTransaction.created_at if self.booked else LedgerTransaction.business_time
        return time <= self.at


@dataclass(frozen=True, slots=True)
class Bookings:
    """A filter of transactions; ``since`` ≤ business time < ``until``."""

    round_id: UUID | None = None
    award_id: UUID | None = None
    instalment_id: UUID | None = None
    event: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def balance(moment: Moment | None) -> sa.ColumnElement[int]:
    """An account's balance, now or as its postings make it at a moment."""
    if moment is None:
        return LedgerAccount.balance_fen.expression
    replayed = (
        sa.select(sa.func.coalesce(sa.func.sum(LedgerPosting.amount_fen), 0))
        .join(LedgerTransaction, LedgerTransaction.id == LedgerPosting.transaction_id)
        .where(LedgerPosting.account_id == LedgerAccount.id, moment.reached)
    )
    return sa.cast(replayed.correlate(LedgerAccount).scalar_subquery(), sa.BigInteger)


def accounts(
    actor: Actor, round_id: UUID | None, award_id: UUID | None, moment: Moment | None = None
) -> sa.Select[Any]:
    own = (LedgerAccount.id, LedgerAccount.round_id, LedgerAccount.award_id, LedgerAccount.place)
    statement: Any = sa.select(*own, balance(moment).label("balance_fen"))
    statement = statement.where(LedgerAccount.round_id.in_(rounds_of(actor)))
    return filtered(statement, LedgerAccount, round_id=round_id, award_id=award_id)


def account_words(place: str, balance_fen: int) -> dict[str, Any]:
    """An account as people read it: its names and a positive balance."""
    known = ledger_rules.CHART[place]
    return {"zh": known.zh, "en": known.en, "balance_fen": ledger_rules.natural(place, balance_fen)}


async def balances_at(session: AsyncSession, round_id: UUID, moment: Moment) -> dict[str, int]:
    """What stood in every place of a round at that moment, in fen as people read it, from the postings."""
    rows = await session.execute(
        sa.select(LedgerAccount.place, sa.func.sum(LedgerPosting.amount_fen))
        .select_from(LedgerTransaction)
        .join(LedgerPosting, LedgerPosting.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(LedgerTransaction.round_id == round_id, moment.reached)
        .group_by(LedgerAccount.place)
    )
    found = {place: int(fen) for place, fen in rows}
    return {place: ledger_rules.natural(place, found.get(place, 0)) for place in ledger_rules.CHART}


_OF_PAYEES = tuple(name for name, place in ledger_rules.CHART.items() if place.of == "award" and name != "reserved")


def payees_money(actor: Actor, round_id: UUID | None, moment: Moment | None = None) -> sa.Subquery:
    """Where the money stands, payee by payee: the units that agreements name."""
    fen = balance(moment).label("fen")
    each: Any = (
        sa.select(Award.payee_unit_code, Award.payee_unit_name, LedgerAccount.award_id, LedgerAccount.place, fen)
        .join(Award, Award.id == LedgerAccount.award_id)
        .where(LedgerAccount.round_id.in_(rounds_of(actor)), Award.payee_unit_code.is_not(None))
    )
    rows = filtered(each, LedgerAccount, round_id=round_id).subquery()
    places = (
        sa.cast(sa.func.coalesce(sa.func.sum(rows.c.fen).filter(rows.c.place == place), 0), sa.BigInteger).label(
            f"{place}_fen"
        )
        for place in _OF_PAYEES
    )
    return (
        sa.select(
            rows.c.payee_unit_code.label("unit_code"),
            sa.func.max(rows.c.payee_unit_name).label("unit_name"),
            sa.func.count(rows.c.award_id.distinct()).label("awards"),
            *places,
        )
        .group_by(rows.c.payee_unit_code)
        .subquery()
    )


def transactions(actor: Actor, wanted: Bookings) -> sa.Select[Any]:
    """Transactions with their postings, as the filter wants them."""
    sides = (
        sa.select(
            sa.func.json_agg(
                sa.func.json_build_object(
                    "account_id",
                    LedgerPosting.account_id,
                    "place",
                    LedgerAccount.place,
                    "amount_fen",
                    LedgerPosting.amount_fen,
                ),
                type_=sa.JSON,
            )
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(LedgerPosting.transaction_id == LedgerTransaction.id)
        .correlate(LedgerTransaction)
    )
    statement = sa.select(*LedgerTransaction.__table__.columns, sides.scalar_subquery().label("postings"))
    return _wanted(statement, actor, wanted)


LEDGER_HEAD = (
    "id",
    "business_time",
    "created_at",
    "event",
    "place",
    "科目",
    "debit_yuan",
    "credit_yuan",
    "round_id",
    "award_id",
    "instalment_id",
    "payee_unit_code",
    "payee_unit_name",
    "actor",
    "reason",
    "reverses_id",
)


def ledger_lines(actor: Actor, wanted: Bookings) -> sa.Select[Any]:
    """One row for each posting of these transactions, oldest first."""
    statement: Any = (
        sa.select(LedgerTransaction, LedgerPosting, LedgerAccount.place, Award.payee_unit_code, Award.payee_unit_name)
        .join(LedgerPosting, LedgerPosting.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .outerjoin(Award, Award.id == LedgerTransaction.award_id)
        .order_by(LedgerTransaction.business_time, LedgerTransaction.id, LedgerPosting.id)
    )
    return _wanted(statement, actor, wanted)


def ledger_line(row: Any) -> list[Any]:
    """A posting as a line of the file; amounts in yuan with two places."""
    of, posting, place, code, name = row
    debit, credit = max(posting.amount_fen, 0), max(-posting.amount_fen, 0)
    return [
        str(of.id),
        of.business_time.isoformat(),
        of.created_at.isoformat(),
        of.event,
        place,
        ledger_rules.CHART[place].zh,
        _yuan(debit),
        _yuan(credit),
        str(of.round_id),
        of.award_id and str(of.award_id),
        of.instalment_id and str(of.instalment_id),
        code,
        name,
        of.actor,
        of.reason,
        of.reverses_id and str(of.reverses_id),
    ]


def _yuan(amount_fen: int) -> str:
    """Yuan with two places; nothing for none."""
    return str(in_yuan(amount_fen)) if amount_fen else ""


def _wanted(statement: sa.Select[Any], actor: Actor, wanted: Bookings) -> sa.Select[Any]:
    of = LedgerTransaction
    statement = filtered(
        statement.where(of.round_id.in_(rounds_of(actor))),
        of,
        round_id=wanted.round_id,
        award_id=wanted.award_id,
        instalment_id=wanted.instalment_id,
        event=wanted.event,
    )
    if wanted.since:
        statement = statement.where(of.business_time >= wanted.since)
    if wanted.until:
        statement = statement.where(of.business_time < wanted.until)
    return statement
