"""Files of awards and instalments: seen by who sees the award, handed in by who takes part."""

from typing import Any

from shared.contracts.funding import AwardAttachmentAdded, AwardAttachmentRemoved
from tests.funding.factories import OTHER_UNIT, Desk
from tests.shared.handed_in import PDF


async def send(client: Any, path: str, content: bytes = PDF, **fields: Any) -> Any:
    return await client.post(f"{path}/attachments", files={"file": ("收据.pdf", content)}, data=fields)


async def test_those_who_take_part_hand_in_and_those_who_oversee_read(desk: Desk, events: Any) -> None:
    team = await desk.active_team(await desk.open_round())
    award = await desk.award(team)
    path = f"/v1/instalments/{award['instalments'][0]['id']}"
    for party in (desk.unit, desk.maker, desk.checker, desk.bureau):
        added = await send(desk.api(party), path, kind="evidence")
        assert added.status_code == 201, added.text
    listed = (await desk.get(f"{path}/attachments", desk.actors.supervisor))["items"]
    assert [(one["noun"], one["kind"]) for one in listed] == [("instalment", "evidence")]
    refused = await send(desk.api(desk.actors.supervisor), path)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "attachment.read_only")
    [event] = await events(AwardAttachmentAdded)
    assert (str(event.award_id), event.noun) == (award["id"], "instalment")


async def test_another_units_award_has_no_files_for_a_stranger(desk: Desk) -> None:
    award = await desk.award(await desk.active_team(await desk.open_round()))
    stranger = desk.api(desk.actors.change(desk.actors.unit, unit=OTHER_UNIT))
    assert (await stranger.get(f"/v1/awards/{award['id']}/attachments")).status_code == 404
    assert (await send(stranger, f"/v1/awards/{award['id']}")).status_code == 404


async def test_what_one_party_handed_in_another_cannot_remove(desk: Desk, events: Any) -> None:
    award = await desk.award(await desk.active_team(await desk.open_round()))
    path = f"/v1/awards/{award['id']}"
    added = (await send(desk.api(desk.maker), path)).json()
    removing = f"{path}/attachments/{added['id']}"
    refused = await desk.api(desk.unit).delete(removing, params={"reason": "x"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "attachment.not_yours")
    assert (await desk.api(desk.checker).delete(removing, params={"reason": "重复"})).status_code == 200
    assert len(await events(AwardAttachmentRemoved)) == 1
