"""Who may see and do what: roles, divisions, own teams; what happened when; what may be done next."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.assessment.factories import HOST, UNIT, Year, done, serving, teams_on_notice


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


ABSENT = UUID(int=0)
BUREAU_ONLY = (
    ("put", "/v1/calendars/2031"),
    ("post", "/v1/notices"),
    ("post", f"/v1/notices/{ABSENT}/post"),
    ("post", "/v1/cycles"),
    ("post", f"/v1/cycles/{ABSENT}/collect"),
    ("post", f"/v1/cycles/{ABSENT}/score"),
    ("post", f"/v1/cycles/{ABSENT}/grade"),
    ("post", f"/v1/cycles/{ABSENT}/publish"),
    ("post", "/v1/corrections"),
    ("post", f"/v1/corrections/{ABSENT}/confirm"),
    ("post", f"/v1/corrections/{ABSENT}/reject"),
    ("post", f"/v1/corrections/{ABSENT}/withdraw"),
    ("post", f"/v1/assessments/{ABSENT}/override"),
    ("post", f"/v1/rectifications/{ABSENT}/extend"),
    ("post", f"/v1/rectifications/{ABSENT}/pass"),
    ("post", f"/v1/rectifications/{ABSENT}/fail"),
)
BODY = {
    "round_id": str(uuid4()),
    "kind": "selection",
    "year": 2020,
    "assessment_id": str(uuid4()),
    "grade": "qualified",
    "reason": "理由",
    "due_on": "2031-01-01",
}


@pytest.mark.parametrize(("method", "path"), BUREAU_ONLY)
async def test_the_bureau_s_steps_are_the_bureau_s(method: str, path: str, api: Any, actors: Any) -> None:
    for role in ("host", "district", "unit", "expert", "supervisor", "department", "operator", "service"):
        answer = await api(getattr(actors, role)).request(method, path, json=BODY)
        assert answer.status_code == 403, (role, answer.text)
    assert (await api().request(method, path, json=BODY)).status_code == 401


@pytest.mark.parametrize("step", ["extend", "answer"])
async def test_objections_are_the_supervisor_s(step: str, api: Any, actors: Any) -> None:
    for role in ("bureau", "district", "host", "expert", "department"):
        answer = await api(getattr(actors, role)).post(
            f"/v1/objections/{uuid4()}/{step}", json={"upheld": True, "text": "x"}
        )
        assert answer.status_code == 403, role


async def test_everybody_sees_their_own_assessments_and_nobody_else_s(
    deliver: Any, year: Any, api: Any, actors: Any
) -> None:
    teams = await serving(deliver, [4, 4])
    run = year(teams)
    await run.open()

    async def seen(actor: Any) -> int:
        return len((await done(await api(actor).get("/v1/assessments")))["items"])

    assert await seen(actors.change(actors.expert, person=str(teams[0].lead_id))) == 1
    assert await seen(actors.change(actors.expert, person="")) == 0
    assert await seen(actors.change(actors.host, unit=HOST)) == 2
    assert await seen(actors.change(actors.host, unit=UNIT)) == 0
    assert await seen(actors.change(actors.unit, unit=UNIT)) == 2
    assert await seen(actors.change(actors.unit, unit="")) == 0
    assert await seen(actors.district) == 2
    assert await seen(actors.change(actors.district, division="500102000000")) == 0
    assert await seen(actors.change(actors.district, division="")) == 0
    for role in ("department", "supervisor", "finance_maker", "operator"):
        whole = getattr(actors, role)
        assert await seen(whole) == 2, role
        assert await seen(actors.change(whole, division="500102000000")) == 0, role
        assert await seen(actors.change(whole, division="")) == 0, role


async def test_points_are_the_offices_until_they_are_on_notice(deliver: Any, year: Any) -> None:
    teams = await serving(deliver, [4])
    run = year(teams)
    await run.grade()
    where = f"/v1/assessments/{run.of[teams[0].team_id]}"
    assert (await done(await run.bureau.get(where)))["total"] == "100.00"
    hidden = await done(await run.host.get(where))
    assert {hidden[name] for name in ("service", "results", "satisfaction", "total", "computed", "given")} == {None}
    assert [p["part"] for p in hidden["parts"]] == ["host_rating"]
    await run.post_notice()
    assert (await done(await run.host.get(where)))["given"] == "excellent"


async def test_who_oversees_another_county_sees_of_an_own_team_what_its_unit_sees(
    deliver: Any, year: Any, api: Any, actors: Any
) -> None:
    teams = await serving(deliver, [4])
    run = year(teams)
    await run.grade()
    roles = frozenset({"unit", "department"})
    both = api(actors.change(actors.unit, roles=roles, unit=UNIT, division="500102000000"))
    shown = await done(await both.get(f"/v1/assessments/{run.of[teams[0].team_id]}"))
    assert (shown["total"], [part["part"] for part in shown["parts"]]) == (None, [])


async def test_a_resource_says_what_may_be_done_now_and_why_not(deliver: Any, year: Any) -> None:
    teams = await serving(deliver, [4])
    run = year(teams)
    cycle = await run.open()
    assert [a["action"] for a in cycle["actions"]] == ["collect"]
    await run.step("collect")
    await run.rate(teams[0])
    await run.step("score")
    graded = await run.step("grade")
    assert {a["action"]: a["allowed"] for a in graded["actions"]} == {"grade": True, "publish": False}
    reasons = next(a["reasons"] for a in graded["actions"] if a["action"] == "publish")
    assert [r["code"] for r in reasons] == ["cycle.nothing_confirmed"]
    row = await done(await run.bureau.get(f"/v1/assessments/{run.of[teams[0].team_id]}"))
    assert [a["action"] for a in row["actions"]] == ["override"]


async def test_history_says_who_did_what_when(deliver: Any, year: Any) -> None:
    teams = await serving(deliver, [1])
    run = year(teams)
    await run.publish()
    where = f"/v1/assessments/{run.of[teams[0].team_id]}/history"
    steps = [e["type"].split(".")[2] for e in await done(await run.bureau.get(where))]
    assert steps == [
        "enrolled",
        "collecting",
        "part_submitted",
        "part_submitted",
        "scored",
        "graded",
        "put_on_notice",
        "published",
    ]
    cycle = await done(await run.bureau.get(f"/v1/cycles/{run.cycle_id}/history"))
    assert [(e["type"].split(".")[2], e["actor"]) for e in cycle] == [("opened", "bureau-1"), ("published", "bureau-1")]
    found = (await done(await run.bureau.get("/v1/rectifications")))["items"][0]["id"]
    assert len(await done(await run.bureau.get(f"/v1/rectifications/{found}/history"))) == 1
    detail = await done(await run.bureau.get(f"/v1/rectifications/{found}"))
    assert [a["action"] for a in detail["actions"]] == ["extend", "inspect", "pass", "fail"]


async def test_lists_are_filtered_and_the_filter_is_checked(deliver: Any, year: Any) -> None:
    run = year(await teams_on_notice(deliver, 1))
    await run.post_notice("selection")
    assert len((await done(await run.bureau.get("/v1/notices?status=posted,closed&kind=selection")))["items"]) == 1
    assert (await done(await run.bureau.get("/v1/notices?status=closed")))["items"] == []
    assert (await run.bureau.get("/v1/notices?status=%00")).status_code == 422
    assert (await done(await run.bureau.get(f"/v1/cycles?round_id={run.round_id}")))["items"] == []


async def test_public_addresses_name_no_service_behind_the_gateway_either(deliver: Any, year: Any, app: Any) -> None:
    run = year(await serving(deliver, [4, 4]))
    await run.publish()

    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "root_path": "/assessment", "path": f"/assessment{scope['path']}"}, receive, send)

    transport = httpx.ASGITransport(mounted)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        first = (await client.get("/public/ratings?limit=1")).json()
        assert first["next"].startswith("http://127.0.0.1:8080/public/ratings?")
        feed = (await client.get("/public/ratings/feed.json?grade=excellent")).json()
        assert feed["feed_url"] == "http://127.0.0.1:8080/public/ratings/feed.json?grade=excellent"
