"""Several people on one claim: rights, handing over, asking to leave, drafts, an earlier claim as a start."""

from typing import Any
from uuid import uuid4

from shared.contracts.teams import LeadTakenOver, MemberReplaced
from tests.teams.factories import CLAIM, OTHER_UNIT, Roster, World, codes, done


async def delegate(roster: Roster, person: str, right: str) -> Any:
    return await roster.as_lead.post(f"{roster.path}/delegates/{person}", json={"right": right})


async def patch(roster: Roster, client: Any, **fields: Any) -> Any:
    version = (await roster.read())["version"]
    return await client.patch(roster.path, json=fields, headers={"If-Match": f'"{version}"'})


async def test_a_deputy_writes_the_claim_and_gathers_people_but_does_not_submit(world: World) -> None:
    roster = await world.forming()
    deputy = world.expert(roster.member)
    assert codes(await patch(roster, deputy, content="别的")) == {"team.writer_only"}
    await done(await delegate(roster, roster.member, "deputy"))
    await done(await patch(roster, deputy, content="茶园管护"))
    guest = await world.person()
    invitation = {"members": [{"person_id": guest, "role": "member"}]}
    await done(await deputy.post(f"{roster.path}/members", json=invitation))
    await done(await deputy.delete(f"{roster.path}/members/{guest}"))
    for step in ("submit", "withdraw"):
        assert codes(await deputy.post(f"{roster.path}/{step}")) == {"team.lead_only"}
    assert codes(await deputy.post(f"{roster.path}/delegates/{guest}", json={"right": "deputy"})) == {"team.lead_only"}


async def test_a_finance_contact_outside_the_team_sees_it_and_writes_only_the_money(world: World) -> None:
    roster = await world.forming()
    accountant = await world.person(honours=[], title_level="中级")
    assert (await world.expert(accountant).get(roster.path)).status_code == 404
    await done(await delegate(roster, accountant, "finance"))
    contact = world.expert(accountant)
    await done(await contact.get(roster.path))
    await done(
        await patch(roster, contact, asked_fen=12_000_000, budget=[{"name": "差旅费", "amount_fen": 12_000_000}])
    )
    assert codes(await patch(roster, contact, asked_fen=1, content="别的")) == {"team.writer_only"}
    shown = await done(await roster.as_lead.get(f"{roster.path}/delegates"))
    assert [(one["person_id"], one["right"]) for one in shown] == [(accountant, "finance")]
    await done(await contact.delete(f"{roster.path}/delegates/{accountant}"))
    assert (await contact.get(roster.path)).status_code == 404


async def test_rights_are_for_others_and_for_those_who_are_registered(world: World) -> None:
    roster = await world.forming()
    assert codes(await delegate(roster, roster.lead, "deputy")) == {"delegate.lead"}
    assert (await delegate(roster, str(uuid4()), "deputy")).status_code == 404
    assert (await delegate(roster, roster.member, "king")).status_code == 422


async def test_the_lead_is_handed_over_in_service_and_the_old_lead_stays(world: World, events: Any) -> None:
    roster = await world.serving()
    fit = await world.person()
    await roster.invite({"person_id": fit, "role": "member"})
    await done(await world.expert(fit).post(f"{roster.path}/members/{fit}/accept"))
    await done(await world.unit().post(f"{roster.path}/consent"))
    swap = {"left": roster.member, "joined": fit, "role": "member"}
    await done(await roster.as_lead.post(f"{roster.path}/replace", json=swap))
    # one without an honour cannot lead
    unfit = await roster.as_lead.post(f"{roster.path}/hand_over", json={"person_id": roster.local})
    assert {"team.lead_honour", "team.lead_title", "team.local_talents_few"} <= codes(unfit)
    assert codes(await world.expert(fit).post(f"{roster.path}/take_over")) == {"handover.not_offered"}
    await done(await roster.as_lead.post(f"{roster.path}/hand_over", json={"person_id": fit}))
    assert [item["code"] for item in (await done(await world.expert(fit).get("/v1/todo")))["items"]] == ["take_over"]
    # the only member would become the lead, the lead a member: 1+N+1 holds
    team = await done(await world.expert(fit).post(f"{roster.path}/take_over"))
    assert team["lead_id"] == fit
    roles = {one["person_id"]: one["role"] for one in (await roster.read())["members"]}
    assert (roles[fit], roles[roster.lead]) == ("lead", "member")
    replaced = (await events(MemberReplaced))[-1]
    assert (replaced.lead_name, replaced.joined.role) == (f"专家{world.people}", "lead")
    [taken] = await events(LeadTakenOver)
    assert (str(taken.left_id), str(taken.person_id)) == (roster.lead, fit)
    assert codes(await roster.as_lead.post(f"{roster.path}/withdraw", json={"reason": "想退"})) == {"team.lead_only"}


