"""Service entries: written offline, counted once, confirmed by the host or through the liaison's link."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from shared.contracts.teams import ConfirmationLinkSent, EntryConfirmed, EntryDisputed, EntryRecorded
from shared.testing import START
from tests.teams.factories import HOST, UNIT, Roster, World, codes, done

TODAY = START.date()


async def send(roster: Roster, *entries: dict[str, Any]) -> list[tuple[str, set[str]]]:
    answer = await done(await roster.as_lead.post(f"{roster.path}/entries", json={"entries": list(entries)}))
    return [(result["status"], {reason["code"] for reason in result["reasons"]}) for result in answer["results"]]


async def test_the_same_entry_sent_twice_counts_once(world: World, events: Any) -> None:
    roster = await world.agreed()
    entry = roster.entry(TODAY)
    assert await send(roster, entry, entry) == [("recorded", set()), ("duplicate", set())]
    assert await send(roster, entry) == [("duplicate", set())]
    assert await send(roster, entry | {"days": 1}) == [("refused", {"entry.changed"})]
    assert len(await events(EntryRecorded)) == 1


async def test_a_confirmed_entry_sent_again_is_still_a_duplicate(world: World, events: Any) -> None:
    roster = await world.agreed()
    entry = roster.entry(TODAY)
    await send(roster, entry)
    await done(await world.host.post(f"/v1/entries/{entry['id']}/confirm"))
    assert await send(roster, entry) == [("duplicate", set())]
    assert len(await events(EntryConfirmed)) == 1


async def test_an_entry_sent_again_after_the_team_was_concluded_is_a_duplicate(world: World) -> None:
    roster = await world.serving()
    entry = roster.entry(TODAY)
    await send(roster, entry)
    await done(await world.bureau.post(f"{roster.path}/conclude"))
    assert await send(roster, entry, roster.entry(TODAY)) == [
        ("duplicate", set()),
        ("refused", {"entry.team_not_serving"}),
    ]


async def test_each_entry_of_a_batch_stands_or_falls_alone(world: World) -> None:
    roster = await world.agreed()
    found = await send(
        roster,
        roster.entry(TODAY),
        roster.entry(TODAY + timedelta(days=1)),
        roster.entry(TODAY - timedelta(days=1)),
        roster.entry(TODAY, person_id=str(uuid4()), days=0.7),
        roster.entry(TODAY, person_id=roster.local),
    )
    assert found == [
        ("recorded", set()),
        ("refused", {"entry.future"}),
        ("refused", {"entry.before_agreement"}),
        ("refused", {"entry.not_of_team", "entry.days"}),
        ("recorded", set()),
    ]


async def test_an_id_of_another_teams_entry_is_refused(world: World) -> None:
    first = await world.agreed()
    entry = first.entry(TODAY)
    await send(first, entry)
    second = await world.confirmed(await world.order(uuid4()))
    for party in (second.as_lead, world.unit(), world.host):
        await done(await party.post(f"{second.path}/agreement/sign"))
    assert await send(second, entry | {"person_id": second.lead}) == [("refused", {"entry.changed"})]


async def test_entries_are_written_by_the_team_in_its_time_of_service(world: World) -> None:
    roster = await world.confirmed()
    assert await send(roster, roster.entry(TODAY)) == [("refused", {"entry.team_not_serving"})]
    batch = {"entries": [roster.entry(TODAY)]}
    assert (await world.host.post(f"{roster.path}/entries", json=batch)).status_code == 403
    assert (await world.expert(str(uuid4())).post(f"{roster.path}/entries", json=batch)).status_code == 404


async def test_a_member_writes_entries_too(world: World) -> None:
    roster = await world.agreed()
    batch = {"entries": [roster.entry(TODAY, person_id=roster.member)]}
    answer = await done(await world.expert(roster.member).post(f"{roster.path}/entries", json=batch))
    assert answer["results"][0]["status"] == "recorded"


async def test_the_host_disputes_and_may_confirm_after_all(world: World, events: Any) -> None:
    roster = await world.agreed()
    [entry] = await roster.record()
    await done(await world.host.post(f"/v1/entries/{entry}/dispute"))
    assert await roster.status() == "agreed", "a disputed entry starts nothing"
    await done(await world.host.post(f"/v1/entries/{entry}/confirm"))
    assert await roster.status() == "serving"
    again = await world.host.post(f"/v1/entries/{entry}/dispute")
    assert (again.status_code, codes(again)) == (409, {"entry.status"})
    assert (len(await events(EntryDisputed)), len(await events(EntryConfirmed))) == (1, 1)


async def test_only_the_orders_own_host_confirms(world: World) -> None:
    roster = await world.agreed()
    [entry] = await roster.record()
    other = world.as_(world.actors.change(world.actors.host, unit="93500110860131488K"))
    assert (await other.post(f"/v1/entries/{entry}/confirm")).status_code == 404
    assert (await roster.as_lead.post(f"/v1/entries/{entry}/confirm")).status_code == 403


async def test_the_host_confirms_several_at_once_or_none(world: World) -> None:
    roster = await world.agreed()
    ids = await roster.record(3)
    unknown = await world.host.post(f"{roster.path}/entries/confirm", json={"ids": [*ids, str(uuid4())]})
    assert unknown.status_code == 404
    listed = await done(await world.host.get(f"{roster.path}/entries?status=recorded"))
    assert {item["id"] for item in listed["items"]} == set(ids)
    confirmed = await done(await world.host.post(f"{roster.path}/entries/confirm", json={"ids": ids}))
    assert {item["status"] for item in confirmed} == {"confirmed"}


# The liaison's link


async def link_of(world: World, roster: Roster) -> str:
    """The path of the newest link that went to the liaison's phone."""
    messages = await done(await world.api().get(f"/dev/sms?team_id={roster.id}"))
    assert messages[-1]["phone"] == "13800000000"
    found = re.search(r"https?://[^/]+(/public/confirmations/\S+)", messages[-1]["text"])
    assert found
    return found[1]


