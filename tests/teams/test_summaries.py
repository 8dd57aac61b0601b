"""Half-year and final summaries: owed by the clock, written, submitted, accepted or returned; late ones are taken."""

from datetime import date, datetime
from typing import Any

import pytest

from services.teams.rules import summary as rules
from services.teams.rules.policy import TeamsPolicy
from shared.clock import SHANGHAI
from shared.contracts.teams import SummaryAccepted, SummaryOpened, SummaryReturned, SummarySubmitted
from tests.shared.handed_in import jpeg
from tests.teams.factories import OTHER_DISTRICT, Roster, World, codes, done

SECTIONS = {name: f"{name}：按计划推进" for name in TeamsPolicy().summary_sections}


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


async def summaries(client: Any, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await done(await client.get("/v1/summaries", params=query)))["items"]
    return found


async def write(roster: Roster, row: dict[str, Any], sections: dict[str, str], **more: Any) -> Any:
    body = {"sections": sections, **more}
    path = f"/v1/summaries/{row['id']}"
    return await roster.as_lead.patch(path, json=body, headers={"If-Match": f'"{row["version"]}"'})


async def duties(client: Any) -> list[tuple[str, str | None]]:
    return [
        (d["code"], d["due"]) for d in (await done(await client.get("/v1/todo")))["items"] if "summary" in d["code"]
    ]


@pytest.mark.parametrize(
    ("starts_on", "number", "period"),
    [
        (date(2020, 5, 1), 1, (date(2020, 5, 1), date(2020, 10, 31))),
        (date(2020, 5, 1), 2, (date(2020, 11, 1), date(2021, 4, 30))),
        (date(2020, 8, 31), 1, (date(2020, 8, 31), date(2021, 2, 27))),
        (date(2020, 8, 31), 2, (date(2021, 2, 28), date(2021, 8, 30))),
    ],
)
def test_half_years_follow_each_other_without_a_gap(starts_on: date, number: int, period: tuple[date, date]) -> None:
    assert rules.half_year(starts_on, number) == period


async def test_the_clock_opens_a_summary_after_half_a_year_and_one_at_the_end(
    world: World, clock: Any, run_due_jobs: Any, events: Any
) -> None:
    roster = await world.serving()
    await clock.set(at(date(2020, 10, 31), 23))
    await run_due_jobs()
    assert await summaries(roster.as_lead) == []
    await clock.set(at(date(2020, 11, 1), 0))
    for _ in range(2):
        await run_due_jobs()
    [half] = await summaries(roster.as_lead)
    assert (half["kind"], half["period_from"], half["period_to"]) == ("half_year", "2020-05-01", "2020-10-31")
    assert datetime.fromisoformat(half["due_at"]) == at(date(2020, 11, 16), 0), "the end of the fifteenth day"
    assert await duties(roster.as_lead) == [("write_summary", half["due_at"])]
    rows = (await done(await world.bureau.get(f"/v1/rounds/{world.round_id}/waiting")))["items"]
    assert "write_summary" in {row["code"] for row in rows}
    await clock.set(at(date(2021, 5, 1), 0))
    for _ in range(2):
        await run_due_jobs()
    assert [row["kind"] for row in await summaries(roster.as_lead)] == ["half_year", "final"], "no second half year"
    assert [event.kind for event in await events(SummaryOpened)] == ["half_year", "final"]


async def test_a_clock_that_jumps_opens_each_summary_once(world: World, clock: Any, run_due_jobs: Any) -> None:
    roster = await world.serving()
    await clock.set(at(date(2022, 1, 1)))
    for _ in range(4):
        await run_due_jobs()
    assert [row["number"] for row in await summaries(roster.as_lead)] == [1, 0]


