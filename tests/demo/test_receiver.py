"""The demo's receiver notices what a sender can do wrong."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
from standardwebhooks import Webhook

from demo.receiver import Book, Receiver

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZg=="
OURS = Webhook(SECRET)


def message(key: str, sequence: int, **data: Any) -> tuple[dict[str, str], bytes]:
    """A signed rating of one team."""
    said = {
        "type": "rating.published",
        "subject": "team/1",
        "sequence": sequence,
        "data": {"edition": 1, "year": 2020, **data},
    }
    body, at = json.dumps(said).encode(), datetime.now(UTC)
    headers = {
        "Webhook-Id": key,
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": OURS.sign(key, at, body.decode()),
    }
    return headers, body


def test_the_same_message_twice_counts_once() -> None:
    book, (headers, body) = Book(), message("msg_1", 1)
    assert book.take(OURS, headers, body)
    assert book.take(OURS, headers, body)
    assert (book.told, book.faults, book.refused) == (1, [], [])


def test_a_forged_or_changed_message_is_refused() -> None:
    book, (headers, body) = Book(), message("msg_1", 1)
    assert not book.take(Webhook("whsec_YW5vdGhlciBzZWNyZXQ="), headers, body)
    assert not book.take(OURS, headers, body + b" ")
    assert not book.take(OURS, {}, body)
    assert (book.told, len(book.refused)) == (0, 3)


def test_a_gap_an_older_edition_and_other_bytes_under_one_id_are_faults() -> None:
    book = Book()
    for key, sequence, edition in (("msg_1", 1, 2), ("msg_2", 3, 1), ("msg_2", 3, 9)):
        book.take(OURS, *message(key, sequence, edition=edition))
    assert book.faults == [
        "team/1: number 3 came after 1",
        "team/1: edition 1 came after 2",
        "msg_2: other bytes than before",
    ]


def test_it_answers_over_http_once_it_knows_the_secret() -> None:
    with Receiver() as receiver:
        receiver.trust(SECRET)
        headers, body = message("msg_1", 1)
        good = httpx.post(receiver.url, headers=headers, content=body, trust_env=False)
        bad = httpx.post(receiver.url, headers={**headers, "Webhook-Id": "msg_2"}, content=body, trust_env=False)
    assert (good.status_code, bad.status_code, receiver.book.told) == (204, 401, 1)
