"""The due list and the forecast: what waits for whom, and when what is promised will be paid."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.funding.rules import forecast
from services.funding.rules.forecast import Expected, PartFacts
from services.funding.rules.policy import Policy
from shared.clock import SHANGHAI
from tests.funding.factories import AMOUNT, Desk, TeamOf
from tests.funding.test_proofs import DOCUMENTS, MILESTONES, handed_in, proofs_of

NOW = datetime(2020, 4, 10, 9, tzinfo=SHANGHAI)
TODAY = NOW.date()
TERM = (date(2020, 4, 1), date(2021, 3, 31))


async def waits(desk: Desk, team: TeamOf, **query: Any) -> list[tuple[str, str]]:
    """(duty, role) of what waits for a team's money."""
    found = (await desk.get("/v1/due", round_id=str(team.round_id), **query))["items"]
    return [(one["code"], one["role"]) for one in found if one["team_id"] == str(team.team_id)]


async def test_the_next_one_to_act_is_named_from_the_due_day_to_the_payment(desk: Desk, clock: Any) -> None:
    await clock.set(NOW)
    round_id = await desk.open_round(funding={"second_checker_from_fen": AMOUNT})
    team = await desk.qualified_team(round_id)
    assert await waits(desk, team) == [("register_payee", "unit")]
    made = await desk.registered_payee()
    assert await waits(desk, team) == [("verify_payee", "finance_checker")]
    await desk.post(desk.checker, f"/v1/payees/{made['id']}/verify")
    await clock.set(NOW + timedelta(days=3))
    [one] = (await desk.get("/v1/due", desk.maker, mine="true"))["items"]
    assert (one["code"], one["role"], one["age_days"], one["amount_fen"]) == ("request", "finance_maker", 3, AMOUNT)
    await desk.request(team)
    [one] = (await desk.get("/v1/due"))["items"]
    assert (one["code"], [m["code"] for m in one["missing"]]) == ("approve", ["due.signatures"])
    assert "2" in one["missing"][0]["zh"]
    assert await waits(desk, team, mine="true") == []
    key = one["instalment_id"]
    for checker in (desk.checker, desk.third):
        await desk.post(checker, f"/v1/instalments/{key}/approve")
    assert await waits(desk, team) == [("batch", "finance_maker")]
    batch = await desk.batch(round_id)
    assert await waits(desk, team) == [("answer", "finance_checker")]
    await desk.answer(batch, "returned")
    assert await waits(desk, team) == [("reissue", "finance_maker")]
    award = (await desk.award(team))["id"]
    await desk.post(desk.actors.supervisor, f"/v1/awards/{award}/holds", {"reason": "核查"}, 201)
    assert await waits(desk, team) == [("release", "supervisor")]


async def test_documents_and_milestones_wait_for_the_unit_and_their_judge(desk: Desk, clock: Any) -> None:
    await clock.set(NOW)
    team = await desk.active_team(await desk.open_round(**DOCUMENTS))
    assert await waits(desk, team) == [("submit_proof", "unit")] * 2
    [part] = await desk.instalments(team)
    await handed_in(desk, (await proofs_of(desk, part))[0])
    assert sorted(await waits(desk, team)) == [("judge_proof", "finance_maker"), ("submit_proof", "unit")]
    assert {m["zh"] for m in (await desk.get("/v1/due"))["items"][0]["missing"]} >= {"收款票据", "服务情况报告"}
    stages = await desk.active_team(await desk.open_round(**MILESTONES))
    assert await waits(desk, stages) == []
    await clock.set(datetime(2020, 9, 29, 9, tzinfo=SHANGHAI))
    assert await waits(desk, stages) == []
    await clock.set(datetime(2020, 9, 30, 9, tzinfo=SHANGHAI))
    assert await waits(desk, stages) == [("submit_proof", "unit")]


