"""What each one owes, by when, and who waits for whom."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from shared.testing import START
from tests.teams.factories import OTHER_UNIT, UNIT, World, done
from tests.teams.review_factories import competing


async def owed(client: Any) -> list[tuple[str, str | None]]:
    return [(item["code"], item["due"]) for item in (await done(await client.get("/v1/todo")))["items"]]


async def codes_owed(client: Any) -> list[str]:
    return [code for code, _ in await owed(client)]


async def test_an_invitation_waits_for_the_person_and_consent_for_the_unit(world: World) -> None:
    lead, member = await world.person(), await world.person(unit_code=OTHER_UNIT, unit_name="区农业农村委")
    team = await world.form(lead)
    body = {"members": [{"person_id": member, "role": "member"}]}
    await done(await world.expert(lead).post(f"/v1/teams/{team['id']}/members", json=body))
    [(code, due)] = await owed(world.expert(member))
    assert (code, datetime.fromisoformat(due or "").date()) == (
        "answer_invitation",
        (START + timedelta(days=14)).date(),
    )
    assert await codes_owed(world.unit(OTHER_UNIT)) == ["consent"]
    [(code, due)] = await owed(world.expert(lead))
    assert (code, datetime.fromisoformat(due or "")) == ("submit", START + timedelta(days=10))
    await done(await world.expert(member).post(f"/v1/teams/{team['id']}/members/{member}/accept"))
    assert await codes_owed(world.expert(member)) == []


async def test_each_office_owes_its_step_and_nobody_else_s(world: World, actors: Any) -> None:
    roster = await world.forming()
    await done(await roster.as_lead.post(f"{roster.path}/submit"))
    assert (await codes_owed(world.district), await codes_owed(world.bureau)) == (["recommend"], [])
    elsewhere = actors.change(actors.district, division="500110000000")
    assert await codes_owed(world.as_(elsewhere)) == []
    await done(await world.district.post(f"{roster.path}/recommend"))
    assert (await codes_owed(world.district), await codes_owed(world.bureau)) == ([], ["shortlist"])


async def test_signatures_and_entries_wait_for_their_parties(world: World) -> None:
    roster = await world.confirmed()
    for party in (roster.as_lead, world.unit(), world.host):
        assert await codes_owed(party) == ["sign_agreement"]
        await done(await party.post(f"{roster.path}/agreement/sign"))
        assert await codes_owed(party) == []
    await roster.record(2, served_on=START.date())
    assert await codes_owed(world.host) == ["confirm_entries"]


async def test_a_round_shows_who_keeps_whom_waiting(world: World, clock: Any) -> None:
    roster = await world.forming()
    await done(await roster.as_lead.post(f"{roster.path}/submit"))
    guest = await world.person(unit_code=OTHER_UNIT, unit_name="区农业农村委")
    other = await world.form(await world.person())
    body = {"members": [{"person_id": guest, "role": "member"}]}
    lead = other["lead_id"]
    await done(await world.expert(lead).post(f"/v1/teams/{other['id']}/members", json=body))
    rows = (await done(await world.bureau.get(f"/v1/rounds/{world.round_id}/waiting")))["items"]
    found = {(row["code"], row["role"], row["who"], row["count"]) for row in rows}
    assert found == {
        ("recommend", "district", "500101000000", 1),
        ("answer_invitation", "expert", f"专家{world.people - 1}", 1),
        ("submit", "expert", f"专家{world.people}", 1),
        ("consent", "unit", "区农业农村委", 1),
        ("consent", "unit", "三峡学院", 1),
    }
    assert await done(
        await world.as_(world.actors.change(world.actors.unit, unit=UNIT[:-1] + "X")).get(
            f"/v1/rounds/{world.round_id}/waiting"
        )
    ) == {"items": [], "left": 0}


async def test_since_tells_when_a_step_began_to_wait(world: World, clock: Any) -> None:
    roster = await world.forming()
    await clock.set(START + timedelta(days=2))
    await done(await roster.as_lead.post(f"{roster.path}/submit"))
    [item] = (await done(await world.district.get("/v1/todo")))["items"]
    since = datetime.fromisoformat(item["since"])
    assert abs(since - (START + timedelta(days=2))) < timedelta(minutes=1)


async def test_a_reviewer_owes_a_score_and_nobody_else_sees_who_reviews(world: World) -> None:
    panel = await competing(world)
    roster = await world.shortlisted()
    await panel.name()
    await panel.assign()
    [item] = (await done(await panel.reviewer(panel.people[0]).get("/v1/todo")))["items"]
    assert item["code"] == "score"
    [listed] = (await done(await panel.reviewer(panel.people[0]).get(item["link"].removeprefix("/teams"))))["items"]
    assert (listed["team_id"], listed["due_at"]) == (roster.id, item["due"])
    for client in (roster.as_lead, world.bureau, world.host):
        waiting = (await done(await client.get(f"{panel.path}/waiting")))["items"]
        assert [one["code"] for one in waiting] == ["propose"]
    await panel.score(roster, 80)
    assert await codes_owed(panel.reviewer(panel.people[0])) == []


async def test_an_appeal_waits_for_the_bureau(world: World) -> None:
    roster = await world.shortlisted()
    await done(await world.bureau.post(f"{roster.path}/reject", json={"reason": "重复"}))
    await done(await roster.as_lead.post(f"{roster.path}/appeal", json={"grounds": "不同"}), 201)
    assert await codes_owed(world.bureau) == ["answer_appeal"]
    assert await codes_owed(world.district) == []


async def test_nobody_takes_the_first_duties_for_all(world: World) -> None:
    for _ in range(3):
        roster = await world.forming(await world.order(uuid4()))
        await done(await roster.as_lead.post(f"{roster.path}/submit"))
    top = await done(await world.district.get("/v1/todo", params={"limit": 2}))
    assert (len(top["items"]), top["left"]) == (2, 1)
    whole = await done(await world.district.get("/v1/todo"))
    assert (whole["items"][:2], len(whole["items"]), whole["left"]) == (top["items"], 3, 0)
    await world.forming(await world.order(uuid4(), division="500110000000"))
    waiting = await done(await world.bureau.get(f"/v1/rounds/{world.round_id}/waiting", params={"limit": 1}))
    assert (waiting["items"][0]["count"], waiting["left"] > 0) == (3, True)
    assert (await world.bureau.get("/v1/todo", params={"limit": 501})).status_code == 422
