"""Who may do and see what in selection, and what the database itself refuses."""

import dataclasses
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.actor import Actor
from shared.contracts.teams import MemberReplaced, TeamDissolved, TeamWithdrawn
from shared.testing import START
from tests.teams.factories import HOST, OTHER_DISTRICT, OTHER_UNIT, UNIT, World, codes, done


async def test_a_lead_competes_for_several_orders_but_is_proposed_for_one(world: World) -> None:
    first = await world.shortlisted()
    second = await world.form(first.lead, await world.order(uuid4()))
    await first.propose()
    refused = await first.as_lead.post(f"/v1/teams/{second['id']}/submit")
    assert "team.person_busy" in codes(refused)
    await done(await first.as_lead.post(f"{first.path}/withdraw"))
    refused = await first.as_lead.post(f"/v1/teams/{second['id']}/submit")
    assert "team.person_busy" not in codes(refused)


async def test_one_order_has_one_proposed_team(world: World) -> None:
    first, second = await world.shortlisted(), await world.shortlisted()
    await first.propose()
    refused = await world.bureau.post(f"{second.path}/propose", json={"amount_fen": 8_000_000})
    assert (refused.status_code, codes(refused)) == (409, {"team.order_taken"})


async def test_a_lead_claims_an_order_once(world: World) -> None:
    lead = await world.person()
    await world.form(lead)
    again = await world.expert(lead).post("/v1/teams", json={"order_id": str(world.order_id), "name": "再来"})
    assert codes(again) == {"team.claimed_already"}


async def test_everybody_is_shown_what_they_may_do_now(world: World) -> None:
    async def offered(client: Any, team_id: str) -> dict[str, bool]:
        detail = await done(await client.get(f"/v1/teams/{team_id}"))
        return {action["action"]: action["allowed"] for action in detail["actions"]}

    roster = await world.forming()
    guest = await world.person()
    await roster.invite({"person_id": guest, "role": "member"})
    assert await offered(world.expert(guest), roster.id) == {"accept": True, "decline": True}
    assert await offered(world.expert(roster.member), roster.id) == {"decline": True}
    assert await offered(roster.as_lead, roster.id) == {"submit": False, "withdraw": True, "decline": False}
    assert await offered(world.unit(), roster.id) == {"consent": True}
    assert await offered(world.bureau, roster.id) == {}
    other = await world.confirmed(await world.order(uuid4()))
    assert await offered(world.host, other.id) == {"sign": True}
    await done(await world.host.post(f"{other.path}/agreement/sign"))
    assert await offered(world.host, other.id) == {"sign": False}
    assert await offered(other.as_lead, other.id) == {"withdraw": True, "sign": True, "decline": False}
    assert await offered(world.bureau, other.id) == {"dissolve": True}


async def test_why_a_claim_ended_is_said_in_both_languages(world: World) -> None:
    loser, rejected = await world.shortlisted(), await world.shortlisted()
    await done(await world.bureau.post(f"{rejected.path}/reject", json={"reason": "材料不实"}))
    await world.confirmed()
    ending = (await loser.read())["ending"]
    assert (ending["code"], ending["en"]) == ("team.order_taken", "Another team was confirmed for this order")
    assert (await rejected.read())["ending"]["zh"] == "材料不实"


async def test_bulk_steps_answer_for_each_claim(world: World) -> None:
    good = await world.forming()
    await done(await good.as_lead.post(f"{good.path}/submit"))
    elsewhere = await world.order(uuid4(), division="500110103202")
    for step, client in (("recommend", world.district), ("shortlist", world.bureau)):
        answer = await done(await client.post(f"/v1/rounds/{world.round_id}/teams/{step}"))
        assert [(row["id"], row["ok"]) for row in answer["results"]] == [(good.id, True)]
    other = await world.form(await world.person(), elsewhere)
    body = {"proposals": [{"team_id": t, "amount_fen": 8_000_000} for t in (good.id, other["id"])]}
    answer = await done(await world.bureau.post(f"/v1/rounds/{world.round_id}/teams/propose", json=body))
    assert {row["id"]: (row["ok"], row["status"]) for row in answer["results"]} == {
        good.id: (True, "proposed"),
        other["id"]: (False, None),
    }


async def test_a_team_that_is_listed_twice_with_two_amounts_is_proposed_with_neither(world: World) -> None:
    roster = await world.shortlisted()
    body = {"proposals": [{"team_id": roster.id, "amount_fen": amount} for amount in (8_000_000, 9_000_000)]}
    answer = await world.bureau.post(f"/v1/rounds/{world.round_id}/teams/propose", json=body)
    assert answer.status_code == 422
    assert (await roster.read())["status"] == "shortlisted"


