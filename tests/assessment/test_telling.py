"""What departments are told when something is published, and that none of it is personal."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.assessment.rules import delivery, happening
from services.assessment.rules.happening import Happening, Wanted
from services.assessment.schemas import MESSAGES
from shared.clock import SHANGHAI
from shared.contracts.assessment import HappeningKind
from shared.errors import Forbidden, NotAllowed
from tests.assessment.factories import Year, done, serving
from tests.assessment.post import DEPARTMENT

A_KEY, OTHER = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 22, 9, tzinfo=SHANGHAI)


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


async def test_a_year_tells_its_notice_its_edition_and_every_rating(deliver: Any, year: Any, told: Any) -> None:
    teams = await serving(deliver, [4, 2])
    run = year(teams)
    await run.publish()
    said = await told()
    assert [one["type"] for one in said] == [
        "notice.posted",
        "edition.published",
        "rating.published",
        "rating.published",
    ]
    posted, edition, *ratings = said
    notice = await run.shown(f"/public/notices/{posted['data']['notice_id']}")
    assert posted["data"]["url"] == notice["url"]
    assert (posted["data"]["snapshot_hash"], posted["data"]["teams"]) == (notice["snapshot_hash"], 2)
    shown = await run.shown(edition["data"]["url"].removeprefix("http://127.0.0.1:8080"))
    assert (shown["content_hash"], shown["number"]) == (edition["data"]["content_hash"], 1)
    lines = {line["assessment_id"]: line for line in shown["content"]["lines"]}
    for one in ratings:
        line = lines[one["data"]["assessment_id"]]
        assert {name: one["data"][name] for name in ("grade", "total", "edition", "team")} == {
            name: line[name] for name in ("grade", "total", "edition", "team")
        }
        assert one["subject"] == f"team/{one['data']['team_id']}"
    assert {one["data"]["team_id"] for one in ratings} == {str(ids.team_id) for ids in teams}


async def test_a_correction_is_told_as_one_and_only_of_the_lines_that_changed(
    deliver: Any, year: Any, told: Any
) -> None:
    teams = await serving(deliver, [4, 2])
    run = year(teams)
    await run.publish()
    before = len(await told())
    await run.correct(teams[1], parts=[{"part": "host_rating", "score": 0}])
    edition, corrected = (await told())[before:]
    assert (edition["type"], edition["sequence"], edition["data"]["number"]) == ("edition.published", 2, 2)
    assert (corrected["type"], corrected["sequence"]) == ("rating.corrected", 2)
    assert (corrected["data"]["grade"], corrected["data"]["edition"]) == ("unqualified", 2)
    assert corrected["data"]["team_id"] == str(teams[1].team_id)


async def test_what_became_of_a_rectification_is_told_without_what_was_written(
    deliver: Any, year: Any, told: Any
) -> None:
    run = year(await serving(deliver, [1, 1]))
    await run.publish()
    listed = (await done(await run.bureau.get("/v1/rectifications")))["items"]
    for row, verb in zip(listed, ("pass", "fail"), strict=True):
        where = f"/v1/rectifications/{row['id']}"
        found = {"in_order": verb == "pass", "finding": "李某某现场查看"}
        await done(await run.bureau.post(f"{where}/inspect", json=found))
        await done(await run.bureau.post(f"{where}/{verb}", json={"reason": "李某某验收"}))
    passed, failed = (await told())[-2:]
    assert [(one["type"], one["data"]["outcome"], one["sequence"]) for one in (passed, failed)] == [
        ("rectification.passed", "passed", 2),
        ("rectification.failed", "failed", 2),
    ]
    assert "李某某" not in json.dumps(passed, ensure_ascii=False)


async def test_a_correction_that_takes_the_ground_of_a_rectification_away_is_told(
    deliver: Any, year: Any, told: Any
) -> None:
    teams = await serving(deliver, [1])
    run = year(teams)
    await run.publish()
    await run.correct(teams[0], grade="qualified", reason="漏录服务记录")
    corrected, cancelled = (await told())[-2:]
    assert [(one["type"], one["sequence"]) for one in (corrected, cancelled)] == [
        ("rating.corrected", 2),
        ("rectification.cancelled", 3),
    ]


async def test_nobody_is_named_in_any_message(deliver: Any, year: Any, told: Any) -> None:
    teams = await serving(deliver, [4])
    run = year(teams)
    await run.publish()
    text = json.dumps(await told(), ensure_ascii=False)
    assert "领衔专家" not in text
    assert str(teams[0].lead_id) not in text


async def test_a_dry_run_tells_nobody(deliver: Any, year: Any, told: Any) -> None:
    run = year(await serving(deliver, [4]))
    await run.grade()
    body = {"round_id": run.round_id, "kind": "grades", "cycle_id": run.cycle_id}
    drafted = await done(await run.bureau.post("/v1/notices", json=body), 201)
    await done(await run.bureau.post(f"/v1/notices/{drafted['id']}/post?dry_run=true"))
    assert await told() == []


def test_the_closed_list_is_the_same_everywhere() -> None:
    assert tuple(happening.KINDS) == HappeningKind.__args__
    assert {*happening.KINDS, happening.PING} == set(MESSAGES)


def test_ten_tries_take_at_least_75_hours_and_jitter_only_lengthens() -> None:
    planned = [delivery.next_try(tries, NOW, 0.0) for tries in range(1, 11)]
    pauses = [at - NOW for at in planned if at is not None]
    assert (len(pauses), planned[-1]) == (9, None)
    assert sum(pauses, timedelta()) >= timedelta(hours=75)
    longer = delivery.next_try(5, NOW, 1.0)
    assert longer == NOW + delivery.PAUSES[4] * 1.1


def test_what_a_receiver_asks_for_only_lengthens_a_pause() -> None:
    assert delivery.next_try(1, NOW, 0.0, asked=3600) == NOW + timedelta(hours=1)
    assert delivery.next_try(9, NOW, 0.0, asked=1) == NOW + delivery.PAUSES[8]
    assert delivery.next_try(10, NOW, 0.0, asked=3600) is None


def test_only_people_replay_and_only_what_is_settled() -> None:
    settled = delivery.DeliveryFacts("delivered", 1, "active")
    assert delivery.replay(settled, DEPARTMENT) == "waiting"
    with pytest.raises(NotAllowed):
        delivery.replay(delivery.DeliveryFacts("waiting", 1, "active"), DEPARTMENT)
    with pytest.raises(Forbidden):
        delivery.LIFECYCLE.after("give_up", "waiting", DEPARTMENT)
    assert delivery.deliver(delivery.DeliveryFacts("waiting", 1, "active")) == "delivered"


@pytest.mark.parametrize(
    ("wanted", "division", "of_team", "takes"),
    [
        ("", "500101000000", True, True),
        ("500000000000", "500101151002", True, True),
        ("500101000000", "500101151002", True, True),
        ("500101000000", "500102000000", True, False),
        ("500101000000", "500000000000", True, False),  # a team of the city as a whole is not the district's
        ("500101000000", "500000000000", False, True),  # a notice of the city reaches into the district
        ("500101000000", "510000000000", False, False),
    ],
)
def test_a_division_takes_its_teams_and_what_reaches_into_it(
    wanted: str, division: str, of_team: bool, takes: bool
) -> None:
    team = A_KEY if of_team else None
    one = Happening("rating.published", "x", NOW, None, division, team)
    assert Wanted({"rating.published"}, wanted).takes(one) is takes
    assert not Wanted({"notice.posted"}, wanted).takes(one)


def test_a_round_takes_only_its_own() -> None:
    one = Happening("notice.posted", "x", NOW, A_KEY, "500000000000")
    assert Wanted({"notice.posted"}, round_id=A_KEY).takes(one)
    assert not Wanted({"notice.posted"}, round_id=OTHER).takes(one)


def test_a_message_is_the_same_bytes_whoever_writes_it() -> None:
    one = Happening("notice.posted", "notice/1", NOW, data={"b": 1, "a": "公示"})
    assert (
        happening.message(one, 3)
        == (
            '{"data":{"a":"公示","b":1},"sequence":3,"subject":"notice/1",'
            '"timestamp":"2026-11-22T09:00:00+08:00","type":"notice.posted"}'
        ).encode()
    )
