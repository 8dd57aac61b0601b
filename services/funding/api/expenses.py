"""Expenses."""

import asyncio
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, UploadFile
from starlette.responses import Response

from services.funding import queries, schemas
from services.funding.api.columns import EXPENSE, table
from services.funding.api.handing import money_file
from services.funding.api.roles import Signer, signs
from services.funding.api.wanted import Reader
from services.funding.models import Expense
from services.funding.rules.expense import CHECKERS, SPENDERS
from services.funding.usecases import expense, expense_list
from shared.actor import Actor
from shared.amounts import in_yuan
from shared.errors import Malformed
from shared.http import (
    MOST_EXPORTED,
    Api,
    BulkAnswer,
    Db,
    Format,
    IfMatch,
    Lists,
    Now,
    Page,
    Who,
    allow,
    check_version,
    each,
    history,
    marked,
    page,
    require_fits,
)
from shared.http.shapes import Statuses

expenses = Api(tags=["expenses"])

Spender = Annotated[Actor, allow(*SPENDERS)]


@expenses.post("/v1/awards/{award_id}/expenses", response_model=schemas.ExpenseAnswers)
async def draft_expenses(award_id: UUID, body: schemas.ExpensesIn, db: Db, who: Spender, now: Now) -> Any:
    """A batch, written offline and sent later if need be. Each stands or falls alone; sending it twice counts once.
    Receipts come after them (``POST /v1/expenses/{id}/attachments``), then they are submitted."""
    return schemas.ExpenseAnswers(results=await expense.draft(db, award_id, body.expenses, who, now))


@expenses.post("/v1/awards/{award_id}/expenses/import", response_model=schemas.ImportedExpenses)
async def import_expenses(award_id: UUID, file: UploadFile, request: Request, db: Db, who: Spender, now: Now) -> Any:
    """A list of expenses as Excel, drafts all of them. Faults are answered per row and column; ask with ``Accept`` of
    an Excel workbook and the same file comes back with those cells marked. Nothing is imported by halves."""
    sheet = await asyncio.to_thread(expense_list.read_list, await file.read())
    try:
        return await expense_list.import_expenses(db, award_id, sheet, who, now)
    except Malformed as refusal:
        return await marked(request, sheet, refusal)


@expenses.get("/v1/expenses", response_model=Page[schemas.ExpenseOut])
async def list_expenses(
    db: Db,
    who: Who,
    query: Lists,
    round_id: UUID | None = None,
    award_id: UUID | None = None,
    status: Statuses | None = None,
) -> Any:
    columns = {"created_at": Expense.created_at, "spent_on": Expense.spent_on, "amount_fen": Expense.amount_fen}
    statement = queries.expenses(who, round_id, award_id, status)
    return await page(db, statement, query, sortable=columns, id=Expense.id, item=_listed)


@expenses.get("/v1/expenses/export", response_class=Response)
async def export_expenses(
    db: Db,
    who: Reader,
    now: Now,
    format: Format = "xlsx",
    round_id: UUID | None = None,
    award_id: UUID | None = None,
    status: Statuses | None = None,
) -> Any:
    """The list as filtered, as a file. Names of persons are masked."""
    statement = queries.expenses(who, round_id, award_id, status)
    await require_fits(db, statement.with_only_columns(Expense.id), MOST_EXPORTED)
    rows = await db.scalars(statement.order_by(Expense.spent_on, Expense.id))
    asked = {"round_id": round_id, "award_id": award_id, "status": status}
    return await money_file(db, "expenses", format, *table(EXPENSE, map(_line, rows)), asked, who, now)


def _line(row: Expense) -> dict[str, Any]:
    return {
        **queries.columns_of(row),
        "recipient_name": queries.shown_name(row),
        "parts": "；".join(f"{part.line} {in_yuan(part.amount_fen)}" for part in row.parts),
        "fapiaos": "；".join(one.key for one in row.fapiaos),
    }


@expenses.get("/v1/expenses/{expense_id}", response_model=schemas.ExpenseDetail)
async def read_expense(expense_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """With everything that would refuse each step now: the checklist before it is submitted."""
    return await _expense(db, expense_id, who, now)


@expenses.get("/v1/expenses/{expense_id}/history")
async def read_expense_history(expense_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.expense(db, expense_id, who)
    return await history(db, "expense", expense_id)


@expenses.put("/v1/expenses/{expense_id}", response_model=schemas.ExpenseDetail)
async def edit_expense(
    expense_id: UUID, body: schemas.ExpenseEdit, db: Db, who: Spender, now: Now, seen: IfMatch
) -> Any:
    row, _award = await expense.own(db, expense_id, who)
    check_version(row, seen)
    await expense.edit(db, row, body, who, now)
    return await _expense(db, expense_id, who, now)


@expenses.post("/v1/expenses/submit", response_model=BulkAnswer)
async def submit_expenses(body: schemas.ManyIn, db: Db, who: Spender, now: Now) -> Any:
    """Many at once: each row stands or falls alone."""
    return await each(db, set(body.ids), lambda key: expense.submit(db, key, who, now))


@expenses.post("/v1/expenses/accept", response_model=BulkAnswer)
async def accept_expenses(body: schemas.ManyIn, db: Db, who: Signer, now: Now) -> Any:
    """Many at once; those that ask something are answered one by one."""
    signer = await _decides(db, who, body)
    return await each(db, set(body.ids), lambda key: expense.accept(db, key, "", signer, now))


@expenses.post("/v1/expenses/{expense_id}/submit", response_model=schemas.ExpenseDetail)
async def submit_expense(expense_id: UUID, db: Db, who: Spender, now: Now) -> Any:
    await expense.submit(db, expense_id, who, now)
    return await _expense(db, expense_id, who, now)


@expenses.post("/v1/expenses/{expense_id}/accept", response_model=schemas.ExpenseDetail)
async def accept_expense(expense_id: UUID, db: Db, who: Signer, now: Now, body: schemas.AcceptIn | None = None) -> Any:
    await expense.accept(db, expense_id, body.answer if body else "", await _decides(db, who, body), now)
    return await _expense(db, expense_id, who, now)


@expenses.post("/v1/expenses/{expense_id}/return", response_model=schemas.ExpenseDetail)
async def return_expense(expense_id: UUID, body: schemas.RejectIn, db: Db, who: Signer, now: Now) -> Any:
    await expense.return_(db, expense_id, body.reason, await _decides(db, who, body), now)
    return await _expense(db, expense_id, who, now)


@expenses.post("/v1/expenses/{expense_id}/withdraw", response_model=schemas.ExpenseDetail)
async def withdraw_expense(expense_id: UUID, db: Db, who: Spender, now: Now) -> Any:
    await expense.withdraw(db, expense_id, who)
    return await _expense(db, expense_id, who, now)


async def _decides(db: Db, who: Actor, body: schemas.SignIn | None) -> Actor:
    """The checker or the bureau, or a substitute in their place."""
    return await signs(db, who, body, *CHECKERS)


def _listed(row: Expense) -> schemas.ExpenseOut:
    return schemas.ExpenseOut.model_validate(row).model_copy(update={"recipient_name": queries.shown_name(row)})


async def _expense(db: Db, expense_id: UUID, who: Actor, now: datetime) -> schemas.ExpenseDetail:
    row = await queries.expense(db, expense_id, who)
    shown = schemas.ExpenseOut.model_validate(row).model_dump()
    return schemas.ExpenseDetail.model_validate({**shown, **await queries.expense_detail(db, row, who, now)})
