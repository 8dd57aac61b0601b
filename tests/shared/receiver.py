"""A receiver of webhooks on this machine: it keeps what came, and answers as a test wants."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """Its content; raises when the signature is not by this secret."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """``answer`` says what each request is answered with (200 unless changed)."""

    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], Answer] = field(default=lambda got: (200, {}, b""))
    seconds: float = 0.0
    most_at_once: int = 0
    _now: int = 0

    def __post_init__(self) -> None:
        receiver, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                with lock:
                    receiver.got.append(got)
                    receiver._now += 1
                    receiver.most_at_once = max(receiver.most_at_once, receiver._now)
                time.sleep(receiver.seconds)
                status, headers, content = receiver.answer(got)
                with lock:
                    receiver._now -= 1
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Whoever hangs up in the middle is what some tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def always(self, status: int, content: bytes = b"", **headers: str) -> None:
        """One answer for everything from now on."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda _got: (status, said, content)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
