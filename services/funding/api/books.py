"""The ledger."""

from typing import Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.api.roles import Office
from services.funding.models import LedgerAccount
from services.funding.usecases import verification
from shared.http import Api, Db, Lists, Page, page

books = Api(tags=["ledger"])


@books.get("/v1/ledger/accounts", response_model=Page[schemas.AccountOut])
async def list_accounts(
    db: Db, who: Office, query: Lists, round_id: UUID | None = None, award_id: UUID | None = None
) -> Any:
    def shown(row: LedgerAccount) -> schemas.AccountOut:
        own = {"id": row.id, "round_id": row.round_id, "award_id": row.award_id, "place": row.place}
        return schemas.AccountOut.model_validate({**own, **queries.account_words(row)})

    return await page(
        db, queries.accounts(who, round_id, award_id), query, sortable={"id": LedgerAccount.id}, id=LedgerAccount.id,
        item=shown,
    )  # fmt: skip


@books.get("/v1/ledger/verify", response_model=schemas.VerificationOut)
async def verify_ledger(db: Db, who: Office) -> Any:
    """Replays every posting and compares it with every balance and every business row."""
    return await verification.verify(db)
