"""Payee accounts."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.funding import queries, schemas
from services.funding.api.roles import Signer, signs
from services.funding.models import Payee
from services.funding.rules.payee import CLOSES, masked
from services.funding.usecases import payee
from services.funding.usecases.payee import Account
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, page

payees = Api(tags=["payees"])


@payees.post("/v1/payees", response_model=schemas.PayeeOut, status_code=201)
async def register_payee(
    body: schemas.PayeeIn, db: Db, who: Annotated[Actor, allow("unit", "host", "finance_maker")], now: Now
) -> Any:
    """A unit's bank account. The same account again answers as it is; another one must cool off."""
    return _payee(await payee.register(db, Account(**body.model_dump()), who, now), who, now)


@payees.post("/v1/payees/{payee_id}/verify", response_model=schemas.PayeeOut)
async def verify_payee(payee_id: UUID, db: Db, who: Signer, now: Now, body: schemas.SignIn | None = None) -> Any:
    """A second person confirms the account."""
    row = await payee.verify(db, payee_id, await signs(db, who, body, "finance_checker"), now)
    await db.flush()
    return _payee(row, who, now)


@payees.post("/v1/payees/{payee_id}/close", response_model=schemas.PayeeOut)
async def close_payee(
    payee_id: UUID, body: schemas.CloseIn, db: Db, now: Now, who: Annotated[Actor, allow(*CLOSES)]
) -> Any:
    """Closed or refused by the bank, or under another name: the unit registers another account."""
    row = await payee.close(db, payee_id, body.ground, body.reason, who, now)
    await db.flush()
    return _payee(row, who, now)


@payees.get("/v1/payees", response_model=Page[schemas.PayeeOut])
async def list_payees(
    db: Db, who: Who, query: Lists, now: Now, unit_code: Annotated[str | None, Query(max_length=18)] = None
) -> Any:
    return await page(
        db,
        queries.payees(who, unit_code),
        query,
        sortable={"created_at": Payee.created_at},
        id=Payee.id,
        item=lambda row: _payee(row, who, now),
    )


@payees.get("/v1/payees/{payee_id}", response_model=schemas.PayeeOut)
async def read_payee(payee_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return _payee(await queries.payee(db, payee_id, who), who, now)


def _payee(row: Payee, who: Actor, now: datetime) -> schemas.PayeeOut:
    shown = {
        **{name: getattr(row, name) for name in schemas.PayeeOut.model_fields if name not in ("account", "actions")},
        "account": masked(row.account_end),
        "actions": queries.payee_actions(row, who, now),
    }
    return schemas.PayeeOut.model_validate(shown)
