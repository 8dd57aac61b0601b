"""Check digits, as the standards say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identifiers import CREDIT_ALPHABET, citizen_id_error, credit_code_error, phone_error


@pytest.mark.parametrize(
    "code", ["N2500101053181942A", "93500110860131488K", "115001107583588871", "12500000743408730K"]
)
def test_collectives_cooperatives_and_institutions_hold(code: str) -> None:
    assert credit_code_error(code) is None


@pytest.mark.parametrize(
    "code", ["", "N2500101053181942B", "n2500101053181942a", "O2500101053181942A", "N250010105318194"]
)
def test_codes_with_a_wrong_form_or_check_character_do_not(code: str) -> None:
    assert credit_code_error(code) is not None


@given(st.text(CREDIT_ALPHABET, min_size=17, max_size=17))
def test_exactly_one_check_character_fits_every_code(stem: str) -> None:
    assert sum(credit_code_error(stem + last) is None for last in CREDIT_ALPHABET) == 1


@pytest.mark.parametrize("number", ["42011119900809654X", "500240199002073019"[:17] + "X"])
def test_a_citizen_id_needs_a_real_date_and_its_check_digit(number: str) -> None:
    expected = [digit for digit in "0123456789X" if citizen_id_error(number[:17] + digit) is None]
    assert len(expected) == 1
    wrong_date = number[:10] + "1332" + number[14:]
    found = citizen_id_error(wrong_date)
    assert found is not None
    assert found.code == "citizen_id.date"


def test_a_refused_citizen_id_is_never_repeated_in_the_reason() -> None:
    number = "420111199008096541"
    found = citizen_id_error(number)
    assert found is not None
    assert number not in found.zh + found.en


def test_mobile_numbers_and_landlines_are_phones() -> None:
    assert phone_error("13800000000") is None
    assert phone_error("023-58123456") is None
    for bad in ("12800000000", "1380000000", "phone", ""):
        assert phone_error(bad) is not None
