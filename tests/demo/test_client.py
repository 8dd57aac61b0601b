"""The demo's client gets its answers although processes go away, and changes nothing twice."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from demo.client import DemoFailed, Person, System, together

Answer = tuple[int, Any]


class Gateway:
    """A gateway on loopback that answers each path with what it was given, the last answer for ever. ``None``
    hangs up without an answer, as a killed process does."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer | None]] = {"/dev/token": [(200, {"token": "t"})]}
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        path = head[0].split()[1]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked.append((path, headers, body))
        left = self.answers[path.partition("?")[0]]
        said = left.pop(0) if len(left) > 1 else left[0]
        if said is not None:
            text = json.dumps(said[1]).encode()
            writer.write(
                f"HTTP/1.1 {said[0]} X\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode() + text
            )
        await writer.drain()
        writer.close()


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield made
    server.close()


@pytest.fixture
async def system(gateway: Gateway) -> AsyncIterator[System]:
    made = System(gateway.url)
    yield made
    await made.close()


BUREAU = Person("bureau", division="500000000000")
IN_PROGRESS = (409, {"code": "request.in_progress"})


async def test_a_lost_answer_is_asked_for_again_with_the_same_key(gateway: Gateway, system: System) -> None:
    gateway.answers["/x"] = [None, (503, {}), (502, {}), IN_PROGRESS, (201, {"id": 1})]
    assert await system.post(BUREAU, "/x", {"a": 1}) == {"id": 1}
    asked = [(headers["idempotency-key"], body) for path, headers, body in gateway.asked if path == "/x"]
    assert len(asked) == 5
    assert len(set(asked)) == 1


async def test_two_state_changes_have_two_keys(gateway: Gateway, system: System) -> None:
    gateway.answers["/x"] = [(200, {})]
    await system.post(BUREAU, "/x")
    await system.post(BUREAU, "/x")
    assert len({headers["idempotency-key"] for path, headers, _ in gateway.asked if path == "/x"}) == 2


async def test_a_person_asks_for_a_token_once(gateway: Gateway, system: System) -> None:
    gateway.answers["/x"] = [(200, {})]
    await system.get(BUREAU, "/x")
    await system.get(BUREAU, "/x")
    assert [path for path, _, _ in gateway.asked] == ["/dev/token", "/x", "/x"]


async def test_a_refusal_is_final_and_told_with_every_reason(gateway: Gateway, system: System) -> None:
    reasons = [
        {"pointer": "/a", "code": "a", "text": "too few"},
        {"pointer": "/b", "code": "b", "text": "too late"},
    ]
    gateway.answers["/x"] = [(409, {"code": "a", "errors": reasons})]
    with pytest.raises(DemoFailed, match="409: /a too few; /b too late"):
        await system.post(BUREAU, "/x")
    assert len(gateway.asked) == 2


async def test_an_edit_names_what_was_read_and_carries_a_key(gateway: Gateway, system: System) -> None:
    gateway.answers["/x"] = [None, (200, {"version": 3})]
    assert await system.patch(BUREAU, "/x", {"a": 1}, 2) == {"version": 3}
    asked = [headers for path, headers, _ in gateway.asked if path == "/x"]
    assert [one["if-match"] for one in asked] == ['"2"', '"2"']
    assert len({one["idempotency-key"] for one in asked}) == 1


async def test_lists_are_read_to_their_end(gateway: Gateway, system: System) -> None:
    gateway.answers["/x"] = [
        (200, {"items": [1, 2], "next": "http://elsewhere/x?cursor=abc&limit=200"}),
        (200, {"items": [3], "next": None}),
    ]
    assert await system.every(BUREAU, "/x", status="due") == [1, 2, 3]
    assert gateway.asked[-1][0] == "/x?cursor=abc&limit=200"


async def test_one_refused_row_of_a_bulk_step_fails_with_its_reasons(gateway: Gateway, system: System) -> None:
    row = {
        "id": 1,
        "ok": False,
        "status": None,
        "reasons": [{"code": "c", "zh": "否", "en": "no", "pointer": ""}],
    }
    gateway.answers["/x"] = [(200, {"results": [row], "left": 0})]
    with pytest.raises(DemoFailed, match="1 rows refused: no"):
        await system.bulk(BUREAU, "/x")


async def test_a_bulk_step_is_asked_for_until_nothing_is_left(gateway: Gateway, system: System) -> None:
    rows = [{"id": number, "ok": True, "status": "completed", "reasons": []} for number in range(3)]
    gateway.answers["/x"] = [(200, {"results": rows[:2], "left": 1}), (200, {"results": rows[2:], "left": 0})]
    assert await system.bulk(BUREAU, "/x") == rows
    assert len({headers["idempotency-key"] for path, headers, _ in gateway.asked if path == "/x"}) == 2


async def test_work_side_by_side_answers_in_order_and_stops_at_a_failure() -> None:
    async def double(number: int) -> int:
        await asyncio.sleep(0.01 / number)
        if number > 3:
            raise DemoFailed(str(number))
        return 2 * number

    assert await together(double, [1, 2, 3]) == [2, 4, 6]
    with pytest.raises(ExceptionGroup):
        await together(double, [1, 2, 4])


async def test_a_clock_that_moved_although_the_answer_was_lost_is_only_settled(
    gateway: Gateway, system: System
) -> None:
    gateway.answers["/dev/clock"] = [
        (200, {"now": "2020-03-01T08:00:00+08:00"}),
        None,
        (422, {"code": "clock.backward"}),
    ]
    gateway.answers["/dev/settle"] = [(409, {"code": "clock.unsettled"}), (200, {})]
    await system.move_to(datetime.fromisoformat("2020-03-02T09:00:00+08:00"))
    assert [path for path, _, _ in gateway.asked] == ["/dev/clock"] * 3 + ["/dev/settle"] * 2


async def test_a_clock_that_is_later_already_is_left_alone(gateway: Gateway, system: System) -> None:
    gateway.answers |= {"/dev/clock": [(200, {"now": "2020-03-03T08:00:00+08:00"})], "/dev/settle": [(200, {})]}
    await system.move_to(datetime.fromisoformat("2020-03-02T09:00:00+08:00"))
    assert [path for path, _, _ in gateway.asked] == ["/dev/clock", "/dev/settle"]


async def test_what_must_be_refused_and_is_answered_fails(gateway: Gateway, system: System) -> None:
    gateway.answers |= {"/forged": [(404, {})], "/mistyped": [(422, {})], "/taken": [(200, {})]}
    await system.refused(None, "/forged")
    await system.refused(None, "/mistyped")
    with pytest.raises(DemoFailed, match="GET /taken was answered"):
        await system.refused(None, "/taken")


async def test_a_file_goes_with_what_is_said_of_it(gateway: Gateway, system: System) -> None:
    gateway.answers["/files"] = [(201, {"id": 1})]
    await system.upload(BUREAU, "/files", "现场.jpg", b"bytes", "image/jpeg", kind="photo")
    [body] = [body for path, _, body in gateway.asked if path == "/files"]
    assert b'name="kind"\r\n\r\nphoto' in body
    assert b"bytes" in body
