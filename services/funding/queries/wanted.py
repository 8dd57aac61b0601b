"""Lists of money as a caller may see them, narrowed to what was asked for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.funding.models import Award, Batch, Instalment, Instruction, LedgerAccount, Payee
from services.funding.queries.base import visible
from services.funding.rules.ledger import CHART
from services.funding.rules.payee import masked
from services.funding.schemas.wanted import AwardFilter, InstalmentFilter, MoneyFilter, PaymentFilter
from shared.actor import Actor
from shared.clock import first_instant
from shared.http.shapes import LAST_YEAR
from shared.queries import filtered, within

DUE_ORDER = sa.func.coalesce(Instalment.due_at, sa.literal(datetime(LAST_YEAR, 12, 31, tzinfo=UTC)))
"""What is not due yet comes last."""


def listed_awards(actor: Actor, wanted: AwardFilter) -> sa.Select[Any]:
    statement = _money(visible(sa.select(Award), actor), Award, wanted)
    if wanted.continued is not None:
        statement = statement.where(Award.continues_team_id.is_not(None) == wanted.continued)
    return statement


def listed_instalments(actor: Actor, wanted: InstalmentFilter) -> sa.Select[Any]:
    statement = visible(sa.select(Instalment).join(Award, Award.id == Instalment.award_id), actor)
    statement = filtered(
        _money(statement, Instalment, wanted),
        Instalment,
        award_id=wanted.award_id,
        voucher=wanted.voucher,
        budget_indicator=wanted.budget_indicator,
        functional_class=wanted.functional_class,
        economic_class=wanted.economic_class,
    )
    statement = _days(statement, Instalment.due_at, wanted.due_from, wanted.due_to)
    return _days(statement, Instalment.paid_at, wanted.paid_from, wanted.paid_to)


_PAYMENT: tuple[Any, ...] = (Instruction, Batch, Instalment, Award, Payee)


def listed_payments(actor: Actor, wanted: PaymentFilter) -> sa.Select[Any]:
    """Instructions with batch, instalment, award and payee."""
    statement = visible(
        sa.select(*_PAYMENT)
        .join(Batch, Batch.id == Instruction.batch_id)
        .join(Instalment, Instalment.id == Instruction.instalment_id)
        .join(Award, Award.id == Instalment.award_id)
        .join(Payee, Payee.id == Instruction.payee_id),
        actor,
    )
    results = wanted.status.split(",") if wanted.status else None
    if results is not None:
        statement = statement.where(sa.func.coalesce(Instruction.result, "sent").in_(results))
    others = wanted.model_copy(update={"status": None, "round_id": None})
    statement = filtered(_money(statement, Instruction, others), Batch, round_id=wanted.round_id)
    statement = filtered(statement, Instruction, batch_id=wanted.batch_id, voucher=wanted.voucher)
    statement = filtered(statement, Instalment, award_id=wanted.award_id)
    statement = _days(statement, Batch.made_at, wanted.sent_from, wanted.sent_to)
    return _days(statement, Instruction.answered_at, wanted.answered_from, wanted.answered_to)


SIGNATURES = tuple(
    f"{name}_{part}"
    for name in ("requested", "approved", "second_approved", "third_approved")
    for part in ("by", "for")
)
"""Who signed a request, and for whom."""


def payment(row: Any) -> dict[str, Any]:
    """A row of :func:`listed_payments` as it is answered."""
    instruction, batch, instalment, award, payee = row[:5]
    return {
        **{
            name: getattr(instruction, name)
            for name in (
                "id",
                "status",
                "batch_id",
                "instalment_id",
                "team_id",
                "amount_fen",
                "voucher",
                "answered_by",
                "answered_at",
            )
        },
        **{
            name: getattr(instalment, name)
            for name in (
                "round_id",
                "award_id",
                "number",
                *SIGNATURES,
                "budget_indicator",
                "functional_class",
                "economic_class",
            )
        },
        "order_number": award.order_number,
        "team_name": award.team_name,
        "batch_number": batch.number,
        "payee_unit_code": payee.unit_code,
        "payee_unit_name": payee.unit_name,
        "account": masked(payee.account_end),
        "sent_by": batch.made_by,
        "sent_at": batch.made_at,
    }


def _money(statement: sa.Select[Any], model: Any, wanted: MoneyFilter) -> sa.Select[Any]:
    """What all lists have in common; district and payee are the award's."""
    statement = filtered(statement, model, round_id=wanted.round_id, team_id=wanted.team_id, status=wanted.status)
    statement = filtered(statement, Award, payee_unit_code=wanted.payee_unit_code)
    if wanted.division:
        statement = statement.where(within(Award.division, wanted.division))
    if wanted.amount_from_fen is not None:
        statement = statement.where(model.amount_fen >= wanted.amount_from_fen)
    if wanted.amount_to_fen is not None:
        statement = statement.where(model.amount_fen <= wanted.amount_to_fen)
    return statement


def _days(statement: sa.Select[Any], column: Any, first: date | None, last: date | None) -> sa.Select[Any]:
    """From the beginning of the first day to the end of the last, in Shanghai."""
    if first:
        statement = statement.where(column >= first_instant(first))
    if last:
        statement = statement.where(column < first_instant(last + timedelta(days=1)))
    return statement


_AWARD_PLACES = [name for name, place in CHART.items() if place.of == "award"]


def with_places(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Awards, each with what stands in every place of the chart."""
    sums = [
        sa.func.coalesce(sa.func.sum(LedgerAccount.balance_fen).filter(LedgerAccount.place == place), 0).label(place)
        for place in _AWARD_PLACES
    ]
    stands = sa.select(LedgerAccount.award_id, *sums).group_by(LedgerAccount.award_id).subquery()
    figures = [sa.func.coalesce(stands.c[place], 0) for place in _AWARD_PLACES]
    return statement.outerjoin(stands, stands.c.award_id == Award.id).add_columns(*figures)


def places(row: Any) -> dict[str, int]:
    """The figures of a row of :func:`with_places`, in fen."""
    return {f"{place}_fen": int(fen) for place, fen in zip(_AWARD_PLACES, row[1:], strict=True)}


def columns_of(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in sa.inspect(type(row)).column_attrs}
