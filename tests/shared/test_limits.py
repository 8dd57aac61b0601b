"""How often one address may write without a token."""

import pytest

from shared.errors import TooMany
from shared.http.limits import PublicWrites, network


async def test_an_address_that_writes_too_often_is_told_when_to_come_again() -> None:
    writes = PublicWrites("2/minute; 100/day")
    for _ in range(2):
        await writes.count("10.0.0.1")
    with pytest.raises(TooMany) as refusal:
        await writes.count("10.0.0.1")
    assert 1 <= refusal.value.seconds <= 60
    await writes.count("10.0.0.2")


async def test_without_a_limit_nobody_is_refused() -> None:
    writes = PublicWrites("")
    for _ in range(1000):
        await writes.count("10.0.0.1")


def test_a_subscriber_counts_once_whatever_address_of_the_network_it_takes() -> None:
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2::ffff") != network("2001:db8:1:3::4")
    assert (network("10.0.0.1"), network("testclient")) == ("10.0.0.1", "testclient")