async def test_the_due_list_goes_out_as_a_file_and_a_stranger_finds_nothing(desk: Desk) -> None:
    team = await desk.qualified_team(await desk.open_round())
    answer = await desk.api(desk.maker).get("/v1/due/export", params={"format": "csv"})
    head, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (dict(zip(head, row, strict=True))["待办"], row[5]) == ("登记收款账户", "80000.00")
    stranger = desk.actors.change(desk.maker, division="510000000000")
    assert (await desk.get("/v1/due", stranger))["items"] == []
    assert await waits(desk, team, mine="true") == []


async def test_every_promised_fen_is_in_the_forecast_once(desk: Desk, clock: Any) -> None:
    await clock.set(NOW)
    round_id = await desk.open_round(**MILESTONES)
    first, second = await desk.active_team(round_id), await desk.active_team(round_id)
    await desk.deliver(first.started())
    award = (await desk.award(second))["id"]
    await desk.post(desk.bureau, f"/v1/awards/{award}/holds", {"reason": "核查"}, 201)
    third = TeamOf(round_id)
    for event in (third.proposed(), third.confirmed()):
        await desk.deliver(event)
    found = await desk.get("/v1/forecast", round_id=str(round_id))
    assert found["months"] == [
        {"month": "2020-04", "due_fen": 3_200_000, "planned_fen": 0},
        {"month": "2020-09", "due_fen": 0, "planned_fen": 2_400_000},
        {"month": "2021-03", "due_fen": 0, "planned_fen": 2_400_000},
    ]
    assert (found["held_fen"], found["unknown_fen"]) == (AMOUNT, AMOUNT)
    assert (found["total_fen"], found["promised_fen"], found["reconciles"]) == (3 * AMOUNT, 3 * AMOUNT, True)
    answer = await desk.api(desk.bureau).get("/v1/forecast/export", params={"round_id": str(round_id), "format": "csv"})
    assert len(answer.text.splitlines()) == 8
    await desk.post(desk.unit, "/v1/forecast", status=405)
    elsewhere = desk.actors.change(desk.bureau, division="510000000000")
    assert (await desk.api(elsewhere).get("/v1/forecast", params={"round_id": str(round_id)})).status_code == 404


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (PartFacts("held", 1), Expected("held", None, "held")),
        (PartFacts("", 1), Expected("unknown", None, "agreed")),
        (PartFacts("returned", 1, ("grade",)), Expected("due", date(2020, 4, 1), "returned")),
        (PartFacts("scheduled", 1, ("grade",), *TERM), Expected("planned", date(2021, 2, 1), "grade")),
        (PartFacts("scheduled", 1, ("begun",), *TERM), Expected("planned", date(2020, 4, 1), "begun")),
        (PartFacts("scheduled", 1, ("documents",), *TERM), Expected("unknown", None, "documents")),
        (PartFacts("scheduled", 1, ("documents", "grade"), *TERM), Expected("planned", date(2021, 2, 1), "grade")),
        (PartFacts("scheduled", 1, ("grade",)), Expected("unknown", None, "grade")),
        (
            PartFacts("scheduled", 1, ("milestone", "grade"), *TERM, 100),
            Expected("planned", date(2021, 3, 1), "milestone"),
        ),
    ],
)
def test_a_payment_is_expected_with_the_last_of_its_gates(part: PartFacts, expected: Expected) -> None:
    assert forecast.expect(part, TODAY, Policy()) == expected


def test_a_planned_day_that_has_passed_counts_as_now() -> None:
    late = PartFacts("scheduled", 5, ("milestone",), *TERM, 0)
    one = forecast.expect(late, date(2020, 12, 31), Policy())
    assert one == Expected("planned", date(2020, 12, 1), "milestone")
    two = forecast.expect(PartFacts("due", 7), date(2020, 11, 2), Policy())
    assert forecast.by_month([(one, 5), (two, 7), (one, 1), (Expected("held", None, "held"), 9)]) == {
        date(2020, 11, 1): {"due": 7, "planned": 0},
        date(2020, 12, 1): {"due": 0, "planned": 6},
    }
    assert forecast.milestone_day(*TERM, 50) == date(2020, 9, 30)
