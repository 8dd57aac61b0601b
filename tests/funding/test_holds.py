"""Holds over REST and by the clock: who holds money, why, and when it moves on."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.funding.rules import hold
from services.funding.rules.hold import HoldFacts
from shared.actor import SYSTEM, Actor
from shared.clock import SHANGHAI
from shared.contracts.funding import AwardHoldExpired, AwardHoldLifted, AwardHoldPlaced
from shared.errors import Refused
from tests.funding.factories import AMOUNT, TWO_PAYMENTS, Desk, TeamOf

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
BUREAU = Actor("b", frozenset({"bureau"}))
SUPERVISOR = Actor("s", frozenset({"supervisor"}))


async def placed(desk: Desk, team: TeamOf, status: int = 201, by: Actor | None = None, **body: Any) -> Any:
    award = await desk.award(team)
    body = {"reason": "群众来信待核实", **body}
    return await desk.post(by or desk.bureau, f"/v1/awards/{award['id']}/holds", body, status)


async def lifted(desk: Desk, held: Any, by: Actor | None = None) -> Any:
    return await desk.post(by or desk.bureau, f"/v1/holds/{held['id']}/lift", {"reason": "已核实"})


async def test_a_held_award_waits_and_moves_on_when_the_last_hold_ends(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.approve(team)
    first = await placed(desk, team)
    second = await placed(desk, team, by=desk.actors.supervisor, source="objection", reason="异议办理中")
    assert (await desk.statuses(team), (await desk.award(team))["hold_reason"]) == (["held"], "hold.person")
    assert await desk.money(round_id) == {"available": 92_000_000, "held": AMOUNT}
    await lifted(desk, first)
    assert (await desk.statuses(team), (await desk.award(team))["hold_reason"]) == (["held"], "hold.objection")
    await lifted(desk, second, desk.actors.supervisor)
    assert (await desk.statuses(team), (await desk.award(team))["hold_reason"]) == (["due"], None)
    assert (await desk.instalments(team))[0]["approved_by"] is None
    assert len(await events(AwardHoldPlaced)) == len(await events(AwardHoldLifted)) == 2
    shown = (await desk.award(team))["holds"]
    assert [(one["status"], one["placed_by"], one["ended_reason"]) for one in shown] == [
        ("lifted", desk.bureau.id, "已核实"),
        ("lifted", desk.actors.supervisor.id, "已核实"),
    ]
    told = [one["type"] for one in await desk.get(f"/v1/awards/{(await desk.award(team))['id']}/history")]
    assert told.count("funding.award.hold_placed.v1") == 2


async def test_one_instalment_is_held_and_the_others_go_on(desk: Desk) -> None:
    team = await desk.active_team(await desk.open_round(**TWO_PAYMENTS))
    second = (await desk.instalments(team))[1]
    held = await placed(desk, team, instalment_id=second["id"])
    await desk.deliver(team.started())
    assert await desk.statuses(team) == ["due", "held"]
    detail = await desk.get(f"/v1/instalments/{second['id']}")
    assert [one["id"] for one in detail["holds"]] == [held["id"]]
    other = await desk.active_team(team.round_id)
    await placed(desk, other, status=404, instalment_id=second["id"])


async def test_a_hold_until_a_day_ends_with_it(desk: Desk, clock: Any, events: Any, run_due_jobs: Any) -> None:
    await clock.set(NOW)
    team = await desk.qualified_team(await desk.open_round())
    await placed(desk, team, until="2026-03-05")
    await clock.set(datetime(2026, 3, 5, 23, 59, tzinfo=SHANGHAI))
    await run_due_jobs()
    assert await desk.statuses(team) == ["held"]
    await clock.set(datetime(2026, 3, 6, 0, 1, tzinfo=SHANGHAI))
    await run_due_jobs()
    assert (await desk.statuses(team), len(await events(AwardHoldExpired))) == (["due"], 1)
    held = (await desk.get("/v1/holds", status="expired"))["items"][0]
    assert (held["until"], held["ended_by"]) == ("2026-03-05", SYSTEM.id)


async def test_a_grade_and_a_person_hold_beside_each_other(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    await desk.deliver(team.graded("unqualified"))
    by_grade = (await desk.award(team))["holds"][0]
    assert (by_grade["source"], by_grade["placed_as"]) == ("grade", "system")
    assert await desk.refused(desk.bureau, f"/v1/holds/{by_grade['id']}/lift", {"reason": "x"}) == ["hold.automatic"]
    by_person = await placed(desk, team)
    for event in (team.rectification_opened(), team.rectification_passed()):
        await desk.deliver(event)
    assert await desk.statuses(team) == ["held"]
    await lifted(desk, by_person)
    assert await desk.statuses(team) == ["due"]


async def test_what_the_bank_has_is_held_only_when_it_comes_back(desk: Desk) -> None:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.approve(team)
    batch = await desk.batch(round_id)
    await placed(desk, team)
    assert await desk.statuses(team) == ["in_batch"]
    await desk.answer(batch, "returned")
    assert await desk.statuses(team) == ["held"]


async def test_every_fault_of_a_hold_is_named(desk: Desk, clock: Any) -> None:
    await clock.set(NOW)
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    path = f"/v1/awards/{(await desk.award(team))['id']}/holds"
    assert await desk.refused(desk.bureau, path, {"reason": " ", "until": "2026-03-01"}) == [
        "hold.reason",
        "hold.until",
    ]
    for body in ({}, {"reason": "x", "source": "grade"}, {"reason": "x" * 501}, {"reason": "x", "until": "soon"}):
        await desk.post(desk.bureau, path, body, 422)
    for actor in (desk.maker, desk.checker, desk.unit):
        await desk.post(actor, path, {"reason": "x"}, 403)
    elsewhere = desk.actors.change(desk.bureau, division="510000000000")
    await desk.post(elsewhere, path, {"reason": "x"}, 404)
    held = await placed(desk, team)
    await desk.post(elsewhere, f"/v1/holds/{held['id']}/lift", {"reason": "x"}, 404)
    await desk.deliver(team.withdrawn())
    assert await desk.statuses(team) == ["cancelled"]
    assert await desk.refused(desk.bureau, path, {"reason": "x"}) == ["hold.award_ended"]


def test_what_the_supervisor_holds_the_bureau_does_not_release() -> None:
    held = HoldFacts("standing", "person", "supervisor")
    assert hold.lift(held, "已核实", SUPERVISOR) == "lifted"
    with pytest.raises(Refused, match=r"hold\.supervisor"):
        hold.lift(held, "已核实", BUREAU)
    with pytest.raises(Refused, match=r"hold\.reason"):
        hold.lift(HoldFacts("standing", "person", "bureau"), " ", BUREAU)
    assert hold.expire(held) == "expired"


def test_the_last_day_of_a_hold_belongs_to_it() -> None:
    assert hold.place("active", None, "x", NOW.date(), BUREAU, NOW) == ("standing", "bureau")
    assert hold.place("active", None, "x", None, SUPERVISOR, NOW) == ("standing", "supervisor")
    codes = [reason.code for reason in hold.place_obstacles("active", "paid", "x", date(2026, 3, 1), NOW)]
    assert codes == ["hold.instalment_final", "hold.until"]
    assert not hold.place_obstacles("active", "in_batch", "x", NOW.date() + timedelta(days=1), NOW)


def test_a_hold_of_one_instalment_says_nothing_of_another() -> None:
    own = HoldFacts("standing", "person", "bureau", "a")
    assert (hold.code([own], "a"), hold.code([own], "b"), hold.code([own])) == ("hold.person", "", "")
    whole = HoldFacts("standing", "grade", "system")
    assert hold.code([own, whole], "a") == "grade.unqualified"
    assert hold.code([HoldFacts("lifted", "person", "bureau")], "a") == ""
