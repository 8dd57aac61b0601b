"""What the liaison opens: a page in large type, or the same as JSON. No account, no token but the link's own."""

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse, Response

from services.teams import queries, schemas
from services.teams.api.confirmation_page import done_page, entries_page, message_page
from services.teams.usecases import link
from shared.errors import Answer, Malformed, NotFound, Reason
from shared.http import Api, Db, Now
from shared.http.problems import language

confirmations = Api(tags=["confirmations"])

_ANSWERS = {"application/json": {"schema": schemas.Confirmations.model_json_schema()}}


@confirmations.get("/public/confirmations/{token}", public=True, response_model=schemas.ConfirmationOut)
async def read_confirmation(token: str, request: Request, db: Db, now: Now) -> Any:
    """The entries that wait for the host. A link that was used, expired or made up opens nothing."""
    try:
        shown = await _shown(db, token, now)
    except Answer as refusal:
        if _wants_page(request):
            return _page(
                message_page(refusal.reasons, language(request)), 404 if isinstance(refusal, NotFound) else 410
            )
        raise
    return _page(entries_page(shown, language(request))) if _wants_page(request) else shown


async def _shown(db: Db, token: str, now: Now) -> schemas.ConfirmationOut:
    opened, team = await link.read(db, token, now)
    return schemas.ConfirmationOut(
        team=team.name,
        order_number=team.order_number,
        place=team.place,
        expires_at=opened.expires_at,
        entries=[
            schemas.ConfirmationEntry.model_validate(
                {**schemas.EntryOut.model_validate(entry).model_dump(), "name": person.name}
            )
            for entry, person in await link.open_entries(db, team)
        ],
    )


@confirmations.post(
    "/public/confirmations/{token}",
    public=True,
    response_model=schemas.ConfirmationDone,
    openapi_extra={"requestBody": {"required": True, "content": _ANSWERS}},
)
async def settle_confirmation(token: str, request: Request, db: Db, now: Now) -> Any:
    """Confirms and disputes entries; the link is spent."""
    try:
        settled = await link.settle(db, token, (await _said(request)).verdicts, now)
    except Answer as refusal:
        if _wants_page(request):
            return _page(
                message_page(refusal.reasons, language(request)), 404 if isinstance(refusal, NotFound) else 409
            )
        raise
    confirmed = sum(entry.status == "confirmed" for entry in settled)
    done = schemas.ConfirmationDone(confirmed=confirmed, disputed=len(settled) - confirmed)
    return _page(done_page(done, language(request))) if _wants_page(request) else done


async def _said(request: Request) -> schemas.Confirmations:
    """The page's form (one field per entry, ``confirm`` or ``dispute``) or JSON."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        fields = parse_qsl(body.decode("utf-8", "replace"))
        said: Any = {
            "confirmed": [name for name, value in fields if value == "confirm"],
            "disputed": [name for name, value in fields if value == "dispute"],
        }
    else:
        said = body
    try:
        if isinstance(said, bytes):
            return schemas.Confirmations.model_validate_json(said)
        return schemas.Confirmations.model_validate(said)
    except ValidationError as error:
        where = ["/" + "/".join(str(part) for part in fault["loc"]) for fault in error.errors()]
        raise Malformed(*(Reason("field.invalid", "格式不对", "Not of the right form", at) for at in where)) from None


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _page(html: str, status: int = 200) -> Response:
    """Never kept by a browser or proxy, never framed, and its address is told to nobody."""
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    }
    return HTMLResponse(html, status, headers)


@confirmations.get("/dev/sms", public=True)
async def read_messages(request: Request, team_id: UUID, db: Db) -> list[dict[str, Any]]:
    """Development: the messages that would have gone to the liaison's phone. Not there in production."""
    if not request.app.state.settings.development:
        raise NotFound("resource")
    return await queries.messages_about(db, str(team_id))
