"""What everybody may ask without login: whether a certificate is ours and holds. A browser gets a page, a program JSON."""

import base64
import binascii
import hmac
from typing import Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.assessment import queries, schemas
from services.assessment.api import certificate_page as pages
from services.assessment.api.pages import HEADERS
from services.assessment.models import Certificate
from services.assessment.rules import certificate as rules
from services.assessment.rules.frozen import canonical, fingerprint
from shared.errors import Answer, Malformed, NotFound
from shared.http import Api, Db, PublicAnswers
from shared.http.caching import wants_page
from shared.http.problems import language
from shared.identifiers import paper_number_error
from shared.signing import is_signed, public_keys

certificate_checks = Api(tags=["public"])
certificate_answers = PublicAnswers(queries.certificates_version)

Code = Annotated[str, Query(max_length=20, description="printed beside the number, and in the QR")]


@certificate_checks.get("/public/certificates/{number}", public=True, response_model=schemas.PublicCertificate)
async def check_certificate(request: Request, number: str, db: Db, code: Code = "") -> Any:
    """Whether the certificate of this number holds. The name is masked without the code that is printed beside it."""

    async def found() -> schemas.PublicCertificate:
        return _public(await _numbered(db, number), code)

    async def build() -> bytes:
        return orjson.dumps((await found()).model_dump(mode="json"))

    if wants_page(request.scope):
        return await _page(request, number, code, found)
    return await certificate_answers.answer(request, db, build, headers={"Vary": "Accept"})


@certificate_checks.get("/public/certificates.html", public=True, response_model=None)
async def ask_for_certificate(request: Request, number: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Where whoever holds a paper types its number."""
    lang = _language(request)
    if number.strip():
        return RedirectResponse(f"/public/certificates/{quote(number.strip(), safe='')}?lang={lang}", 303)
    return HTMLResponse(pages.unknown_page("", (), lang), headers=HEADERS)


def _language(request: Request) -> str:
    return "en" if (request.query_params.get("lang", "") or language(request)).startswith("en") else "zh"


async def _page(request: Request, number: str, code: str, found: Any) -> HTMLResponse:
    lang = _language(request)
    headers = {**HEADERS, "Cache-Control": "no-store", "Vary": "Accept"}
    try:
        return HTMLResponse(pages.checked_page(await found(), lang, code), headers=headers)
    except Answer as answer:
        return HTMLResponse(pages.unknown_page(number, answer.reasons, lang), 404, headers=headers)


async def _numbered(db: Db, number: str) -> Certificate:
    number = number.strip().upper()
    if reason := paper_number_error(number, "/number"):
        raise Malformed(reason)
    return await queries.numbered(db, number)


@certificate_checks.post("/public/certificates/check", public=True, response_model=schemas.CheckedCertificate)
async def check_signed_certificate(body: schemas.SignedCertificate, db: Db) -> Any:
    """For machines: whether a signed document is what was issued, and whether it still holds; else what is wrong."""
    said = body.content.get("number")
    number = said[:40] if isinstance(said, str) else ""
    try:
        row = await queries.numbered(db, number)
    except NotFound:
        row = None
    wrong = _wrong(body, row.content_hash if row else "")
    if wrong or row is None:
        zh, en = rules.RESULTS[wrong]
        return schemas.CheckedCertificate(number=number, result=wrong, zh=zh, en=en)
    return schemas.CheckedCertificate(**_checked(row))


def _wrong(said: schemas.SignedCertificate | Certificate, stored_hash: str) -> str:
    """A key of ``RESULTS``, or empty when it is what was issued."""
    keys = public_keys()
    return rules.forgery(said.key in keys, _signed(said, keys), stored_hash, _fingerprint(said.content))


def _fingerprint(content: dict[str, Any]) -> str:
    try:
        return fingerprint(content)
    except TypeError:  # a float, which we never wrote
        return ""


def _signed(body: schemas.SignedCertificate | Certificate, keys: dict[str, bytes]) -> bool:
    try:
        return is_signed(canonical(body.content), base64.b64decode(body.signature, validate=True), keys[body.key])
    except (KeyError, TypeError, binascii.Error, ValueError):
        return False


def _checked(row: Certificate, wrong: str = "") -> dict[str, Any]:
    result = wrong or rules.result(row.status)
    zh, en = rules.RESULTS[result]
    reason_zh, reason_en = rules.REASONS.get(row.reason, ("", ""))
    return {
        "number": row.number,
        "result": result,
        "zh": zh,
        "en": en,
        "reason": row.reason,
        "reason_zh": reason_zh,
        "reason_en": reason_en,
        "replaced_by": row.replaced_by,
    }


def _public(row: Certificate, code: str) -> schemas.PublicCertificate:
    """What was kept is held against its signature, too: whoever can write tables cannot write certificates."""
    wrong = _wrong(row, row.content_hash)
    right = not wrong and hmac.compare_digest(code.strip().upper().encode(), row.code.encode())
    name, (_, zh, en) = row.content["name"], rules.KINDS[row.kind]
    return schemas.PublicCertificate(
        **_checked(row, wrong),
        kind=row.kind,
        kind_zh=zh,
        kind_en=en,
        code="right" if right else "wrong" if code else "missing",
        name=name if right else rules.masked(name),
        issuer=row.content["issuer"],
        issued_on=row.content["issued_on"],
        valid_until=row.valid_until,
        content_hash=row.content_hash,
        key=row.key,
        content=row.content if right else None,
    )
