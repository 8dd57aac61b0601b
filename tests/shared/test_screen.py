"""The operators' screen: every figure fits 80 columns, and a service that is silent says why."""

from typing import Any

from rich.console import Console

from shared.screen import screen


def state(**more: Any) -> dict[str, Any]:
    known = {"now": "2022-01-08T01:06:00+00:00", "journal_head": 4_997_000, "published_to": 4_990_000, "outbox": 12}
    return {**known, "waiting": 3, "parked": 1, "handled": {}, "next_due": "2022-01-31T18:00:00Z", **more}


def shown(states: dict[str, Any], silent: dict[str, str]) -> list[str]:
    console = Console(width=80, record=True, force_terminal=False)
    console.print(screen(states, silent))
    return console.export_text().splitlines()


def test_a_busy_system_fits_eighty_columns_and_tells_one_time() -> None:
    states = {"orders": state(), "assessment": state(handled={"orders": 4_996_900}, next_due=None)}
    lines = shown(states, {"funding": "ConnectError"})
    rows = {words[0]: words[1:] for line in lines if (words := line.split())}
    assert rows["orders"] == ["4997000", "12", "7000", "3", "1", "0", "2022-02-01", "02:00"]
    assert rows["assessment"] == ["4997000", "12", "7000", "3", "1", "100", "–"]
    assert rows["funding"] == ["ConnectError"]
    assert any("2022-01-08 09:06 (+08:00)" in line for line in lines)
    assert not any("…" in line for line in lines)


def test_nothing_that_answers_is_a_screen_too() -> None:
    assert any("ConnectError" in line for line in shown({}, {"orders": "ConnectError"}))
