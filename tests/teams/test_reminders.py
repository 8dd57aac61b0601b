"""Digests instead of floods, and a calendar that a phone can read."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from services.teams import queries
from services.teams.models import Message
from services.teams.rules.reminder import next_digest
from shared.clock import SHANGHAI
from shared.testing import START
from tests.teams.factories import World, codes, done


async def mails(session: Any) -> list[Message]:
    return list(await session.scalars(sa.select(Message).where(Message.channel == "mail").order_by(Message.id)))


@pytest.mark.parametrize(
    ("every", "hour", "days", "at"), [("day", 7, 0, 8), ("day", 9, 1, 8), ("week", 9, 6, 8)]
)  # START is a Tuesday
def test_a_digest_comes_at_the_start_of_an_office_s_day(every: str, hour: int, days: int, at: int) -> None:
    found = next_digest(every, START.replace(hour=hour))
    assert found == START.replace(hour=at) + timedelta(days=days)
    assert next_digest("never", START) is None


async def test_one_digest_a_day_names_everything_that_waits_and_none_comes_for_nothing(
    world: World, clock: Any, run_due_jobs: Any, session: Any
) -> None:
    wish = {"every": "day", "email": "host@village.example"}
    await done(await world.host.post("/v1/reminders", json=wish))
    await clock.set(START + timedelta(days=1))
    await run_due_jobs()
    assert await mails(session) == []
    roster = await world.agreed()
    await roster.record(3, served_on=START.date() + timedelta(days=1))
    await clock.set(START + timedelta(days=2))
    await run_due_jobs()
    await run_due_jobs()
    [mail] = await mails(session)
    assert (mail.address, mail.text.count("\n")) == ("host@village.example", 0)
    assert "确认服务记录" in mail.text
    await done(await world.host.post("/v1/reminders", json={"every": "never"}))
    await clock.set(START + timedelta(days=9))
    await run_due_jobs()
    assert len(await mails(session)) == 1


async def test_a_digest_needs_an_address(world: World) -> None:
    assert codes(await world.host.post("/v1/reminders", json={"every": "day"})) == {"reminder.email"}
    bad = await world.host.post("/v1/reminders", json={"every": "day", "email": "no address"})
    assert bad.status_code == 422


async def test_a_calendar_program_reads_what_is_owed_until_the_address_is_renewed(world: World) -> None:
    roster = await world.confirmed()
    link = (await done(await roster.as_lead.post("/v1/reminders/calendar")))["url"]
    path = "/public" + link.split("/public", 1)[1]
    answer = await world.api().get(path, headers={"Accept-Language": "zh-CN"})
    assert answer.headers["content-type"].startswith("text/calendar")
    [event] = Calendar.from_ical(answer.text).walk("VEVENT")
    due = (await done(await roster.as_lead.get("/v1/todo")))["items"][0]["due"]
    assert event["DTSTART"].dt.astimezone(SHANGHAI).isoformat()[:16] == due[:16]
    assert "签署三方协议" in event["SUMMARY"]
    await done(await roster.as_lead.post("/v1/reminders/calendar"))
    assert (await world.api().get(path)).status_code == 404
    assert (await world.api().get("/public/calendars/xyz.ics")).status_code == 404


async def test_digest_and_calendar_say_how_many_duties_they_leave_out(
    world: World, clock: Any, run_due_jobs: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.todo, "__defaults__", (1,))
    for _ in range(3):
        roster = await world.forming(await world.order(uuid4()))
        await done(await roster.as_lead.post(f"{roster.path}/submit"))
    await done(await world.district.post("/v1/reminders", json={"every": "day", "email": "d@county.example"}))
    await clock.set(START + timedelta(days=1))
    await run_due_jobs()
    [mail] = await mails(session)
    assert "您有3项待办 3 things" in mail.subject
    assert len(mail.text.splitlines()) == 2
    assert "另有2项未列出" in mail.text
    link = (await done(await world.district.post("/v1/reminders/calendar")))["url"]
    answer = await world.api().get("/public" + link.split("/public", 1)[1], headers={"Accept-Language": "zh-CN"})
    assert [str(todo["SUMMARY"]) for todo in Calendar.from_ical(answer.text).walk("VTODO")][1:] == [
        "另有2项待办，请登录查看"
    ]
