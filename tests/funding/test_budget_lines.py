"""The budget of an award by lines: agreed, amended, moved within a percentage; who may move it."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.rules.budget_line import LineFacts, transfer_obstacles
from services.funding.rules.policy import Policy
from shared.contracts.teams import TeamDelegated
from tests.funding.factories import AMOUNT, Desk, TeamOf

BUDGET = {"差旅费": 3_000_000, "专家咨询费": 2_000_000, "培训费": 3_000_000}


@pytest.fixture
async def team(desk: Desk) -> TeamOf:
    team = TeamOf(await desk.open_round())
    for event in (team.proposed(), team.confirmed(), team.agreed(budget=BUDGET)):
        await desk.deliver(event)
    return team


async def budget(desk: Desk, team: TeamOf) -> Any:
    return await desk.get(f"/v1/awards/{(await desk.award(team))['id']}/budget")


async def move(desk: Desk, team: TeamOf, source: str, target: str, amount_fen: int) -> list[str]:
    """The codes of what refused it; none when it was moved."""
    body = {"source": source, "target": target, "amount_fen": amount_fen, "reason": "调剂"}
    answer = await desk.api(desk.unit).post(f"/v1/awards/{(await desk.award(team))['id']}/transfers", json=body)
    return [error["code"] for error in answer.json().get("errors", [])]


def lines_of(found: Any) -> dict[str, int]:
    return {line["name"]: line["budget_fen"] for line in found["lines"]}


async def test_the_agreed_lines_reach_the_award(desk: Desk, team: TeamOf) -> None:
    found = await budget(desk, team)
    assert lines_of(found) == BUDGET
    assert (found["number"], found["starts_on"], found["movable_fen"]) == (1, "2020-04-01", AMOUNT // 5)


async def test_money_moves_between_lines_within_a_fifth_of_the_budget(desk: Desk, team: TeamOf) -> None:
    assert await move(desk, team, "差旅费", "培训费", 1_600_001) == ["transfer.amendment"]
    assert await move(desk, team, "差旅费", "培训费", 1_000_000) == []
    assert await move(desk, team, "培训费", "差旅费", 600_001) == ["transfer.amendment"]
    assert await move(desk, team, "培训费", "差旅费", 600_000) == []
    found = await budget(desk, team)
    assert lines_of(found) == {"差旅费": 2_600_000, "专家咨询费": 2_000_000, "培训费": 3_400_000}
    assert found["movable_fen"] == 0


async def test_every_reason_against_a_transfer_is_said_at_once(desk: Desk, team: TeamOf) -> None:
    codes = await move(desk, team, "没有的科目", "没有的科目", 9_000_000)
    assert codes == ["transfer.line", "transfer.line", "transfer.same", "transfer.amendment"]
    assert "transfer.too_much" in await move(desk, team, "专家咨询费", "培训费", 2_000_001)


async def test_an_amendment_replaces_the_lines_and_begins_anew(desk: Desk, team: TeamOf) -> None:
    await move(desk, team, "差旅费", "培训费", 1_000_000)
    await desk.deliver(team.amended(2, BUDGET))
    assert lines_of(await budget(desk, team))["差旅费"] == 2_000_000
    changed = {"差旅费": 5_000_000, "培训费": 3_000_000}
    for _twice in range(2):
        await desk.deliver(team.amended(3, changed))
    found = await budget(desk, team)
    assert (lines_of(found), found["number"], found["movable_fen"]) == (changed, 3, AMOUNT // 5)


async def test_the_teams_accountant_books_and_another_expert_sees_nothing(desk: Desk, team: TeamOf) -> None:
    person = uuid4()
    expert = desk.actors.change(desk.actors.expert, person=str(person))
    path = f"/v1/awards/{(await desk.award(team))['id']}"
    assert (await desk.api(expert).get(f"{path}/budget")).status_code == 404
    body = {"source": "差旅费", "target": "培训费", "amount_fen": 1, "reason": "调剂"}
    await desk.deliver(TeamDelegated(**team.ids, person_id=person, right="finance"))
    await desk.post(expert, f"{path}/transfers", body, 201)
    await desk.post(desk.bureau, f"{path}/transfers", body, 403)
    await desk.deliver(TeamDelegated(**team.ids, person_id=person, right="deputy"))
    assert (await desk.api(expert).get(f"{path}/budget")).status_code == 404


async def test_a_released_award_moves_nothing(desk: Desk, team: TeamOf) -> None:
    await desk.deliver(team.withdrawn())
    assert await move(desk, team, "差旅费", "培训费", 1) == ["award.not_spending"]


amounts = st.integers(0, 10**9)


@given(agreed=st.lists(st.integers(1, 10**9), min_size=2, max_size=5), amount_fen=amounts, already_fen=amounts)
def test_what_may_be_moved_never_passes_the_percentage_nor_what_is_left(
    agreed: list[int], amount_fen: int, already_fen: int
) -> None:
    lines = [LineFacts(str(place), fen) for place, fen in enumerate(agreed)]
    refused = {r.code for r in transfer_obstacles(lines, "0", "1", amount_fen, already_fen, Policy())}
    assert ("transfer.too_much" in refused) == (amount_fen > agreed[0])
    assert ("transfer.amendment" in refused) == (already_fen + amount_fen > sum(agreed) // 5)
