"""Certificates for those who may see them: asked for, read, printed, revoked."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from services.assessment import queries, schemas
from services.assessment.api import showing
from services.assessment.forms import certificate_form, certificate_stamp
from services.assessment.models import Certificate
from services.assessment.rules import certificate as rules
from services.assessment.usecases import certificate
from shared import documents, printed
from shared.actor import Actor
from shared.files.examine import DOCX
from shared.http import Api, Db, Lists, Now, Page, Who, allow, history, page
from shared.http.downloads import as_file
from shared.http.shapes import ReasonIn, Statuses
from shared.lifecycle import actions

certificates = Api(tags=["certificates"])

Bureau = Annotated[Actor, allow("bureau")]
Asks = Annotated[Actor, allow(*rules.ISSUERS)]


@certificates.post("/v1/certificates", response_model=schemas.CertificateDetail, status_code=201)
async def issue_certificate(request: Request, body: schemas.CertificateIn, db: Db, who: Asks, now: Now) -> Any:
    """Of somebody's service or benefits in a team, as they stand today. What says the same is issued once; a newer one
    replaces the old."""
    row = await certificate.issue(db, body.kind, body.team_id, body.person_id, who, now)
    return _shown(request, row, who)


@certificates.get("/v1/certificates", response_model=Page[schemas.CertificateOut])
async def list_certificates(
    db: Db,
    who: Who,
    query: Lists,
    round_id: UUID | None = None,
    team_id: UUID | None = None,
    person_id: UUID | None = None,
    kind: schemas.Kind | None = None,
    number: Annotated[str | None, Query(max_length=40)] = None,
    status: Statuses | None = None,
) -> Any:
    wanted = {"round_id": round_id, "team_id": team_id, "person_id": person_id, "kind": kind}
    return await page(
        db,
        queries.certificates(who, **wanted, number=number, status=status),
        query,
        sortable={"issued_at": Certificate.issued_at},
        id=Certificate.id,
        item=schemas.CertificateOut.model_validate,
    )


@certificates.get("/v1/certificates/{certificate_id}", response_model=schemas.CertificateDetail)
async def read_certificate(request: Request, certificate_id: UUID, db: Db, who: Who) -> Any:
    return _shown(request, await queries.certificate(db, certificate_id, who), who)


@certificates.get("/v1/certificates/{certificate_id}/signed", response_model=schemas.SignedCertificate)
async def read_signed_certificate(certificate_id: UUID, db: Db, who: Who) -> Any:
    """For machines: hand it in at ``/public/certificates/check``, or verify it with ``/public/keys``."""
    row = await queries.certificate(db, certificate_id, who)
    return schemas.SignedCertificate(content=row.content, key=row.key, signature=row.signature)


@certificates.get("/v1/certificates/{certificate_id}/paper", response_class=Response)
async def read_certificate_paper(
    request: Request, certificate_id: UUID, db: Db, who: Who, format: Literal["pdf", "html", "docx"] = "pdf"
) -> Any:
    """In the official layout, with number, code, QR and the name of the key (a DOCX without the QR)."""
    row = await queries.certificate(db, certificate_id, who)
    paper, stamp = certificate_form(row), certificate_stamp(row, _address(request, row))
    if format == "html":
        return HTMLResponse(printed.as_html(paper, row.content_hash, stamp), headers={"Cache-Control": "no-store"})
    name = f"{rules.KINDS[row.kind][1]} {row.number}.{format}"
    if format == "docx":
        return as_file(await asyncio.to_thread(documents.render, paper, row.content_hash), name, DOCX)
    content = await asyncio.to_thread(printed.as_pdf, paper, row.content_hash, stamp)
    return as_file(content, name, "application/pdf")


@certificates.post("/v1/certificates/{certificate_id}/revoke", response_model=schemas.CertificateDetail)
async def revoke_certificate(
    request: Request, certificate_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now
) -> Any:
    """What it says was wrong; the open check shows it as revoked from now on."""
    return _shown(request, await certificate.revoke(db, certificate_id, body.reason, who, now), who)


@certificates.get("/v1/certificates/{certificate_id}/history")
async def read_certificate_history(certificate_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.certificate(db, certificate_id, who)
    return await history(db, "certificate", certificate_id)


def _shown(request: Request, row: Certificate, who: Actor) -> schemas.CertificateDetail:
    plain = schemas.CertificateOut.model_validate(row).model_dump()
    return schemas.CertificateDetail(
        **plain,
        content=row.content,
        content_hash=row.content_hash,
        key=row.key,
        url=f"{_address(request, row)}?code={row.code}",
        actions=actions(rules.LIFECYCLE, row.status, who, {}),
    )


def _address(request: Request, row: Certificate) -> str:
    """Of the open page, which names no service."""
    return f"{showing.home(request)}/public/certificates/{row.number}"
