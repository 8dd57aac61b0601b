"""The chart of accounts and what each business event books, without a database."""

from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.rules import award, instalment, ledger

ROUND, AWARD = uuid4(), uuid4()
STATUSES = sorted(ledger.STANDS_IN)


def test_every_status_of_an_instalment_has_its_place_in_the_chart() -> None:
    assert set(ledger.STANDS_IN) == set(instalment.LIFECYCLE.statuses)
    assert set(ledger.STANDS_IN.values()) <= set(ledger.CHART)
    assert {place for pair in ledger.AWARD_EVENTS.values() for place in pair} <= set(ledger.CHART)
    assert {ledger.CHART[place].of for pair in ledger.ROUND_EVENTS.values() for place in pair} == {"round"}


@given(st.sampled_from(STATUSES), st.sampled_from(STATUSES), st.integers(1, 10**12))
def test_whatever_happens_to_an_instalment_debits_what_it_credits(before: str, after: str, amount_fen: int) -> None:
    booking = ledger.of_instalment("x", before, after, ROUND, AWARD, amount_fen)
    if booking is None:
        assert ledger.STANDS_IN[before] == ledger.STANDS_IN[after]
    else:
        assert sum(p.amount_fen for p in booking.postings) == 0
        assert {p.account.place: p.amount_fen for p in booking.postings} == {
            ledger.STANDS_IN[after]: amount_fen,
            ledger.STANDS_IN[before]: -amount_fen,
        }


@given(st.sampled_from(sorted(ledger.AWARD_EVENTS)), st.integers(1, 10**12))
def test_whatever_happens_to_an_award_debits_what_it_credits(event: str, amount_fen: int) -> None:
    booking = ledger.of_award(event, ROUND, AWARD, amount_fen)
    assert sum(p.amount_fen for p in booking.postings) == 0


def test_an_appropriation_is_a_credit_and_makes_money_available() -> None:
    given_more = {p.account.place: p.amount_fen for p in ledger.appropriate(ROUND, 500).postings}
    assert given_more == {"available": 500, "appropriation": -500}
    assert ledger.appropriate(ROUND, 1).event == "appropriate"
    cut = ledger.appropriate(ROUND, -200)
    assert (cut.event, {p.account.place: p.amount_fen for p in cut.postings}) == (
        "cut",
        {"available": -200, "appropriation": 200},
    )


def test_a_booking_names_its_event_its_round_and_its_award() -> None:
    available, reserved = ledger.Account("available", ROUND), ledger.Account("reserved", ROUND, AWARD)
    reserve = ledger.Booking("reserve", (ledger.Posting(reserved, 7), ledger.Posting(available, -7)))
    assert ledger.of_award("reserve", ROUND, AWARD, 7) == reserve
    given = ledger.Account("appropriation", ROUND)
    assert ledger.appropriate(ROUND, 7) == ledger.Booking(
        "appropriate", (ledger.Posting(available, 7), ledger.Posting(given, -7))
    )
    places = [ledger.Account(place, ROUND, AWARD) for place in ("payable", "committed")]
    assert ledger.of_instalment("approve", "requested", "approved", ROUND, AWARD, 7) == ledger.Booking(
        "approve", (ledger.Posting(places[0], 7), ledger.Posting(places[1], -7))
    )
    assert ledger.of_instalment("request", "due", "requested", ROUND, AWARD, 7) is None
    assert ledger.reverse(reserve) == ledger.Booking(
        "reverse", (ledger.Posting(reserved, -7), ledger.Posting(available, 7))
    )


def test_round_accounts_belong_to_no_award() -> None:
    assert ledger.account("available", ROUND, AWARD).award_id is None
    assert ledger.account("committed", ROUND, AWARD).award_id == AWARD


def test_accounts_are_locked_round_by_round_and_award_by_award() -> None:
    first, second = sorted((uuid4(), uuid4()), key=str)
    accounts = [
        ledger.Account("available", first),
        ledger.Account("committed", first, first),
        ledger.Account("paid", first, first),
        ledger.Account("committed", first, second),
        ledger.Account("available", second),
    ]
    assert sorted({*accounts}, key=lambda account: account.key) == accounts


def test_the_appropriations_credit_is_read_as_a_positive_amount() -> None:
    assert (ledger.natural("appropriation", -500), ledger.natural("paid", 500)) == (500, 500)


def test_a_reversal_takes_back_exactly_what_was_booked() -> None:
    booking = ledger.of_award("reserve", ROUND, AWARD, 700)
    balances: dict[ledger.Account, int] = {}
    for posting in (*booking.postings, *ledger.reverse(booking).postings):
        balances[posting.account] = balances.get(posting.account, 0) + posting.amount_fen
    assert set(balances.values()) == {0}


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_nothing_and_less_than_nothing_cannot_be_moved(amount_fen: int) -> None:
    with pytest.raises(ValueError, match="would move"):
        ledger.of_award("reserve", ROUND, AWARD, amount_fen)


def test_a_booking_that_does_not_balance_cannot_be_made() -> None:
    one = ledger.Posting(ledger.Account("available", ROUND), 5)
    for postings in ((one,), (one, one), ()):
        with pytest.raises(ValueError, match="does not balance"):
            ledger.Booking("x", postings)


def test_money_that_was_claimed_back_is_not_available_again() -> None:
    after_payment = {
        event: places for event, places in ledger.AWARD_EVENTS.items() if places[0] in ("paid", "recoverable")
    }
    assert after_payment == {
        "claim_back": ("paid", "recoverable"),
        "recover": ("recoverable", "recovered"),
        "write_off": ("recoverable", "written_off"),
        "forgive": ("recoverable", "paid"),
    }


def test_final_statuses_are_those_from_which_money_cannot_move_to_the_payee() -> None:
    assert {s for s in STATUSES if ledger.STANDS_IN[s] in ("paid", "available")} == award.FINAL_INSTALMENTS


def tables_of_the_page() -> list[list[str]]:
    """The cells of every table row of the ledger's page."""
    page = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text()
    rows = [
        line.strip("|").split("|")
        for line in page.splitlines()
        if line.startswith("| `") and not line.startswith(("| `/", "| `GET"))
    ]
    return [[cell.strip().strip("`") for cell in row] for row in rows]


def test_the_page_for_auditors_says_what_the_rules_book() -> None:
    rows = tables_of_the_page()
    chart = {row[0]: (row[1], row[2], row[4]) for row in rows if len(row) == 5}
    assert {name: (place.zh, place.of) for name, place in ledger.CHART.items()} == {
        name: cells[:2] for name, cells in chart.items()
    }
    assert all(cells[2].startswith(ledger.CHART[name].en.split(" (")[0]) for name, cells in chart.items())
    booked = {row[0]: (row[3], row[2]) for row in rows if len(row) == 4}
    assert booked == {**ledger.AWARD_EVENTS, **ledger.ROUND_EVENTS}
    stands = {row[0]: (row[1], row[2]) for row in rows if len(row) == 3}
    assert stands == {s: (instalment.LIFECYCLE.statuses[s], place) for s, place in ledger.STANDS_IN.items()}
