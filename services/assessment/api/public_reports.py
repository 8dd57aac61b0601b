"""Issued reports, for everybody: list, page with charts, frozen content, pictures."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Path, Request
from fastapi.responses import Response

from services.assessment import queries, schemas
from services.assessment.api import showing
from services.assessment.api.showing import report_answers
from services.assessment.forms.report_page import report_page
from services.assessment.models import Report
from services.assessment.rules.frozen import canonical
from shared.errors import NotFound
from shared.http import Api, Db, Lists, Page, page

public_reports = Api(tags=["public"])
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""Of the page: nothing runs in it, and nothing comes from elsewhere."""


@public_reports.get("/public/reports", public=True, response_model=Page[schemas.PublicReport])
async def list_public_reports(request: Request, db: Db, query: Lists) -> Any:
    """Issued reports; ``sort=-issued_at`` begins with the newest."""

    async def build() -> bytes:
        found = await page(
            db,
            queries.issued(),
            query,
            sortable={"issued_at": Report.issued_at},
            id=Report.id,
            item=lambda row: showing.report(request, row),
        )
        return orjson.dumps(found.model_dump(mode="json"))

    return await report_answers.answer(request, db, build)


@public_reports.get("/public/reports/{report_id}", public=True, response_model=None)
async def read_public_report(request: Request, report_id: UUID, db: Db) -> Any:
    """The page, with charts and pictures, for screen, phone and printer."""

    async def build() -> bytes:
        row = await queries.issued_report(db, report_id)
        base = f"/public/reports/{row.id}/pictures/"
        return await asyncio.to_thread(report_page, row.content or {}, row.content_hash or "", base)

    return await report_answers.answer(request, db, build, "text/html; charset=utf-8", HEADERS)


@public_reports.get("/public/reports/{report_id}/content", public=True, response_model=schemas.PublicReportContent)
async def read_public_report_content(request: Request, report_id: UUID, db: Db) -> Any:
    """What was issued, byte for byte what its hash was taken of."""

    async def build() -> bytes:
        row = await queries.issued_report(db, report_id)
        signature = {"key": row.signature_key, "value": row.signature}
        shown = {"id": str(row.id), "content_hash": row.content_hash, "signature": signature}
        return orjson.dumps(shown)[:-1] + b',"content":' + canonical(row.content or {}) + b"}"

    return await report_answers.answer(request, db, build)


@public_reports.get("/public/reports/{report_id}/pictures/{sha256}", public=True, response_class=Response)
async def read_report_picture(
    report_id: UUID, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], db: Db
) -> Response:
    """A picture of the report, as JPEG. It never changes."""
    found = await queries.picture(db, report_id, sha256)
    if found is None:
        raise NotFound("picture")
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "public, max-age=31536000, immutable"}
    return Response(found.content, headers=headers | {"X-Content-Type-Options": "nosniff"}, media_type="image/jpeg")
