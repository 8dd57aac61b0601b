"""Bank statements: those of paying accounts (银行对账单) and the reconciliation (余额调节表)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, UploadFile

from services.funding import queries, schemas
from services.funding.api.roles import Finance
from services.funding.models import BankStatement, BankStatementLine
from services.funding.usecases import bank_statement
from services.funding.usecases.upload import Upload
from shared.clock import SHANGHAI
from shared.delimited import MOST_BYTES
from shared.http import Api, Db, Lists, Now, Page, Who, page
from shared.http.shapes import Day

bank_statements = Api(tags=["batches"])


@bank_statements.post(
    "/v1/paying-accounts/{paying_account_id}/bank-statements", response_model=schemas.BankStatementOut, status_code=201
)
async def import_bank_statement(paying_account_id: UUID, file: UploadFile, db: Db, who: Finance, now: Now) -> Any:
    """What the bank booked on a paying account, CSV or workbook by its template. Lines that are known count once; what
    agrees with an instruction is matched, anything else becomes an outstanding item."""
    content = await file.read(MOST_BYTES + 1)
    return await bank_statement.take(db, paying_account_id, Upload(file.filename or "", content), who, now)


@bank_statements.get("/v1/bank-statements", response_model=Page[schemas.BankStatementOut])
async def list_bank_statements(db: Db, who: Finance, query: Lists, paying_account_id: UUID | None = None) -> Any:
    return await page(
        db,
        queries.bank_statements(who, paying_account_id),
        query,
        sortable={"imported_at": BankStatement.imported_at},
        id=BankStatement.id,
        item=schemas.BankStatementOut.model_validate,
    )


@bank_statements.get("/v1/bank-statements/{bank_statement_id}/lines", response_model=Page[schemas.BankStatementLineOut])
async def list_bank_statement_lines(bank_statement_id: UUID, db: Db, who: Finance, query: Lists) -> Any:
    return await page(
        db,
        await queries.bank_statement_lines(db, bank_statement_id, who),
        query,
        sortable={"row": BankStatementLine.row},
        id=BankStatementLine.id,
        item=schemas.BankStatementLineOut.model_validate,
    )


@bank_statements.get(
    "/v1/paying-accounts/{paying_account_id}/reconciliation", response_model=schemas.AccountReconciliationOut
)
async def reconcile_paying_account(paying_account_id: UUID, on: Day, db: Db, who: Finance) -> Any:
    """The balance by book and by bank at the end of a day, with what stands between them."""
    return await queries.reconcile_account(db, paying_account_id, on, who)


@bank_statements.get("/v1/rounds/{round_id}/reconciliation", response_model=schemas.ReconciliationOut)
async def reconcile_round(
    round_id: UUID, db: Db, who: Who, month: Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
) -> Any:
    """A round's payments to the end of a month, by ledger and by bank, with what stands between them."""
    await queries.round(db, round_id, who)
    year, number = (int(part) for part in month.split("-"))
    until = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=SHANGHAI)
    return await queries.reconcile(db, round_id, until, who)
