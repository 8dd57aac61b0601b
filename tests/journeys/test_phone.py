"""A liaison with nothing but a phone: confirms, rates, says that nobody came; and what the offices see of it."""

import re
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from services.teams.models import Message
from shared.clock import SHANGHAI
from tests.journeys.one_team import Stage, open_stage
from tests.teams.factories import HOST, Roster, done

PAGE = {"Accept": "text/html"}


@pytest.fixture
async def served(system: Any) -> tuple[Stage, Roster]:
    stage = await open_stage(system)
    roster = await stage.world.shortlisted()
    await stage.serving(roster)
    return stage, roster


async def test_what_the_liaison_says_on_the_phone_arrives_in_the_assessment(
    system: Any, served: tuple[Stage, Roster]
) -> None:
    stage, roster = served
    await roster.record(served_on=system.now.date())
    await done(await roster.as_lead.post(f"{roster.path}/confirmation_link"))
    phone = system.api(None, "teams")
    [message] = await done(await phone.get(f"/dev/sms?team_id={roster.id}"))
    path = re.search(r"https?://[^/]+(/public/\S+)", message["text"])[1]  # type: ignore[index]
    page = (await phone.get(path, headers=PAGE)).text
    assert 'name="satisfaction"' not in page, "no rating of a year is due yet"
    fields = dict.fromkeys(re.findall(r'name="([0-9a-f-]{36}\.\d+)"', page), "confirm")
    early = await phone.post(f"{path}/rating", data={"satisfaction": "85"}, headers=PAGE)
    assert (early.status_code, (await phone.post(path, data=fields, headers=PAGE)).status_code) == (409, 200)
    assert (
        await phone.post(f"{path}/absences", data={"expected_on": str(system.now.date())}, headers=PAGE)
    ).status_code == 200
    await system.pump()
    [absence] = (await stage.ask("teams", "GET", "/v1/absences", "district"))["items"]
    assert absence["status"] == "reported"

    await system.advance(datetime(2020, 12, 14, 9, tzinfo=SHANGHAI))
    cycle = await stage.ask(
        "assessment", "POST", "/v1/cycles", json={"round_id": str(stage.world.round_id), "year": 2020}
    )
    await stage.ask("assessment", "POST", f"/v1/cycles/{cycle['id']}/collect")
    await done(await roster.as_lead.post(f"{roster.path}/confirmation_link"))
    newest = (await done(await phone.get(f"/dev/sms?team_id={roster.id}")))[-1]
    path = re.search(r"https?://[^/]+(/public/\S+)", newest["text"])[1]  # type: ignore[index]
    said = {"satisfaction": "85", "comment": "很好"}
    assert "计入年度考核" in (await phone.post(f"{path}?lang=zh", data=said, headers=PAGE)).text
    await system.pump()
    [row] = (await stage.ask("assessment", "GET", f"/v1/assessments?cycle_id={cycle['id']}"))["items"]
    detail = await stage.ask("assessment", "GET", f"/v1/assessments/{row['id']}")
    [part] = detail["parts"]
    assert (part["part"], float(part["score"]), part["submitted_as"]) == ("host_rating", 85, "liaison")
    assert part["text"] == "很好"

    own = {"part": "host_rating", "score": 95}
    host = system.api(stage.actors.change(stage.actors.host, unit=HOST), "assessment")
    await done(await host.post(f"/v1/assessments/{row['id']}/parts", json=own))
    await system.pump()
    assert "贵单位已用单位账号提交年度评价" in (await phone.get(f"{path}?lang=zh", headers=PAGE)).text
    again = await phone.post(path, data={"satisfaction": "85"}, headers=PAGE)
    assert (again.status_code, "Thank you" in again.text) == (409, False)
    assert await system.waiting() == []


async def test_those_who_owe_a_part_of_the_rating_are_reminded_before_it_is_due(
    system: Any, served: tuple[Stage, Roster]
) -> None:
    stage, roster = served
    wish = {"every": "week", "email": "office@county.example"}
    await done(await stage.world.district.post("/v1/reminders", json=wish))
    await system.advance(datetime(2020, 12, 14, 9, tzinfo=SHANGHAI))
    cycle = await stage.ask(
        "assessment", "POST", "/v1/cycles", json={"round_id": str(stage.world.round_id), "year": 2020}
    )
    await stage.ask("assessment", "POST", f"/v1/cycles/{cycle['id']}/collect")
    owed = [one["code"] for one in (await done(await stage.world.unit().get("/v1/todo")))["items"]]
    assert "give_opinion" in owed

    await system.advance(datetime(2021, 1, 7, 9, tzinfo=SHANGHAI))  # parts are due a week later
    phone = system.api(None, "teams")
    to_host, to_lead = (await done(await phone.get(f"/dev/sms?team_id={roster.id}")))[-2:]
    assert "年度自评请于1月13日前" in to_lead["text"]
    path = re.search(r"https?://[^/]+(/public/\S+)", to_host["text"])[1]  # type: ignore[index]
    assert (await phone.post(f"{path}/rating", data={"satisfaction": "85"}, headers=PAGE)).status_code == 200
    await system.pump()
    assert "rate_service" not in [one["code"] for one in (await done(await stage.world.host.get("/v1/todo")))["items"]]
    async with system.members["teams"].database.reading() as session:
        newest = sa.select(Message).where(Message.channel == "mail").order_by(Message.id.desc()).limit(1)
        mail = await session.scalar(newest)
    assert (mail.address, "填报群众满意度" in mail.text) == ("office@county.example", True)
    assert await system.waiting() == []
