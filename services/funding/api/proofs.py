"""Documents and milestones that instalments wait for."""

from typing import Annotated, Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.models import Proof
from services.funding.rules.proof import JUDGES, SUBMITS
from services.funding.usecases import proof
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, page
from shared.http.shapes import ReasonIn, Statuses

proofs = Api(tags=["proofs"])
Submitter = Annotated[Actor, allow(*SUBMITS)]
Judge = Annotated[Actor, allow(*JUDGES)]


@proofs.get("/v1/proofs", response_model=Page[schemas.ProofOut])
async def list_proofs(
    db: Db,
    who: Who,
    query: Lists,
    round_id: UUID | None = None,
    status: Statuses | None = None,
    award_id: UUID | None = None,
    instalment_id: UUID | None = None,
) -> Any:
    return await page(
        db,
        queries.proofs(who, round_id, status, award_id, instalment_id),
        query,
        id=Proof.id,
        sortable={"status_since": Proof.status_since},
        item=schemas.ProofOut.model_validate,
    )


@proofs.get("/v1/proofs/{proof_id}", response_model=schemas.ProofDetail)
async def read_proof(proof_id: UUID, db: Db, who: Who) -> Any:
    return _shown(await queries.proof(db, proof_id, who), who)


@proofs.post("/v1/proofs/{proof_id}/submit", response_model=schemas.ProofDetail)
async def submit_proof(proof_id: UUID, body: schemas.ProofIn, db: Db, who: Submitter, now: Now) -> Any:
    """Hand in a document, or report a milestone as reached. Its files are attached to the instalment first."""
    row = await proof.submit(db, proof_id, body.note, body.attachment_ids, who, now)
    await db.flush()
    return _shown(row, who)


@proofs.post("/v1/proofs/{proof_id}/accept", response_model=schemas.ProofDetail)
async def accept_proof(proof_id: UUID, db: Db, who: Judge, now: Now) -> Any:
    """It is in order; with the last one of its gate the instalment falls due."""
    row = await proof.accept(db, proof_id, who, now)
    await db.flush()
    return _shown(row, who)


@proofs.post("/v1/proofs/{proof_id}/return", response_model=schemas.ProofDetail)
async def return_proof(proof_id: UUID, body: ReasonIn, db: Db, who: Judge, now: Now) -> Any:
    """Sent back to be mended, with the reason."""
    row = await proof.return_(db, proof_id, body.reason, who, now)
    await db.flush()
    return _shown(row, who)


def _shown(row: Proof, who: Actor) -> schemas.ProofDetail:
    shown = schemas.ProofOut.model_validate(row).model_dump()
    return schemas.ProofDetail.model_validate({**shown, "actions": queries.proof_actions(row, who)})
