"""What the liaison opens: a page in large type, or the same as JSON. No account, no token but the link's own.

Every address below ``/public/confirmations/{token}`` answers HTML to a browser and JSON to a program. Everything may be
sent twice without harm: a slow network repeats, and so does a thumb."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import HTMLResponse, Response

from services.teams import queries, schemas
from services.teams.api import confirmation_page as pages
from services.teams.usecases import link, policies
from shared.errors import Answer, Malformed, NotFound, Reason
from shared.http import Api, Db, Now
from shared.http.problems import language
from shared.http.typed import fields, is_form
from shared.identifiers import masked_phone

confirmations = Api(tags=["confirmations"])

Body = TypeVar("Body", bound=BaseModel)


def _takes(shape: type[BaseModel]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": shape.model_json_schema()}}}}


@confirmations.get("/public/confirmations/{token}", public=True, response_model=schemas.ConfirmationOut)
async def read_confirmation(token: str, request: Request, db: Db, now: Now) -> Any:
    """Entries that wait for the host, the rating of the year while it is due, absences reported so far. A link that has expired or was
    made up opens nothing."""

    async def shown() -> schemas.ConfirmationOut:
        opened = await link.read(db, token, now)
        waiting = await link.open_entries(db, opened.team)
        policy = (await policies.of(db, opened.team.round_id)).teams
        return await queries.liaison_sees(db, opened.team, waiting, policy, opened.link.expires_at, now)

    return await _answer(request, db, token, shown, pages.start_page)


@confirmations.post(
    "/public/confirmations/{token}",
    public=True,
    response_model=schemas.ConfirmationDone,
    openapi_extra=_takes(schemas.Confirmations),
)
async def settle_confirmation(token: str, request: Request, db: Db, now: Now) -> Any:
    """Confirms and disputes entries, each once, and rates: what the page has is sent together."""

    async def done() -> schemas.ConfirmationDone:
        said = await _said(request, schemas.Confirmations, _verdicts)
        settled = []
        if said.verdicts or said.satisfaction is None:
            settled = await link.settle(db, token, said.verdicts, said.versions, now)
        if said.satisfaction is not None:
            await link.rate(db, token, said.satisfaction, said.comment, now)
        team = (await link.read(db, token, now)).team
        confirmed = sum(entry.status == "confirmed" for entry in settled)
        return schemas.ConfirmationDone(
            confirmed=confirmed,
            disputed=len(settled) - confirmed,
            skipped=len(said.verdicts) - len(settled),
            waiting=len(await link.open_entries(db, team)),
            rated=said.satisfaction is not None,
        )

    return await _answer(request, db, token, done, pages.settled_page)


@confirmations.post(
    "/public/confirmations/{token}/rating",
    public=True,
    response_model=schemas.RatingOut,
    openapi_extra=_takes(schemas.RatingIn),
)
async def rate_service(token: str, request: Request, db: Db, now: Now) -> Any:
    """How satisfied the host is, while the rating of the year is due; said again, the newest counts."""

    async def done() -> schemas.RatingOut:
        said = await _said(request, schemas.RatingIn, dict)
        rating = await link.rate(db, token, said.satisfaction, said.comment, now)
        return schemas.RatingOut.model_validate(rating)

    return await _answer(request, db, token, done, pages.thanks_page)


@confirmations.post(
    "/public/confirmations/{token}/absences",
    public=True,
    response_model=schemas.Reported,
    openapi_extra=_takes(schemas.AbsenceIn),
)
async def report_absence_by_link(token: str, request: Request, db: Db, now: Now) -> Any:
    """The team did not come on that day; the same day said twice is one report."""

    async def done() -> schemas.Reported:
        said = await _said(request, schemas.AbsenceIn, dict)
        absence = await link.report(db, token, said.expected_on, said.words, now)
        return schemas.Reported.model_validate(absence)

    return await _answer(request, db, token, done, pages.thanks_page)


@confirmations.post("/public/confirmations/{token}/link", public=True, response_model=schemas.LinkAsked)
async def ask_for_link(token: str, request: Request, db: Db, now: Now) -> Any:
    """Sends a new link to the liaison's phone on file, also when this one has expired; a few times a day."""

    async def done() -> schemas.LinkAsked:
        await link.ask_again(db, token, request.app.state.settings.public_url, now)
        return schemas.LinkAsked(phone=masked_phone((await link.look(db, token)).team.liaison_phone))

    return await _answer(request, db, token, done, pages.asked_page)


