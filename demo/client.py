"""One HTTP client for everybody: each request in somebody's name, each state change with a key of its own, so
that repeating it after a lost answer changes nothing."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import httpx

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 60.0
"""Seconds for which a request that got no answer is repeated with the same key."""
FIRST_PATIENCE = 10.0
"""The same for the very first one."""
AT_ONCE = 12
"""Requests under way at the same time: a busy morning in the offices, not a load test."""
PORTION = 500
"""Rows of one bulk request."""
_TRY_AGAIN = {429, 502, 503, 504}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DemoFailed(Exception):
    """The system did not do what the year needs; the message says what was asked and what it answered."""


@dataclass(frozen=True)
class Person:
    """Somebody with a token: a role and what it reaches."""

    role: str
    sub: str = ""
    division: str = ""
    unit: str = ""
    person: str = ""
    scopes: tuple[str, ...] = ()


class System:
    """The running system behind its gateway."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.url = url.rstrip("/")
        self._tokens: dict[Person, str] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)
        limits = httpx.Limits(max_connections=AT_ONCE + 4, max_keepalive_connections=AT_ONCE + 4)
        headers = {"Accept": "application/json", "Accept-Language": "en"}
        self._http = httpx.AsyncClient(
            base_url=self.url, timeout=150, limits=limits, headers=headers, transport=transport, trust_env=False
        )

    async def reach(self) -> None:
        """Raises DemoFailed soon when nobody is there, or when its clock cannot be moved."""
        answer = await self._ask("GET", None, "/dev/clock", also=(404,), patience=FIRST_PATIENCE)
        if answer.status_code == 404:
            raise DemoFailed(f"{self.url} has no development clock: a year can only be lived in development")

    async def close(self) -> None:
        await self._http.aclose()

    # requests

    async def get(self, who: Person | None, path: str, **query: Any) -> Any:
        return (await self._ask("GET", who, path, params=query)).json()

    async def post(self, who: Person | None, path: str, body: Any = None) -> Any:
        """A state change, made once however often it had to be sent."""
        return (await self._ask("POST", who, path, json={} if body is None else body)).json()

    async def put(self, who: Person, path: str, body: Any, version: int | None = None) -> Any:
        return (await self._ask("PUT", who, path, json=body, headers=_seen(version))).json()

    async def patch(self, who: Person, path: str, body: Any, version: int) -> Any:
        """Edit what was read as ``version``."""
        return (await self._ask("PATCH", who, path, json=body, headers=_seen(version))).json()

    async def upload(
        self, who: Person, path: str, name: str, content: bytes, media_type: str = _XLSX, **said: str
    ) -> Any:
        """``said`` of the file: further fields of the form."""
        return (await self._ask("POST", who, path, files={"file": (name, content, media_type)}, data=said)).json()

    async def download(self, who: Person | None, path: str) -> tuple[bytes, Mapping[str, str]]:
        """A file or a page, and what was said of it."""
        answer = await self._ask("GET", who, path)
        return answer.content, answer.headers

    async def refused(self, who: Person | None, path: str) -> None:
        """A question that must be refused. Raises DemoFailed when it is answered."""
        if (await self._ask("GET", who, path, also=(404, 422))).is_success:
            raise DemoFailed(f"GET {path} was answered, it should have been refused")

    @property
    def visitor(self) -> httpx.AsyncClient:
        """Without a token, for a tool that somebody brings along."""
        return self._http

    async def every(self, who: Person | None, path: str, **query: Any) -> list[Any]:
        """All items of a list, page after page."""
        return [item async for item in self._pages(who, path, query)]

    async def bulk(self, who: Person, path: str, body: Any = None) -> list[Any]:
        """A step for many rows, of which all must succeed; asked for again while the answer says that some are left."""
        done: list[Any] = []
        while True:
            answer = await self.post(who, path, body)
            refused = [row for row in answer["results"] if not row["ok"]]
            if refused:
                reasons = sorted({reason["en"] for row in refused for reason in row["reasons"]})
                raise DemoFailed(f"POST {path}: {len(refused)} rows refused: {'; '.join(reasons)}")
            done += answer["results"]
            if not answer["left"]:
                return done

    async def bulk_rows(self, who: Person, path: str, name: str, rows: list[Any]) -> None:
        """The same for as many rows as there are, in portions."""
        for start in range(0, len(rows), PORTION):
            await self.bulk(who, path, {name: rows[start : start + PORTION]})

    # time

    async def now(self) -> datetime:
        return datetime.fromisoformat((await self.get(None, "/dev/clock"))["now"])

    async def settle(self) -> None:
        """Until every event so far has been handled everywhere."""
        await self._patiently("/dev/settle", {})

    async def move_to(self, moment: datetime) -> None:
        """Move the business clock forward, through everything that falls due; never back."""
        if await self.now() >= moment:
            await self.settle()
            return
        await self._patiently("/dev/clock", {"to": moment.isoformat()}, also=(422,))

    async def _patiently(self, path: str, body: Any, also: Iterable[int] = ()) -> None:
        # a process that is being restarted may hold things up: what is stuck now is asked again
        started = time.monotonic()
        while True:
            answer = await self._ask("POST", None, path, json=body, also=(409, *also))
            if answer.status_code == 409 and time.monotonic() - started < PATIENCE:
                continue
            if answer.status_code == 422 and "clock.backward" in answer.text:
                # it was moved, only the answer got lost
                path, body = "/dev/settle", {}
                continue
            if not answer.is_success:
                raise DemoFailed(_words("POST", path, answer))
            return

    # inner

    async def _pages(self, who: Person | None, path: str, query: dict[str, Any]) -> AsyncIterator[Any]:
        page = await self.get(who, path, limit=200, **query)
        while True:
            for item in page["items"]:
                yield item
            if not page["next"]:
                return
            following = httpx.URL(page["next"])
            page = await self.get(who, path, **dict(following.params))

    async def _token(self, who: Person) -> str:
        if who not in self._tokens:
            wanted = {
                "roles": [who.role],
                "sub": who.sub or ":".join(filter(None, (who.role, who.division, who.unit, who.person))),
                "division": who.division,
                "unit": who.unit,
                "person": who.person,
                "scopes": list(who.scopes),
            }
            answer = await self._ask("POST", None, "/dev/token", json=wanted)
            self._tokens[who] = answer.json()["token"]
        return self._tokens[who]

    async def _ask(
        self,
        method: str,
        who: Person | None,
        path: str,
        also: Iterable[int] = (),
        patience: float = PATIENCE,
        **request: Any,
    ) -> httpx.Response:
        """Send until an answer comes. Raises DemoFailed when it is a refusal (those in ``also`` apart)."""
        headers = dict(request.pop("headers", {}))
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if who is not None:
            headers["Authorization"] = f"Bearer {await self._token(who)}"
        started, wait = time.monotonic(), 0.05
        while True:
            answer, silence = None, ""
            async with self._gate:
                try:
                    answer = await self._http.request(method, path, headers=headers, **request)
                except httpx.TransportError as error:
                    silence = f"{type(error).__name__} {error}".strip()
            if answer is not None and not _unanswered(answer):
                if answer.is_success or answer.status_code in also:
                    return answer
                raise DemoFailed(_words(method, path, answer))
            if time.monotonic() - started > patience:
                raise DemoFailed(
                    _words(method, path, answer)
                    if answer is not None
                    else f"{self.url} does not answer {method} {path}: {silence}"
                )
            await asyncio.sleep(wait)
            wait = min(wait * 2, 1.0)


async def together(work: Callable[[T], Awaitable[R]], items: Iterable[T]) -> list[R]:
    """The same work for many, side by side; the answers in the items' order. A failure ends all."""
    async with asyncio.TaskGroup() as group:

        async def one(item: T) -> R:
            return await work(item)

        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]


def _seen(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def _unanswered(answer: httpx.Response) -> bool:
    """No answer yet: a process is away, or the same request is still in progress."""
    return answer.status_code in _TRY_AGAIN or (answer.status_code == 409 and "in_progress" in answer.text)


def _words(method: str, path: str, answer: httpx.Response) -> str:
    """What was asked and what came back, with every reason."""
    try:
        problem = answer.json()
        reasons = [f"{one['pointer']} {one['text']}".strip() for one in problem.get("errors", [])]
        detail = "; ".join(reasons) or problem.get("detail") or answer.text
    except (ValueError, KeyError, AttributeError):
        detail = answer.text[:500]
    return f"{method} {path} was answered with {answer.status_code}: {detail}"
