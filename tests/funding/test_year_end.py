"""Year-end: what is left is carried over or lapses; every change is on record, and the ledger can be read as of a moment."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest

from services.funding.rules import budget
from services.funding.rules.budget import BudgetFacts, Papers, RoundFacts
from shared.contracts.funding import AppropriationCarriedOver, AppropriationLapsed, AppropriationSet
from shared.errors import Refused
from tests.funding.factories import AMOUNT, CITY, UNIT, Desk, TeamOf, round_opened

PAPERS = {"reason": "年终结转", "budget_indicator": "渝财指〔2020〕18号", "document": "渝财社〔2020〕200号"}


async def later_round(desk: Desk, year: int = 2021, division: str = CITY) -> UUID:
    round_id = uuid4()
    await desk.deliver(round_opened(round_id, division).model_copy(update={"year": year}))
    return round_id


async def appropriation(desk: Desk, round_id: UUID) -> str:
    (found,) = (await desk.get("/v1/appropriations", round_id=str(round_id)))["items"]
    return str(found["id"])


async def changes(desk: Desk, round_id: UUID) -> list[Any]:
    return list((await desk.get("/v1/appropriations/changes", round_id=str(round_id)))["items"])


async def test_what_is_left_goes_on_in_a_later_round(desk: Desk, events: Any) -> None:
    ends = await desk.open_round(10_000_000)
    await desk.active_team(ends)
    goes_on = await later_round(desk)
    body = {**PAPERS, "amount_fen": 1_500_000, "to_round_id": str(goes_on)}
    path = f"/v1/appropriations/{await appropriation(desk, ends)}/carry_over"
    assert (await desk.post(desk.bureau, path, body))["amount_fen"] == 10_000_000
    assert await desk.money(ends) == {"available": 500_000, "carried_over": 1_500_000, "committed": AMOUNT}
    assert await desk.money(goes_on) == {"available": 1_500_000}
    out, into = (await changes(desk, ends))[-1], (await changes(desk, goes_on))[0]
    assert (out["event"], out["amount_fen"], out["document"]) == ("carry_over", 1_500_000, PAPERS["document"])
    assert (into["event"], into["appropriation_fen"], into["linked_id"]) == ("appropriate", 1_500_000, out["id"])
    assert [event.to_round_id for event in await events(AppropriationCarriedOver)] == [goes_on]
    assert [event.amount_fen for event in await events(AppropriationSet)] == [10_000_000, 1_500_000]


async def test_what_is_left_is_taken_back(desk: Desk, events: Any) -> None:
    round_id = await desk.open_round(10_000_000)
    path = f"/v1/appropriations/{await appropriation(desk, round_id)}/lapse"
    await desk.post(desk.bureau, path, {**PAPERS, "amount_fen": 4_000_000})
    assert await desk.money(round_id) == {"available": 6_000_000, "lapsed": 4_000_000}
    assert await desk.refused(desk.bureau, path, {**PAPERS, "amount_fen": 6_000_001}) == ["appropriation.not_left"]
    await desk.post(desk.maker, path, {**PAPERS, "amount_fen": 1}, 403)
    await desk.post(desk.bureau, path, {"amount_fen": 1, "reason": "x"}, 422)
    assert [event.amount_fen for event in await events(AppropriationLapsed)] == [4_000_000]
    cut = {"round_id": str(round_id), "amount_fen": 3_000_000, "reason": "调减"}
    assert await desk.refused(desk.bureau, "/v1/appropriations", cut) == ["appropriation.below_promised"]


async def test_every_change_of_an_appropriation_is_kept_with_its_papers(desk: Desk) -> None:
    round_id = await desk.open_round(10_000_000)
    for amount_fen, document in ((12_000_000, "渝财社〔2020〕7号"), (11_000_000, "渝财社〔2020〕9号")):
        body = {**PAPERS, "round_id": str(round_id), "amount_fen": amount_fen, "document": document}
        await desk.post(desk.bureau, "/v1/appropriations", body, 201)
    await desk.post(desk.bureau, "/v1/appropriations", body, 201)  # nothing changes
    kept = [(c["event"], c["amount_fen"], c["appropriation_fen"], c["document"]) for c in await changes(desk, round_id)]
    assert kept == [
        ("appropriate", 10_000_000, 10_000_000, None),
        ("appropriate", 2_000_000, 12_000_000, "渝财社〔2020〕7号"),
        ("cut", 1_000_000, 11_000_000, "渝财社〔2020〕9号"),
    ]
    assert {c["actor"] for c in await changes(desk, round_id)} == {desk.bureau.id}


@pytest.mark.parametrize(
    ("amount_fen", "papers", "target", "codes"),
    [
        (0, Papers("r", "i", "d"), RoundFacts(CITY, 2021), ["appropriation.not_left"]),
        (-5, Papers("r", "i", "d"), RoundFacts(CITY, 2021), ["appropriation.not_left"]),
        (101, Papers("r", "i", "d"), RoundFacts(CITY, 2021), ["appropriation.not_left"]),
        (100, Papers("r", "i", "d"), RoundFacts(CITY, 2020), ["appropriation.later_round"]),
        (100, Papers("r", "i", "d"), RoundFacts("510000000000", 2021), ["appropriation.later_round"]),
        (
            100,
            Papers(" ", None, ""),
            RoundFacts(CITY, 2021),
            ["appropriation.reason", "appropriation.budget_indicator", "appropriation.document"],
        ),
    ],
)
def test_what_cannot_be_carried_over(amount_fen: int, papers: Papers, target: RoundFacts, codes: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        budget.carry_over(BudgetFacts(500, 100), amount_fen, papers, RoundFacts(CITY, 2020), target)
    assert [reason.code for reason in refusal.value.reasons] == codes


async def test_a_rounds_money_is_read_as_of_any_moment(desk: Desk, clock: Any) -> None:
    round_id, first = await desk.open_round(10_000_000), clock.now
    later = first + timedelta(days=30)
    await clock.set(later)
    await desk.active_team(round_id)
    path, then = f"/v1/rounds/{round_id}/money", (later - timedelta(days=1)).isoformat()
    assert (await desk.get(path))["committed_fen"] == AMOUNT
    past = await desk.get(path, at=then)
    assert (past["available_fen"], past["committed_fen"], past["balanced"]) == (10_000_000, 0, True)
    assert (await desk.get(path, at=(later + timedelta(days=1)).isoformat()))["committed_fen"] == AMOUNT
    before = await desk.get(path, at="2020-01-01T00:00:00+08:00")
    assert (before["appropriation_fen"], before["balanced"]) == (0, True)
    booked = await desk.get(path, at=then, by="booked")
    assert booked["appropriation_fen"] == 0, "booked years after the business day of these tests"
    balances = await desk.get("/v1/ledger/accounts", round_id=str(round_id), at=then)
    assert {a["place"]: a["balance_fen"] for a in balances["items"] if a["balance_fen"]} == {
        "appropriation": 10_000_000,
        "available": 10_000_000,
    }


async def test_payees_with_what_stands_where(desk: Desk, clock: Any) -> None:
    round_id, start = await desk.open_round(), clock.now
    await desk.active_team(round_id)
    await desk.active_team(round_id, 6_000_000)
    await desk.deliver(TeamOf(round_id).proposed())  # no payee yet
    (unit,) = (await desk.get("/v1/ledger/payees", round_id=str(round_id)))["items"]
    assert (unit["unit_code"], unit["awards"], unit["committed_fen"], unit["paid_fen"]) == (UNIT, 2, 14_000_000, 0)
    (past,) = (await desk.get("/v1/ledger/payees", at=(start - timedelta(days=9)).isoformat()))["items"]
    assert past["committed_fen"] == 0
    stranger = desk.actors.change(desk.bureau, division="510000000000")
    assert (await desk.get("/v1/ledger/payees", stranger))["items"] == []


async def test_bookings_are_listed_and_exported_as_filtered(desk: Desk) -> None:
    round_id = await desk.open_round()
    team = await desk.active_team(round_id)
    award = (await desk.award(team))["id"]
    path = "/v1/ledger/transactions"
    every = (await desk.get(path, round_id=str(round_id)))["items"]
    assert [one["event"] for one in every] == ["appropriate", "reserve", "commit"]
    (one,) = (await desk.get(path, award_id=award, event="commit"))["items"]
    assert {p["place"]: p["amount_fen"] for p in one["postings"]} == {"committed": AMOUNT, "reserved": -AMOUNT}
    assert (await desk.get(path, until="2020-01-01T00:00:00+08:00"))["items"] == []
    async with desk.api(desk.bureau) as client:
        text = await client.get(f"{path}/export", params={"award_id": award, "format": "csv"})
        book = await client.get(f"{path}/export", params={"award_id": award})
    lines = list(csv.DictReader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert [(line["event"], line["place"], line["debit_yuan"], line["credit_yuan"]) for line in lines] == [
        ("reserve", "reserved", "80000.00", ""),
        ("reserve", "available", "", "80000.00"),
        ("commit", "committed", "80000.00", ""),
        ("commit", "reserved", "", "80000.00"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert [cell.value for cell in sheet[1]] == list(lines[0])
    assert sheet.max_row == 5
