"""Putting things right: the team's plan, inspections on the spot, and what the clock says of a late one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.assessment.rules import rectification
from services.assessment.rules.rectification import RectificationFacts
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.assessment import RectificationInspected, RectificationOverdue, RectificationPlanned
from shared.errors import Refused
from tests.assessment.factories import Year, codes, done, serving

BUREAU = Actor("bureau-1", frozenset({"bureau"}))
NOW = datetime(2021, 7, 5, tzinfo=SHANGHAI)


@pytest.fixture
async def late(deliver: Any, api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    """A published year with one unqualified team: the year, the team, its rectification."""
    [ids] = await serving(deliver, [1])
    run = Year(api, actors, clock, run_due_jobs, [ids])
    await run.publish()
    [found] = (await done(await run.bureau.get("/v1/rectifications")))["items"]
    return run, ids, found["id"]


async def test_the_lead_plans_and_nobody_else(late: Any, api: Any, actors: Any, events: Any) -> None:
    run, ids, key = late
    path = f"/v1/rectifications/{key}/plan"
    lead = api(actors.change(actors.expert, person=str(ids.lead_id)))
    assert codes(await lead.post(path, json={"plan": " "})) == ["rectification.plan"]
    await done(await lead.post(path, json={"plan": "三个月内补足服务天数"}))
    shown = await done(await lead.post(path, json={"plan": "两个月内补足服务天数"}))
    assert (shown["plan"], shown["planned_at"] is not None) == ("两个月内补足服务天数", True)
    assert (await api(actors.expert).post(path, json={"plan": "x"})).status_code == 404
    assert (await run.bureau.post(path, json={"plan": "x"})).status_code == 403
    assert len(await events(RectificationPlanned)) == 2


async def test_the_newest_inspection_decides_and_all_stay_on_record(late: Any, events: Any) -> None:
    run, _ids, key = late
    path = f"/v1/rectifications/{key}"
    reason = {"reason": "复查结论"}
    assert codes(await run.bureau.post(f"{path}/pass", json=reason)) == ["rectification.not_inspected"]
    assert codes(await run.bureau.post(f"{path}/fail", json=reason)) == ["rectification.not_inspected"]
    await run.inspect(key, in_order=False)
    assert codes(await run.bureau.post(f"{path}/pass", json=reason)) == ["rectification.wanting"]
    detail = await run.inspect(key, in_order=True)
    assert [one["in_order"] for one in detail["inspections"]] == [False, True]
    assert codes(await run.bureau.post(f"{path}/fail", json=reason)) == ["rectification.in_order"]
    assert (await done(await run.bureau.post(f"{path}/pass", json=reason)))["status"] == "passed"
    assert [event.in_order for event in await events(RectificationInspected)] == [False, True]


async def test_one_that_nobody_decided_in_time_is_late_until_it_is_given_more(
    late: Any, clock: Any, run_due_jobs: Any, events: Any
) -> None:
    run, _ids, key = late
    path = f"/v1/rectifications/{key}"
    due_at = datetime.fromisoformat((await done(await run.bureau.get(path)))["due_at"])
    await clock.set(due_at.astimezone(SHANGHAI))
    await run_due_jobs()
    await run_due_jobs()
    assert len(await events(RectificationOverdue)) == 1
    detail = await done(await run.bureau.get(path))
    assert (detail["status"], detail["overdue_at"] is not None) == ("open", True)
    later = {"due_on": f"{due_at.year + 1}-01-31", "reason": "汛期受阻"}
    assert (await done(await run.bureau.post(f"{path}/extend", json=later)))["overdue_at"] is None


def test_it_passes_only_when_the_newest_inspection_found_it_in_order() -> None:
    for inspected, code in ((None, "rectification.not_inspected"), (False, "rectification.wanting")):
        with pytest.raises(Refused) as refused:
            rectification.pass_(RectificationFacts("open", NOW, inspected), " ", BUREAU)
        assert [reason.code for reason in refused.value.reasons] == [code, "rectification.reason"]


def test_it_fails_when_found_wanting_or_when_its_time_is_over_without_an_inspection() -> None:
    late = RectificationFacts("open", NOW)
    assert rectification.fail(late, "逾期未整改", BUREAU, NOW) == "failed"
    with pytest.raises(Refused) as refused:
        rectification.fail(late, "逾期未整改", BUREAU, NOW - timedelta(minutes=1))
    assert [reason.code for reason in refused.value.reasons] == ["rectification.not_inspected"]
    with pytest.raises(Refused) as refused:
        rectification.fail(RectificationFacts("open", NOW, inspected=True), "x", BUREAU, NOW)
    assert [reason.code for reason in refused.value.reasons] == ["rectification.in_order"]