@confirmations.get("/public/confirmations/{token}/photos/{attachment_id}", public=True, response_class=Response)
async def read_photo(token: str, attachment_id: UUID, request: Request, db: Db, now: Now) -> Response:
    """A photo of an entry of this team, when the liaison asks to see it."""
    team = (await link.read(db, token, now)).team
    photo = await queries.photo_of_team(db, team.id, attachment_id)
    headers = {
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(await request.app.state.files.read(photo.key, photo.sha256), 200, headers, photo.media_type)


async def _answer(
    request: Request, db: AsyncSession, token: str, act: Callable[[], Awaitable[Any]], page: Callable[..., str]
) -> Any:
    """What was asked for, as a page or as JSON; a page also says why not, whom to call and what to do next."""
    if "text/html" not in request.headers.get("accept", ""):
        return await act()
    lang, here = _language(request), f"/public/confirmations/{token}"
    try:
        done = await act()
    except Answer as refusal:
        return _page(*await _refused(db, token, here, refusal, lang))
    return _page(page(done, lang, here))


async def _refused(db: AsyncSession, token: str, here: str, refusal: Answer, lang: str) -> tuple[str, int]:
    lead = unit = helpline = ""
    works = asks = False
    try:
        opened = await link.look(db, token)
    except NotFound:
        helpline = pages.HELPLINE
    else:
        shown = await queries.lead_of(db, opened.team)
        lead, unit = shown.name, shown.unit_name
        helpline = (await policies.of(db, opened.team.round_id)).teams.helpline
        codes = {reason.code for reason in refusal.reasons}
        works = not codes & {"link.expired", "link.replaced"}
        asks = "link.expired" in codes
    status = 404 if isinstance(refusal, NotFound) else 422 if isinstance(refusal, Malformed) else 409 if works else 410
    return pages.refused_page(refusal.reasons, lang, here, lead, unit, helpline, works, asks), status


def _language(request: Request) -> str:
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in ("zh", "en") else language(request)


def _verdicts(fields: list[tuple[str, str]]) -> dict[str, Any]:
    """The page's form: one field per entry, named by its id and the version shown, ``confirm`` or ``dispute``, and the
    rating; words to add need one."""
    said: dict[str, Any] = {"confirmed": [], "disputed": [], "versions": {}}
    rating = {name: value for name, value in fields if name in ("satisfaction", "comment") and value.strip()}
    if rating:
        said |= {"satisfaction": "", **rating}
    for name, value in fields:
        key, _, version = name.partition(".")
        if value in ("confirm", "dispute"):
            said["confirmed" if value == "confirm" else "disputed"].append(key)
            if version:
                said["versions"][key] = version
    return said


async def _said(request: Request, shape: type[Body], read: Callable[[list[tuple[str, str]]], dict[str, Any]]) -> Body:
    """What was sent, by the page's form or as JSON."""
    try:
        if is_form(request):
            return shape.model_validate(read(await fields(request)))
        return shape.model_validate_json(await request.body())
    except ValidationError as error:
        where = ["/" + "/".join(str(part) for part in fault["loc"]) for fault in error.errors()]
        raise Malformed(*(_unfit(at) for at in where)) from None


def _unfit(at: str) -> Reason:
    """What a person left out or wrote wrong on the page."""
    said = {
        "/satisfaction": ("请选择满意程度", "Choose how satisfied you are"),
        "/expected_on": ("请填写日期", "Give the day"),
    }
    return Reason("field.invalid", *said.get(at, ("格式不对", "Not of the right form")), at)


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
async def read_messages(team_id: UUID, db: Db) -> list[dict[str, Any]]:
    """The messages that would have gone to the liaison's phone. Mounted in development only, as all under /dev."""
    return await queries.messages_about(db, str(team_id))
