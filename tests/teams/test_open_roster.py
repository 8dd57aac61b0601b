"""Assistants named by the host, experts who come and go in a live team, terms of a fixed length, unusual levels."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.teams.rules.claim import term_end
from services.teams.rules.policy import TeamsPolicy
from shared.contracts.teams import MemberJoined, MemberLeft, TeamConcluded
from shared.testing import START
from tests.teams.factories import HOST, OTHER_UNIT, UNIT, Roster, World, codes, done


@pytest.fixture
async def base(api: Any, actors: Any, deliver: Any, events: Any) -> World:
    """An open round of a service base with one published order."""
    return await world_of("service_base", api, actors, deliver, events)


async def world_of(mode: str, api: Any, actors: Any, deliver: Any, events: Any, **policy: Any) -> World:
    world = World(api, actors, deliver, events)
    await world.open_round(mode=mode, **policy)
    await world.order(world.order_id)
    return world


async def assistant(world: World, roster: Roster, unit_code: str = HOST) -> str:
    """Named by the host, and accepted."""
    person = await world.person(honours=[], title_level="初级", unit_code=unit_code)
    body = {"members": [{"person_id": person, "role": "assistant"}]}
    await done(await world.host.post(f"{roster.path}/members", json=body))
    await done(await world.expert(person).post(f"{roster.path}/members/{person}/accept"))
    return person


async def forming(world: World, **claim: Any) -> Roster:
    lead = await world.person(honours=[], title_level="中级")
    roster = Roster(world, (await world.form(lead))["id"], lead, "", "")
    await roster.write(asked_fen=0, **claim)
    await done(await world.unit().post(f"{roster.path}/consent"))
    return roster


async def live(world: World) -> Roster:
    roster = await forming(world, ends_on=None)
    await assistant(world, roster)
    await done(await roster.as_lead.post(f"{roster.path}/submit"))
    await roster.propose(0)
    assert await roster.status() == "confirmed"
    return roster


async def invited(world: World, roster: Roster, client: Any = None, **person: Any) -> str:
    member = await world.person(honours=[], **person)
    body = {"members": [{"person_id": member}]}
    await done(await (client or roster.as_lead).post(f"{roster.path}/members", json=body))
    return member


async def serving(roster: Roster) -> set[str]:
    return {one["person_id"] for one in (await roster.read())["members"] if one["joined_at"]}


async def test_a_base_needs_an_assistant_whom_only_the_host_names(base: World) -> None:
    roster = await forming(base)
    assert codes(await roster.as_lead.post(f"{roster.path}/submit")) == {"team.assistants_few"}
    person = await base.person(honours=[])
    body = {"members": [{"person_id": person, "role": "assistant"}]}
    assert codes(await roster.as_lead.post(f"{roster.path}/members", json=body)) == {"member.assistant_by_host"}
    body = {"members": [{"person_id": person, "role": "member"}]}
    assert codes(await base.host.post(f"{roster.path}/members", json=body)) == {"member.host_names_assistants"}
    named = await assistant(base, roster)
    [place] = [one for one in (await roster.read())["members"] if one["person_id"] == named]
    assert (place["role"], place["unit_consented"]) == ("assistant", True)
    await done(await roster.as_lead.post(f"{roster.path}/submit"))


async def test_the_host_takes_its_assistant_back_while_the_roster_is_open(base: World) -> None:
    roster = await forming(base)
    named = await assistant(base, roster)
    assert (await base.host.delete(f"{roster.path}/members/{roster.lead}")).status_code == 403
    await done(await base.host.delete(f"{roster.path}/members/{named}"))
    assert codes(await roster.as_lead.post(f"{roster.path}/submit")) == {"team.assistants_few"}


async def test_an_expert_joins_a_live_base_by_accepting_and_serves_once_the_unit_consents(
    base: World, events: Any
) -> None:
    roster = await live(base)
    joined = await invited(base, roster, unit_code=OTHER_UNIT)
    await done(await base.expert(joined).post(f"{roster.path}/members/{joined}/accept"))
    assert joined not in await serving(roster)
    await done(await base.unit(OTHER_UNIT).post(f"{roster.path}/consent"))
    assert joined in await serving(roster)
    by_host = await invited(base, roster, base.host, unit_code="", unit_name="")
    await done(await base.expert(by_host).post(f"{roster.path}/members/{by_host}/accept"))
    assert by_host in await serving(roster)
    told = await events(MemberJoined)
    assert [(str(one.person_id), one.role) for one in told] == [(joined, "member"), (by_host, "member")]
    assert [(one.joined.person_id, one.joined.unit_code) for one in told] == [
        (UUID(joined), OTHER_UNIT),
        (UUID(by_host), ""),
    ]


async def test_whoever_joined_may_record_service_and_leave_with_the_history_kept(base: World, events: Any) -> None:
    roster = await live(base)
    joined = await invited(base, roster, unit_code="", unit_name="")
    await done(await base.expert(joined).post(f"{roster.path}/members/{joined}/accept"))
    entry = roster.entry(START.date(), person_id=joined, form="电话咨询")
    answer = await done(await base.expert(joined).post(f"{roster.path}/entries", json={"entries": [entry]}))
    assert answer["results"][0]["status"] == "recorded"
    await done(await base.expert(joined).post(f"{roster.path}/leave"))
    [former] = (await roster.read())["former_members"]
    assert (former["person_id"], former["status"], former["left_at"] is not None) == (joined, "left", True)
    [gone] = await events(MemberLeft)
    assert (str(gone.person_id), gone.left_on) == (joined, START.date())
    body = {"members": [{"person_id": joined}]}
    await done(await roster.as_lead.post(f"{roster.path}/members", json=body))
    await done(await base.expert(joined).post(f"{roster.path}/members/{joined}/accept"))
    assert joined in await serving(roster)


async def test_the_lead_and_the_last_assistant_stay(base: World) -> None:
    roster = await live(base)
    assert codes(await roster.as_lead.post(f"{roster.path}/leave")) == {"member.lead_stays"}
    [named] = [one["person_id"] for one in (await roster.read())["members"] if one["role"] == "assistant"]
    assert codes(await base.expert(named).post(f"{roster.path}/leave")) == {"team.assistants_few"}
    await assistant(base, roster)
    await done(await base.expert(named).post(f"{roster.path}/leave"))


async def test_a_full_base_takes_nobody_more(api: Any, actors: Any, deliver: Any, events: Any) -> None:
    world = await world_of("service_base", api, actors, deliver, events, teams={"max_members": 1})
    roster = await live(world)
    first, second = [await invited(world, roster, unit_code="", unit_name="") for _ in range(2)]
    await done(await world.expert(first).post(f"{roster.path}/members/{first}/accept"))
    assert codes(await world.expert(second).post(f"{roster.path}/members/{second}/accept")) == {"team.members_many"}
    assert second not in await serving(roster)


async def test_nobody_leaves_a_team_whose_roster_is_closed(world: World) -> None:
    roster = await world.serving()
    assert codes(await world.expert(roster.member).post(f"{roster.path}/leave")) == {
        "team.roster_fixed",
        "team.members_few",
    }


async def test_an_unusual_level_is_a_warning_and_no_obstacle(api: Any, actors: Any, deliver: Any, events: Any) -> None:
    world = await world_of("service_group", api, actors, deliver, events)
    roster = await forming(world)
    shown = await roster.read()
    assert [(one["code"], one["pointer"]) for one in shown["warnings"]] == [("team.level_unusual", "/members/0")]
    await done(await roster.as_lead.post(f"{roster.path}/submit"))


async def test_a_fixed_term_is_proposed_and_held(api: Any, actors: Any, deliver: Any, events: Any) -> None:
    world = await world_of("lecture", api, actors, deliver, events, teams={"term_months": 24})
    lead = await world.person(honours=[])
    roster = Roster(world, (await world.form(lead))["id"], lead, "", "")
    await roster.write(asked_fen=0, starts_on="2020-05-01", ends_on=None)
    assert (await roster.read())["ends_on"] == "2022-04-30"
    await roster.write(asked_fen=0, starts_on="2020-05-01", ends_on="2021-05-01")
    await done(await world.unit().post(f"{roster.path}/consent"))
    assert codes(await roster.as_lead.post(f"{roster.path}/submit")) == {"team.term_length"}


def test_a_term_ends_on_the_last_day_of_a_shorter_month() -> None:
    policy = TeamsPolicy(term_months=13)
    assert term_end(date(2020, 1, 31), policy) == date(2021, 2, 27)
    assert term_end(date(2020, 12, 1), policy) == date(2021, 12, 31)
    assert term_end(date(2020, 12, 1), TeamsPolicy()) is None


async def test_the_last_entry_that_the_mode_allows_concludes_the_team(
    api: Any, actors: Any, deliver: Any, events: Any
) -> None:
    world = await world_of("lecture", api, actors, deliver, events)
    roster = await forming(world)
    await done(await roster.as_lead.post(f"{roster.path}/submit"))
    await roster.propose(0)
    first, second = await roster.record(2)
    await done(await world.host.post(f"/v1/entries/{first}/dispute"))
    assert await roster.status() == "confirmed"
    await done(await world.host.post(f"/v1/entries/{second}/confirm"))
    assert await roster.status() == "concluded"
    assert len(await events(TeamConcluded)) == 1
    late = roster.entry(START.date(), id=str(uuid4()))
    answer = await done(await roster.as_lead.post(f"{roster.path}/entries", json={"entries": [late]}))
    assert answer["results"][0]["reasons"][0]["code"] == "entry.team_not_serving"


async def test_a_unit_that_consents_beforehand_is_enough_for_the_host_of_a_base(base: World) -> None:
    roster = await forming(base)
    named = await assistant(base, roster, unit_code=UNIT)
    assert codes(await roster.as_lead.post(f"{roster.path}/submit")) == {"team.unit_not_consented"}
    await done(await base.unit().post(f"{roster.path}/consent"))
    await done(await roster.as_lead.post(f"{roster.path}/submit"))
    assert named not in await serving(roster)
