"""What became of payments of which the bank could not say (结果认定): one proposes, another confirms."""

from typing import Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.api.roles import Office, Signer, signs
from services.funding.models import Resolution
from services.funding.usecases import answer, resolution
from services.funding.usecases.resolution import Finding
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, history, page
from shared.http.shapes import Statuses

resolutions = Api(tags=["batches"])


@resolutions.post(
    "/v1/instructions/{instruction_id}/resolutions", response_model=schemas.ResolutionDetail, status_code=201
)
async def propose_resolution(instruction_id: UUID, body: schemas.ResolutionIn, db: Db, who: Signer, now: Now) -> Any:
    """Say what became of an unknown payment, with the evidence; it counts once another person confirms it."""
    signer = await signs(db, who, body, "finance_maker", "finance_checker")
    found = Finding(body.result, body.voucher, body.reason, body.ground)
    return _shown(await resolution.propose(db, instruction_id, found, signer, now), who)


@resolutions.get("/v1/instructions/{instruction_id}/history", response_model=list[schemas.PaymentStory])
async def read_instruction_history(instruction_id: UUID, db: Db, who: Office) -> Any:
    """The whole story of one payment: batch, file and its hash, the bank's answer, return and reissue, the statement."""
    return [_story(one) for one in await queries.story(db, instruction_id, who)]


@resolutions.get("/v1/resolutions", response_model=Page[schemas.ResolutionOut])
async def list_resolutions(
    db: Db, who: Office, query: Lists, round_id: UUID | None = None, status: Statuses | None = None
) -> Any:
    return await page(
        db,
        queries.resolutions(who, round_id, status),
        query,
        sortable={"proposed_at": Resolution.proposed_at},
        id=Resolution.id,
        item=schemas.ResolutionOut.model_validate,
    )


@resolutions.get("/v1/resolutions/{resolution_id}", response_model=schemas.ResolutionDetail)
async def read_resolution(resolution_id: UUID, db: Db, who: Office) -> Any:
    return _shown(await queries.resolution(db, resolution_id, who), who)


@resolutions.get("/v1/resolutions/{resolution_id}/history")
async def read_resolution_history(resolution_id: UUID, db: Db, who: Office) -> list[dict[str, Any]]:
    await queries.resolution(db, resolution_id, who)
    return await history(db, "resolution", resolution_id)


@resolutions.post("/v1/resolutions/{resolution_id}/confirm", response_model=schemas.ResolutionDetail)
async def confirm_resolution(
    resolution_id: UUID, db: Db, who: Signer, now: Now, body: schemas.SignIn | None = None
) -> Any:
    """Another person has seen the evidence: it counts as the bank's word."""
    row = await answer.confirm(db, resolution_id, await signs(db, who, body, "finance_checker"), now)
    await db.flush()
    return _shown(row, who)


@resolutions.post("/v1/resolutions/{resolution_id}/reject", response_model=schemas.ResolutionDetail)
async def reject_resolution(resolution_id: UUID, body: schemas.RejectIn, db: Db, who: Signer, now: Now) -> Any:
    """The evidence does not hold, or it was taken back."""
    signer = await signs(db, who, body, "finance_maker", "finance_checker")
    row = await resolution.reject(db, resolution_id, body.reason, signer, now)
    await db.flush()
    return _shown(row, who)


def _story(told: dict[str, Any]) -> schemas.PaymentStory:
    one, batch = told["instruction"], told["batch"]
    answered = (
        "reference",
        "instalment_id",
        "amount_fen",
        "result",
        "voucher",
        "bank_reason",
        "ground",
        "answered_by",
        "answered_for",
        "answered_at",
    )
    return schemas.PaymentStory.model_validate(
        {
            **{name: getattr(one, name) for name in answered},
            "instruction_id": one.id,
            "batch_id": batch.id,
            "batch_number": batch.number,
            "file_name": batch.file_name,
            "sha256": batch.sha256,
            "sent_by": batch.made_by,
            "sent_for": batch.made_for,
            "sent_at": batch.made_at,
            "resolutions": told["resolutions"],
            "bank_lines": told["bank_lines"],
        }
    )


def _shown(row: Resolution, who: Actor) -> schemas.ResolutionDetail:
    shown = schemas.ResolutionOut.model_validate(row).model_dump()
    return schemas.ResolutionDetail.model_validate({**shown, "actions": queries.resolution_actions(row, who)})
