"""One request = one transaction, committed before the answer leaves.

A route class, not a dependency: FastAPI runs the end of a ``yield`` dependency after the answer was sent, and the
idempotency record needs the finished body. Here: begin, run the handler, see the finished answer, store it under its
``Idempotency-Key``, commit, send.
"""

import functools
import inspect
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, Depends, Header, Request
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from shared import clock
from shared.actor import Actor
from shared.db import Database, Row
from shared.errors import Changed, Forbidden, Malformed, Reason, Unauthenticated, Unseen, only_for
from shared.http import idempotency
from shared.http.limits import limited
from shared.http.problems import DOCUMENTED, EVERYWHERE
from shared.http.texts import check_text
from shared.outages import is_deadlock

_ATTEMPTS = 3


Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class _Undo(Exception):
    """The answer is ready, and nothing of it is to stay."""

    def __init__(self, response: Response) -> None:
        self.response = response


async def _identify(request: Request) -> Actor | None:
    """The actor of the bearer token, once per request; None without one."""
    if not hasattr(request.state, "actor"):
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        known = scheme.lower() == "bearer" and token
        request.state.actor = await request.app.state.verifier.actor(token.strip()) if known else None
    actor: Actor | None = request.state.actor
    return actor


def _flushed(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, with its changes sent to the database before the answer is made of them: the answered
    version is the new one, and a violated constraint shows in time to be answered."""

    @functools.wraps(endpoint)
    async def run(*args: Any, **kwargs: Any) -> Any:
        result = await endpoint(*args, **kwargs)
        for value in kwargs.values():
            if isinstance(value, AsyncSession):
                await value.flush()
        return result

    return run


class TransactionRoute(APIRoute):
    """See the module."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **kwargs: Any) -> None:
        super().__init__(path, _flushed(endpoint), **kwargs)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        writes = bool((self.methods or set()) - {"GET", "HEAD", "OPTIONS"})
        tagged = _has_version(self.response_model)

        async def read(request: Request) -> Response:
            database: Database = request.app.state.database
            async with database.reading() as session:
                request.state.session = session
                return _finish(request, await handle(request), tagged)

        async def write(request: Request) -> Response:
            body = await request.body()
            _check_dry_run(request)
            check_text(body, request.headers.get("content-type", ""))
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    return await self._write(request, body, handle, tagged)
                except IntegrityError:
                    raise
                except DBAPIError as error:
                    if attempt == _ATTEMPTS or not is_deadlock(error):
                        raise
            raise AssertionError("unreachable")

        return write if writes else read

    async def _write(
        self, request: Request, body: bytes, handle: Callable[[Request], Coroutine[Any, Any, Response]], tagged: bool
    ) -> Response:
        database: Database = request.app.state.database
        actor = await _identify(request)
        caller = actor or Actor(id="public")
        try:
            async with database.transaction(caller) as session:
                request.state.session = session
                slot = idempotency.slot_of(caller, request, body)
                if slot and (stored := await idempotency.replay(session, slot, request)):
                    return stored
                response = _finish(request, await handle(request), tagged)
                if "true" in request.query_params.getlist("dry_run"):
                    await session.flush()
                    response.headers["Dry-Run"] = "true"
                    raise _Undo(response)
                if response.status_code >= 400:
                    raise _Undo(response)
                if slot:
                    await idempotency.store(session, slot, response)
        except _Undo as undo:
            return undo.response
        return response


def _check_dry_run(request: Request) -> None:
    """Whoever asks for a trial run in other words must not get a real one."""
    if any(said not in ("true", "false") for said in request.query_params.getlist("dry_run")):
        raise Malformed(Reason("request.dry_run", "dry_run 应为 true 或 false", "dry_run is true or false", "/dry_run"))


def _has_version(model: Any) -> bool:
    return inspect.isclass(model) and "version" in getattr(model, "model_fields", {})


def _finish(request: Request, response: Response, tagged: bool) -> Response:
    if tagged and response.status_code < 300 and "etag" not in response.headers:
        response.headers["ETag"] = f'"{orjson.loads(response.body)["version"]}"'
    if links := getattr(request.state, "links", ""):
        response.headers["Link"] = links
    return response


async def _session(request: Request) -> AsyncSession:
    session: AsyncSession = request.state.session
    return session


async def _now(request: Request) -> datetime:
    session: AsyncSession = request.state.session
    return session.info.get("now") or await clock.now(session)


async def _who(request: Request) -> Actor:
    actor = await _identify(request)
    if actor is None:
        raise Unauthenticated
    return actor


Db = Annotated[AsyncSession, Depends(_session)]
"""The request's session: one transaction for writes, autocommit for reads. Never commit it."""
Now = Annotated[datetime, Depends(_now)]
"""Business time."""
Who = Annotated[Actor, Depends(_who)]
"""The actor of the token; 401 without one."""


def allow(*roles: str, scope: str = "") -> Any:
    """A dependency: the actor when it has one of the roles (and the scope), else 403."""

    async def allowed(who: Who) -> Actor:
        if not who.has(*roles):
            raise Forbidden(only_for("role.missing", roles))
        if scope and scope not in who.scopes:
            raise Forbidden(Reason("scope.missing", f"缺少权限：{scope}", f"The token lacks the scope {scope}"))
        return who

    return Depends(allowed)


async def _seen(if_match: Annotated[str | None, Header()] = None) -> int | None:
    if if_match is None:
        return None
    try:
        return int(if_match.removeprefix("W/").strip('"'))
    except ValueError:
        raise Changed from None


Seen = Annotated[int | None, Depends(_seen)]
"""As ``IfMatch``, and None without one: for a PUT that also makes what is not there yet."""


async def _if_match(seen: Seen) -> int:
    if seen is None:
        raise Unseen
    return seen


IfMatch = Annotated[int, Depends(_if_match)]
"""The version the caller read, from ``If-Match``; 428 without one."""


def check_version(row: Row, seen: int) -> None:
    """412 when the row has changed since it was read."""
    if row.version != seen:
        raise Changed


class Api(APIRouter):
    """A router whose routes are transactions and need a token unless declared ``public``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(route_class=TransactionRoute, responses=EVERYWHERE, **kwargs)

    def _guard(self, public: bool, kwargs: dict[str, Any]) -> dict[str, Any]:
        if not public:
            kwargs["dependencies"] = [Depends(_who), *kwargs.get("dependencies", ())]
            kwargs.setdefault("openapi_extra", {})["security"] = [{"bearer": []}]
        return kwargs

    def get(self, path: str, *, public: bool = False, **kwargs: Any) -> Callable[[Endpoint], Endpoint]:
        return super().get(path, **self._guard(public, kwargs))

    def post(self, path: str, *, public: bool = False, **kwargs: Any) -> Callable[[Endpoint], Endpoint]:
        if public:
            kwargs["dependencies"] = [limited, *kwargs.get("dependencies", ())]
            kwargs["responses"] = {429: DOCUMENTED, **kwargs.get("responses", {})}
        return super().post(path, **self._guard(public, kwargs))

    def put(self, path: str, *, public: bool = False, **kwargs: Any) -> Callable[[Endpoint], Endpoint]:
        return super().put(path, **self._guard(public, kwargs))

    def patch(self, path: str, *, public: bool = False, **kwargs: Any) -> Callable[[Endpoint], Endpoint]:
        return super().patch(path, **self._guard(public, kwargs))

    def delete(self, path: str, *, public: bool = False, **kwargs: Any) -> Callable[[Endpoint], Endpoint]:
        return super().delete(path, **self._guard(public, kwargs))
