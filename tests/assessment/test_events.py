"""What the events of other services do here."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.assessment.models import KnownEntry
from shared.contracts.assessment import (
    AssessmentExcluded,
    AssessmentPublished,
    CyclePublished,
    NoticeConfirmed,
    NoticeEntryConfirmed,
    NoticeEntryUpheld,
)
from shared.contracts.teams import (
    AgreedIndicator,
    AgreementAmended,
    MemberReplaced,
    PersonMerged,
    TeamConcluded,
    TeamConfirmed,
    TeamDissolved,
    TeamLapsed,
    TeamWithdrawn,
)
from shared.errors import NotYet
from tests.assessment.factories import (
    TeamIds,
    Year,
    agreed,
    done,
    entry,
    put_on_notice,
    report,
    round_opened,
    serving,
    teams_on_notice,
)


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


async def test_a_team_that_withdraws_leaves_the_notice(deliver: Any, year: Any, events: Any) -> None:
    teams = await teams_on_notice(deliver, 2)
    run = year(teams)
    await run.post_notice("selection")
    await deliver(TeamWithdrawn(**teams[0].all))
    await run.pass_notice()
    assert [e.team_id for e in await events(NoticeEntryConfirmed)] == [teams[1].team_id]
    assert len(await events(NoticeConfirmed)) == 1


async def test_the_last_held_team_leaving_confirms_the_notice(deliver: Any, year: Any, events: Any) -> None:
    teams = await teams_on_notice(deliver, 1)
    run = year(teams)
    posted = await run.post_notice("selection")
    objection = await run.object(posted["id"], teams[0])
    await run.pass_notice()
    await deliver(TeamWithdrawn(**teams[0].all))
    assert len(await events(NoticeConfirmed)) == 1
    await run.answer(objection, upheld=True)
    assert not await events(NoticeEntryUpheld)


async def test_a_lead_who_was_replaced_is_not_the_one_published(deliver: Any, year: Any) -> None:
    [team] = await serving(deliver, [4])
    await deliver(
        MemberReplaced(
            **team.all,
            left_id=uuid4(),
            joined_id=uuid4(),
            role="lead",
            lead_name="新领衔专家",
            unit_code="125000007345729552",
            unit_name="重庆大学",
        )
    )
    await deliver(MemberReplaced(**team.all, left_id=uuid4(), joined_id=uuid4(), role="member"))
    run = year([team])
    await run.publish()
    [rating] = (await run.shown())["items"]
    assert (rating["lead"], rating["unit"]) == ("新领衔专家", "重庆大学")


async def test_a_corrected_edition_is_about_whoever_led_when_it_was_rated(deliver: Any, year: Any, events: Any) -> None:
    [team] = await serving(deliver, [4])
    run = year([team])
    await run.publish()
    later, kept = uuid4(), uuid4()
    change = {"left_id": team.lead_id, "joined_id": later, "role": "lead", "lead_name": "新领衔专家", "stays": True}
    await deliver(MemberReplaced(**team.all, **change, unit_code="125000007345729552", unit_name="重庆大学"))
    await run.correct(team, grade="unqualified")
    assert [event.lead_id for event in await events(AssessmentPublished)] == [team.lead_id] * 2
    [rating] = (await run.shown())["items"]
    assert (rating["lead"], rating["unit"], rating["grade"]) == ("领衔专家", "三峡学院", "unqualified")
    await deliver(PersonMerged(person_id=team.lead_id, into=kept))
    await run.correct(team, grade="qualified")
    assert (await events(AssessmentPublished))[-1].lead_id == kept


async def test_a_dissolved_team_is_graded_no_more(deliver: Any, year: Any, events: Any) -> None:
    teams = await serving(deliver, [4, 4])
    run = year(teams)
    await run.open()
    await run.step("collect")
    await deliver(TeamDissolved(**teams[0].all))
    assert [e.team_id for e in await events(AssessmentExcluded)] == [teams[0].team_id]
    await run.rate(teams[1])
    scored = await run.step("score")
    assert (scored["status"], scored["statuses"]) == ("scored", {"excluded": 1, "scored": 1})


async def test_the_round_s_last_cycle_is_told_once_when_the_last_team_concludes(
    deliver: Any, year: Any, events: Any
) -> None:
    teams = await serving(deliver, [4, 4])
    run = year(teams)
    await run.publish()
    await deliver(TeamConcluded(**teams[0].all))
    assert [e.last for e in await events(CyclePublished)] == [False]
    await deliver(TeamConcluded(**teams[1].all))
    assert [e.last for e in await events(CyclePublished)] == [False, True]


async def test_a_team_that_concluded_before_the_cycle_opened_is_graded(deliver: Any, year: Any, events: Any) -> None:
    teams = await serving(deliver, [4, 4, 4])
    await deliver(TeamConcluded(**teams[0].all))
    await deliver(TeamDissolved(**teams[1].all))
    run = year([teams[0], teams[2]])
    await run.publish()
    assert set(run.of) == {teams[0].team_id, teams[2].team_id}
    await deliver(TeamConcluded(**teams[2].all))
    assert [e.last for e in await events(CyclePublished)] == [False, True]


async def test_a_cycle_that_no_team_outlasts_is_the_last_at_once(deliver: Any, year: Any, events: Any) -> None:
    teams = await teams_on_notice(deliver, 1)
    await deliver(TeamConfirmed(**teams[0].all, amount_fen=1))
    await deliver(agreed(teams[0], ends_on=date(2020, 12, 31)))
    await year(teams).publish()
    await deliver(TeamConcluded(**teams[0].all))
    assert [e.last for e in await events(CyclePublished)] == [True]


async def test_teams_are_assessed_once_per_year_of_their_term(deliver: Any, year: Any, events: Any) -> None:
    teams = await serving(deliver, [4])
    await year(teams).publish()
    await deliver(entry(teams[0], date(2021, 3, 1), "5"))
    second = year(teams)
    await second.open(2021)
    preview = await done(await second.bureau.get(f"/v1/assessments/{second.of[teams[0].team_id]}/explain"))
    assert (preview["measures"]["confirmed_days"], preview["measures"]["confirmed_entries"]) == ("5.0", 1)
    await second.step("collect")
    await second.rate(teams[0])
    await second.step("score")
    await second.step("grade")
    posted = await second.post_notice()
    assert (await second.shown(f"/public/notices/{posted['id']}"))["snapshot"]["year"] == 2021


async def test_an_entry_counts_once_however_often_it_is_told(deliver: Any, session: Any) -> None:
    teams = await serving(deliver, [0])
    told = entry(teams[0])
    await deliver(told)
    await deliver(told)
    assert await session.scalar(sa.select(sa.func.count()).select_from(KnownEntry)) == 1


async def test_the_latest_report_of_an_indicator_counts_and_one_never_reported_is_at_its_baseline(
    deliver: Any, year: Any
) -> None:
    teams = await serving(deliver, [4])
    await deliver(report(teams[0], 30))
    run = year(teams)
    await run.open()
    found = await done(await run.bureau.get(f"/v1/assessments/{run.of[teams[0].team_id]}/explain"))
    assert [(i["name"], Decimal(i["actual"])) for i in found["measures"]["indicators"]] == [("示范面积", 30)]


async def test_a_changed_agreement_is_what_service_is_measured_against(deliver: Any, year: Any) -> None:
    teams = await serving(deliver, [4])
    yields = AgreedIndicator(name="亩产", unit="公斤", baseline=Decimal(50), target=Decimal(80))
    area = AgreedIndicator(name="示范面积", unit="亩", baseline=Decimal(0), target=Decimal(200))
    changed = {"number": 2, "ends_on": date(2021, 6, 30), "agreed_days": Decimal(20), "agreed_visits": 8}
    await deliver(AgreementAmended(**teams[0].all, **changed, indicators=(area, yields)))
    run = year(teams)
    await run.open()
    measures = (await done(await run.bureau.get(f"/v1/assessments/{run.of[teams[0].team_id]}/explain")))["measures"]
    assert (Decimal(measures["agreed_days"]), measures["agreed_visits"]) == (20, 8)
    found = {
        one["name"]: (Decimal(one["target"]), one["actual"] and Decimal(one["actual"]))
        for one in measures["indicators"]
    }
    assert found == {"示范面积": (200, 100), "亩产": (80, None)}


async def test_an_entry_that_comes_before_its_team_waits_for_it(deliver: Any) -> None:
    opened = round_opened()
    await deliver(opened)
    ids = TeamIds(opened.round_id)
    with pytest.raises(NotYet) as waits:
        await deliver(entry(ids))
    assert (waits.value.producer, waits.value.aggregate) == ("teams", f"team/{ids.team_id}")


async def test_a_team_that_comes_before_its_round_waits_for_it(deliver: Any) -> None:
    ids = TeamIds(uuid4())
    with pytest.raises(NotYet) as waits:
        await deliver(put_on_notice(ids))
    assert waits.value.aggregate == f"round/{ids.round_id}"


async def test_a_claim_that_never_reached_a_notice_ends_unnoticed(deliver: Any, events: Any) -> None:
    await deliver(TeamWithdrawn(**TeamIds(uuid4()).all))
    await deliver(TeamLapsed(**TeamIds(uuid4()).all))
    assert await events() == []
