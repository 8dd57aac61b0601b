"""Public answers: bytes made once per version of what they show, with a strong ETag, Last-Modified and 304.

Whoever asks within a second of somebody else is answered from memory, before any routing: :class:`FromMemory`. Whoever
says ``Cache-Control: no-cache`` gets nothing older than that second: a version tells what was published, not what was
altered behind it.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, TypeVar, cast

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Version = tuple[str, datetime | None]
"""What changes when the answer does, and when it last did, when that is known."""
Value = TypeVar("Value")
Headers = list[tuple[bytes, bytes]]
_NOT_MODIFIED = {b"etag", b"last-modified", b"cache-control", b"link"}
"""What a 304 says, too."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer as it is sent: ``route`` is whose it is, for the figures; ``has_page``:
    a browser gets another one here (its answer says ``Vary``)."""

    answers: "PublicAnswers"
    version: Version
    body: bytes
    etag: bytes
    modified: bytes
    head: Headers
    route: Any
    has_page: bool
    made_at: float

    def sent(self, headers: Headers) -> tuple[int, Headers, bytes]:
        """Status, headers and body for a caller who sent these headers."""
        if self._has_it(dict(headers)):
            return 304, [(name, value) for name, value in self.head if name in _NOT_MODIFIED], b""
        return 200, self.head, self.body

    def _has_it(self, asked: dict[bytes, bytes]) -> bool:
        """RFC 9110, 13.2.2: an entity tag goes before a time."""
        wanted = asked.get(b"if-none-match")
        if wanted is not None:
            return wanted.strip() == b"*" or self.etag in [
                tag.strip().removeprefix(b"W/") for tag in wanted.split(b",")
            ]
        since = asked.get(b"if-modified-since")
        return bool(since and self.modified) and (since == self.modified or _is_after(since or b"", self.modified))


def wants_page(scope: Scope) -> bool:
    """Whether a browser asks: at an address that has a page for people beside the answer for programs."""
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _stale(made_at: float, scope: Scope) -> bool:
    """Made more than a second ago, for somebody who wants it made anew."""
    return time.monotonic() - made_at > 1 and any(
        name == b"cache-control" and b"no-cache" in value for name, value in scope["headers"]
    )


class Memory:
    """Answers of one application by address; the oldest leave first."""

    MOST = 2_000
    MOST_BYTES = 64 << 20

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.data: dict[tuple[int, str], tuple[Version, float, Any]] = {}
        self._kept: dict[tuple[str, bytes], _Kept] = {}
        self._bytes = 0

    def get(self, scope: Scope) -> _Kept | None:
        """What this address was answered last, if its version stood a moment ago."""
        kept = self._kept.get((scope["path"], scope["query_string"]))
        if kept is None or not kept.answers.stands(kept.version) or (kept.has_page and wants_page(scope)):
            return None
        if _stale(kept.made_at, scope):
            return None
        return kept

    def put(self, scope: Scope, kept: _Kept) -> None:
        """What is larger than a sixteenth of all is made anew each time."""
        key = scope["path"], scope["query_string"]
        self._drop(key)
        if len(kept.body) > self.MOST_BYTES // 16:
            return
        self._kept[key] = kept
        self._bytes += len(kept.body)
        while len(self._kept) > self.MOST or self._bytes > self.MOST_BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: tuple[str, bytes]) -> None:
        before = self._kept.pop(key, None)
        self._bytes -= len(before.body) if before else 0


class PublicAnswers:
    """Answers of one service that share a version. ``read_version`` runs at most once a second per process."""

    def __init__(self, read_version: Callable[[AsyncSession], Awaitable[Version]]) -> None:
        self._read_version = read_version
        self.look_again()

    def look_again(self) -> None:
        """The next answer reads the version anew."""
        self._version: Version | None = None
        self._read_at = float("-inf")

    def stands(self, version: Version) -> bool:
        """Whether this version was read within the last second."""
        return version == self._version and time.monotonic() - self._read_at <= 1

    async def answer(
        self,
        request: Request,
        session: AsyncSession,
        build: Callable[[], Awaitable[bytes]],
        media_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Response:
        """The answer to this address: from memory while the version stands, 304 when the caller has it."""
        version = self._version
        if version is None or not self.stands(version):
            version = await self._read_version(session)
            self._version, self._read_at = version, time.monotonic()
        memory: Memory = request.app.state.memory
        kept = memory.get(request.scope)
        if kept is None or kept.version != version:
            body = await build()
            kept = self._keep(request, body, version, {"Content-Type": media_type, **(headers or {})})
            memory.put(request.scope, kept)
        status, head, body = kept.sent(request.scope["headers"])
        response = Response(body, status)
        response.raw_headers = list(head)
        return response

    async def once(self, request: Request, name: str, make: Callable[[], Awaitable[Value]]) -> Value:
        """What several answers are made of, made once per version: for use while an answer is built, which only reads
        it. ``name`` is one of a few."""
        memory: Memory = request.app.state.memory
        made_of, made_at, value = memory.data.get((id(self), name), (None, 0.0, None))
        if made_of is None or made_of != self._version or _stale(made_at, request.scope):
            made_of, made_at, value = self._version, time.monotonic(), await make()
            if made_of is not None and made_of == self._version:
                memory.data[id(self), name] = (made_of, made_at, value)
        return cast(Value, value)

    def _keep(self, request: Request, body: bytes, version: Version, headers: dict[str, str]) -> _Kept:
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        modified = format_datetime(version[1].astimezone(UTC), usegmt=True) if version[1] else ""
        shown = {
            "Content-Length": str(len(body)),
            "ETag": etag,
            "Last-Modified": modified,
            "Cache-Control": "public, max-age=60, must-revalidate",
            "Link": getattr(request.state, "links", ""),
            **headers,
        }
        head = [(name.lower().encode(), value.encode("latin-1")) for name, value in shown.items() if value]
        route = request.scope.get("route")
        return _Kept(
            self, version, body, etag.encode(), modified.encode(), head, route, b"vary" in dict(head), time.monotonic()
        )


class FromMemory:
    """Around the application: what it answered publicly within the last second is answered at once."""

    def __init__(self, app: ASGIApp, memory: Memory) -> None:
        self.app, self.memory = app, memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept = self.memory.get(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if kept is None:
            await self.app(scope, receive, send)
            return
        scope["route"] = kept.route
        status, head, body = kept.sent(scope["headers"])
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})


def _is_after(said: bytes, modified: bytes) -> bool:
    try:
        return parsedate_to_datetime(said.decode("latin-1")) >= parsedate_to_datetime(modified.decode())
    except (ValueError, TypeError, OverflowError):  # no time, without a zone, a year of too many digits
        return False
