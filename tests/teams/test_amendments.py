"""An agreement in force is changed by all three or not at all."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.teams import AgreementAmended, AmendmentExpired, AmendmentProposed
from shared.testing import START
from tests.teams.factories import OTHER_UNIT, World, codes, done

LONGER = {"ends_on": "2021-10-31", "agreed_days": "20"}


async def propose(world: World, roster: Any, changes: dict[str, Any] = LONGER, reason: str = "汛期推迟") -> Any:
    body = {"reason": reason, "changes": changes}
    return await roster.as_lead.post(f"{roster.path}/amendments", json=body)


async def test_a_change_holds_from_the_third_signature_on(world: World, events: Any) -> None:
    roster = await world.serving()
    proposed = await done(await propose(world, roster), 201)
    assert (proposed["number"], proposed["changes"], proposed["status"]) == (2, LONGER, "signing")
    sign = f"{roster.path}/amendments/{proposed['id']}/sign"
    for party in (roster.as_lead, world.unit()):
        await done(await party.post(sign))
    assert (await roster.read())["ends_on"] == "2021-04-30"
    assert codes(await roster.as_lead.post(sign)) == {"agreement.signed_already"}
    assert (await done(await world.host.post(sign)))["status"] == "adopted"
    team = await roster.read()
    assert (team["ends_on"], team["agreed_days"]) == ("2021-10-31", "20.0")
    [told] = await events(AgreementAmended)
    assert (str(told.ends_on), told.agreed_days, told.agreed_visits) == ("2021-10-31", 20, 6)
    versions = await done(await world.host.get(f"{roster.path}/agreement/versions"))
    assert [version["number"] for version in versions] == [1, 2]
    assert versions[0]["document"]["ends_on"] == "2021-04-30"
    assert versions[1]["document"] == versions[0]["document"] | LONGER
    assert versions[0]["document_hash"] != versions[1]["document_hash"]


async def test_indicators_and_budget_can_be_agreed_anew(world: World, events: Any) -> None:
    roster = await world.serving()
    changes = {
        "indicators": [{"name": "亩产", "unit": "公斤", "baseline": "50", "target": "80"}],
        "budget": [{"name": "材料费", "amount_fen": 15_000_000}],
    }
    proposed = await done(await propose(world, roster, changes), 201)
    for party in (roster.as_lead, world.unit(), world.host):
        await done(await party.post(f"{roster.path}/amendments/{proposed['id']}/sign"))
    team = await roster.read()
    assert team["budget"] == changes["budget"]
    [told] = await events(AgreementAmended)
    assert [line.model_dump() for line in told.budget or ()] == changes["budget"]
    assert [(one["name"], one["target"]) for one in team["indicators"]] == [("亩产", "80.0000")]


async def test_what_is_wrong_with_a_change_is_said_at_once(world: World) -> None:
    roster = await world.serving()
    refused = await propose(world, roster, {"ends_on": "2020-01-01"}, reason=" ")
    assert codes(refused) == {"amendment.reason", "team.term"}
    same = await propose(world, roster, {"ends_on": "2021-04-30"})
    assert codes(same) == {"amendment.empty"}
    budget = await propose(world, roster, {"budget": [{"name": "招待费", "amount_fen": 1}]})
    assert codes(budget) == {"budget.line_unknown", "budget.total"}


async def test_before_the_third_signature_there_is_nothing_to_change(world: World) -> None:
    roster = await world.confirmed()
    assert codes(await propose(world, roster)) == {"amendment.not_in_force"}


async def test_strangers_neither_propose_nor_sign(world: World) -> None:
    roster = await world.serving()
    member = await world.expert(roster.member).post(
        f"{roster.path}/amendments", json={"reason": "想改", "changes": LONGER}
    )
    assert member.status_code == 403
    proposed = await done(await propose(world, roster), 201)
    elsewhere = await world.unit(OTHER_UNIT).post(f"{roster.path}/amendments/{proposed['id']}/sign")
    assert elsewhere.status_code in (403, 404)


async def test_one_change_at_a_time_and_only_its_proposer_takes_it_back(world: World) -> None:
    roster = await world.serving()
    proposed = await done(await propose(world, roster), 201)
    assert codes(await propose(world, roster, {"content": "别的"})) == {"amendment.open_already"}
    retract = f"{roster.path}/amendments/{proposed['id']}/retract"
    assert codes(await world.host.post(retract)) == {"amendment.proposer_only"}
    assert (await done(await roster.as_lead.post(retract)))["status"] == "retracted"
    await done(await propose(world, roster, {"content": "别的"}), 201)


async def test_a_change_that_is_not_signed_in_time_or_outlived_by_its_team_expires(
    world: World, clock: Any, run_due_jobs: Any, events: Any
) -> None:
    roster = await world.serving()
    proposed = await done(await propose(world, roster), 201)
    await clock.set(START + timedelta(days=31))
    await run_due_jobs()
    [expired] = await events(AmendmentExpired)
    assert expired.number == 2
    late = await roster.as_lead.post(f"{roster.path}/amendments/{proposed['id']}/sign")
    assert codes(late) == {"amendment.closed"}
    again = await done(await propose(world, roster), 201)
    await done(await world.bureau.post(f"{roster.path}/dissolve", json={"reason": "不再需要"}))
    [_, ended] = await done(await world.host.get(f"{roster.path}/amendments"))
    assert (ended["id"], ended["status"]) == (again["id"], "expired")
    assert len(await events(AmendmentProposed)) == 2


@pytest.mark.parametrize("changes", [{"amount_fen": 1}, {"agreed_days": "-1"}, {"budget": [{"name": "材料费"}]}])
async def test_bad_shapes_are_malformed(world: World, changes: dict[str, Any]) -> None:
    roster = await world.serving()
    assert (await propose(world, roster, changes)).status_code == 422