async def test_whoever_asks_to_leave_serves_until_replaced(world: World) -> None:
    roster = await world.serving()
    ask = f"{roster.path}/ask_to_leave"
    assert codes(await roster.as_lead.post(ask, json={"reason": "忙"})) == {"member.lead_stays"}
    assert codes(await world.expert(roster.member).post(ask, json={"reason": " "})) == {"team.reason_missing"}
    await done(await world.expert(roster.member).post(ask, json={"reason": "调岗"}))
    assert [item["code"] for item in (await done(await roster.as_lead.get("/v1/todo")))["items"]] == ["replace"]
    newcomer = await world.person(honours=[], unit_code=OTHER_UNIT, unit_name="区农业农村委")
    await roster.invite({"person_id": newcomer, "role": "member"})
    await done(await world.expert(newcomer).post(f"{roster.path}/members/{newcomer}/accept"))
    await done(await world.unit(OTHER_UNIT).post(f"{roster.path}/consent"))
    swap = {"left": roster.member, "joined": newcomer, "role": "member"}
    await done(await roster.as_lead.post(f"{roster.path}/replace", json=swap))
    assert (await done(await roster.as_lead.get("/v1/todo")))["items"] == []


async def test_a_draft_is_never_refused_and_tells_what_others_have_saved_since(world: World) -> None:
    roster = await world.forming()
    seen = (await roster.read())["version"]
    typed = {"content": {"content": "写到一半", "asked_fen": "还没想好"}, "seen_version": seen}
    saved = await done(await roster.as_lead.put(f"{roster.path}/draft", json=typed, headers={"If-Match": "*"}))
    assert (saved["stale"], saved["differs"]) == (False, ["asked_fen", "content"])
    await done(await delegate(roster, roster.member, "deputy"))
    await done(await patch(roster, world.expert(roster.member), content="写到一半"))
    found = await done(await roster.as_lead.get(f"{roster.path}/draft"))
    assert (found["content"], found["stale"], found["differs"]) == (typed["content"], True, ["asked_fen"])
    assert (await world.expert(roster.member).get(f"{roster.path}/draft")).status_code == 404
    assert (await roster.as_lead.delete(f"{roster.path}/draft")).status_code == 204
    assert (await roster.as_lead.get(f"{roster.path}/draft")).status_code == 404


async def test_last_year_s_claim_is_a_start_and_its_people_are_asked_again(world: World) -> None:
    before = await world.serving()
    order = await world.order(uuid4())
    body = {"order_id": str(order), "name": "茶叶专家服务团", "start_from": before.id}
    team = await done(await before.as_lead.post("/v1/teams", json=body), 201)
    again = Roster(world, team["id"], before.lead, before.member, before.local)
    shown = await again.read(again.as_lead)
    assert {name: shown[name] for name in ("content", "targets", "place", "talent_plan")} == {
        name: CLAIM[name] for name in ("content", "targets", "place", "talent_plan")
    }
    assert (shown["starts_on"], shown["status"]) == (None, "forming")
    asked = {one["person_id"]: one["status"] for one in shown["members"]}
    assert asked == {before.lead: "accepted", before.member: "invited", before.local: "invited"}
    stranger = await world.person()
    refused = await world.expert(stranger).post("/v1/teams", json=body)
    assert refused.status_code == 404


async def test_elsewhere_the_local_talents_and_the_host_s_part_stay_behind(world: World) -> None:
    before = await world.forming()
    order = await world.order(uuid4(), division="500110103202", host=OTHER_UNIT)
    body = {"order_id": str(order), "name": "茶叶专家服务团", "start_from": before.id}
    team = await done(await before.as_lead.post("/v1/teams", json=body), 201)
    shown = await done(await before.as_lead.get(f"/v1/teams/{team['id']}"))
    assert (shown["place"], shown["liaison_name"], shown["content"]) == ("", "", CLAIM["content"])
    assert {one["person_id"] for one in shown["members"]} == {before.lead, before.member}
