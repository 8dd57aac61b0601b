"""A team dissolved for its revoked award comes back when a corrected edition takes the ground away, and breaks no rule."""

from typing import Any
from uuid import uuid4

import pytest

from services.teams.rules.policy import PolicySet
from services.teams.rules.reinstatement import ReinstatementFacts, clear, reinstate
from shared.actor import SYSTEM, Actor
from shared.contracts.assessment import RectificationFailed
from shared.contracts.funding import AwardCleared, AwardRevoked
from shared.contracts.orders import OrderMatched, OrderReopened, OrderWithdrawn, RoundArchived
from shared.contracts.teams import TeamCleared, TeamDissolved, TeamReinstated, TeamRejected
from shared.errors import Forbidden, NotAllowed, Refused
from tests.teams.factories import Roster, World, codes, done

BUREAU = Actor("b", frozenset({"bureau"}))


async def revoked(world: World, roster: Roster) -> None:
    """Its award was revoked; its order is open to claims again."""
    await world.deliver(AwardRevoked(**roster.ids, award_id=uuid4(), amount_fen=0))
    order = {name: roster.ids[name] for name in ("order_id", "round_id")}
    await world.deliver(OrderReopened(**order, closes_at=None))
    assert await roster.status() == "dissolved"


async def cleared(world: World, roster: Roster) -> None:
    await world.deliver(AwardCleared(**roster.ids, award_id=uuid4(), amount_fen=0, obstacles=["award.team_gone"]))


async def lost(world: World) -> Roster:
    """An agreed team that was dissolved before it served."""
    roster = await world.agreed()
    order = {name: roster.ids[name] for name in ("order_id", "round_id")}
    await world.deliver(OrderMatched(**order, team_id=roster.id))
    await revoked(world, roster)
    return roster


async def reasons(roster: Roster, action: str = "reinstate") -> set[str]:
    """What stands in the way of the step, as the bureau reads it."""
    [found] = [one for one in (await roster.read())["actions"] if one["action"] == action]
    return {reason["code"] for reason in found["reasons"]}


async def todo(world: World) -> set[str]:
    return {one["code"] for one in (await done(await world.bureau.get("/v1/todo")))["items"]}


async def test_it_stands_where_it_stood_with_its_people_and_its_order(world: World, events: Any) -> None:
    roster = await lost(world)
    rival = await world.form(await world.person())
    assert [event.reason for event in await events(TeamDissolved)] == ["team.award_revoked"]
    await cleared(world, roster)
    team = await roster.read()
    assert (team["status"], team["ending"], team["cleared_at"]) == ("agreed", None, None)
    assert {m["person_id"] for m in team["members"]} == {roster.lead, roster.member, roster.local}
    [back] = await events(TeamReinstated)
    assert {str(person) for person in back.expert_ids} == {roster.lead, roster.member}
    assert [event.obstacles for event in await events(TeamCleared)] == [[]]
    assert [str(event.team_id) for event in await events(TeamRejected)] == [rival["id"]]
    again = await world.forming(await world.order(uuid4()), member=roster.member)
    assert codes(await again.as_lead.post(f"{again.path}/submit")) == {"team.person_busy"}
    await cleared(world, roster)
    assert len(await events(TeamReinstated)) == 1
    assert await todo(world) == set()


async def test_whoever_joined_another_team_stays_there_and_the_bureau_decides(world: World, events: Any) -> None:
    roster = await lost(world)
    other = await world.shortlisted(await world.order(uuid4()), member=roster.member)
    await other.propose()
    await cleared(world, roster)
    assert await roster.status() == "dissolved"
    assert [event.obstacles for event in await events(TeamCleared)] == [["team.person_busy"]]
    assert await reasons(roster) == {"team.person_busy"}
    assert "reinstate" in await todo(world)
    assert codes(await world.bureau.post(f"{roster.path}/reinstate")) == {"team.person_busy"}
    assert (await world.district.post(f"{roster.path}/reinstate")).status_code == 403
    await done(await other.as_lead.post(f"{other.path}/withdraw"))
    assert await reasons(roster) == set()
    await done(await world.bureau.post(f"{roster.path}/reinstate"))
    assert await roster.status() == "agreed"
    assert "reinstate" not in await todo(world)