async def test_a_liaison_confirms_with_a_one_time_link_and_no_account(world: World, events: Any) -> None:
    roster = await world.agreed()
    first, second, third = await roster.record(3)
    sent = await done(await roster.as_lead.post(f"{roster.path}/confirmation_link"))
    assert (sent["entries"], len(await events(ConfirmationLinkSent))) == (3, 1)
    path = await link_of(world, roster)
    assert path.rpartition("/")[2] not in str(sent)
    shown = await done(await world.api().get(path))
    assert {entry["id"] for entry in shown["entries"]} == {first, second, third}
    answer = await world.api().post(path, json={"confirmed": [first], "disputed": [second]})
    assert await done(answer) == {"confirmed": 1, "disputed": 1, "skipped": 0, "waiting": 1, "rated": False}
    assert await roster.status() == "serving"
    again = await world.api().post(path, json={"confirmed": [first], "disputed": [second]})
    assert await done(again) == {"confirmed": 0, "disputed": 0, "skipped": 2, "waiting": 1, "rated": False}, (
        "each entry is settled once"
    )
    rest = await world.api().post(path, json={"confirmed": [third]})
    assert await done(rest) == {"confirmed": 1, "disputed": 0, "skipped": 0, "waiting": 0, "rated": False}
    assert len(await events(EntryConfirmed)) == 2


