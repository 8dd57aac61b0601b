"""A round's calendar of actions and its progress towards the yearly targets, for offices and for everybody."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Request
from starlette.responses import Response

from services.orders import queries, schemas
from services.orders.models import Action, Round
from services.orders.usecases import action
from shared.actor import Actor
from shared.http import Api, Db, IfMatch, Lists, Now, Page, PublicAnswers, Who, allow, check_version, history, page
from shared.http.shapes import ActionOut, ReasonIn

actions = Api(tags=["actions"])

Bureau = Annotated[Actor, allow("bureau")]
OF_ROUND = "/v1/rounds/{round_id}/actions"


def _out(row: Action) -> schemas.PlannedActionOut:
    return schemas.PlannedActionOut.model_validate(row).model_copy(update={"places": queries.places(row)})


@actions.post(OF_ROUND, response_model=list[schemas.PlannedActionOut], status_code=201)
async def plan_actions(round_id: UUID, body: schemas.PlannedActions, db: Db, who: Bureau, now: Now) -> Any:
    """One action or the whole year's calendar: all of them or none."""
    return [_out(row) for row in await action.plan(db, round_id, body.actions, who, now)]


@actions.get(OF_ROUND, response_model=Page[schemas.PlannedActionOut])
async def list_actions(round_id: UUID, db: Db, who: Who, query: Lists, status: str | None = None) -> Any:
    await queries.round(db, round_id)
    columns = {"starts_on": Action.starts_on, "created_at": Action.created_at}
    return await page(db, queries.planned_actions(round_id, status), query, sortable=columns, id=Action.id, item=_out)


@actions.get(OF_ROUND + "/{action_id}", response_model=schemas.PlannedActionDetail)
async def read_action(round_id: UUID, action_id: UUID, db: Db, who: Who) -> Any:
    row = await queries.planned_action(db, round_id, action_id)
    shown = [ActionOut.model_validate(one) for one in await queries.action_actions(db, row, who)]
    return schemas.PlannedActionDetail(**_out(row).model_dump(), actions=shown)


@actions.get(OF_ROUND + "/{action_id}/history")
async def read_action_history(round_id: UUID, action_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.planned_action(db, round_id, action_id)
    return await history(db, "action", action_id)


@actions.patch(OF_ROUND + "/{action_id}", response_model=schemas.PlannedActionOut)
async def edit_action(
    round_id: UUID, action_id: UUID, body: schemas.PlannedActionPatch, db: Db, who: Bureau, now: Now, seen: IfMatch
) -> Any:
    row = await action.of_round(db, round_id, action_id)
    check_version(row, seen)
    return _out(await action.edit(db, row, body, who, now))


@actions.post(OF_ROUND + "/{action_id}/start", response_model=schemas.PlannedActionOut)
async def start_action(round_id: UUID, action_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    await action.of_round(db, round_id, action_id)
    return _out(await action.start(db, action_id, who, now))


@actions.post(OF_ROUND + "/{action_id}/finish", response_model=schemas.PlannedActionOut)
async def finish_action(round_id: UUID, action_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    await action.of_round(db, round_id, action_id)
    return _out(await action.finish(db, action_id, who, now))


@actions.post(OF_ROUND + "/{action_id}/cancel", response_model=schemas.PlannedActionOut)
async def cancel_action(round_id: UUID, action_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    await action.of_round(db, round_id, action_id)
    return _out(await action.cancel(db, action_id, body.reason, who, now))


@actions.get("/v1/rounds/{round_id}/progress", response_model=schemas.ProgressOut)
async def read_progress(round_id: UUID, db: Db, who: Who) -> Any:
    """Targets and progress: experts, counties, firms, and per action."""
    return await queries.progress(db, await queries.round(db, round_id))


_answers = PublicAnswers(queries.actions_version)


def _public(row: Action) -> dict[str, Any]:
    shown = schemas.PublicAction.model_validate(row).model_copy(update={"places": queries.places(row)})
    return shown.model_dump(mode="json")


@actions.get("/public/rounds/{prefix}/actions", public=True, response_model=list[schemas.PublicAction])
async def list_public_actions(request: Request, prefix: str, db: Db) -> Any:
    """The calendar of a round (by the prefix of its order numbers), without login."""

    async def build() -> bytes:
        _round, found = await queries.public_actions(db, prefix)
        return orjson.dumps([_public(row) for row in found])

    return await _answers.answer(request, db, build)


@actions.get("/public/rounds/{prefix}/actions.ics", public=True, response_class=Response)
async def read_public_calendar(request: Request, prefix: str, db: Db) -> Any:
    """The same as iCalendar (RFC 5545): people subscribe to it once."""

    async def build() -> bytes:
        return _calendar(*await queries.public_actions(db, prefix))

    return await _answers.answer(request, db, build, media_type="text/calendar; charset=utf-8")


def _calendar(round: Round, found: list[Action]) -> bytes:
    """Whole days; a cancelled action stays, marked as cancelled, so that subscribers learn it."""
    from datetime import timedelta

    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Jiedan//actions//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", round.name)
    for row in found:
        event = Event()
        event.add("uid", f"{row.id}@jiedan")
        event.add("sequence", row.version)
        event.add("dtstamp", row.created_at)
        event.add("dtstart", row.starts_on)
        event.add("dtend", row.ends_on + timedelta(days=1))  # the day after: it is exclusive
        event.add("summary", row.name)
        event.add("location", "、".join(queries.places(row)))
        event.add("status", "CANCELLED" if row.status == "cancelled" else "CONFIRMED")
        if row.kind:
            event.add("categories", [row.kind])
        calendar.add_component(event)
    return bytes(calendar.to_ical())
