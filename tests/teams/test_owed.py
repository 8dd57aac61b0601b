"""What assessment waits for stands in everybody's one list, and those who owe it are reminded by mail and phone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa
from icalendar import Calendar

from services.teams import queries
from services.teams.models import Message, Team
from shared.clock import SHANGHAI
from shared.contracts.assessment import (
    AssessmentCollecting,
    AssessmentExcluded,
    AssessmentPartSubmitted,
    AssessmentReopened,
    AssessmentScored,
    CorrectionConfirmed,
    CorrectionProposed,
    CorrectionRejected,
    CorrectionWithdrawn,
    CycleReminded,
    FollowUpOpened,
    FollowUpRecorded,
    SubscriptionEnded,
    SubscriptionPaused,
    SubscriptionResumed,
)
from shared.testing import START
from tests.teams.factories import OTHER_UNIT, UNIT, Roster, World, done
from tests.teams.test_liaison import PAGE, messages

DUE = datetime(2020, 12, 31, tzinfo=SHANGHAI)


@dataclass
class Rating:
    """One team in a yearly rating, as assessment tells it."""

    roster: Roster
    assessment_id: UUID
    cycle_id: UUID

    @property
    def ids(self) -> dict[str, UUID]:
        return {**self.roster.ids, "assessment_id": self.assessment_id, "cycle_id": self.cycle_id}

    async def collect(self) -> None:
        said = {"parts": tuple(queries.PARTS), "due_at": DUE, "unit_code": UNIT}
        await self.roster.world.deliver(AssessmentCollecting(**self.ids, **said))

    async def hand_in(self, *parts: str) -> None:
        for part in parts:
            await self.roster.world.deliver(AssessmentPartSubmitted(**self.ids, part=part))

    async def remind(self) -> None:
        cycle = {"cycle_id": self.cycle_id, "round_id": self.roster.world.round_id, "year": 2020}
        await self.roster.world.deliver(CycleReminded(**cycle, due_at=DUE, teams=1))


@pytest.fixture
async def rated(world: World) -> Rating:
    rating = Rating(await world.serving(), uuid4(), uuid4())
    await rating.collect()
    return rating


async def owed(client: httpx.AsyncClient) -> list[str]:
    """What of a rating waits for this caller."""
    found = (await done(await client.get("/v1/todo")))["items"]
    return [one["code"] for one in found if one["code"] in queries.PARTS.values()]


async def test_everybody_finds_their_part_with_its_deadline_and_nobody_else_s(world: World, rated: Rating) -> None:
    people = {
        "report_year": rated.roster.as_lead,
        "give_opinion": world.unit(),
        "rate_service": world.host,
        "rate_for_people score_team": world.district,
    }
    for wanted, client in people.items():
        assert sorted(await owed(client)) == wanted.split()
    for other in (world.unit(OTHER_UNIT), world.expert(rated.roster.member)):
        assert await owed(other) == []
    elsewhere = world.as_(world.actors.change(world.actors.district, division="500102000000"))
    assert await owed(elsewhere) == []
    [mine] = [one for one in (await done(await world.host.get("/v1/todo")))["items"] if one["code"] == "rate_service"]
    assert (mine["due"], mine["link"]) == (DUE.isoformat(), f"/assessment/v1/assessments/{rated.assessment_id}")


async def test_what_is_handed_in_is_owed_no_more_and_scoring_ends_the_rest(world: World, rated: Rating) -> None:
    await rated.hand_in("host_rating", "beneficiary_rating")
    assert (await owed(world.host), await owed(world.district)) == ([], ["score_team"])
    await world.deliver(AssessmentScored(**rated.ids, total=80))
    assert (await owed(world.district), await owed(rated.roster.as_lead)) == ([], [])


async def test_a_reopened_one_owes_what_never_came_and_an_excluded_one_nothing(world: World, rated: Rating) -> None:
    await world.deliver(AssessmentScored(**rated.ids, total=80))
    again = {"parts": ("self_report",), "due_at": DUE, "unit_code": UNIT}
    await world.deliver(AssessmentReopened(**rated.ids, **again))
    assert (await owed(rated.roster.as_lead), await owed(world.host)) == (["report_year"], [])
    await world.deliver(AssessmentExcluded(**rated.ids))
    assert await owed(rated.roster.as_lead) == []


async def test_what_assessment_waits_for_stands_in_the_round_s_view_and_in_the_calendar(
    world: World, rated: Rating
) -> None:
    waiting = (await done(await world.bureau.get(f"/v1/rounds/{world.round_id}/waiting")))["items"]
    assert {one["code"] for one in waiting} >= set(queries.PARTS.values())
    link = (await done(await world.host.post("/v1/reminders/calendar")))["url"]
    answer = await world.api().get("/public" + link.split("/public", 1)[1], headers={"Accept-Language": "zh-CN"})
    [event] = [e for e in Calendar.from_ical(answer.text).walk("VEVENT") if "评价服务满意度" in e["SUMMARY"]]
    assert event["DTSTART"].dt == DUE


async def mails(session: Any) -> list[Message]:
    return list(await session.scalars(sa.select(Message).where(Message.channel == "mail").order_by(Message.id)))


async def test_before_the_deadline_those_who_owe_get_their_digest_at_once_and_only_they(
    world: World, rated: Rating, session: Any, run_due_jobs: Any, clock: Any
) -> None:
    weekly = {"every": "week"}
    await done(await world.unit().post("/v1/reminders", json=weekly | {"email": "unit@school.example"}))
    await done(await world.district.post("/v1/reminders", json=weekly | {"email": "office@county.example"}))
    await done(await world.host.post("/v1/reminders", json={"every": "never", "email": "host@village.example"}))
    await rated.hand_in("beneficiary_rating", "district_score")
    await clock.set(START + timedelta(hours=1))
    await rated.remind()
    await run_due_jobs()
    [mail] = await mails(session)
    assert mail.address == "unit@school.example"
    assert "出具派出单位意见" in mail.text
    assert "2020-12-31" in mail.text
    await run_due_jobs()
    assert len(await mails(session)) == 1


async def test_a_lead_and_a_liaison_are_reminded_on_their_phones_until_they_have_done_it(
    world: World, rated: Rating, clock: Any
) -> None:
    await rated.remind()
    to_host, to_lead = await messages(world, rated.roster)
    assert (to_host["phone"], to_lead["phone"]) == ("13800000000", "13900000001")
    assert "12月30日前（含当日）" in to_lead["text"]
    page = await world.api().get(await link_of_first(world, rated.roster), headers=PAGE)
    assert (page.status_code, 'name="satisfaction"' in page.text) == (200, True)
    await rated.hand_in("host_rating", "self_report")
    await clock.set(START + timedelta(days=30))
    await rated.remind()
    assert len(await messages(world, rated.roster)) == 2


async def link_of_first(world: World, roster: Roster) -> str:
    text = (await messages(world, roster))[0]["text"]
    return "/public" + str(text).rsplit("/public", 1)[1]


async def test_entries_that_wait_do_not_hide_what_the_reminder_is_about(world: World, rated: Rating) -> None:
    await rated.roster.record(served_on=START.date())
    await done(await rated.roster.as_lead.post(f"{rated.roster.path}/confirmation_link"))
    await rated.remind()
    before, reminded, _to_lead = [one["text"] for one in await messages(world, rated.roster)]
    assert ("1条服务记录" in before, "请您在12月30日前评价服务" in reminded) == (True, True)


async def test_without_a_liaison_s_phone_nothing_is_sent_to_the_host_and_the_lead_is_reminded(
    world: World, rated: Rating, session: Any
) -> None:
    await session.execute(sa.update(Team).values(liaison_phone=""))
    await rated.remind()
    [text] = [one["text"] for one in await messages(world, rated.roster)]
    assert "年度自评" in text


async def test_where_no_text_messages_can_be_sent_the_mails_still_go(
    world: World, rated: Rating, session: Any, run_due_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await done(await world.unit().post("/v1/reminders", json={"every": "day", "email": "unit@school.example"}))
    monkeypatch.setattr("shared.messages._senders", {"mail": None})
    await rated.remind()
    await run_due_jobs()
    assert len(await mails(session)) == 1
    assert await messages(world, rated.roster) == []


async def test_a_visit_is_the_district_s_until_it_is_recorded(world: World, rated: Rating) -> None:
    visit = {**rated.roster.ids, "follow_up_id": uuid4(), "months": 6, "due_on": date(2020, 11, 30)}
    await world.deliver(FollowUpOpened(**visit))
    found = (await done(await world.district.get("/v1/todo")))["items"]
    [one] = [one for one in found if one["code"] == "visit_again"]
    assert (one["due"], one["link"]) == (
        "2020-12-01T00:00:00+08:00",
        f"/assessment/v1/follow-ups/{visit['follow_up_id']}",
    )
    await world.deliver(FollowUpRecorded(**visit))
    codes = [one["code"] for one in (await done(await world.district.get("/v1/todo")))["items"]]
    assert "visit_again" not in codes


@pytest.mark.parametrize("end", [CorrectionConfirmed, CorrectionRejected, CorrectionWithdrawn])
async def test_a_correction_waits_for_another_of_the_bureau_than_who_proposed_it(
    world: World, rated: Rating, end: Any
) -> None:
    async def waits(client: httpx.AsyncClient) -> list[str]:
        found = (await done(await client.get("/v1/todo")))["items"]
        return [one["link"] for one in found if one["code"] == "confirm_correction"]

    other = world.as_(world.actors.change(world.actors.bureau, id="bureau-2"))
    about = {**rated.ids, "correction_id": uuid4()}
    await world.deliver(CorrectionProposed(**about, proposed_by=world.actors.bureau.id))
    assert await waits(other) == [f"/assessment/v1/corrections/{about['correction_id']}"]
    assert [await waits(client) for client in (world.bureau, world.district)] == [[], []]
    view = (await done(await world.district.get(f"/v1/rounds/{world.round_id}/waiting")))["items"]
    assert "confirm_correction" not in {one["code"] for one in view}
    await world.deliver(end(**about, edition=2) if end is CorrectionConfirmed else end(**about))
    assert await waits(other) == []


@pytest.mark.parametrize("end", [SubscriptionResumed, SubscriptionEnded])
async def test_a_department_learns_that_the_system_paused_its_deliveries_and_why(
    world: World, session: Any, run_due_jobs: Any, end: Any
) -> None:
    department = world.as_(world.actors.change(world.actors.department, unit=UNIT))
    await done(await department.post("/v1/reminders", json={"every": "week", "email": "it@department.example"}))
    about = {"subscription_id": uuid4(), "unit_code": UNIT}
    paused = SubscriptionPaused(**about, by_system=True, name="市委组织部", reason="多次推送均未送达")
    await world.deliver(SubscriptionPaused(**about, by_system=False))
    assert (await done(await department.get("/v1/todo")))["items"] == []
    await world.deliver(paused)
    [one] = (await done(await department.get("/v1/todo")))["items"]
    assert (one["code"], one["team"], one["team_id"]) == ("look_at_receiver", "市委组织部（多次推送均未送达）", None)
    assert one["link"] == f"/assessment/v1/subscriptions/{about['subscription_id']}"
    link = (await done(await department.post("/v1/reminders/calendar")))["url"]
    calendar = Calendar.from_ical((await world.api().get("/public" + link.split("/public", 1)[1])).text)
    assert [entry["UID"] for entry in calendar.walk("VTODO")] == [f"look_at_receiver-{about['subscription_id']}@jiedan"]
    await run_due_jobs()
    [mail] = await mails(session)
    assert "数据推送已暂停" in mail.text
    assert "市委组织部（多次推送均未送达）" in mail.text
    other = world.as_(world.actors.change(world.actors.department, unit=OTHER_UNIT))
    assert (await done(await other.get("/v1/todo")))["items"] == []
    await world.deliver(end(**about) if end is SubscriptionResumed else end(**about, by_system=False))
    assert (await done(await department.get("/v1/todo")))["items"] == []
