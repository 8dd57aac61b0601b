"""Public notices and objections: what is shown, who is held back, when everything is settled."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.assessment.rules.frozen import fingerprint
from shared.calendar import TABLE_YEARS
from shared.clock import SHANGHAI
from shared.contracts.assessment import (
    AssessmentReopened,
    CyclePublished,
    EditionPublished,
    NoticeClosed,
    NoticeConfirmed,
    NoticeEntryConfirmed,
    NoticeEntryUpheld,
    NoticePosted,
    ObjectionAnswered,
    ObjectionExtended,
    ObjectionRaised,
)
from shared.contracts.teams import TeamReopened
from tests.assessment.factories import UNIT, TeamIds, Year, codes, done, put_on_notice, serving, teams_on_notice


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


# --- the notice ---------------------------------------------------------------------------------------------------


async def test_a_selection_notice_shows_those_whose_money_is_reserved_and_confirms_them(
    deliver: Any, year: Any, events: Any
) -> None:
    teams = await teams_on_notice(deliver, 2)
    run = year(teams)
    posted = await run.post_notice("selection")
    assert [(e["order_number"], e["status"], e["amount_fen"]) for e in posted["entries"]] == [
        ("CQ-2020-0001", "listed", 10_000_000),
        ("CQ-2020-0002", "listed", 10_000_000),
    ]
    # posted on Tuesday 10 March 2020: the fifth working day is the Tuesday after
    assert (posted["last_day"], posted["closes_at"]) == ("2020-03-17", "2020-03-18T00:00:00+08:00")
    await run.clock.set(datetime(2020, 3, 17, 23, 59, tzinfo=SHANGHAI))
    await run.run_due_jobs()
    assert not await events(NoticeEntryConfirmed)
    await run.clock.set(datetime(2020, 3, 18, 0, 1, tzinfo=SHANGHAI))
    await run.run_due_jobs()
    assert {e.team_id for e in await events(NoticeEntryConfirmed)} == {ids.team_id for ids in teams}
    assert len(await events(NoticeClosed)) == len(await events(NoticeConfirmed)) == 1


async def test_a_posted_list_is_frozen_and_its_fingerprint_can_be_checked(deliver: Any, year: Any, events: Any) -> None:
    teams = await teams_on_notice(deliver, 1)
    run = year(teams)
    posted = await run.post_notice("selection")
    await deliver(put_on_notice(TeamIds(teams[0].round_id), 2))
    shown = await run.shown(f"/public/notices/{posted['id']}")
    assert fingerprint(shown["snapshot"]) == shown["snapshot_hash"] == (await events(NoticePosted))[0].snapshot_hash
    assert len(shown["snapshot"]["entries"]) == 1
    assert [n["id"] for n in (await run.shown("/public/notices"))["items"]] == [posted["id"]]


async def test_a_draft_shows_who_waits_and_a_listed_team_waits_no_more(deliver: Any, year: Any) -> None:
    teams = await teams_on_notice(deliver, 1)
    run = year(teams)
    await run.post_notice("selection")
    second = TeamIds(teams[0].round_id)
    drafted = await done(
        await run.bureau.post("/v1/notices", json={"round_id": run.round_id, "kind": "selection"}), 201
    )
    assert drafted["entries"] == []
    assert codes(await run.bureau.post(f"/v1/notices/{drafted['id']}/post")) == ["notice.empty"]
    await deliver(put_on_notice(second, 2))
    waiting = await done(await run.bureau.get(f"/v1/notices/{drafted['id']}"))
    assert [(e["team_id"], e["status"]) for e in waiting["entries"]] == [(str(second.team_id), "waiting")]
    twice = await run.bureau.post("/v1/notices", json={"round_id": run.round_id, "kind": "selection"})
    assert codes(twice) == ["notice.drafted"]


async def test_a_notice_that_reaches_an_undeclared_year_is_refused_until_it_is_declared(
    deliver: Any, year: Any, clock: Any
) -> None:
    run = year(await teams_on_notice(deliver, 1))
    last = TABLE_YEARS[-1]
    await clock.set(datetime(last, 12, 20, 9, tzinfo=SHANGHAI))
    drafted = await done(
        await run.bureau.post("/v1/notices", json={"round_id": run.round_id, "kind": "selection"}), 201
    )
    refused = await run.bureau.post(f"/v1/notices/{drafted['id']}/post")
    assert (refused.status_code, codes(refused)) == (409, ["calendar.undeclared"])
    assert str(last + 1) in refused.json()["errors"][0]["text"]
    checklist = (await done(await run.bureau.get(f"/v1/notices/{drafted['id']}")))["actions"][0]
    assert [r["code"] for r in checklist["reasons"]] == ["calendar.undeclared"]
    monday = next(d for d in (date(last + 1, 1, n) for n in range(1, 8)) if d.weekday() == 0)
    declared = await run.bureau.put(f"/v1/calendars/{last + 1}", json={"holidays": [str(monday)], "workdays": []})
    assert (await done(declared))["holidays"] == [str(monday)]
    assert (await run.bureau.post(f"/v1/notices/{drafted['id']}/post")).status_code == 200


async def test_a_calendar_is_declared_anew_and_said_twice_changes_nothing(api: Any, actors: Any) -> None:
    bureau = api(actors.bureau)
    first = await done(await bureau.put("/v1/calendars/2031", json={"holidays": ["2031-01-01"]}))
    again = await done(await bureau.put("/v1/calendars/2031", json={"holidays": ["2031-01-01"]}))
    assert again["version"] == first["version"]
    other = {"holidays": ["2031-01-02"]}
    assert (await bureau.put("/v1/calendars/2031", json=other)).status_code == 428
    tag = (await bureau.get("/v1/calendars/2031")).headers["etag"]
    changed = await done(await bureau.put("/v1/calendars/2031", json=other, headers={"If-Match": tag}))
    late = await bureau.put("/v1/calendars/2031", json={"holidays": []}, headers={"If-Match": tag})
    never = await bureau.put("/v1/calendars/2032", json={"holidays": []}, headers={"If-Match": tag})
    assert (late.status_code, never.status_code) == (412, 412)
    assert (changed["id"], changed["holidays"]) == (first["id"], ["2031-01-02"])
    wrong = await bureau.put("/v1/calendars/2031", json={"holidays": ["2030-01-01"], "workdays": ["2031-01-02"]})
    assert codes(wrong) == ["calendar.year", "calendar.workday"]


async def test_built_in_years_are_listed_and_what_a_declaration_replaces(api: Any, actors: Any) -> None:
    bureau = api(actors.bureau)
    days = {"holidays": ["2020-01-19", "2020-03-02"], "workdays": ["2020-01-25"]}
    declared = await done(await bureau.put("/v1/calendars/2020", json=days))
    assert (declared["declared"], declared["replaced"]) == (True, ["2020-01-19", "2020-01-25"])
    found = await done(await bureau.get("/v1/calendars"))
    assert [one["year"] for one in found["items"]] == [2020]
    assert [one["year"] for one in found["built_in"]] == list(TABLE_YEARS)
    known = next(one for one in found["built_in"] if one["year"] == 2020)
    assert not known["declared"]
    assert ("2020-01-25" in known["holidays"], "2020-01-19" in known["workdays"]) == (True, True)


# --- objections ---------------------------------------------------------------------------------------------------


async def test_an_objection_holds_back_only_its_own_entry(deliver: Any, year: Any, events: Any) -> None:
    teams = await teams_on_notice(deliver, 3)
    run = year(teams)
    posted = await run.post_notice("selection")
    await run.object(posted["id"], teams[1])
    await run.pass_notice()
    confirmed = {e.team_id for e in await events(NoticeEntryConfirmed)}
    assert confirmed == {teams[0].team_id, teams[2].team_id}
    assert not await events(NoticeConfirmed)
    shown = await done(await run.bureau.get(f"/v1/notices/{posted['id']}"))
    assert [e["status"] for e in shown["entries"]] == ["confirmed", "held", "confirmed"]


async def test_a_dismissed_objection_lets_the_entry_stand(deliver: Any, year: Any, events: Any) -> None:
    teams = await teams_on_notice(deliver, 1)
    run = year(teams)
    posted = await run.post_notice("selection")
    objection = await run.object(posted["id"], teams[0])
    await run.pass_notice()
    await run.answer(objection, upheld=False)
    assert [e.team_id for e in await events(NoticeEntryConfirmed)] == [teams[0].team_id]
    assert len(await events(NoticeConfirmed)) == 1
    assert [e.upheld for e in await events(ObjectionAnswered)] == [False]


async def test_one_dismissed_within_the_period_does_not_end_it_early(deliver: Any, year: Any, events: Any) -> None:
    teams = await teams_on_notice(deliver, 1)
    run = year(teams)
    posted = await run.post_notice("selection")
    await run.answer(await run.object(posted["id"], teams[0]), upheld=False)
    assert not await events(NoticeEntryConfirmed)
    await run.object(posted["id"], teams[0], name="某单位", phone=None, unit_code=UNIT)
    await run.pass_notice()
    assert not await events(NoticeEntryConfirmed)


async def test_an_entry_stands_only_when_no_other_objection_holds_it(deliver: Any, year: Any, events: Any) -> None:
    teams = await teams_on_notice(deliver, 1)
    run = year(teams)
    posted = await run.post_notice("selection")
    first = await run.object(posted["id"], teams[0])
    second = await run.object(posted["id"], teams[0], name="另一人")
    await run.pass_notice()
    await run.answer(first, upheld=False)
    assert not await events(NoticeEntryConfirmed)
    await run.answer(second, upheld=False)
    assert len(await events(NoticeEntryConfirmed)) == 1


async def test_an_upheld_objection_takes_the_team_off_the_selection(deliver: Any, year: Any, events: Any) -> None:
    teams = await teams_on_notice(deliver, 2)
    run = year(teams)
    posted = await run.post_notice("selection")
    await run.answer(await run.object(posted["id"], teams[0]), upheld=True)
    upheld = (await events(NoticeEntryUpheld))[0]
    assert (upheld.team_id, upheld.order_id, upheld.kind) == (teams[0].team_id, teams[0].order_id, "selection")
    await run.pass_notice()
    assert [e.team_id for e in await events(NoticeEntryConfirmed)] == [teams[1].team_id]
    assert len(await events(NoticeConfirmed)) == 1
    await deliver(TeamReopened(**teams[0].all))
    await deliver(put_on_notice(teams[0]))
    again = await run.post_notice("selection")
    assert [e["team_id"] for e in again["entries"]] == [str(teams[0].team_id)]


async def test_an_objection_counts_within_the_period_and_with_a_named_objector(deliver: Any, year: Any) -> None:
    teams = await teams_on_notice(deliver, 1)
    run = year(teams)
    posted = await run.post_notice("selection")
    where = f"/public/notices/{posted['id']}/objections"
    body = {"team_id": str(teams[0].team_id), "text": "异议", "name": "某人"}
    assert codes(await run.api().post(where, json=body)) == ["objection.objector"]
    bad = await run.api().post(where, json=body | {"phone": "123", "unit_code": "12500000743408730X"})
    assert codes(bad) == ["phone.form", "credit_code.check"]
    empty = await run.api().post(where, json=body | {"text": " ", "phone": "123"})
    assert codes(empty) == ["objection.text", "phone.form"]
    unlisted = await run.api().post(where, json=body | {"team_id": str(uuid4()), "phone": "13800138000"})
    assert (unlisted.status_code, unlisted.json()["detail"]) == (404, "This team does not stand on this notice")
    assert [(e["code"], e["pointer"]) for e in unlisted.json()["errors"]] == [("entry.not_found", "/team_id")]
    unseen = await run.api().post(where, json=body | {"text": "\u200b", "phone": "13800138000"})
    assert (unseen.status_code, codes(unseen)) == (422, ["text.unseen"])
    nowhere = await run.api().post(f"/public/notices/{uuid4()}/objections", json=body | {"phone": "13800138000"})
    assert (nowhere.status_code, codes(nowhere)) == (404, ["notice.not_found"])
    await run.pass_notice()
    assert codes(await run.api().post(where, json=body | {"phone": "13800138000"})) == ["objection.period"]


async def test_who_objects_stays_confidential(
    deliver: Any, year: Any, events: Any, session: Any, api: Any, actors: Any
) -> None:
    teams = await teams_on_notice(deliver, 1)
    run = year(teams)
    posted = await run.post_notice("selection")
    objection = await run.object(posted["id"], teams[0], name="举报人", phone="13912345678", text="某某不符合条件")
    stored = (await session.execute(sa.text("select name, phone, text from objections"))).one()
    assert not {"举报人", "13912345678", "某某不符合条件"} & set(stored)
    raised = (await events(ObjectionRaised))[0].model_dump_json()
    public = (await run.seen(f"/public/notices/{posted['id']}")).text
    assert not any("举报人" in text or "13912345678" in text for text in (raised, public))
    for role in ("bureau", "district", "expert", "department"):
        assert (await api(getattr(actors, role)).get(f"/v1/objections/{objection}")).status_code == 403
    seen = await done(await run.supervisor.get(f"/v1/objections/{objection}"))
    assert (seen["name"], seen["phone"]) == ("举报人", "13912345678")
    [listed] = (await done(await run.supervisor.get("/v1/objections")))["items"]
    assert {(one["team"], one["order_number"]) for one in (listed, seen)} == {("第1服务团", "CQ-2020-0001")}
    elsewhere = api(actors.change(actors.supervisor, division="510000000000"))
    assert (await elsewhere.get(f"/v1/objections/{objection}")).status_code == 404
    answer = {"upheld": True, "text": "x"}
    assert (await elsewhere.post(f"/v1/objections/{objection}/answer", json=answer)).status_code == 404


async def test_an_answer_is_due_in_ten_working_days_with_one_extension_and_late_ones_show(
    deliver: Any, year: Any, events: Any, clock: Any
) -> None:
    teams = await teams_on_notice(deliver, 1)
    run = year(teams)
    posted = await run.post_notice("selection")
    objection = await run.object(posted["id"], teams[0])
    seen = await done(await run.supervisor.get(f"/v1/objections/{objection}"))
    assert seen["due_at"] == "2020-03-25T00:00:00+08:00"
    extended = await done(await run.supervisor.post(f"/v1/objections/{objection}/extend"))
    # ten more working days, with the day off of Qingming on Monday 6 April
    assert extended["due_at"] == "2020-04-09T00:00:00+08:00"
    assert (await events(ObjectionExtended))[0].due_at == datetime(2020, 4, 8, 16, tzinfo=UTC)
    assert codes(await run.supervisor.post(f"/v1/objections/{objection}/extend")) == ["objection.extensions"]
    await clock.set(datetime(2020, 4, 9, 1, tzinfo=SHANGHAI))
    await run.run_due_jobs()
    late = await done(await run.supervisor.get("/v1/objections?overdue=true"))
    assert [o["id"] for o in late["items"]] == [objection]
    await run.answer(objection, upheld=False)
    assert (await done(await run.supervisor.get("/v1/objections?overdue=true")))["items"] == []
    again = {"upheld": True, "text": "改判"}
    assert (await run.supervisor.post(f"/v1/objections/{objection}/answer", json=again)).status_code == 409


async def test_an_objection_to_a_grade_holds_it_back_into_the_next_edition(
    deliver: Any, year: Any, events: Any
) -> None:
    teams = await serving(deliver, [4, 3])
    run = year(teams)
    await run.grade()
    posted = await run.post_notice()
    objection = await run.object(posted["id"], teams[1])
    await run.pass_notice()
    first = await run.step("publish")
    assert (first["status"], first["statuses"]) == ("on_notice", {"published": 1, "on_notice": 1})
    assert not await events(CyclePublished)
    await run.answer(objection, upheld=False)
    second = await run.step("publish")
    assert (second["status"], [e["number"] for e in second["editions"]]) == ("published", [1, 2])
    lines = (await run.shown())["items"]
    assert [(line["order_number"], line["edition"]) for line in lines] == [("CQ-2020-0001", 1), ("CQ-2020-0002", 2)]
    assert len(await events(CyclePublished)) == 1


async def test_an_upheld_objection_to_a_grade_opens_it_to_be_scored_again(deliver: Any, year: Any, events: Any) -> None:
    teams = await serving(deliver, [4, 4])
    run = year(teams)
    await run.open()
    await run.step("collect")
    await run.rate(teams[0], host=10)
    await run.rate(teams[1], host=90)
    await run.step("score")
    await run.step("grade")
    posted = await run.post_notice()
    await run.answer(await run.object(posted["id"], teams[0]), upheld=True)
    assert [e.team_id for e in await events(AssessmentReopened)] == [teams[0].team_id]
    await run.pass_notice()
    await run.step("publish")
    parts = f"/v1/assessments/{run.of[teams[0].team_id]}/parts"
    row = await done(await run.host.post(parts, json={"part": "host_rating", "score": 100}))
    assert [(p["attempt"], p["score"]) for p in row["parts"]] == [(1, "10.00"), (2, "100.00")]
    assert (await done(await run.bureau.get(f"/v1/cycles/{run.cycle_id}")))["status"] == "collecting"
    await run.step("score")
    graded = await run.step("grade")
    # put right, the team takes the one excellent place: the other's published grade changes and is shown again
    assert graded["grades"] == {"excellent": 1, "qualified": 1}
    again = await run.post_notice()
    assert len(again["entries"]) == 2
    await run.pass_notice()
    final = await run.step("publish")
    assert final["status"] == "published"
    shown = {line["order_number"]: (line["grade"], line["edition"]) for line in (await run.shown())["items"]}
    assert shown == {"CQ-2020-0001": ("excellent", 2), "CQ-2020-0002": ("qualified", 2)}
    assert [(e.excellent, e.qualified) for e in await events(EditionPublished)] == [(1, 0), (1, 1)]
