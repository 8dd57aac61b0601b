"""Reminders: a digest by mail, and what is owed as a calendar."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from services.teams import queries, schemas
from services.teams.models import Reminder
from services.teams.usecases import reminder
from shared.crypto import read_link
from shared.errors import NotFound
from shared.http import Api, Db, Now, Who
from shared.http.problems import language

reminders = Api(tags=["duties"])


def _shown(row: Reminder | None) -> schemas.ReminderOut:
    if row is None:
        return schemas.ReminderOut(every="never", email="", next_at=None, calendar=False)
    return schemas.ReminderOut(
        every=row.every, email=row.email, next_at=row.next_at, calendar=row.calendar_key is not None
    )


@reminders.get("/v1/reminders", response_model=schemas.ReminderOut)
async def read_reminders(db: Db, who: Who) -> Any:
    return _shown(await queries.reminder(db, who))


@reminders.post("/v1/reminders", response_model=schemas.ReminderOut)
async def set_reminders(body: schemas.ReminderIn, db: Db, who: Who, now: Now) -> Any:
    """A digest of everything that waits for the caller, at most once a day or week, none when nothing waits."""
    return _shown(await reminder.wish(db, body, who, now))


@reminders.post("/v1/reminders/calendar", response_model=schemas.CalendarLinkOut)
async def make_calendar_link(request: Request, db: Db, who: Who, now: Now) -> Any:
    """The address of the caller's own calendar, for a calendar program that cannot log in."""
    url = await reminder.calendar_link(db, request.app.state.settings.public_url, who, now)
    return schemas.CalendarLinkOut(url=url)


@reminders.get("/public/calendars/{token}.ics", public=True)
async def read_calendar(token: str, request: Request, db: Db, now: Now) -> Response:
    """Everything that waits for the owner of this address, each with an alarm a day before it is due."""
    nonce = read_link(token)
    found = await queries.reminder_of_calendar(db, UUID(bytes=nonce)) if nonce else None
    if found is None:
        raise NotFound("calendar")
    owed = await queries.todo(db, found.actor)
    body = await asyncio.to_thread(_calendar, owed, language(request))
    return Response(body, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, no-store"})


def _calendar(owed: schemas.TodoList, lang: str) -> bytes:
    from icalendar import Alarm, Calendar, Event, Todo  # only who asks for a calendar pays for it

    calendar = Calendar()
    calendar.add("prodid", "-//Jiedan//duties//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "接单待办" if lang == "zh" else "Jiedan duties")
    for item in owed.items:
        # calendars of phones show events, task lists show to-dos: what has a deadline is an event
        entry = Event() if item.due else Todo()
        entry.add(
            "uid",
            f"{item.code}-{item.team_id}-{item.due:%Y%m%d}@jiedan"
            if item.due
            else f"{item.code}-{item.team_id or item.link.rpartition('/')[2]}@jiedan",
        )
        entry.add("dtstamp", item.since)
        entry.add("summary", f"{item.zh if lang == 'zh' else item.en}：{f'{item.order_number} {item.team}'.strip()}")
        if item.due:
            entry.add("dtstart", item.due)
            entry.add("duration", timedelta(0))
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", item.zh)
            alarm.add("trigger", timedelta(days=-1))
            entry.add_component(alarm)
        calendar.add_component(entry)
    if owed.left:
        rest = Todo()
        rest.add("uid", "left@jiedan")
        rest.add("dtstamp", owed.items[0].since)
        rest.add(
            "summary",
            f"另有{owed.left}项待办，请登录查看" if lang == "zh" else f"{owed.left} more duties: log in to see them",
        )
        calendar.add_component(rest)
    body: bytes = calendar.to_ical()
    return body
