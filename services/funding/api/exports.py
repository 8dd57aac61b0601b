"""Money as files for treasury and audit, exactly as filtered; payments one by one; who read out what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from services.funding import queries, schemas
from services.funding.api.columns import AWARD, INSTALMENT, PAYMENT, Column, table
from services.funding.api.handing import money_file
from services.funding.api.wanted import AwardsWanted, InstalmentsWanted, PaymentsWanted, Reader
from services.funding.models import Award, Batch, Instalment, Instruction, Reading
from shared.actor import Actor
from shared.http import (
    MOST_EXPORTED,
    Api,
    Db,
    Format,
    Lists,
    Now,
    Page,
    Who,
    allow,
    page,
    require_fits,
)

exports = Api(tags=["exports"])


@exports.get("/v1/awards/export", response_class=Response)
async def export_awards(db: Db, who: Reader, now: Now, wanted: AwardsWanted, format: Format = "xlsx") -> Response:
    """Awards that the list finds with the same filters, and where their money stands: at most 50,000, more are
    refused."""
    found = queries.listed_awards(who, wanted)
    await require_fits(db, found.with_only_columns(Award.id), MOST_EXPORTED)
    rows = await db.execute(queries.with_places(found).order_by(Award.order_number, Award.id))
    lines = [{**queries.columns_of(row[0]), **queries.places(row)} for row in rows]
    return await _file(db, "awards", format, AWARD, lines, wanted, who, now)


@exports.get("/v1/instalments/export", response_class=Response)
async def export_instalments(
    db: Db, who: Reader, now: Now, wanted: InstalmentsWanted, format: Format = "xlsx"
) -> Response:
    """Instalments that the list finds with the same filters, with treasury fields and signatures."""
    found = queries.listed_instalments(who, wanted)
    await require_fits(db, found.with_only_columns(Instalment.id), MOST_EXPORTED)
    rows = await db.execute(found.add_columns(Award).order_by(Award.order_number, Award.id, Instalment.number))
    lines = [{**queries.columns_of(award), **queries.columns_of(part)} for part, award in rows]
    return await _file(db, "instalments", format, INSTALMENT, lines, wanted, who, now)


@exports.get("/v1/payments", response_model=Page[schemas.PaymentOut])
async def list_payments(db: Db, who: Who, query: Lists, wanted: PaymentsWanted) -> Any:
    """Instructions to the bank with what they pay for and what the bank said."""
    return await page(
        db,
        queries.listed_payments(who, wanted),
        query,
        id=Instruction.id,
        sortable={"sent_at": Batch.made_at, "amount_fen": Instruction.amount_fen},
        item=lambda row: schemas.PaymentOut.model_validate(queries.payment(row)),
    )


@exports.get("/v1/payments/export", response_class=Response)
async def export_payments(db: Db, who: Reader, now: Now, wanted: PaymentsWanted, format: Format = "xlsx") -> Response:
    """Payments that the list finds with the same filters; accounts masked."""
    found = queries.listed_payments(who, wanted)
    await require_fits(db, found.with_only_columns(Instruction.id), MOST_EXPORTED)
    rows = await db.execute(found.order_by(Batch.made_at, Instruction.id))
    return await _file(db, "payments", format, PAYMENT, [queries.payment(row) for row in rows], wanted, who, now)


@exports.get("/v1/readings", response_model=Page[schemas.ReadingOut])
async def list_readings(
    db: Db,
    who: Annotated[Actor, allow("bureau", "supervisor")],
    query: Lists,
    reader: Annotated[str | None, Query(max_length=200)] = None,
    what: Annotated[str | None, Query(max_length=50)] = None,
) -> Any:
    """Who read out money of the rounds within the caller's division, from wherever: every file and report."""
    return await page(
        db,
        queries.readings(who, reader, what),
        query,
        sortable={"at": Reading.at},
        id=Reading.id,
        item=schemas.ReadingOut.model_validate,
    )


async def _file(
    db: Db,
    name: str,
    format: str,
    columns: Sequence[Column],
    lines: Sequence[dict[str, Any]],
    wanted: BaseModel,
    who: Actor,
    now: datetime,
) -> Response:
    asked = wanted.model_dump(mode="json", exclude_none=True)
    return await money_file(db, name, format, *table(columns, lines), asked, who, now)
