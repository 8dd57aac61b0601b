"""Follow-up visits: twice after a team's end, by the clock; owed until they are recorded."""

from datetime import date, datetime
from typing import Any

import pytest

from services.assessment.rules import follow_up as rules
from services.assessment.rules.policy import Policy
from shared.clock import SHANGHAI
from shared.contracts.assessment import FollowUpOpened, FollowUpRecorded
from shared.contracts.teams import TeamConcluded
from tests.assessment.factories import codes, done, serving

END = datetime(2020, 8, 31, 9, tzinfo=SHANGHAI)


def test_a_visit_opens_so_many_months_later_or_on_the_last_day_of_a_shorter_month() -> None:
    found = rules.planned(date(2020, 8, 31), END, Policy())
    assert [(months, at.date().isoformat(), due.isoformat()) for months, at, due in found] == [
        (6, "2021-02-28", "2021-04-29"),
        (12, "2021-08-31", "2021-10-30"),
    ]
    assert {at.hour for _, at, _ in found} == {0}


@pytest.mark.parametrize(("ended", "opens"), [(date(2020, 12, 31), "2021-06-30"), (date(2020, 1, 15), "2020-07-15")])
def test_months_go_over_the_end_of_the_year(ended: date, opens: str) -> None:
    assert rules.planned(ended, END, Policy())[0][1].date().isoformat() == opens


async def concluded(deliver: Any, clock: Any) -> Any:
    [ids] = await serving(deliver, [4])
    await clock.set(END)
    for _ in range(2):
        await deliver(TeamConcluded(**ids.all))
    return ids


async def test_two_visits_fall_due_after_a_teams_end_and_are_late_when_nobody_goes(
    deliver: Any, clock: Any, run_due_jobs: Any, api: Any, actors: Any, events: Any
) -> None:
    await concluded(deliver, clock)
    district = api(actors.district)
    assert [row["status"] for row in (await done(await district.get("/v1/follow-ups")))["items"]] == ["planned"] * 2

    await clock.set(datetime(2021, 3, 1, 9, tzinfo=SHANGHAI))
    await run_due_jobs()
    await run_due_jobs()
    [opened] = await events(FollowUpOpened)
    assert (opened.months, str(opened.due_on)) == (6, "2021-04-29")
    assert (await done(await district.get("/v1/follow-ups?overdue=true")))["items"] == []
    await clock.set(datetime(2021, 5, 1, 9, tzinfo=SHANGHAI))
    [late] = (await done(await district.get("/v1/follow-ups?status=open&overdue=true")))["items"]
    assert (late["overdue"], late["due_on"]) == (True, "2021-04-29")


async def test_a_visit_says_what_every_indicator_is_worth_now_and_stands_in_the_years_report(
    deliver: Any, clock: Any, run_due_jobs: Any, api: Any, actors: Any, events: Any
) -> None:
    await concluded(deliver, clock)
    district = api(actors.district)
    first = (await done(await district.get("/v1/follow-ups?sort=due_on")))["items"][0]
    where = f"/v1/follow-ups/{first['id']}/record"
    found = {
        "visited_on": "2021-03-01",
        "text": "基地仍在",
        "going_on": 2,
        "standing": [{"name": "示范面积", "now": "80"}],
    }
    assert codes(await district.post(where, json=found)) == ["follow_up.status"]

    await clock.set(datetime(2021, 3, 1, 9, tzinfo=SHANGHAI))
    await run_due_jobs()
    bare = found | {"standing": [{"name": "没有的", "now": "1"}], "visited_on": "2021-03-02", "text": " "}
    assert sorted(codes(await district.post(where, json=bare))) == [
        "follow_up.day",
        "follow_up.missing",
        "follow_up.text",
        "follow_up.unknown",
    ]
    early = await district.post(where, json=found | {"visited_on": "2021-02-27"})
    assert codes(early) == ["follow_up.early"]
    stranger = api(actors.change(actors.district, division="500102000000"))
    assert (await stranger.post(where, json=found)).status_code == 404
    recorded = await done(await district.post(where, json=found))
    assert recorded["standing"] == [{"name": "示范面积", "unit": "亩", "target": "100", "then": "100", "now": "80"}]
    assert codes(await district.post(where, json=found)) == ["follow_up.status"]
    assert len(await events(FollowUpRecorded)) == 1
    body = {"year": 2021, "division": "500101000000", "text": "回访"}
    report = await done(await district.post("/v1/reports", json=body), 201)
    [visit] = report["content"]["follow_ups"]
    assert (visit["months"], visit["going_on"], visit["standing"][0]["now"]) == (6, 2, "80")