async def test_a_summary_is_written_submitted_returned_and_accepted(
    world: World, clock: Any, run_due_jobs: Any, events: Any
) -> None:
    roster = await world.serving()
    await clock.set(at(date(2020, 11, 2)))
    await run_due_jobs()
    [row] = await summaries(roster.as_lead)
    path = f"/v1/summaries/{row['id']}"
    empty = await roster.as_lead.post(f"{path}/submit")
    assert (empty.status_code, codes(empty)) == (409, {"summary.section_missing"})
    assert len(empty.json()["errors"]) == len(SECTIONS)
    picture = {"file": ("典型.jpg", jpeg(), "image/jpeg")}
    photo = await done(
        await roster.as_lead.post(f"{roster.path}/attachments", files=picture, data={"kind": "photo"}), 201
    )
    wrong = await write(roster, row, {"别的": "x"}, attachments=[str(world.order_id)])
    assert codes(wrong) == {"summary.section", "attachment.not_of_team"}
    row = await done(await write(roster, row, {"工作进展": "完成三次培训"}))
    row = await done(await write(roster, row, SECTIONS | {"典型案例": "一户一策"}, attachments=[photo["id"]]))
    assert (row["sections"]["典型案例"], row["attachments"]) == ("一户一策", [photo["id"]])
    assert (await world.expert(roster.member).post(f"{path}/submit")).status_code == 403
    sent = await done(await roster.as_lead.post(f"{path}/submit"))
    assert (sent["status"], sent["late"]) == ("submitted", False)
    assert codes(await write(roster, sent, SECTIONS)) == {"summary.not_editable"}
    assert [code for code, _ in await duties(world.district)] == ["accept_summary"]
    far = world.as_(world.actors.change(world.actors.district, division=OTHER_DISTRICT))
    assert (await far.post(f"{path}/accept")).status_code == 404
    assert codes(await world.district.post(f"{path}/return", json={"reason": " "})) == {"summary.reason_missing"}
    returned = await done(await world.district.post(f"{path}/return", json={"reason": "缺数据"}))
    assert (returned["status"], returned["reason"]) == ("returned", "缺数据")
    assert [code for code, _ in await duties(roster.as_lead)] == ["write_summary"]
    await done(await write(roster, returned, {"取得成效": "亩产提高一成"}))
    await done(await roster.as_lead.post(f"{path}/submit"))
    accepted = await done(await world.bureau.post(f"{path}/accept"))
    assert (accepted["status"], accepted["reason"]) == ("accepted", "")
    assert await duties(roster.as_lead) == await duties(world.district) == []
    kinds = (SummarySubmitted, SummaryReturned, SummaryAccepted)
    assert [len(await events(kind)) for kind in kinds] == [2, 1, 1]
    assert "缺数据" not in str(await events())


async def test_a_late_summary_is_taken_and_stays_late(world: World, clock: Any, run_due_jobs: Any, events: Any) -> None:
    roster = await world.serving()
    await clock.set(at(date(2020, 11, 16), 0))
    await run_due_jobs()
    [row] = await summaries(world.district, late=True)
    await done(await write(roster, row, SECTIONS))
    sent = await done(await roster.as_lead.post(f"/v1/summaries/{row['id']}/submit"))
    assert (sent["status"], sent["late"]) == ("submitted", True)
    assert [event.late for event in await events(SummarySubmitted)] == [True]
    assert (len(await summaries(world.bureau, late=True)), await summaries(world.bureau, late=False)) == (1, [])


async def test_where_the_policy_says_so_a_team_is_concluded_with_its_final_summary(
    api: Any, actors: Any, deliver: Any, events: Any
) -> None:
    world = World(api, actors, deliver, events)
    await world.open_round(teams={"conclude_needs_summary": True})
    await world.order(world.order_id)
    roster = await world.serving()
    refused = await world.bureau.post(f"{roster.path}/conclude")
    assert (refused.status_code, codes(refused)) == (409, {"team.summary_missing"})
    begun = await done(await roster.as_lead.post(f"{roster.path}/summaries"), 201)
    again = await done(await roster.as_lead.post(f"{roster.path}/summaries"), 201)
    assert (again["id"], begun["kind"]) == (begun["id"], "final")
    await done(await write(roster, begun, SECTIONS))
    shown = await done(await roster.as_lead.get(f"/v1/summaries/{begun['id']}"))
    assert [(a["action"], a["allowed"]) for a in shown["actions"]] == [("submit", True)]
    await done(await roster.as_lead.post(f"/v1/summaries/{begun['id']}/submit"))
    assert codes(await world.bureau.post(f"{roster.path}/conclude")) == {"team.summary_missing"}
    await done(await world.district.post(f"/v1/summaries/{begun['id']}/accept"))
    assert (await done(await world.bureau.post(f"{roster.path}/conclude")))["status"] == "concluded"


async def test_by_default_a_summary_is_a_reminder_and_holds_nothing_back(
    world: World, clock: Any, run_due_jobs: Any
) -> None:
    roster = await world.serving()
    await clock.set(at(date(2020, 9, 1)))
    await done(await world.bureau.post(f"{roster.path}/conclude"))
    await run_due_jobs()
    [final] = await summaries(roster.as_lead)
    assert (final["kind"], final["period_to"]) == ("final", "2020-09-01"), "concluded before its term ended"
    assert [code for code, _ in await duties(roster.as_lead)] == ["write_summary"]


async def test_a_round_that_asks_for_no_summaries_owes_none(
    api: Any, actors: Any, deliver: Any, events: Any, clock: Any, run_due_jobs: Any
) -> None:
    world = World(api, actors, deliver, events)
    await world.open_round(teams={"half_year_due_days": 0, "final_due_days": 0})
    await world.order(world.order_id)
    roster = await world.serving()
    await clock.set(at(date(2021, 9, 1)))
    await run_due_jobs()
    assert await summaries(roster.as_lead) == []
    stranger = world.expert(await world.person())
    assert (await stranger.post(f"{roster.path}/summaries")).status_code == 404
