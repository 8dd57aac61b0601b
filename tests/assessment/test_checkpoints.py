"""Signed checkpoints of the public log: when they are due, what they say, that nothing broken is signed; the keys."""

import hashlib
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.assessment.main import service as assessment
from services.assessment.models import Checkpoint, LogEntry
from services.assessment.rules import chain
from services.assessment.rules.checkpoint import BEFORE, head, note, text, verifier_key
from services.assessment.usecases import checkpoint
from services.assessment.usecases.record import Published, record_all, row_of
from shared import signing
from tests.assessment.factories import done, look_again

WALL = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORIGIN = "127.0.0.1:8080/public/log"


async def publish(session: Any, count: int, now: datetime) -> None:
    await record_all(session, [Published("certificate_issued", uuid4(), "", "ab" * 32) for _ in range(count)], now)


async def signed(session: Any) -> list[Checkpoint]:
    return list(await session.scalars(sa.select(Checkpoint).order_by(Checkpoint.id)))


async def shown(api: Any, path: str) -> Any:
    look_again()
    return await api().get(path)


def test_the_text_is_a_note_as_the_standard_says() -> None:
    made = text("log.example/a", 12, "ab" * 32, WALL)
    assert made == ("log.example/a\n12\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\ntime 2026-11-22T08:30:00+00:00\n")
    whole = note(made, "log.example/a", b"k" * 32, b"s" * 64)
    body, blank, mark = whole.partition("\n\n")
    assert (body + "\n", blank, whole[-1]) == (made, "\n\n", "\n")
    assert mark.startswith("— log.example/a ")
    raw = b64decode(mark.split(" ")[2])
    assert raw == hashlib.sha256(b"log.example/a\n\x01" + b"k" * 32).digest()[:4] + b"s" * 64


