"""A liaison with nothing but a phone: confirms, rates, says that nobody came; and what the offices see of it."""

import re
from datetime import datetime
from typing import Any

import pytest

from shared.clock import SHANGHAI
from tests.journeys.one_team import Stage, open_stage
from tests.teams.factories import Roster, done

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
    fields = dict.fromkeys(re.findall(r'name="([0-9a-f-]{36}\.\d+)"', page), "confirm")
    for address, form in ((path, fields), (f"{path}/rating", {"satisfaction": "85", "comment": "很好"})):
        assert (await phone.post(address, data=form, headers=PAGE)).status_code == 200
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
    [row] = (await stage.ask("assessment", "GET", f"/v1/assessments?cycle_id={cycle['id']}"))["items"]
    detail = await stage.ask("assessment", "GET", f"/v1/assessments/{row['id']}")
    [part] = detail["parts"]
    assert (part["part"], float(part["score"]), part["submitted_as"]) == ("host_rating", 85, "liaison")
    assert "很好" not in str(detail), "the comment stays with its owner"
    assert await system.waiting() == []
