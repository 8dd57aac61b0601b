"""Files of teams, service entries and people: their sight is the noun's, evidence of a person is seen by fewer."""

from typing import Any
from uuid import uuid4

from shared.contracts.teams import (
    EntryAttachmentAdded,
    PersonAttachmentAdded,
    TeamAttachmentAdded,
    TeamAttachmentRemoved,
)
from tests.shared.handed_in import PDF, jpeg, png
from tests.teams.factories import OTHER_DISTRICT, OTHER_UNIT, World, codes, done


async def send(client: Any, path: str, content: bytes, name: str, **fields: Any) -> Any:
    return await client.post(f"{path}/attachments", files={"file": (name, content)}, data=fields)


async def test_those_who_take_part_hand_in_and_those_who_oversee_read(world: World, events: Any) -> None:
    roster = await world.forming()
    parties = (roster.as_lead, world.unit(), world.host, world.district, world.bureau, world.expert(roster.member))
    for number, party in enumerate(parties, 1):
        await done(await send(party, roster.path, png(number), "a.png", kind="scan", form="agreement"), 201)
    supervisor = world.as_(world.actors.supervisor)
    listed = (await done(await supervisor.get(f"{roster.path}/attachments")))["items"]
    assert [item["form"] for item in listed] == ["agreement"] * len(parties)
    assert (await supervisor.get(f"{roster.path}/attachments/{listed[0]['id']}")).content.startswith(b"\x89PNG")
    refused = await send(supervisor, roster.path, png(), "a.png")
    assert (refused.status_code, codes(refused)) == (403, {"attachment.read_only"})
    removing = f"{roster.path}/attachments/{listed[0]['id']}"
    refused = await supervisor.delete(removing, params={"reason": "x"})
    assert (refused.status_code, codes(refused)) == (403, {"attachment.not_yours"})
    await done(await world.bureau.delete(removing, params={"reason": "重复"}))
    added = await events(TeamAttachmentAdded)
    assert {str(event.team_id) for event in added} == {roster.id}
    assert len(await events(TeamAttachmentRemoved)) == 1
    stranger = world.expert(await world.person())
    assert (await stranger.get(f"{roster.path}/attachments")).status_code == 404


async def test_a_supervisor_who_is_also_an_expert_elsewhere_hands_in_nothing(world: World) -> None:
    roster = await world.forming()
    both = world.actors.change(world.actors.supervisor, roles=frozenset({"supervisor", "expert"}), person=str(uuid4()))
    assert (await send(world.as_(both), roster.path, png(), "a.png")).status_code == 403


async def test_an_entry_has_photos_of_its_team(world: World, events: Any) -> None:
    roster = await world.agreed()
    [entry] = await roster.record()
    path, own = f"/v1/entries/{entry}", str(uuid4())
    for _ in range(2):
        added = await done(await send(roster.as_lead, path, jpeg(), "IMG_1.jpg", kind="photo", id=own), 201)
    await done(await send(world.host, path, PDF, "签到表.pdf", kind="evidence"), 201)
    assert (added["id"], added["noun"], added["noun_id"]) == (own, "entry", entry)
    assert len((await done(await world.host.get(f"{path}/attachments")))["items"]) == 2
    photos = await done(await world.host.get(f"{path}/attachments", params={"kind": "photo"}))
    assert [item["id"] for item in photos["items"]] == [own]
    said = await events(EntryAttachmentAdded)
    assert [(str(event.entry_id), str(event.team_id)) for event in said] == [(entry, roster.id)] * 2
    stranger = world.expert(await world.person())
    for answer in (await stranger.get(f"{path}/attachments/{own}"), await send(stranger, path, png(), "a.png")):
        assert answer.status_code == 404
    missing = await send(roster.as_lead, f"/v1/entries/{uuid4()}", png(), "a.png")
    assert (missing.status_code, missing.json()["code"]) == (404, "entry.not_found")


async def test_a_file_is_found_only_under_its_own_noun(world: World) -> None:
    roster = await world.agreed()
    [entry] = await roster.record()
    added = await done(await send(roster.as_lead, roster.path, png(), "a.png"), 201)
    for path in (f"/v1/entries/{entry}", f"/v1/people/{roster.lead}"):
        assert (await roster.as_lead.get(f"{path}/attachments/{added['id']}")).status_code == 404


async def test_evidence_of_a_person_is_seen_by_the_person_the_unit_the_district_and_the_bureau(
    world: World, events: Any
) -> None:
    person, other = await world.person(), await world.person()
    path = f"/v1/people/{person}"
    added = await done(await send(world.expert(person), path, PDF, "职称证书.pdf", kind="evidence"), 201)
    here = f"{path}/attachments/{added['id']}"
    far = world.as_(world.actors.change(world.actors.district, division=OTHER_DISTRICT))
    seen = [
        (await client.get(here)).status_code
        for client in (
            world.expert(person),
            world.unit(),
            world.district,
            world.bureau,
            world.expert(other),
            world.unit(OTHER_UNIT),
            far,
            world.host,
            world.as_(world.actors.supervisor),
        )
    ]
    assert seen == [200] * 4 + [404] * 5
    assert (await send(world.expert(other), path, PDF, "a.pdf")).status_code == 404
    [event] = await events(PersonAttachmentAdded)
    assert (str(event.person_id), event.kind) == (person, "evidence")