def test_the_key_is_written_as_the_standard_says() -> None:
    """The key of the example in the documentation of golang.org/x/mod/sumdb/note."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    name, _id, key = vkey.split("+", 2)
    assert verifier_key(name, b64decode(key)[1:]) == vkey


def test_a_broken_chain_has_no_head() -> None:
    rows = []
    size, root = BEFORE
    for _ in range(3):
        entry = chain.Entry(size + 1, "notice_posted", "a", "", "b", WALL, root)
        rows.append((entry, entry.hash))
        size, root = entry.position, entry.hash
    assert head(*BEFORE, rows) == (3, root)
    assert head(1, rows[0][1], rows[1:]) == (3, root)
    edited = chain.Entry(2, "notice_posted", "a", "", "c", WALL, rows[0][1])
    for broken in (
        [rows[0], rows[2]],
        rows[1:],
        [*rows[:1], (edited, rows[1][1]), rows[2]],
        [*rows[:1], (edited, edited.hash), rows[2]],
    ):
        with pytest.raises(ValueError, match="does not hold"):
            head(*BEFORE, broken)


async def test_it_is_due_an_hour_after_the_first_entry_that_none_covers(
    session: Any, clock: Any, run_due_jobs: Any, database: Any
) -> None:
    begin = clock.now
    await publish(session, 2, begin)
    async with database.reading() as reading:
        assert await assessment.jobs.next_due(reading) == begin + HOUR
    await clock.set(begin + HOUR - timedelta(minutes=1))
    await run_due_jobs()
    assert await signed(session) == []
    await clock.set(begin + HOUR)
    await run_due_jobs()
    [one] = await signed(session)
    assert one.size == 2
    async with database.reading() as reading:
        assert await assessment.jobs.next_due(reading) is None
    await publish(session, 1, clock.now)
    await clock.set(clock.now + HOUR)
    await run_due_jobs()
    assert [row.size for row in await signed(session)] == [2, 3]


async def test_it_says_the_log_as_it_is_and_anybody_can_check_it(session: Any, api: Any) -> None:
    assert (await shown(api, "/public/log/checkpoint")).status_code == 404
    await publish(session, 3, WALL)
    await checkpoint.cover(session, WALL)
    entries = (await done(await shown(api, "/public/log")))["items"]
    answer = await shown(api, "/public/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    body, _, marks = answer.text.rpartition("\n\n")
    origin, size, root, time = body.split("\n")
    assert (origin, size, time) == (ORIGIN, "3", "time 2026-11-22T08:30:00+00:00")
    assert b64decode(root).hex() == entries[-1]["hash"]
    keys = await done(await shown(api, "/public/keys"))
    assert keys["origin"] == ORIGIN
    [mark] = marks.splitlines()
    signature = b64decode(mark.split(" ")[2])
    [(name, key)] = keys["keys"].items()
    assert name == signing.name_of(1, b64decode(key))
    assert signature[:4].hex() == keys["verifier_keys"][0].split("+")[1]
    assert signing.is_signed(f"{body}\n".encode(), signature[4:], b64decode(key))


async def test_the_log_is_read_page_by_page_and_what_is_known_is_not_sent_again(session: Any, api: Any) -> None:
    await publish(session, 3, WALL)
    first = await shown(api, "/public/log?limit=2")
    assert [row["position"] for row in first.json()["items"]] == [1, 2]
    second = await shown(api, first.json()["next"].removeprefix("http://127.0.0.1:8080"))
    assert [row["position"] for row in second.json()["items"]] == [3]
    assert second.json()["next"] is None
    assert 'rel="next"' in first.headers["link"]
    again = await api().get("/public/log?limit=2", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.headers["link"]) == (304, first.headers["link"])


async def test_a_heartbeat_is_signed_every_hour_of_the_wall_although_nothing_is_published(
    session: Any, api: Any
) -> None:
    await checkpoint.beat(session, WALL)
    assert await signed(session) == []
    await publish(session, 1, WALL)
    await checkpoint.cover(session, WALL)
    await checkpoint.cover(session, WALL)
    await checkpoint.beat(session, WALL + HOUR - timedelta(seconds=1))
    assert len(await signed(session)) == 1
    await checkpoint.beat(session, WALL + HOUR)
    listed = (await done(await shown(api, "/public/log/checkpoints?sort=-signed_at")))["items"]
    assert [(row["size"], row["signed_at"][:16]) for row in listed] == [
        (1, "2026-11-22T17:30"),
        (1, "2026-11-22T16:30"),
    ]
    assert (await shown(api, "/public/log/checkpoint")).text == listed[0]["note"]


async def test_what_was_tampered_with_is_not_signed(session: Any) -> None:
    await publish(session, 2, WALL)
    await checkpoint.cover(session, WALL)
    forged = chain.Entry(3, "notice_posted", str(uuid4()), "", "cd" * 32, WALL, "ef" * 32)
    await session.execute(sa.insert(LogEntry).values(row_of(forged, uuid4())))
    with pytest.raises(ValueError, match="does not hold at position 3"):
        await checkpoint.cover(session, WALL)


async def test_a_log_that_lost_what_was_signed_is_not_signed_again(session: Any) -> None:
    await publish(session, 1, WALL)
    session.add(Checkpoint(size=5, root="ab" * 32, signed_at=WALL, note=""))
    await session.flush()
    with pytest.raises(ValueError, match="entry 5 is gone"):
        await checkpoint.beat(session, WALL + HOUR)


async def test_the_worker_beats_by_the_wall_and_says_what_fails(database: Any, connection: Any) -> None:
    [(seconds, run)] = assessment.jobs.beats
    assert seconds <= 60
    async with database.transaction() as session:
        await publish(session, 1, WALL)
        await checkpoint.cover(session, WALL)
    await assessment.jobs.beat(database, run)
    async with database.reading() as session:
        assert len(await signed(session)) == 2
    async with database.transaction() as session:
        session.add(Checkpoint(size=9, root="", signed_at=WALL, note=""))
    with pytest.raises(ValueError, match="entry 9"):
        await assessment.jobs.beat(database, run)
    assert "entry 9" in assessment.jobs.failing.pop("sign_heartbeat")
