"""What everybody may read without login: notices, ratings, editions, at addresses that name no service."""

from typing import Any
from uuid import UUID

import orjson
from fastapi import Request

from services.assessment import queries, schemas
from services.assessment.api import showing
from services.assessment.api.showing import Filters, notice_answers, rating_answers
from services.assessment.models import Notice
from services.assessment.rules.frozen import canonical
from shared.contracts.assessment import NoticeKind
from shared.http import Api, Db, Lists, Page, page

public = Api(tags=["public"])


@public.get("/public/notices", public=True, response_model=Page[schemas.PublicNotice])
async def list_public_notices(request: Request, db: Db, query: Lists, kind: NoticeKind | None = None) -> Any:
    """Posted notices, newest last; ``sort=-posted_at`` turns that round."""

    async def build() -> bytes:
        found = await page(
            db,
            queries.public_notices(kind),
            query,
            sortable={"posted_at": Notice.posted_at},
            id=Notice.id,
            item=lambda row: schemas.PublicNotice.model_validate(showing.notice(request, row)),
        )
        return orjson.dumps(found.model_dump(mode="json"))

    return await notice_answers.answer(request, db, build)


@public.get("/public/notices/{notice_id}", public=True, response_model=schemas.PublicNoticeDetail)
async def read_public_notice(request: Request, notice_id: UUID, db: Db) -> Any:
    """The frozen list with its fingerprint. Whether somebody objected is nobody's business."""

    async def build() -> bytes:
        row = await queries.public_notice(db, notice_id)
        gone = await queries.withdrawn(db, notice_id)
        detail = schemas.PublicNoticeDetail(**showing.notice(request, row), snapshot=row.snapshot or {}, withdrawn=gone)
        return orjson.dumps(detail.model_dump(mode="json"))

    return await notice_answers.answer(request, db, build)


@public.get("/public/ratings", public=True, response_model=Page[schemas.PublicRating])
async def list_public_ratings(request: Request, db: Db, query: Lists, filters: Filters) -> Any:
    """The ratings in force: of every cycle its newest edition."""

    async def build() -> bytes:
        found = showing.slice_of(await showing.ratings(request, db, filters), query)
        return orjson.dumps(found.model_dump(mode="json"))

    return await rating_answers.answer(request, db, build)


@public.get("/public/ratings/editions/{edition_id}", public=True, response_model=schemas.PublicEdition)
async def read_public_edition(request: Request, edition_id: UUID, db: Db) -> Any:
    """What was published at that time, for good, byte for byte what its hash was taken of."""

    async def build() -> bytes:
        row = await queries.edition(db, edition_id)
        signature = {"key": row.signature_key, "value": row.signature} if row.signature else None
        shown = {
            "id": str(row.id),
            "number": row.number,
            "url": showing.edition_url(request, row.id),
            "content_hash": row.content_hash,
            "signature": signature,
        }
        return orjson.dumps(shown)[:-1] + b',"content":' + canonical(row.content) + b"}"

    return await rating_answers.answer(request, db, build)
