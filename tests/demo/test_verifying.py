"""The demo fails when what is published does not hold."""

from typing import Any

import pytest

from demo.acts import verifying
from demo.client import DemoFailed, System
from deploy.site.verify_published import Difference, Site, Unreadable

EDITED = Difference("entry.edited", "第2条被改动", "Entry 2 of the public log was edited")
AWAY = Unreadable("/public/log: 502")


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What each further look finds, the last for ever."""
    found: list[Any] = []

    async def verify(*_: Any) -> Site:
        one = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(one, Exception):
            raise one
        return Site(ratings=one)

    monkeypatch.setattr(verifying, "verify", verify)
    monkeypatch.setattr(verifying, "AGAIN", 0.0)
    return found


async def test_a_difference_that_stays_fails_the_demo(finds: list[Any]) -> None:
    finds[:] = [AWAY, EDITED]
    with pytest.raises(DemoFailed, match="Entry 2 of the public log was edited"):
        await verifying.look(System("http://127.0.0.1:9"))


async def test_a_site_that_comes_back_and_what_is_just_being_published_are_no_difference(finds: list[Any]) -> None:
    finds[:] = [EDITED, AWAY, AWAY, 7]
    assert (await verifying.look(System("http://127.0.0.1:9")))["size"] == 0
    assert finds == [7]


async def test_a_site_that_stays_away_fails_the_demo(finds: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "PATIENCE", -1.0)
    finds[:] = [AWAY]
    with pytest.raises(DemoFailed, match="cannot be read: /public/log: 502"):
        await verifying.look(System("http://127.0.0.1:9"))
