"""The ledger."""

from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import Response

from services.funding import queries, schemas
from services.funding.api.handing import money_file
from services.funding.api.roles import Office
from services.funding.api.wanted import Reader
from services.funding.models import LedgerAccount, LedgerTransaction
from services.funding.usecases import verification
from shared.http import MOST_EXPORTED, Api, Db, Format, Lists, Now, Page, page, require_fits
from shared.http.shapes import Instant

books = Api(tags=["ledger"])


def _moment(
    at: Annotated[Instant | None, Query(description="of this moment instead of now")] = None,
    by: Annotated[
        Literal["business", "booked"], Query(description="what had happened by then, or what had been booked by then")
    ] = "business",
) -> queries.Moment | None:
    return queries.Moment(at, by == "booked") if at else None


def _wanted(
    round_id: UUID | None = None,
    award_id: UUID | None = None,
    instalment_id: UUID | None = None,
    event: Annotated[str | None, Query(max_length=40)] = None,
    since: Instant | None = None,
    until: Annotated[Instant | None, Query(description="business time before this")] = None,
) -> queries.Bookings:
    return queries.Bookings(round_id, award_id, instalment_id, event, since, until)


At = Annotated[queries.Moment | None, Depends(_moment)]
Wanted = Annotated[queries.Bookings, Depends(_wanted)]


@books.get("/v1/ledger/accounts", response_model=Page[schemas.AccountOut])
async def list_accounts(
    db: Db, who: Office, query: Lists, moment: At, round_id: UUID | None = None, award_id: UUID | None = None
) -> Any:
    """Every account with its balance; with ``at`` of an earlier moment, from its postings."""

    def shown(row: Any) -> schemas.AccountOut:
        own = {"id": row.id, "round_id": row.round_id, "award_id": row.award_id, "place": row.place}
        return schemas.AccountOut.model_validate({**own, **queries.account_words(row.place, row.balance_fen)})

    return await page(
        db,
        queries.accounts(who, round_id, award_id, moment),
        query,
        sortable={"id": LedgerAccount.id},
        id=LedgerAccount.id,
        item=shown,
    )


@books.get("/v1/ledger/payees", response_model=Page[schemas.PayeeMoneyOut])
async def list_payees_money(db: Db, who: Office, query: Lists, moment: At, round_id: UUID | None = None) -> Any:
    """Where the money of each payee's awards stands; with ``at`` of an earlier moment."""
    by_unit = queries.payees_money(who, round_id, moment)
    return await page(
        db,
        by_unit.select(),
        query,
        sortable={"unit_code": by_unit.c.unit_code},
        id=by_unit.c.unit_code,
        item=schemas.PayeeMoneyOut.model_validate,
    )


@books.get("/v1/ledger/transactions", response_model=Page[schemas.TransactionOut])
async def list_transactions(db: Db, who: Office, query: Lists, wanted: Wanted) -> Any:
    """Every booking with its postings. The only correction is a booking that names the one it reverses."""
    return await page(
        db,
        queries.transactions(who, wanted),
        query,
        id=LedgerTransaction.id,
        sortable={"business_time": LedgerTransaction.business_time, "created_at": LedgerTransaction.created_at},
        item=schemas.TransactionOut.model_validate,
    )


@books.get("/v1/ledger/transactions/export", response_class=Response)
async def export_transactions(
    db: Db, who: Office, read: Reader, now: Now, wanted: Wanted, format: Format = "xlsx"
) -> Response:
    """A line for each posting of what the list finds with the same parameters: at most 50,000, more are refused."""
    found = queries.ledger_lines(who, wanted)
    await require_fits(db, found.with_only_columns(LedgerTransaction.id, maintain_column_froms=True), MOST_EXPORTED)
    lines = [queries.ledger_line(row) for row in await db.execute(found)]
    return await money_file(db, "ledger", format, queries.LEDGER_HEAD, lines, asdict(wanted), who, now)


@books.get("/v1/ledger/verify", response_model=schemas.VerificationOut)
async def verify_ledger(db: Db, who: Office) -> Any:
    """Replays every posting and compares it with every balance and every business row."""
    return await verification.verify(db)
