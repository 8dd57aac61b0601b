"""Public answers: bytes made once per version of what they show, with a strong ETag, Last-Modified and 304."""

import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

Version = tuple[str, datetime]
"""What changes when the answer does, and when it last did."""


@dataclass
class _Kept:
    version: Version
    body: bytes
    etag: str
    media_type: str


class PublicAnswers:
    """Answers of one service that share a version. ``read_version`` runs at most once a second per process."""

    MOST = 500
    """Bodies kept at a time; the oldest leave first."""

    def __init__(self, read_version: Callable[[AsyncSession], Awaitable[Version]]) -> None:
        self._read_version = read_version
        self._version: Version | None = None
        self._read_at = float("-inf")
        self._kept: dict[str, _Kept] = {}

    async def answer(
        self,
        request: Request,
        session: AsyncSession,
        build: Callable[[], Awaitable[bytes]],
        media_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Response:
        """The answer to this address: from memory while the version stands, 304 when the caller has it."""
        if self._version is None or time.monotonic() - self._read_at > 1:
            self._version, self._read_at = await self._read_version(session), time.monotonic()
        key = f"{request.url.path}?{request.url.query}"
        kept = self._kept.get(key)
        if kept is None or kept.version != self._version:
            body = await build()
            etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            kept = _Kept(self._version, body, etag, media_type)
            self._kept.pop(key, None)
            self._kept[key] = kept
            if len(self._kept) > self.MOST:
                del self._kept[next(iter(self._kept))]
        shown = {
            "ETag": kept.etag,
            "Last-Modified": format_datetime(kept.version[1].astimezone(UTC), usegmt=True),
            "Cache-Control": "public, max-age=60, must-revalidate",
            **(headers or {}),
        }
        if _has_it(request, kept):
            return Response(None, 304, shown)
        return Response(kept.body, 200, shown, kept.media_type)


def _has_it(request: Request, kept: _Kept) -> bool:
    wanted = request.headers.get("if-none-match")
    if wanted is None:
        return False
    return wanted.strip() == "*" or kept.etag in [tag.strip().removeprefix("W/") for tag in wanted.split(",")]
