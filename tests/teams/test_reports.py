"""Indicators are reported with evidence and kept as a history; the host confirms or disputes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared.contracts.teams import IndicatorReported, ReportConfirmed, ReportDisputed
from tests.shared.handed_in import jpeg
from tests.teams.factories import Roster, World, codes, done

INDICATOR = {"name": "示范面积", "unit": "亩", "baseline": 0, "target": 100}


async def serving(world: World) -> Roster:
    roster = await world.forming()
    version = (await roster.read())["version"]
    body = {"indicators": [INDICATOR]}
    await done(await roster.as_lead.put(f"{roster.path}/indicators", json=body, headers={"If-Match": f'"{version}"'}))
    await done(await roster.as_lead.post(f"{roster.path}/submit"))
    await done(await world.district.post(f"{roster.path}/recommend"))
    await done(await world.bureau.post(f"{roster.path}/shortlist"))
    await roster.propose()
    await roster.reserve()
    await world.deliver(roster.notice_confirmed())
    for party in (roster.as_lead, world.unit(), world.host):
        await done(await party.post(f"{roster.path}/agreement/sign"))
    [entry] = await roster.record()
    await done(await world.host.post(f"/v1/entries/{entry}/confirm"))
    return roster


async def report(roster: Roster, actual: int, **more: Any) -> Any:
    body = {"reports": [{"name": "示范面积", "actual": actual, **more}]}
    return await roster.as_lead.post(f"{roster.path}/indicators/report", json=body)


async def history(client: Any, roster: Roster) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await done(await client.get(f"{roster.path}/reports")))["items"]
    return found


async def actual(roster: Roster) -> Decimal | None:
    [indicator] = (await roster.read())["indicators"]
    return None if indicator["actual"] is None else Decimal(indicator["actual"])


async def test_a_value_is_reported_with_evidence_and_the_history_stays(world: World, events: Any) -> None:
    roster = await serving(world)
    files = {"file": ("验收.jpg", jpeg(), "image/jpeg")}
    proof = await done(
        await roster.as_lead.post(f"{roster.path}/attachments", files=files, data={"kind": "evidence"}), 201
    )
    strange = await report(roster, 20, attachments=[str(world.order_id)])
    assert (strange.status_code, codes(strange)) == (409, {"attachment.not_of_team"})
    await done(await report(roster, 20, attachments=[proof["id"]], note="现场丈量"))
    await done(await report(roster, 35))
    rows = await history(world.host, roster)
    assert [(Decimal(r["actual"]), r["note"], r["attachments"]) for r in rows] == [
        (20, "现场丈量", [proof["id"]]),
        (35, "", []),
    ]
    assert {row["reported_by"] for row in rows} == {f"expert-{roster.lead}"}
    assert (await actual(roster), [event.actual for event in await events(IndicatorReported)]) == (35, [20, 35])
    assert "现场丈量" not in str(await events())


async def test_the_host_confirms_or_disputes_a_value(world: World, events: Any) -> None:
    roster = await serving(world)
    await done(await report(roster, 20))
    [row] = await history(world.host, roster)
    path = f"/v1/reports/{row['id']}"
    assert codes(await world.host.post(f"{path}/dispute", json={"reason": " "})) == {"report.reason_missing"}
    disputed = await done(await world.host.post(f"{path}/dispute", json={"reason": "只有十亩"}))
    assert (disputed["status"], disputed["words"]) == ("disputed", "只有十亩")
    assert (await done(await world.host.post(f"{path}/confirm")))["status"] == "confirmed"
    assert codes(await world.host.post(f"{path}/confirm")) == {"report.status"}
    other = world.as_(world.actors.change(world.actors.host, unit="93500110860131488K"))
    assert (await other.post(f"{path}/confirm")).status_code == 404
    assert (await roster.as_lead.post(f"{path}/confirm")).status_code == 403
    assert [len(await events(kind)) for kind in (ReportDisputed, ReportConfirmed)] == [1, 1]


async def test_where_the_policy_says_so_a_value_counts_once_the_host_confirmed_it(
    api: Any, actors: Any, deliver: Any, events: Any, clock: Any
) -> None:
    """From the day on which it was reported."""
    world = World(api, actors, deliver, events)
    await world.open_round(teams={"reports_confirmed": True})
    await world.order(world.order_id)
    roster = await serving(world)
    await done(await report(roster, 20))
    await done(await report(roster, 35))
    assert (await actual(roster), await events(IndicatorReported)) == (None, [])
    assert "confirm_reports" in [d["code"] for d in (await done(await world.host.get("/v1/todo")))["items"]]
    first, second = await history(world.host, roster)
    reported_on = clock.now.date()
    await clock.set(clock.now + timedelta(days=3))
    await done(await world.host.post(f"/v1/reports/{second['id']}/confirm"))
    await done(await world.host.post(f"/v1/reports/{first['id']}/confirm"))
    assert await actual(roster) == 35, "a later value that counts is not taken back by an earlier one"
    assert [(event.actual, event.reported_on) for event in await events(IndicatorReported)] == [(35, reported_on)]
    assert "confirm_reports" not in [d["code"] for d in (await done(await world.host.get("/v1/todo")))["items"]]
