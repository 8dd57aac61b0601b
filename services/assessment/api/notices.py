"""Working calendars, public notices and objections."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.models import Notice, Objection, WorkingYear
from services.assessment.rules import notice as notice_rules
from services.assessment.rules import objection as objection_rules
from services.assessment.rules.notice import NoticeFacts, Shown
from services.assessment.rules.objection import Objector
from services.assessment.rules.scope import OFFICES
from services.assessment.usecases import calendar, known, notice, objection
from shared.actor import Actor
from shared.calendar import last_day, table_years
from shared.clock import SHANGHAI
from shared.contracts.assessment import NoticeKind
from shared.http import Api, Db, Lists, Now, Page, Seen, Who, allow, history, page
from shared.http.shapes import ActionOut, Statuses
from shared.lifecycle import actions

calendars = Api(tags=["calendars"])
notices = Api(tags=["notices"])
objections = Api(tags=["objections"])

Bureau = Annotated[Actor, allow("bureau")]
Office = Annotated[Actor, allow(*OFFICES)]
Supervisor = Annotated[Actor, allow("supervisor")]
Year = Annotated[int, Path(ge=2000, le=2200)]


@calendars.put("/v1/calendars/{year}", response_model=schemas.CalendarOut)
async def declare_calendar(year: Year, body: schemas.CalendarIn, db: Db, who: Bureau, seen: Seen) -> Any:
    """Declare the working days of a year; the table of known holidays ends with the current one. Declaring a year
    anew needs ``If-Match``."""
    return await calendar.declare(db, year, body.holidays, body.workdays, seen)


@calendars.get("/v1/calendars", response_model=schemas.Calendars)
async def list_calendars(db: Db, who: Who, query: Lists) -> Any:
    """The declared years, and the built-in ones with the days that count where nothing else was declared."""
    found = await page(
        db,
        queries.calendars(),
        query,
        sortable={"year": WorkingYear.year},
        id=WorkingYear.id,
        item=schemas.CalendarOut.model_validate,
    )
    built_in = [schemas.BuiltInYear(year=year, holidays=off, workdays=worked) for year, off, worked in table_years()]
    return schemas.Calendars(items=found.items, next=found.next, prev=found.prev, built_in=built_in)


@calendars.get("/v1/calendars/{year}", response_model=schemas.CalendarOut)
async def read_calendar(year: Year, db: Db, who: Who) -> Any:
    """What was declared for the year; 404 when nothing was."""
    return await queries.calendar(db, year)


@notices.post("/v1/notices", response_model=schemas.NoticeDetail, status_code=201)
async def draft_notice(body: schemas.NoticeIn, db: Db, who: Bureau, now: Now) -> Any:
    """A draft shows whoever waits for such a notice until it is posted."""
    row = await notice.draft(db, body.round_id, body.kind, body.cycle_id, who, now)
    return await _notice(db, row, who, now)


@notices.get("/v1/notices", response_model=Page[schemas.NoticeOut])
async def list_notices(
    db: Db,
    who: Office,
    query: Lists,
    round_id: UUID | None = None,
    kind: NoticeKind | None = None,
    status: Statuses | None = None,
) -> Any:
    return await page(
        db,
        queries.notices(who, round_id, kind, status),
        query,
        sortable={"created_at": Notice.created_at},
        id=Notice.id,
        item=schemas.NoticeOut.model_validate,
    )


@notices.get("/v1/notices/{notice_id}", response_model=schemas.NoticeDetail)
async def read_notice(notice_id: UUID, db: Db, who: Office, now: Now) -> Any:
    return await _notice(db, await queries.in_scope(db, Notice, notice_id, who, "notice"), who, now)


@notices.post("/v1/notices/{notice_id}/post", response_model=schemas.NoticeDetail)
async def post_notice(notice_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """Freeze the list, show it, and take objections until the end of the last working day."""
    return await _notice(db, await notice.post(db, notice_id, who, now), who, now)


@notices.get("/v1/notices/{notice_id}/history")
async def read_notice_history(notice_id: UUID, db: Db, who: Office) -> list[dict[str, Any]]:
    await queries.in_scope(db, Notice, notice_id, who, "notice")
    return await history(db, "notice", notice_id)


async def _notice(db: AsyncSession, row: Notice, who: Actor, now: datetime) -> schemas.NoticeDetail:
    await db.flush()
    entries = await _frozen(db, row) if row.snapshot else await _waiting(db, row)
    round = await known.round_of(db, row.round_id)
    days = await known.calendar(db)
    facts = NoticeFacts(row.status, row.kind, len(entries), len(entries), row.closes_at)
    obstacles = {"post": lambda: notice_rules.post_obstacles(facts, known.policy_of(round), days, now)}
    return schemas.NoticeDetail(
        **schemas.NoticeOut.model_validate(row).model_dump(),
        entries=entries,
        actions=actions(notice_rules.LIFECYCLE, row.status, who, obstacles),
    )


async def _frozen(db: AsyncSession, row: Notice) -> list[schemas.EntryOut]:
    statuses = await queries.entries(db, row.id)
    listed = (row.snapshot or {})["entries"]
    return [schemas.EntryOut(**entry, status=statuses[UUID(entry["team_id"])]) for entry in listed]


async def _waiting(db: AsyncSession, row: Notice) -> list[schemas.EntryOut]:
    if row.kind == "selection":
        listed = [notice.shown(team) for team in await db.scalars(notice.waiting_teams(row))]
    else:
        listed = [notice.shown(graded.team, graded) for graded in await db.scalars(notice.waiting_grades(row))]
    return [_waits(shown) for shown in listed]


def _waits(shown: Shown) -> schemas.EntryOut:
    fields = {name: getattr(shown, name) for name in Shown.__slots__}
    return schemas.EntryOut(**fields, status="waiting")


@objections.post("/public/notices/{notice_id}/objections", public=True, response_model=schemas.Receipt, status_code=201)
async def raise_objection(notice_id: UUID, body: schemas.ObjectionIn, request: Request, db: Db, now: Now) -> Any:
    """Without login, within the period. A receipt number is answered, and the day by which; who objects stays confidential."""
    objector = Objector(body.name, body.phone, body.unit_code)
    row = await objection.raise_(db, notice_id, body.team_id, objector, body.text, now)
    return receipt(row)


def receipt(row: Objection) -> schemas.Receipt:
    """What the objector is told at once."""
    return schemas.Receipt(receipt=row.receipt, answer_by=last_day(row.due_at.astimezone(SHANGHAI)))


@objections.get("/public/objections/{receipt_number}", public=True, response_model=schemas.ObjectionStanding)
async def follow_objection(receipt_number: str, db: Db, response: Response) -> Any:
    """How far the objection of this number is, and its answer. Neither the objector nor what was written is shown."""
    response.headers["Cache-Control"] = "no-store"
    return standing(await queries.receipted(db, receipt_number))


def standing(row: Objection) -> schemas.ObjectionStanding:
    late = row.overdue_at is not None and objection_rules.is_open(row.status)
    return schemas.ObjectionStanding(
        **receipt(row).model_dump(),
        status=row.status,
        raised_at=row.raised_at,
        overdue=late,
        upheld=row.upheld,
        answer=row.answer,
        answered_at=row.answered_at,
    )


@objections.get("/v1/objections", response_model=Page[schemas.ObjectionOut])
async def list_objections(
    db: Db,
    who: Supervisor,
    query: Lists,
    notice_id: UUID | None = None,
    status: Statuses | None = None,
    overdue: bool | None = None,
) -> Any:
    return await page(
        db,
        queries.objections(who, notice_id, status, overdue),
        query,
        sortable={"due_at": Objection.due_at, "raised_at": Objection.raised_at},
        id=Objection.id,
        item=schemas.ObjectionOut.model_validate,
    )


@objections.get("/v1/objections/{objection_id}", response_model=schemas.ObjectionDetail)
async def read_objection(objection_id: UUID, db: Db, who: Supervisor, now: Now) -> Any:
    return await _objection(db, await queries.objection(db, objection_id, who), who, now)


@objections.post("/v1/objections/{objection_id}/extend", response_model=schemas.ObjectionDetail)
async def extend_objection(objection_id: UUID, db: Db, who: Supervisor, now: Now) -> Any:
    return await _objection(db, await objection.extend(db, objection_id, who, now), who, now)


@objections.post("/v1/objections/{objection_id}/answer", response_model=schemas.ObjectionDetail)
async def answer_objection(objection_id: UUID, body: schemas.AnswerIn, db: Db, who: Supervisor, now: Now) -> Any:
    row = await objection.answer(db, objection_id, body.upheld, body.text, who, now)
    return await _objection(db, row, who, now)


@objections.get("/v1/objections/{objection_id}/history")
async def read_objection_history(objection_id: UUID, db: Db, who: Supervisor) -> list[dict[str, Any]]:
    await queries.objection(db, objection_id, who)
    return await history(db, "objection", objection_id)


async def _objection(db: AsyncSession, row: Objection, who: Actor, now: datetime) -> schemas.ObjectionDetail:
    await db.flush()
    row = await queries.objection(db, row.id, who)
    posted = await queries.in_scope(db, Notice, row.notice_id, who, "objection")
    policy = known.policy_of(await known.round_of(db, posted.round_id))
    obstacles = {"extend": lambda: objection_rules.extend_obstacles(row.facts, policy, now)}
    detail = schemas.ObjectionDetail.model_validate(row)
    listed = actions(objection_rules.LIFECYCLE, row.status, who, obstacles)
    return detail.model_copy(update={"actions": [ActionOut.model_validate(a) for a in listed]})
