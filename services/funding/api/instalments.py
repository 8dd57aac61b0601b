"""Instalments."""

from typing import Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.api.roles import Checker, Maker
from services.funding.models import Instalment
from services.funding.usecases import instalment
from services.funding.usecases.instalment import TreasuryFields
from shared.actor import Actor
from shared.http import Api, BulkAnswer, Db, Lists, Page, Who, each, history, page
from shared.http.shapes import ReasonIn, Statuses

instalments = Api(tags=["instalments"])


@instalments.get("/v1/instalments", response_model=Page[schemas.InstalmentOut])
async def list_instalments(
    db: Db, who: Who, query: Lists, round_id: UUID | None = None, status: Statuses | None = None,
    award_id: UUID | None = None,
) -> Any:  # fmt: skip
    return await page(
        db, queries.instalments(who, round_id, status, award_id), query, id=Instalment.id,
        sortable={"created_at": Instalment.created_at, "amount_fen": Instalment.amount_fen},
        item=schemas.InstalmentOut.model_validate,
    )  # fmt: skip


@instalments.get("/v1/instalments/{instalment_id}", response_model=schemas.InstalmentDetail)
async def read_instalment(instalment_id: UUID, db: Db, who: Who) -> Any:
    return await _instalment(db, instalment_id, who)


@instalments.get("/v1/instalments/{instalment_id}/history")
async def read_instalment_history(instalment_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.instalment(db, instalment_id, who)
    return await history(db, "instalment", instalment_id)


@instalments.post("/v1/instalments/request", response_model=BulkAnswer)
async def request_instalments(body: schemas.ManyRequestsIn, db: Db, who: Maker) -> Any:
    """Many at once: each row stands or falls alone."""
    fields = TreasuryFields(**body.model_dump(exclude={"ids"}))
    return await each(db, set(body.ids), lambda key: instalment.request(db, key, fields, who))


@instalments.post("/v1/instalments/approve", response_model=BulkAnswer)
async def approve_instalments(body: schemas.ManyIn, db: Db, who: Checker) -> Any:
    """Many at once: each row stands or falls alone."""
    return await each(db, set(body.ids), lambda key: instalment.approve(db, key, who))


@instalments.post("/v1/instalments/{instalment_id}/request", response_model=schemas.InstalmentDetail)
async def request_instalment(instalment_id: UUID, db: Db, who: Maker, body: schemas.TreasuryIn | None = None) -> Any:
    fields = TreasuryFields(**body.model_dump()) if body else TreasuryFields()
    await instalment.request(db, instalment_id, fields, who)
    return await _instalment(db, instalment_id, who)


@instalments.post("/v1/instalments/{instalment_id}/approve", response_model=schemas.InstalmentDetail)
async def approve_instalment(instalment_id: UUID, db: Db, who: Checker) -> Any:
    await instalment.approve(db, instalment_id, who)
    return await _instalment(db, instalment_id, who)


@instalments.post("/v1/instalments/{instalment_id}/reject", response_model=schemas.InstalmentDetail)
async def reject_instalment(instalment_id: UUID, body: ReasonIn, db: Db, who: Checker) -> Any:
    await instalment.reject(db, instalment_id, body.reason, who)
    return await _instalment(db, instalment_id, who)


@instalments.post("/v1/instalments/{instalment_id}/reissue", response_model=schemas.InstalmentDetail)
async def reissue_instalment(instalment_id: UUID, db: Db, who: Maker) -> Any:
    await instalment.reissue(db, instalment_id, who)
    return await _instalment(db, instalment_id, who)


async def _instalment(db: Db, instalment_id: UUID, who: Actor) -> schemas.InstalmentDetail:
    row = await queries.instalment(db, instalment_id, who)
    shown = schemas.InstalmentOut.model_validate(row).model_dump()
    return schemas.InstalmentDetail.model_validate({**shown, **await queries.instalment_detail(db, row, who)})