async def test_bulk_conclusion_takes_every_serving_team(world: World) -> None:
    roster = await world.serving()
    answer = await done(await world.bureau.post(f"/v1/rounds/{world.round_id}/teams/conclude"))
    assert [(row["id"], row["status"]) for row in answer["results"]] == [(roster.id, "concluded")]


async def test_a_district_of_another_county_sees_nothing(world: World) -> None:
    roster = await world.forming()
    await done(await roster.as_lead.post(f"{roster.path}/submit"))
    other = world.as_(Actor("d2", frozenset({"district"}), division=OTHER_DISTRICT))
    assert (await other.get(roster.path)).status_code == 404
    assert (await other.post(f"{roster.path}/recommend")).status_code == 404
    assert (await done(await other.get("/v1/teams")))["items"] == []


async def test_everybody_sees_their_own_teams_only(world: World) -> None:
    roster = await world.forming()
    stranger = await world.person(unit_code="12500000188485391H", unit_name="市生态院")
    seen = {
        "lead": roster.as_lead,
        "member": world.expert(roster.member),
        "host": world.host,
        "bureau": world.bureau,
        "district": world.district,
        "unit": world.unit(),
    }
    for client in seen.values():
        await done(await client.get(roster.path))
    strangers = (
        world.expert(stranger),
        world.as_(Actor("h2", frozenset({"host"}), unit="93500110860131488K")),
        world.unit("125000007345729552"),
        world.as_(Actor("x", frozenset({"reviewer"}), division="500000000000")),
    )
    for client in strangers:
        assert (await client.get(roster.path)).status_code == 404


async def test_the_wrong_role_is_told_who_may(world: World) -> None:
    roster = await world.shortlisted()
    refused = await world.district.post(f"{roster.path}/propose", json={"amount_fen": 8_000_000})
    assert refused.status_code == 403
    assert codes(refused) == {"team.role"}


async def test_an_impossible_step_names_the_possible_ones(world: World) -> None:
    roster = await world.forming()
    refused = await world.bureau.post(f"{roster.path}/conclude")
    assert refused.status_code == 409
    assert "submit" in refused.json()["detail"]