async def test_an_order_that_another_team_has_or_that_is_withdrawn_is_not_taken_back(world: World) -> None:
    roster = await lost(world)
    other = await world.shortlisted()
    await other.propose()
    await cleared(world, roster)
    assert await reasons(roster) == {"team.order_taken"}
    await done(await other.as_lead.post(f"{other.path}/withdraw"))
    order = {name: roster.ids[name] for name in ("order_id", "round_id")}
    await world.deliver(OrderWithdrawn(**order))
    await world.deliver(RoundArchived(round_id=roster.ids["round_id"]))
    assert await reasons(roster) == {"team.order_closed", "team.round_archived"}


async def test_the_bureau_may_leave_it_dissolved_for_a_reason_of_its_own(world: World, events: Any) -> None:
    roster = await lost(world)
    assert codes(await world.bureau.post(f"{roster.path}/dissolve", json={"reason": "x"})) == {"team.dissolved"}
    other = await world.shortlisted()
    await other.propose()
    await cleared(world, roster)
    assert codes(await world.bureau.post(f"{roster.path}/dissolve", json={"reason": " "})) == {"team.reason_missing"}
    await done(await world.bureau.post(f"{roster.path}/dissolve", json={"reason": "订单已由他队承接"}))
    assert "reinstate" not in await todo(world)
    assert [event.reason for event in await events(TeamDissolved)] == ["team.award_revoked", ""]
    await cleared(world, roster)
    assert await reasons(roster) == {"team.ground_stands", "team.order_taken"}


async def test_found_wanting_once_more_it_waits_no_longer(world: World) -> None:
    roster = await lost(world)
    other = await world.shortlisted()
    await other.propose()
    await cleared(world, roster)
    await world.deliver(RectificationFailed(**roster.ids, rectification_id=uuid4(), assessment_id=uuid4()))
    assert await reasons(roster) == {"team.ground_stands", "team.order_taken"}
    assert "reinstate" not in await todo(world)


async def test_what_the_bureau_dissolved_itself_stays_dissolved(world: World, events: Any) -> None:
    roster = await world.agreed()
    await done(await world.bureau.post(f"{roster.path}/dissolve", json={"reason": "弄虚作假"}))
    await cleared(world, roster)
    assert await roster.status() == "dissolved"
    assert await events(TeamCleared) == []
    assert codes(await world.bureau.post(f"{roster.path}/reinstate")) >= {"team.ground_stands"}


def test_every_obstacle_is_said_at_once_and_a_trained_team_stays_trained() -> None:
    bad = ReinstatementFacts("dissolved", False, order_open=False, archived=True, busy=("甲", "乙"))
    with pytest.raises(Refused) as refused:
        reinstate(bad, PolicySet(), BUREAU)
    assert [reason.code for reason in refused.value.reasons] == [
        "team.ground_stands",
        "team.order_closed",
        "team.person_busy",
        "team.person_busy",
        "team.round_archived",
    ]
    assert reinstate(ReinstatementFacts("dissolved", True), PolicySet(), SYSTEM) == "agreed"
    assert reinstate(ReinstatementFacts("dissolved", True, trained=True), PolicySet(), BUREAU) == "trained"
    with pytest.raises(NotAllowed):
        reinstate(ReinstatementFacts("withdrawn", True), PolicySet(), BUREAU)
    with pytest.raises(Forbidden):
        reinstate(ReinstatementFacts("dissolved", True), PolicySet(), Actor("d", frozenset({"district"})))


def test_only_the_loss_of_the_award_can_lose_its_ground() -> None:
    assert clear("dissolved", "team.award_revoked")
    assert not clear("dissolved", "team.order_ended")
    assert not clear("dissolved", "弄虚作假")
    assert not clear("serving", "team.award_revoked")
