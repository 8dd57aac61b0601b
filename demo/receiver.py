"""A department's receiver: a small HTTP server that verifies every message with the library that receivers use, and
holds the sender to its word: the same id is the same bytes, a subject's numbers have no gap, editions only grow."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

SECRET_SECONDS = 10.0
"""The first ping may come before the answer that tells the secret."""


@dataclass
class Book:
    """What came, and what was wrong with it. ``verified``: the bytes of each message by its id."""

    verified: dict[str, bytes] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _editions: dict[str, int] = field(default_factory=dict)

    def take(self, webhook: Webhook, headers: dict[str, str], body: bytes) -> bool:
        """Whether it is what it says; each message counts once however often it comes."""
        try:
            said = webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError) as error:
            self.refused.append(str(error))
            return False
        key = {name.lower(): value for name, value in headers.items()}["webhook-id"]
        if key in self.verified:
            if self.verified[key] != body:
                self.faults.append(f"{key}: other bytes than before")
            return True
        self.verified[key] = body
        self.kinds[said["type"]] += 1
        self._follow(said)
        return True

    def _follow(self, said: dict[str, Any]) -> None:
        subject, number = said["subject"], said["sequence"]
        if number != self._numbers.get(subject, 0) + 1:
            self.faults.append(f"{subject}: number {number} came after {self._numbers.get(subject, 0)}")
        self._numbers[subject] = number
        if said["type"].startswith(("edition.", "rating.")):
            of = f"{subject} {said['data']['year']}"
            edition = said["data"].get("edition") or said["data"]["number"]
            if edition <= self._editions.get(of, 0):
                self.faults.append(f"{subject}: edition {edition} came after {self._editions[of]}")
            self._editions[of] = edition

    @property
    def told(self) -> int:
        """Messages apart from pings."""
        return len(self.verified) - self.kinds["ping"]


class Receiver:
    """Serves ``url`` until closed. ``host`` is the name under which the system reaches this machine."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        receiver, self.book = self, Book()
        self._lock, self._known = threading.Lock(), threading.Event()
        self._webhook: Webhook | None = None

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.send_response(receiver._status(dict(self.headers.items()), body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """The stage says what there is to say."""

        bind = "127.0.0.1" if host == "127.0.0.1" else ""
        self._server = ThreadingHTTPServer((bind, 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{host}:{self._server.server_port}/jiedan"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def trust(self, secret: str) -> None:
        """What is not signed with it is refused."""
        self._webhook = Webhook(secret)
        self._known.set()

    def _status(self, headers: dict[str, str], body: bytes) -> int:
        if not self._known.wait(SECRET_SECONDS) or self._webhook is None:
            return 503
        with self._lock:
            return 204 if self.book.take(self._webhook, headers, body) else 401