async def test_edits_need_the_version_that_was_read(world: World) -> None:
    roster = await world.forming()
    assert (await roster.as_lead.patch(roster.path, json={"place": "村"})).status_code == 428
    stale = await roster.as_lead.patch(roster.path, json={"place": "村"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    version = (await roster.read())["version"]
    edited = await roster.as_lead.patch(roster.path, json={"place": "村"}, headers={"If-Match": f'"{version}"'})
    assert (edited.headers["etag"], (await done(edited))["place"]) == (f'"{version + 1}"', "村")


async def test_a_roster_change_changes_the_version(world: World) -> None:
    roster = await world.forming()
    before = (await roster.read())["version"]
    await done(await roster.as_lead.delete(f"{roster.path}/members/{roster.member}"))
    assert (await roster.read())["version"] > before


async def test_a_dry_run_tells_and_changes_nothing(world: World, events: Any) -> None:
    roster = await world.serving()
    told = await roster.as_lead.post(f"{roster.path}/withdraw?dry_run=true", json={"reason": "健康原因"})
    assert (await done(told))["status"] == "withdrawn"
    assert await roster.status() == "serving"
    assert await events(TeamWithdrawn) == []


@pytest.mark.parametrize("verb", ["withdraw", "dissolve"])
async def test_a_live_team_that_ends_frees_its_people(world: World, verb: str, events: Any) -> None:
    roster = await world.serving()
    client = roster.as_lead if verb == "withdraw" else world.bureau
    assert codes(await client.post(f"{roster.path}/{verb}", json={"reason": ""})) == {"team.reason_missing"}
    await done(await client.post(f"{roster.path}/{verb}", json={"reason": "健康原因"}))
    assert len([*await events(TeamWithdrawn), *await events(TeamDissolved)]) == 1
    again = await world.form(roster.lead, await world.order(uuid4()))
    assert "team.person_busy" not in codes(await roster.as_lead.post(f"/v1/teams/{again['id']}/submit"))


async def test_members_decline_and_are_removed_while_the_team_is_forming(world: World) -> None:
    roster = await world.forming()
    await done(await world.expert(roster.member).post(f"{roster.path}/members/{roster.member}/decline"))
    await done(await roster.as_lead.delete(f"{roster.path}/members/{roster.local}"))
    team = await roster.read()
    assert [m["person_id"] for m in team["members"]] == [roster.lead]
    assert {m["status"] for m in team["former_members"]} == {"declined", "removed"}
    assert codes(await roster.as_lead.post(f"{roster.path}/submit")) == {"team.members_few", "team.local_talents_few"}
    await roster.invite({"person_id": roster.member, "role": "member"})


async def test_an_expert_is_invited_once_and_only_when_willing(world: World) -> None:
    roster = await world.forming()
    twice = await roster.as_lead.post(f"{roster.path}/members", json={"members": [{"person_id": roster.member}]})
    assert codes(twice) == {"member.listed_already"}
    unwilling = await world.person(willing=False)
    refused = await roster.as_lead.post(f"{roster.path}/members", json={"members": [{"person_id": unwilling}]})
    assert codes(refused) == {"person.unwilling"}
    unknown = await roster.as_lead.post(f"{roster.path}/members", json={"members": [{"person_id": str(uuid4())}]})
    assert (unknown.status_code, codes(unknown)) == (422, {"person.not_found"})


async def test_a_unit_consents_only_to_its_own_people(world: World) -> None:
    lead = await world.person()
    team = await world.form(lead)
    stranger = await world.unit("125000007345729552").post(f"/v1/teams/{team['id']}/consent")
    assert stranger.status_code == 404
    await done(await world.unit().post(f"/v1/teams/{team['id']}/consent"))
    detail = await done(await world.bureau.get(f"/v1/teams/{team['id']}"))
    assert [m["unit_consented"] for m in detail["members"]] == [True]


async def test_a_member_is_replaced_during_service_and_the_history_stays(world: World, events: Any) -> None:
    roster = await world.serving()
    newcomer = await world.person(honours=[])
    swap = {"left": roster.member, "joined": newcomer, "role": "member"}
    assert codes(await roster.as_lead.post(f"{roster.path}/replace", json=swap)) == {"person.not_found"}
    await roster.invite({"person_id": newcomer, "role": "member"})
    refused = codes(await roster.as_lead.post(f"{roster.path}/replace", json=swap))
    assert refused == {"team.member_not_accepted", "team.unit_not_consented"}
    await done(await world.expert(newcomer).post(f"{roster.path}/members/{newcomer}/accept"))
    await done(await world.unit().post(f"{roster.path}/consent"))
    await done(await roster.as_lead.post(f"{roster.path}/replace", json=swap))
    [replaced] = await events(MemberReplaced)
    assert (str(replaced.left_id), str(replaced.joined_id)) == (roster.member, newcomer)
    assert (str(replaced.joined.person_id), replaced.joined.role) == (newcomer, "member")
    team = await roster.read()
    assert {m["person_id"] for m in team["members"]} == {roster.lead, roster.local, newcomer}
    assert [(m["person_id"], m["status"]) for m in team["former_members"]] == [(roster.member, "left")]
    again = await world.form(await world.person(), await world.order(uuid4()))
    leads = world.expert(again["lead_id"])
    invitation = {"members": [{"person_id": newcomer, "role": "member"}]}
    await done(await leads.post(f"/v1/teams/{again['id']}/members", json=invitation))
    assert "team.person_busy" in codes(await leads.post(f"/v1/teams/{again['id']}/submit"))


async def test_a_new_lead_takes_over_during_service(world: World, events: Any) -> None:
    roster = await world.serving()
    newcomer = await world.person()
    await roster.invite({"person_id": newcomer, "role": "member"})
    await done(await world.expert(newcomer).post(f"{roster.path}/members/{newcomer}/accept"))
    await done(await world.unit().post(f"{roster.path}/consent"))
    swap = {"left": roster.lead, "joined": newcomer, "role": "lead"}
    assert (await done(await world.bureau.post(f"{roster.path}/replace", json=swap)))["lead_id"] == newcomer
    [replaced] = await events(MemberReplaced)
    assert (replaced.lead_name, replaced.unit_code) == (f"专家{world.people}", UNIT)
    reported = await roster.as_lead.post(f"{roster.path}/withdraw", json={"reason": "理由"})
    assert reported.status_code == 403


async def test_the_agreement_names_what_it_lacks_and_is_frozen_by_the_first_signature(world: World) -> None:
    roster = await world.confirmed()
    assert (await done(await world.host.get(f"{roster.path}/agreement")))["reasons"] == []
    version = (await roster.read())["version"]
    seen = {"If-Match": f'"{version}"'}
    edited = await roster.as_lead.patch(
        roster.path, json={"talent_plan": "", "payee_unit_code": OTHER_UNIT}, headers=seen
    )
    await done(edited)
    lacking = {"agreement.talent_plan_missing", "agreement.payee_foreign"}
    assert codes(await world.host.post(f"{roster.path}/agreement/sign")) == lacking
    shown = await done(await world.host.get(f"{roster.path}/agreement"))
    assert {reason["code"] for reason in shown["reasons"]} == lacking
    fixed = {"talent_plan": "学会测报", "payee_unit_code": HOST, "payee_unit_name": "合作社"}
    seen = {"If-Match": edited.headers["etag"]}
    edited = await roster.as_lead.patch(roster.path, json=fixed, headers=seen)
    await done(edited)
    signed = await done(await world.host.post(f"{roster.path}/agreement/sign"))
    assert (signed["document"]["payee"]["code"], signed["status"]) == (HOST, "signing")
    late = await roster.as_lead.patch(roster.path, json=fixed, headers={"If-Match": edited.headers["etag"]})
    assert codes(late) == {"team.not_editable"}
    assert codes(await world.host.post(f"{roster.path}/agreement/sign")) == {"agreement.signed_already"}


async def test_a_payee_code_must_hold(world: World) -> None:
    roster = await world.forming()
    seen = {"If-Match": f'"{(await roster.read())["version"]}"'}
    wrong = await roster.as_lead.patch(roster.path, json={"payee_unit_code": UNIT[:-1] + "1"}, headers=seen)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/payee_unit_code")


async def test_no_agreement_exists_before_confirmation(world: World) -> None:
    roster = await world.on_notice()
    assert (await world.host.get(f"{roster.path}/agreement")).status_code == 404


async def test_indicators_are_written_while_forming_and_reported_while_serving(world: World, clock: Any) -> None:
    roster = await world.forming()
    body = {"indicators": [{"name": "示范面积", "unit": "亩", "baseline": 0, "target": 170}]}
    seen = {"If-Match": f'"{(await roster.read())["version"]}"'}
    await done(await roster.as_lead.put(f"{roster.path}/indicators", json=body, headers=seen))
    early = {"reports": [{"name": "示范面积", "actual": 75}, {"name": "产量", "actual": 1}]}
    refused = await roster.as_lead.post(f"{roster.path}/indicators/report", json=early)
    assert codes(refused) == {"indicator.not_serving", "indicator.unknown"}
    [shown] = (await roster.read())["indicators"]
    assert (shown["name"], float(shown["target"]), shown["actual"]) == ("示范面积", 170.0, None)


async def test_text_that_cannot_be_stored_is_malformed_not_an_error_of_ours(world: World) -> None:
    lead = world.expert(await world.person())
    formed = await lead.post("/v1/teams", json={"order_id": str(world.order_id), "name": "茶\u0000叶"})
    listed = await lead.get("/v1/teams?status=%00")
    assert (formed.status_code, listed.status_code) == (422, 422)


async def test_history_says_who_did_what_when(world: World) -> None:
    roster = await world.forming()
    told = await done(await world.bureau.get(f"{roster.path}/history"))
    types = [entry["type"].split(".")[2] for entry in told]
    assert types[:3] == ["formed", "edited", "invited"]
    assert told[0]["actor"] == f"expert-{roster.lead}"


async def test_claims_in_a_round_that_opens_later_wait_for_its_window(world: World) -> None:
    lead = await world.person()
    world.round_id = uuid4()
    await world.open_round(opens_at=START + timedelta(days=1))
    order = await world.order(uuid4())
    body = {"order_id": str(order), "name": "早到"}
    assert codes(await world.expert(lead).post("/v1/teams", json=body)) == {"team.window_closed"}


async def test_a_step_on_many_takes_a_portion_a_filter_or_those_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    teams = [await world.forming(await world.order(uuid4())) for _ in range(3)]
    for roster in teams:
        await done(await roster.as_lead.post(f"{roster.path}/submit"))
    step = f"/v1/rounds/{world.round_id}/teams/recommend"
    elsewhere = dataclasses.replace(world, round_id=uuid4(), order_id=uuid4())
    await elsewhere.open()
    foreign = await elsewhere.forming()
    await done(await foreign.as_lead.post(f"{foreign.path}/submit"))
    named = await done(await world.district.post(step, json={"ids": [teams[0].id, foreign.id]}))
    found = {row["id"]: [reason["code"] for reason in row["reasons"]] for row in named["results"]}
    assert (found, named["left"]) == ({teams[0].id: [], foreign.id: ["team.not_found"]}, 0)
    none = await done(await world.district.post(step, params={"status": "recommended"}))
    assert (none["results"], none["left"]) == ([], 0)
    monkeypatch.setattr("shared.http.bulk.MOST_AT_ONCE", 1)
    answers = [await done(await world.district.post(step)) for _ in range(3)]
    assert [(len(answer["results"]), answer["left"]) for answer in answers] == [(1, 1), (1, 0), (0, 0)]
    amounts = [{"team_id": foreign.id, "amount_fen": 8_000_000}]
    many = f"/v1/rounds/{world.round_id}/teams/propose"
    [row] = (await done(await world.bureau.post(many, json={"proposals": amounts})))["results"]
    assert [reason["code"] for reason in row["reasons"]] == ["team.not_found"]