async def test_an_empty_answer_is_refused(world: World) -> None:
    roster = await world.agreed()
    [entry] = await roster.record()
    await done(await roster.as_lead.post(f"{roster.path}/confirmation_link"))
    path = await link_of(world, roster)
    assert codes(await world.api().post(path, json={})) == {"link.nothing_chosen"}
    wrong = await world.api().post(path, json={"confirmed": ["x"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/confirmed/0")
    said = await done(await world.api().post(path, json={"confirmed": [entry]}))
    assert (said["confirmed"], said["disputed"]) == (1, 0)


async def test_a_link_settles_only_its_own_teams_open_entries(world: World) -> None:
    roster = await world.agreed()
    first, second = await roster.record(2)
    await done(await world.district.post(f"{roster.path}/confirmation_link"))
    await done(await world.host.post(f"/v1/entries/{first}/confirm"))
    said = {"confirmed": [second], "disputed": [first, str(uuid4())]}
    settled = await done(await world.api().post(await link_of(world, roster), json=said))
    assert (settled["confirmed"], settled["disputed"], settled["skipped"]) == (1, 0, 2)


async def test_a_made_up_link_opens_nothing(world: World) -> None:
    for token in ("x", "AAAA" * 12):
        assert (await world.api().get(f"/public/confirmations/{token}")).status_code == 404
        page = await world.api().get(f"/public/confirmations/{token}", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")


async def test_a_link_needs_a_sender_of_the_team_and_something_to_confirm(world: World) -> None:
    roster = await world.agreed()
    assert codes(await roster.as_lead.post(f"{roster.path}/confirmation_link")) == {"link.nothing_open"}
    assert (await world.host.post(f"{roster.path}/confirmation_link")).status_code == 403


async def test_a_dry_run_sends_no_message(world: World) -> None:
    roster = await world.agreed()
    await roster.record()
    await done(await roster.as_lead.post(f"{roster.path}/confirmation_link?dry_run=true"))
    assert await done(await world.api().get(f"/dev/sms?team_id={roster.id}")) == []


async def test_the_page_is_plain_html_in_the_liaisons_language(world: World) -> None:
    roster = await world.agreed()
    first, second = await roster.record(2)
    await done(await roster.as_lead.post(f"{roster.path}/confirmation_link"))
    path = await link_of(world, roster)
    chinese = await world.api().get(path, headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
    assert "服务记录" in chinese.text
    assert "<script" not in chinese.text
    assert (chinese.headers["cache-control"], chinese.headers["referrer-policy"]) == ("no-store", "no-referrer")
    english = await world.api().get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
    assert "Service entries" in english.text
    sent = await world.api().post(path, data={first: "confirm", second: "dispute"}, headers={"Accept": "text/html"})
    assert (sent.status_code, "Thank you" in sent.text) == (200, True)
    listed = await done(await world.bureau.get(f"{roster.path}/entries"))
    assert {item["id"]: item["status"] for item in listed["items"]} == {first: "confirmed", second: "disputed"}


async def test_what_people_wrote_is_escaped_on_the_page(world: World) -> None:
    roster = await world.agreed()
    entry = roster.entry(date(2020, 3, 10), problem="<script>alert(1)</script>")
    await send(roster, entry)
    await done(await roster.as_lead.post(f"{roster.path}/confirmation_link"))
    page = await world.api().get(await link_of(world, roster), headers={"Accept": "text/html"})
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text


async def test_an_entry_names_the_units_served_each_once_and_by_valid_codes(world: World, events: Any) -> None:
    roster = await world.agreed()
    entry = roster.entry(START.date(), served_units=[UNIT, HOST, UNIT])
    answer = await done(await roster.as_lead.post(f"{roster.path}/entries", json={"entries": [entry]}))
    assert answer["results"][0]["status"] == "recorded"
    again = await done(
        await roster.as_lead.post(f"{roster.path}/entries", json={"entries": [entry | {"served_units": [HOST, UNIT]}]})
    )
    assert again["results"][0]["status"] == "duplicate"
    await done(await world.host.post(f"/v1/entries/{entry['id']}/confirm"))
    [told] = await events(EntryConfirmed)
    assert told.served_units == sorted([HOST, UNIT])
    wrong = roster.entry(START.date(), served_units=["91500101MA00000000"])
    assert (await roster.as_lead.post(f"{roster.path}/entries", json={"entries": [wrong]})).status_code == 422
