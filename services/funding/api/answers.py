"""The bank's answer files."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, UploadFile

from services.funding import queries, schemas
from services.funding.api.roles import Finance, Signer, signs
from services.funding.models import AnswerFile, AnswerLine
from services.funding.schemas.banks import TemplateCode
from services.funding.usecases import answer_file
from services.funding.usecases.upload import Upload
from shared.delimited import MOST_BYTES
from shared.http import Api, Db, Lists, Now, Page, page

answers = Api(tags=["batches"])


@answers.post("/v1/answer-files", response_model=schemas.AnswerFileOut, status_code=201)
async def import_answer_file(
    file: UploadFile,
    db: Db,
    who: Signer,
    now: Now,
    template: Annotated[TemplateCode | None, Form()] = None,
    on_behalf_of: Annotated[str, Form(max_length=200)] = "",
) -> Any:
    """What the bank answered, CSV or workbook, of any batches: found by the references in it, each row held against its
    instruction's amount and account. What does not fit is queued as an outstanding item; the same file twice changes
    nothing. ``template`` is needed only when several could read it."""
    signer = await signs(db, who, schemas.SignIn(on_behalf_of=on_behalf_of), "finance_checker")
    content = await file.read(MOST_BYTES + 1)
    return await answer_file.take(db, Upload(file.filename or "", content), template, signer, now)


@answers.get("/v1/answer-files", response_model=Page[schemas.AnswerFileOut])
async def list_answer_files(db: Db, who: Finance, query: Lists) -> Any:
    return await page(
        db,
        queries.answer_files(who),
        query,
        sortable={"imported_at": AnswerFile.imported_at},
        id=AnswerFile.id,
        item=schemas.AnswerFileOut.model_validate,
    )


@answers.get("/v1/answer-files/{answer_file_id}", response_model=schemas.AnswerFileOut)
async def read_answer_file(answer_file_id: UUID, db: Db, who: Finance) -> Any:
    return await queries.answer_file(db, answer_file_id, who)


@answers.get("/v1/answer-files/{answer_file_id}/lines", response_model=Page[schemas.AnswerLineOut])
async def list_answer_lines(
    answer_file_id: UUID, db: Db, who: Finance, query: Lists, outcome: str | None = None
) -> Any:
    """Its rows, with what became of each."""
    found = await queries.answer_file(db, answer_file_id, who)
    return await page(
        db,
        queries.answer_lines(found, outcome),
        query,
        sortable={"row": AnswerLine.row},
        id=AnswerLine.id,
        item=schemas.AnswerLineOut.model_validate,
    )
