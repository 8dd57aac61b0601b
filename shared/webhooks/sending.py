"""One signed request to an address that the guard admits. The connection goes to the address that was checked (a name
that resolves differently a moment later gains nothing), nothing is followed, and of an answer only its beginning is
read."""

import asyncio
import base64
import secrets
import ssl
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpcore
import httpx
from standardwebhooks import Webhook

from shared import clock
from shared.webhooks.addresses import Blocked, Guard

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 15.0
"""A receiver that takes longer has not taken it."""
ANSWER_CHARACTERS = 500
_READ_BYTES = 1000
"""A little more, so that what must not be shown is not cut in two."""
MOST_RETRY_AFTER = 24 * 3600.0


@dataclass(frozen=True)
class Outcome:
    """What came of one try. ``status``: of the answer, None when there was none, then ``failure`` says why;
    ``answer``: the beginning of one that was no success; ``retry_after``: seconds that the receiver asks for."""

    status: int | None
    failure: str
    took_ms: int
    answer: str = ""
    retry_after: float = 0.0

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """410: the receiver wants nothing more, for good."""
        return self.status == 410


def new_secret() -> str:
    """A secret of 32 random bytes as receivers' libraries take it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def signed(keys: Sequence[str], message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks: a signature by each of ``keys``, of which the receiver needs one."""
    at, text = at.astimezone(UTC), body.decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(message_id, at, text) for key in keys),
    }


async def post(
    guard: Guard, address: str, message_id: str, body: bytes, keys: Sequence[str], context: ssl.SSLContext | None = None
) -> Outcome:
    """Send it once; never raises for anything that a receiver can do. ``context``: whom TLS trusts, if not all that
    the machine does."""
    started = time.monotonic()
    try:
        if reasons := list(guard.obstacles(address)):
            raise Blocked(reasons[0])
        async with asyncio.timeout(WHOLE_SECONDS):
            status, headers, answer = await _exchange(guard, address, message_id, body, keys, context)
    except Exception as error:  # whatever a stranger's bytes make a library raise: a try that is not noted never ends
        return Outcome(None, _failure(error), _since(started))
    text = "" if 200 <= status < 300 else _without(keys, answer.decode(errors="replace"))
    return Outcome(status, "", _since(started), text, _retry_after(headers))


async def _exchange(
    guard: Guard, address: str, message_id: str, body: bytes, keys: Sequence[str], context: ssl.SSLContext | None
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    url = httpx.URL(address)
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    said = {"content-type": "application/json", "user-agent": "Jiedan-Webhooks/1", "accept": "*/*"}
    said |= {"host": url.netloc.decode(), **signed(keys, message_id, body, clock.wall())}
    timeouts = {"connect": CONNECT_SECONDS, "read": WHOLE_SECONDS, "write": WHOLE_SECONDS, "pool": WHOLE_SECONDS}
    backend = _Pinned(guard, url.scheme == "http")
    async with (
        httpcore.AsyncConnectionPool(ssl_context=context or _trust(), network_backend=backend) as pool,
        pool.stream(
            "POST", target, headers=list(said.items()), content=body, extensions={"timeout": timeouts}
        ) as answer,
    ):
        beginning = b""
        if not 200 <= answer.status < 300:
            async for piece in answer.aiter_stream():
                beginning += piece[: _READ_BYTES - len(beginning)]
                if len(beginning) >= _READ_BYTES:
                    break
        return answer.status, answer.headers, beginning


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to the very address that was checked. TLS and the Host header still say the name."""

    def __init__(self, guard: Guard, plain: bool) -> None:
        self._guard, self._plain, self._network = guard, plain, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failed: Exception | None = None
        for address in await self._guard.addresses(host, port, self._plain):
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError("no address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _failure(error: BaseException) -> str:
    if isinstance(error, Blocked):
        return f"{error.reason.code}: {error.reason.en}"
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        return "timeout: no answer in time"
    return f"connection: {type(error).__name__} {error}".strip()[:200]


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _without(keys: Sequence[str], text: str) -> str:
    """A receiver that repeats its secret must not bring it into the log."""
    for key in keys:
        for secret in (key, key.removeprefix("whsec_")):
            text = text.replace(secret, "…")
    return text.replace("\x00", "")[:ANSWER_CHARACTERS]


def _retry_after(headers: Sequence[tuple[bytes, bytes]]) -> float:
    """Seconds, given as such or as a date; 0 when nothing sensible is asked for."""
    said = next((value.decode("latin-1") for name, value in headers if name.lower() == b"retry-after"), "")
    try:
        seconds = (
            float(said) if said.strip().isdigit() else (parsedate_to_datetime(said) - clock.wall()).total_seconds()
        )
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), MOST_RETRY_AFTER)
