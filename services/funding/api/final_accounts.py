"""Final accounts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response

from services.funding import forms, queries, schemas
from services.funding.api.attachments import of_final_accounts
from services.funding.api.columns import FINAL_ACCOUNT, table
from services.funding.api.handing import money_file
from services.funding.api.roles import Bureau
from services.funding.api.wanted import Reader
from services.funding.models import Award, FinalAccount
from services.funding.rules.final_account import CHECKERS, PREPARERS
from services.funding.usecases import final_account
from shared.actor import Actor
from shared.documents import Document
from shared.http import (
    MOST_EXPORTED,
    Api,
    Db,
    Format,
    FormVersionOut,
    IfMatch,
    Lists,
    Now,
    Page,
    Who,
    allow,
    check_version,
    hand_out,
    handed_out,
    history,
    page,
    require_fits,
)
from shared.http.shapes import ReasonIn, Statuses

final_accounts = Api(tags=["final accounts"])

Prepares = Annotated[Actor, allow(*PREPARERS)]
Accepts = Annotated[Actor, allow(*CHECKERS)]


@final_accounts.post("/v1/awards/{award_id}/final-account", response_model=schemas.FinalAccountDetail, status_code=201)
async def draft_final_account(award_id: UUID, body: schemas.FinalAccountIn, db: Db, who: Prepares) -> Any:
    """The one final account (决算) of an award. Its figures are computed; the text is the unit's."""
    row = await final_account.draft(db, award_id, body.summary, body.variance, who)
    return await _account(db, row.id, who)


@final_accounts.get("/v1/final-accounts", response_model=Page[schemas.FinalAccountOut])
async def list_final_accounts(
    db: Db,
    who: Who,
    query: Lists,
    round_id: UUID | None = None,
    award_id: UUID | None = None,
    status: Statuses | None = None,
) -> Any:
    columns = {"created_at": FinalAccount.created_at, "unspent_fen": FinalAccount.unspent_fen}
    return await page(
        db,
        queries.final_accounts(who, round_id, award_id, status),
        query,
        sortable=columns,
        id=FinalAccount.id,
        item=schemas.FinalAccountOut.model_validate,
    )


@final_accounts.get("/v1/final-accounts/export", response_class=Response)
async def export_final_accounts(
    db: Db,
    who: Reader,
    now: Now,
    format: Format = "xlsx",
    round_id: UUID | None = None,
    award_id: UUID | None = None,
    status: Statuses | None = None,
) -> Any:
    """The list as filtered, as a file. Figures stand there once an account is accepted."""
    found = queries.final_accounts(who, round_id, award_id, status)
    await require_fits(db, found.with_only_columns(FinalAccount.id), MOST_EXPORTED)
    rows = await db.execute(found.add_columns(Award).order_by(Award.order_number, Award.id))
    lines = [{**queries.columns_of(award), **queries.columns_of(row)} for row, award in rows]
    asked = {"round_id": round_id, "award_id": award_id, "status": status}
    return await money_file(db, "final-accounts", format, *table(FINAL_ACCOUNT, lines), asked, who, now)


@final_accounts.get("/v1/final-accounts/{final_account_id}", response_model=schemas.FinalAccountDetail)
async def read_final_account(final_account_id: UUID, db: Db, who: Who) -> Any:
    """With its figures and everything that would refuse each step now."""
    return await _account(db, final_account_id, who)


@final_accounts.get("/v1/final-accounts/{final_account_id}/history")
async def read_final_account_history(final_account_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.final_account(db, final_account_id, who)
    return await history(db, "final_account", final_account_id)


@final_accounts.get("/v1/final-accounts/{final_account_id}/form", response_class=Response)
async def read_final_account_form(final_account_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """经费决算表 as a DOCX in the official layout, to be sealed by the unit and signed by the office."""
    paper = await _paper(db, final_account_id, who)
    return await hand_out(db, of_final_accounts, final_account_id, "final_account", (paper, paper), who, now)


@final_accounts.get("/v1/final-accounts/{final_account_id}/forms", response_model=list[FormVersionOut])
async def list_final_account_forms(final_account_id: UUID, db: Db, who: Who) -> Any:
    """Which versions of the paper were downloaded, and their sealed scans."""
    current = {"final_account": await _paper(db, final_account_id, who)}
    return await handed_out(db, of_final_accounts, final_account_id, current)


@final_accounts.put("/v1/final-accounts/{final_account_id}", response_model=schemas.FinalAccountDetail)
async def edit_final_account(
    final_account_id: UUID, body: schemas.FinalAccountIn, db: Db, who: Prepares, seen: IfMatch
) -> Any:
    row, _award = await final_account.own(db, final_account_id, who)
    check_version(row, seen)
    await final_account.edit(db, row, body.summary, body.variance, who)
    return await _account(db, final_account_id, who)


@final_accounts.post("/v1/final-accounts/{final_account_id}/submit", response_model=schemas.FinalAccountDetail)
async def submit_final_account(final_account_id: UUID, db: Db, who: Prepares, now: Now) -> Any:
    """From here on nothing is booked on the award."""
    await final_account.submit(db, final_account_id, who, now)
    return await _account(db, final_account_id, who)


@final_accounts.post("/v1/final-accounts/{final_account_id}/return", response_model=schemas.FinalAccountDetail)
async def return_final_account(final_account_id: UUID, body: ReasonIn, db: Db, who: Accepts, now: Now) -> Any:
    await final_account.return_(db, final_account_id, body.reason, who, now)
    return await _account(db, final_account_id, who)


@final_accounts.post("/v1/final-accounts/{final_account_id}/accept", response_model=schemas.FinalAccountDetail)
async def accept_final_account(final_account_id: UUID, db: Db, who: Accepts, now: Now) -> Any:
    """The figures are frozen, and unspent money must come back: a recovery is opened."""
    await final_account.accept(db, final_account_id, who, now)
    return await _account(db, final_account_id, who)


@final_accounts.post("/v1/final-accounts/{final_account_id}/reopen", response_model=schemas.FinalAccountDetail)
async def reopen_final_account(final_account_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    """While nothing was paid back: the claim for unspent money is reversed with it."""
    await final_account.reopen(db, final_account_id, body.reason, who, now)
    return await _account(db, final_account_id, who)


async def _account(db: Db, final_account_id: UUID, who: Actor) -> schemas.FinalAccountDetail:
    row = await queries.final_account(db, final_account_id, who)
    await db.flush()
    shown = schemas.FinalAccountOut.model_validate(row).model_dump()
    return schemas.FinalAccountDetail.model_validate({**shown, **await queries.final_account_detail(db, row, who)})


async def _paper(db: Db, final_account_id: UUID, who: Actor) -> Document:
    row = await queries.final_account(db, final_account_id, who)
    return forms.final_account_form(await _account(db, final_account_id, who), await queries.round_name(db, row))
