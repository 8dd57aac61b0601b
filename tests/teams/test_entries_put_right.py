"""Entries after they were sent: put right, taken back, disputed and answered, with photos, by people who left."""

from datetime import date, timedelta
from typing import Any

from shared.contracts.teams import EntryConfirmed, EntryEdited, EntryWithdrawn
from shared.testing import START
from tests.shared.handed_in import jpeg
from tests.teams.factories import Roster, World, codes, done

TODAY = START.date()


async def send(roster: Roster, *entries: dict[str, Any], client: Any = None) -> list[tuple[str, set[str]]]:
    answer = await done(
        await (client or roster.as_lead).post(f"{roster.path}/entries", json={"entries": list(entries)})
    )
    return [(result["status"], {reason["code"] for reason in result["reasons"]}) for result in answer["results"]]


async def patch(client: Any, entry: str, version: int, **changes: Any) -> Any:
    return await client.patch(f"/v1/entries/{entry}", json=changes, headers={"If-Match": f'"{version}"'})


async def test_a_dispute_is_answered_by_a_corrected_entry_that_waits_again(world: World, events: Any) -> None:
    roster = await world.agreed()
    [entry] = await roster.record()
    disputed = await done(await world.host.post(f"/v1/entries/{entry}/dispute"))
    edited = await done(await patch(roster.as_lead, entry, disputed["version"], days=1.5, beneficiaries=12))
    assert (edited["status"], edited["days"], edited["settled_at"]) == ("recorded", "1.5", None)
    await done(await world.host.post(f"/v1/entries/{entry}/confirm"))
    [confirmed] = await events(EntryConfirmed)
    assert (str(confirmed.days), confirmed.beneficiaries, len(await events(EntryEdited))) == ("1.5", 12, 1)
    late = await patch(roster.as_lead, entry, edited["version"] + 1, days=3)
    assert (late.status_code, codes(late)) == (409, {"entry.status"})


async def test_an_entry_is_put_right_by_its_writer_the_lead_and_nobody_else(world: World) -> None:
    roster = await world.agreed()
    own = roster.entry(TODAY, person_id=roster.member)
    await send(roster, own, client=world.expert(roster.member))
    assert (await done(await patch(world.expert(roster.member), own["id"], 1, form="培训")))["form"] == "培训"
    assert codes(await patch(world.expert(roster.local), own["id"], 2, form="x")) == {"entry.writer_only"}
    stranger = world.expert(await world.person())
    assert (await patch(stranger, own["id"], 2, form="x")).status_code == 404
    assert (await patch(roster.as_lead, own["id"], 1, form="x")).status_code == 412
    assert (await done(await patch(roster.as_lead, own["id"], 2, problem="更正")))["version"] == 3


async def test_what_is_put_right_keeps_to_the_rules(world: World) -> None:
    roster = await world.agreed()
    [entry] = await roster.record()
    wrong = await patch(
        roster.as_lead, entry, 1, served_on=str(TODAY + timedelta(days=2)), days=0.3, person_id=str(world.round_id)
    )
    assert codes(wrong) == {"entry.future", "entry.days", "entry.not_of_team"}
    kept = await done(await roster.as_lead.get(f"/v1/entries/{entry}"))
    assert (kept["days"], kept["version"]) == ("2.5", 1)


async def test_the_phone_may_send_again_what_was_put_right_or_taken_back(world: World, events: Any) -> None:
    roster = await world.agreed()
    first, second = roster.entry(TODAY), roster.entry(TODAY)
    await send(roster, first, second)
    await done(await patch(roster.as_lead, first["id"], 1, days=1))
    withdrawn = await done(await roster.as_lead.post(f"/v1/entries/{second['id']}/withdraw"))
    assert withdrawn["status"] == "withdrawn"
    assert await send(roster, second, first) == [("duplicate", set())] * 2
    assert await send(roster, first | {"days": 1}) == [("duplicate", set())]
    assert await send(roster, first | {"days": 2}) == [("refused", {"entry.changed"})]
    assert (await done(await roster.as_lead.get(f"/v1/entries/{first['id']}")))["days"] == "1.0"
    assert codes(await world.host.post(f"/v1/entries/{second['id']}/confirm")) == {"entry.status"}
    assert len(await events(EntryWithdrawn)) == 1


async def test_an_entry_dated_tomorrow_by_a_fast_clock_is_taken_tomorrow_under_the_same_id(
    world: World, clock: Any
) -> None:
    roster = await world.agreed()
    entry = roster.entry(TODAY + timedelta(days=1))
    assert await send(roster, entry) == [("refused", {"entry.future"})]
    await clock.set(START + timedelta(days=1))
    assert await send(roster, entry) == [("recorded", set())]


async def test_a_member_who_was_replaced_hands_in_old_days_and_no_new_ones(world: World, clock: Any) -> None:
    roster = await world.agreed()
    joining = await world.person(honours=[])
    await roster.invite({"person_id": joining, "role": "member"})
    await done(await world.expert(joining).post(f"{roster.path}/members/{joining}/accept"))
    await done(await world.unit().post(f"{roster.path}/consent"))
    await clock.set(START + timedelta(days=10))
    body = {"left": roster.member, "joined": joining, "role": "member"}
    await done(await roster.as_lead.post(f"{roster.path}/replace", json=body))
    await clock.set(START + timedelta(days=20))
    leaving = world.expert(roster.member)
    before, after = TODAY + timedelta(days=5), TODAY + timedelta(days=15)
    mine = [roster.entry(day, person_id=roster.member) for day in (before, after)]
    theirs = [roster.entry(day, person_id=joining) for day in (before, after)]
    late = {"entry.not_serving_then"}
    assert await send(roster, *mine, client=leaving) == [("recorded", set()), ("refused", late)]
    assert await send(roster, *theirs) == [("refused", late), ("recorded", set())]


async def photo(client: Any, entry: str, **said: str) -> Any:
    files = {"file": ("现场.jpg", jpeg(), "image/jpeg")}
    return await client.post(f"/v1/entries/{entry}/attachments", files=files, data={"kind": "photo", **said})


async def test_photos_follow_their_entries_and_may_be_sent_again(world: World) -> None:
    roster = await world.agreed()
    entry, own = roster.entry(TODAY), "0190b3f2-0000-7000-8000-000000000001"
    early = await photo(roster.as_lead, entry["id"], id=own)
    assert (early.status_code, codes(early)) == (404, {"entry.not_found"})
    assert "send the entry first" in early.text
    await send(roster, entry)
    for _ in range(2):
        assert (await done(await photo(roster.as_lead, entry["id"], id=own), 201))["id"] == own


async def test_where_the_policy_asks_for_a_photo_an_entry_without_one_is_not_confirmed(
    api: Any, actors: Any, deliver: Any, events: Any
) -> None:
    world = World(api, actors, deliver, events)
    await world.open_round(teams={"entry_photo": True})
    await world.order(world.order_id)
    roster = await world.agreed()
    first, second = await roster.record(2)
    refused = await world.host.post(f"{roster.path}/entries/confirm", json={"ids": [first, second]})
    assert (refused.status_code, codes(refused)) == (409, {"entry.photo_missing"})
    await done(await photo(roster.as_lead, first), 201)
    assert (await done(await world.host.post(f"/v1/entries/{first}/confirm")))["status"] == "confirmed"
    assert codes(await world.host.post(f"/v1/entries/{second}/confirm")) == {"entry.photo_missing"}
    assert (await done(await world.host.post(f"/v1/entries/{second}/dispute")))["status"] == "disputed"
    assert date.fromisoformat((await roster.read())["starts_on"]) > TODAY
