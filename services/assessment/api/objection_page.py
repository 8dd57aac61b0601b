"""The form by which anybody objects to a public notice: a page without scripts, on a phone too, and no account."""

from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import HTMLResponse, Response

from services.assessment import queries, schemas
from services.assessment.api.notices import receipt, standing
from services.assessment.api.pages import HEADERS, HTML
from services.assessment.api.showing import notice_answers
from services.assessment.forms.pages import rendered
from services.assessment.rules import objection as rules
from services.assessment.rules.objection import Objector
from services.assessment.usecases import objection
from shared.errors import Answer, Malformed, Reason
from shared.http import Api, Db, Now
from shared.http.problems import STATUS
from shared.http.typed import faults, fields

objection_pages = Api(tags=["public"])
_WHERE = "/public/notices/{notice_id}/objections.html"
_TEAM = Reason("objection.team", "请选择要异议的团队", "Choose the team that you object to", "/team_id")
_FIELDS = tuple(schemas.ObjectionIn.model_fields)


@objection_pages.get(_WHERE, public=True, response_model=None)
async def show_objection_form(request: Request, notice_id: UUID, db: Db) -> Any:
    """The empty form, of the team that ``team_id`` names when there is one."""
    team = request.query_params.get("team_id", "")

    async def build() -> bytes:
        return await _form(db, notice_id, {"team_id": team}, ())

    return await notice_answers.answer(request, db, build, HTML, HEADERS)


@objection_pages.post(_WHERE, public=True, response_model=None)
async def send_objection(request: Request, notice_id: UUID, db: Db, now: Now) -> Response:
    """What was typed; back comes the number, or the same form with everything that is wrong beside its field."""
    typed = {name: value.strip() for name, value in await fields(request) if name in _FIELDS}
    try:
        body = _said(typed)
        objector = Objector(body.name, body.phone, body.unit_code)
        row = await objection.raise_(db, notice_id, body.team_id, objector, body.text, now)
        page = rendered("objected.html", noun="notices", title="异议已受理", notice_id=notice_id, receipt=receipt(row))
        return _page(page, 201)
    except Answer as refusal:
        status = next(STATUS[kind][0] for kind in type(refusal).__mro__ if kind in STATUS)
        return _page(await _form(db, notice_id, typed, refusal.reasons), status)


@objection_pages.get("/public/objections.html", public=True, response_model=None)
async def show_objection_standing(db: Db, receipt: str = "") -> Response:
    """Whoever has the number reads how far the objection is, and its answer."""
    found: schemas.ObjectionStanding | None = None
    wrong: tuple[Reason, ...] = ()
    if receipt.strip():
        try:
            found = standing(await queries.receipted(db, receipt))
        except Answer as refusal:
            wrong = refusal.reasons
    page = rendered(
        "objection_standing.html",
        noun="notices",
        title="查询异议办理情况",
        receipt=receipt,
        found=found,
        faults=wrong,
        statuses=rules.LIFECYCLE.statuses,
    )
    return _page(page, 404 if wrong else 200)


def _said(typed: dict[str, str]) -> schemas.ObjectionIn:
    """Raises :class:`Malformed` with every fault of the writing: of its form, and those that the rules find."""
    try:
        return schemas.ObjectionIn.model_validate(typed)
    except ValidationError as error:
        objector = Objector(typed.get("name", ""), typed.get("phone"), typed.get("unit_code"))
        found = {reason.pointer: reason for reason in faults(error)}
        found |= {"/team_id": _TEAM} if "/team_id" in found else {}
        found |= {reason.pointer: reason for reason in rules.written_obstacles(objector, typed.get("text", ""))}
        raise Malformed(*found.values()) from None


async def _form(db: AsyncSession, notice_id: UUID, typed: dict[str, str], reasons: tuple[Reason, ...]) -> bytes:
    row = await queries.public_notice(db, notice_id)
    beside = {reason.pointer[1:]: reason for reason in reasons if reason.pointer[1:] in _FIELDS}
    return rendered(
        "objection.html",
        noun="notices",
        title="对公示提出异议",
        row=row,
        snapshot=row.snapshot,
        typed=typed,
        faults=beside,
        others=[reason for reason in reasons if reason not in beside.values()],
    )


def _page(page: bytes, status: int) -> Response:
    """Who objects is nobody's business: no browser or proxy keeps it."""
    return HTMLResponse(page, status, {**HEADERS, "Cache-Control": "no-store"})
