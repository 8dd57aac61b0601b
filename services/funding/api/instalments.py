"""Instalments."""

from typing import Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.api.roles import Maker, Signer
from services.funding.api.wanted import InstalmentsWanted
from services.funding.models import Instalment
from services.funding.rules.treasury import TreasuryFields
from services.funding.usecases import signing
from shared.actor import Actor
from shared.errors import Answer
from shared.http import Api, BulkAnswer, Db, Lists, Page, Who, history, page
from shared.http.bulk import RowAnswer
from shared.http.shapes import ReasonOut

instalments = Api(tags=["instalments"])


@instalments.get("/v1/instalments", response_model=Page[schemas.InstalmentOut])
async def list_instalments(db: Db, who: Who, query: Lists, wanted: InstalmentsWanted) -> Any:
    """``due_at`` sorts what is not due yet last."""
    columns = {"created_at": Instalment.created_at, "amount_fen": Instalment.amount_fen, "due_at": queries.DUE_ORDER}
    return await page(
        db,
        queries.listed_instalments(who, wanted),
        query,
        id=Instalment.id,
        sortable=columns,
        item=schemas.InstalmentOut.model_validate,
    )


@instalments.get("/v1/instalments/{instalment_id}", response_model=schemas.InstalmentDetail)
async def read_instalment(instalment_id: UUID, db: Db, who: Who) -> Any:
    return await _instalment(db, instalment_id, who)


@instalments.get("/v1/instalments/{instalment_id}/history")
async def read_instalment_history(instalment_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.instalment(db, instalment_id, who)
    return await history(db, "instalment", instalment_id)


@instalments.post("/v1/instalments/request", response_model=BulkAnswer)
async def request_instalments(body: schemas.ManyRequestsIn, db: Db, who: Signer) -> Any:
    """Many at once: each row stands or falls alone."""
    return _answered(await signing.request(db, body.ids, _treasury(body), who, body.on_behalf_of))


@instalments.post("/v1/instalments/approve", response_model=BulkAnswer)
async def approve_instalments(body: schemas.ManyIn, db: Db, who: Signer) -> Any:
    """Many at once: each row stands or falls alone."""
    return _answered(await signing.approve(db, body.ids, who, body.on_behalf_of))


@instalments.post("/v1/instalments/reject", response_model=BulkAnswer)
async def reject_instalments(body: schemas.ManyRejectsIn, db: Db, who: Signer) -> Any:
    """Many at once, for one reason: each row stands or falls alone."""
    return _answered(await signing.reject(db, body.ids, body.reason, who, body.on_behalf_of))


@instalments.post("/v1/instalments/{instalment_id}/request", response_model=schemas.InstalmentDetail)
async def request_instalment(instalment_id: UUID, db: Db, who: Signer, body: schemas.TreasuryIn | None = None) -> Any:
    """Ask for a due instalment; what is left out of the treasury's fields stands as the round's policy has it."""
    asked = body or schemas.TreasuryIn()
    signing.one(await signing.request(db, [instalment_id], _treasury(asked), who, asked.on_behalf_of))
    return await _instalment(db, instalment_id, who)


@instalments.post("/v1/instalments/{instalment_id}/approve", response_model=schemas.InstalmentDetail)
async def approve_instalment(instalment_id: UUID, db: Db, who: Signer, body: schemas.SignIn | None = None) -> Any:
    signing.one(await signing.approve(db, [instalment_id], who, body.on_behalf_of if body else ""))
    return await _instalment(db, instalment_id, who)


@instalments.post("/v1/instalments/{instalment_id}/reject", response_model=schemas.InstalmentDetail)
async def reject_instalment(instalment_id: UUID, body: schemas.RejectIn, db: Db, who: Signer) -> Any:
    signing.one(await signing.reject(db, [instalment_id], body.reason, who, body.on_behalf_of))
    return await _instalment(db, instalment_id, who)


@instalments.post("/v1/instalments/{instalment_id}/reissue", response_model=schemas.InstalmentDetail)
async def reissue_instalment(instalment_id: UUID, db: Db, who: Signer, body: schemas.SignIn | None = None) -> Any:
    signing.one(await signing.reissue(db, [instalment_id], who, body.on_behalf_of if body else ""))
    return await _instalment(db, instalment_id, who)


@instalments.post("/v1/instalments/{instalment_id}/book", response_model=schemas.InstalmentDetail)
async def book_instalment(instalment_id: UUID, body: schemas.VoucherIn, db: Db, who: Maker) -> Any:
    """Enter the treasury's voucher of a payment; its number is given once in a year."""
    await signing.book(db, instalment_id, body.voucher, who)
    return await _instalment(db, instalment_id, who)


def _treasury(body: schemas.TreasuryIn) -> TreasuryFields:
    return TreasuryFields(body.budget_indicator, body.functional_class, body.economic_class)


def _answered(outcomes: dict[UUID, signing.Outcome]) -> BulkAnswer:
    return BulkAnswer(
        results=[
            RowAnswer(id=key, ok=False, reasons=[ReasonOut.model_validate(reason) for reason in found.reasons])
            if isinstance(found, Answer)
            else RowAnswer(id=key, ok=True, status=found.status)
            for key, found in outcomes.items()
        ]
    )


async def _instalment(db: Db, instalment_id: UUID, who: Actor) -> schemas.InstalmentDetail:
    row = await queries.instalment(db, instalment_id, who)
    shown = schemas.InstalmentOut.model_validate(row).model_dump()
    return schemas.InstalmentDetail.model_validate({**shown, **await queries.instalment_detail(db, row, who)})
