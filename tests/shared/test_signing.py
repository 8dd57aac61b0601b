"""Signatures: who holds which key, and what is not signed by it."""

import pytest

from services.assessment.main import service as assessment
from services.orders.main import service as orders
from shared import signing
from shared.testing import settings_for_tests

OLD, NEW = bytes(range(32)), bytes(range(1, 33))


@pytest.fixture(autouse=True)
def _keys_as_before():
    yield
    signing.use_signing_keys(settings_for_tests().signing_keys)


def test_the_newest_key_signs_and_the_retired_one_still_checks_what_it_signed() -> None:
    signing.use_signing_keys({1: OLD})
    before = signing.sign(b"edition 1")
    signing.use_signing_keys({2: NEW, 1: OLD})
    after = signing.sign(b"edition 2")
    keys = signing.public_keys()
    assert list(keys) == [before.key, after.key]
    assert signing.is_signed(b"edition 1", before.value, keys[before.key])
    assert signing.is_signed(b"edition 2", after.value, keys[after.key])


def test_another_text_key_or_signature_is_not_signed() -> None:
    signing.use_signing_keys({1: OLD, 2: NEW})
    made = signing.sign(b"text")
    old, new = signing.public_keys().values()
    assert not signing.is_signed(b"texT", made.value, new)
    assert not signing.is_signed(b"text", made.value, old)
    assert not signing.is_signed(b"text", made.value[:-1], new)
    assert not signing.is_signed(b"text", made.value, b"no key")


def test_a_service_that_signs_does_not_start_without_a_key() -> None:
    without = settings_for_tests(signing_keys={})
    with pytest.raises(SystemExit, match="JIEDAN_SIGNING_KEYS"):
        assessment.signing_keys(without)
    assert orders.signing_keys(without) == {}
