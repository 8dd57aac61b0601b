"""What a liaison says on the phone becomes the host's rating of the cycle that collects, now or next."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.assessment import AssessmentPartSubmitted
from shared.contracts.teams import TeamRatedByHost
from shared.errors import NotYet
from tests.assessment.factories import TeamIds, Year, codes, done, serving


@pytest.fixture
async def year(deliver: Any, api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Year:
    return Year(api, actors, clock, run_due_jobs, await serving(deliver, [4]))


def said(ids: TeamIds, satisfaction: int, comment: str = "") -> TeamRatedByHost:
    return TeamRatedByHost(**ids.all, rating_id=uuid4(), satisfaction=satisfaction, comment=comment)


async def host_part(year: Year) -> tuple[Decimal, str] | None:
    [ids] = year.teams
    detail = await done(await year.bureau.get(f"/v1/assessments/{year.of[ids.team_id]}"))
    found = [(Decimal(p["score"]), p["submitted_as"]) for p in detail["parts"] if p["part"] == "host_rating"]
    assert len(found) <= 1
    return found[0] if found else None


async def test_a_rating_before_the_cycle_collects_waits_and_is_used_once(year: Year, deliver: Any) -> None:
    [ids] = year.teams
    await deliver(said(ids, 40))
    await deliver(said(ids, 85))
    await year.open()
    assert await host_part(year) is None
    await year.step("collect")
    assert await host_part(year) == (85, "liaison")
    await year.open(2021)
    await year.step("collect")
    assert await host_part(year) is None, "a rating serves one cycle"


async def test_a_rating_while_the_cycle_collects_is_handed_in_and_may_be_said_again(
    year: Year, deliver: Any, events: Any
) -> None:
    [ids] = year.teams
    await year.open()
    await year.step("collect")
    for satisfaction in (70, 100):
        await deliver(said(ids, satisfaction))
        assert await host_part(year) == (satisfaction, "liaison")
    told = [(event.part, event.submitted_as) for event in await events(AssessmentPartSubmitted)]
    assert told == [("host_rating", "liaison")] * 2


async def test_what_the_liaison_adds_in_words_stands_in_the_part(year: Year, deliver: Any) -> None:
    [ids] = year.teams
    await year.open()
    await year.step("collect")
    await deliver(said(ids, 85, "讲得明白"))
    detail = await done(await year.bureau.get(f"/v1/assessments/{year.of[ids.team_id]}"))
    assert [part["text"] for part in detail["parts"] if part["part"] == "host_rating"] == ["讲得明白"]


async def test_the_hosts_account_replaces_the_phone_once_and_not_the_other_way(year: Year, deliver: Any) -> None:
    [ids] = year.teams
    await deliver(said(ids, 40))
    await year.open()
    await year.step("collect")
    parts = f"/v1/assessments/{year.of[ids.team_id]}/parts"
    await done(await year.host.post(parts, json={"part": "host_rating", "score": 90}))
    assert await host_part(year) == (90, "host")
    assert codes(await year.host.post(parts, json={"part": "host_rating", "score": 95})) == ["part.double"]
    await deliver(said(ids, 10))
    assert await host_part(year) == (90, "host")
    await year.open(2021)
    await year.step("collect")
    assert await host_part(year) is None, "what came while a cycle collected is not kept for the next"


async def test_the_points_follow_from_the_phone(year: Year, deliver: Any) -> None:
    [ids] = year.teams
    await deliver(said(ids, 100))
    await year.open()
    await year.step("collect")
    parts = f"/v1/assessments/{year.of[ids.team_id]}/parts"
    await done(await year.district.post(parts, json={"part": "beneficiary_rating", "score": 50}))
    await year.step("score")
    detail = await done(await year.bureau.get(f"/v1/assessments/{year.of[ids.team_id]}"))
    assert Decimal(detail["satisfaction"]) == 15


async def test_a_rating_after_the_deadline_changes_nothing(year: Year, deliver: Any, clock: Any) -> None:
    [ids] = year.teams
    await year.open()
    await year.step("collect")
    await clock.set(clock.now + timedelta(days=60))
    await deliver(said(ids, 100))
    assert await host_part(year) is None


async def test_a_rating_of_a_team_that_is_not_known_yet_waits_for_it(deliver: Any, year: Year) -> None:
    with pytest.raises(NotYet):
        await deliver(said(TeamIds(year.teams[0].round_id), 85))
