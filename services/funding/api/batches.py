"""Bank files and the bank's answers."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from services.funding import queries, schemas
from services.funding.api.handing import noted
from services.funding.api.roles import Finance, Signer, signs
from services.funding.models import Batch
from services.funding.usecases import answer, batch
from shared.actor import Actor
from shared.errors import Malformed, Reason
from shared.http import Api, BulkAnswer, Db, Lists, Now, Page, as_file, page
from shared.http.bulk import RowAnswer
from shared.http.shapes import ReasonOut, Statuses

batches = Api(tags=["batches"])


@batches.post("/v1/batches", response_model=schemas.BatchDetail, status_code=201)
async def make_batch(body: schemas.BatchIn, db: Db, who: Signer, now: Now) -> Any:
    """Everything approved of a round, in one bank file."""
    row, left_out = await batch.make(db, body.round_id, body.template, await signs(db, who, body, "finance_maker"), now)
    shown = await _batch(db, row, who)
    return shown.model_copy(update={"left_out": [schemas.LeftOut.model_validate(one) for one in left_out]})


@batches.get("/v1/batches", response_model=Page[schemas.BatchOut])
async def list_batches(
    db: Db, who: Finance, query: Lists, round_id: UUID | None = None, status: Statuses | None = None
) -> Any:
    return await page(
        db,
        queries.batches(who, round_id, status),
        query,
        sortable={"created_at": Batch.created_at, "answer_due_at": Batch.answer_due_at},
        id=Batch.id,
        item=schemas.BatchOut.model_validate,
    )


@batches.get("/v1/batches/{batch_id}", response_model=schemas.BatchDetail)
async def read_batch(batch_id: UUID, db: Db, who: Finance) -> Any:
    return await _batch(db, await queries.batch(db, batch_id, who), who)


@batches.get("/v1/batches/{batch_id}/file")
async def read_bank_file(batch_id: UUID, db: Db, who: Finance, now: Now) -> Response:
    """The bank's file, the same bytes for ever, with its SHA-256 and control figures in the headers. Whoever has it is
    noted, and from then on the batch cannot be voided."""
    row, content = await queries.bank_file(db, batch_id, who)
    await noted(db, queries.BANK_FILE, {"round_id": row.round_id, "batch_id": row.id}, row.count, who, now)
    await queries.still_sent(db, row)
    headers = {
        "X-Content-SHA256": row.sha256,
        "X-Control-Count": str(row.count),
        "X-Control-Sum-Fen": str(row.sum_fen),
    }
    return as_file(content, row.file_name, row.media_type, headers)


@batches.post("/v1/batches/{batch_id}/answers", response_model=BulkAnswer)
async def answer_batch(batch_id: UUID, body: schemas.AnswersIn, db: Db, who: Signer, now: Now) -> Any:
    """What the bank says, instruction by instruction. The same answers twice change nothing."""
    signer = await signs(db, who, body, "finance_checker")
    await queries.batch(db, batch_id, signer)
    said = {one.instruction_id: one for one in body.answers}
    if len(said) < len(body.answers):
        twice = Reason("answers.twice", "同一指令出现多次", "An instruction is named more than once", "/answers")
        raise Malformed(twice)
    answers = [answer.Answer(key, one.result, one.voucher, one.reason, one.ground) for key, one in sorted(said.items())]
    outcome = await answer.answer(db, answers, signer, now, batch_id, typed=True)
    rows = [
        RowAnswer(
            id=key,
            ok=not one.reasons,
            status=one.status,
            reasons=[ReasonOut.model_validate(reason) for reason in one.reasons],
        )
        for key, one in outcome.items()
    ]
    return BulkAnswer(results=rows)


@batches.post("/v1/batches/{batch_id}/void", response_model=schemas.BatchDetail)
async def void_batch(batch_id: UUID, body: schemas.RejectIn, db: Db, who: Signer, now: Now) -> Any:
    """Undo a whole batch whose file nobody has downloaded: its instalments are approved again. By another person than
    made it."""
    row = await batch.void(db, batch_id, body.reason, await signs(db, who, body, "finance_checker"), now)
    await db.flush()
    return await _batch(db, row, who)


async def _batch(db: Db, row: Batch, who: Actor) -> schemas.BatchDetail:
    lines = [
        schemas.InstructionOut(
            instruction_id=line.id,
            reference=line.reference,
            instalment_id=line.instalment_id,
            team_id=line.team_id,
            amount_fen=line.amount_fen,
            result=line.result,
            voucher=line.voucher,
            bank_reason=line.bank_reason,
            ground=line.ground,
        )
        for line in await queries.instructions(db, row.id)
    ]
    shown = schemas.BatchOut.model_validate(row).model_dump()
    possible = await queries.batch_actions(db, row, who)
    return schemas.BatchDetail.model_validate({**shown, "instructions": lines, "actions": possible})
