"""A service's API: its routes, the platform's routes, limits, traces and figures around them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import clock, crypto, messages, signing, telemetry, webhooks
from shared.auth import Verifier
from shared.bus import Bus
from shared.db import Database
from shared.files.examine import MOST_BYTES
from shared.files.store import open_files
from shared.http import development, platform, problems
from shared.http.caching import FromMemory, Memory
from shared.http.limits import PublicWrites
from shared.service import Service
from shared.settings import Settings

BODY_LIMIT = 1 << 20
UPLOAD_LIMIT = MOST_BYTES + (64 << 10)
"""A file as large as may be, and what stands around it in the form."""


def create_app(service: Service, settings: Settings, database: Database | None = None) -> FastAPI:
    """The API of ``service``. Tests hand in their own ``database``; otherwise the app opens and closes one."""
    crypto.use_keys(settings.field_keys, settings.hash_key)
    signing.use_signing_keys(service.signing_keys(settings), settings.public_url)
    messages.use_senders(settings)
    webhooks.use_settings(settings)
    clock.make_movable(settings.development)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if database is not None:
            yield
            return
        own = app.state.database = Database(settings.database_url, pool=settings.database_pool, service=service.name)
        nudge = _Nudge(settings, service.name)
        own.after_commit = nudge.send
        yield
        await nudge.close()
        await own.close()

    app = FastAPIOffline(  # its pages under /docs and /redoc bring their scripts along: offices have no internet
        title=f"Jiedan {service.title}",
        version=platform.VERSION,
        lifespan=lifespan,
    )
    app.state.settings, app.state.service, app.state.verifier = settings, service, Verifier(settings)
    app.state.public_writes = PublicWrites(settings.public_writes)
    app.state.memory = Memory()
    if service.attachments is not None:
        app.state.files = open_files(settings, service.name)
    if database is not None:
        app.state.database = database
    for route in _routes(service, settings.development):
        app.router.routes.append(route)
    _describe_messages(app, service)
    problems.install(app)
    _complete_openapi(app)
    app.add_middleware(FromMemory, memory=app.state.memory)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["ETag", "Link", "Idempotency-Replayed", "Retry-After"],
        )
    app.add_middleware(_Edge, service=service.name)
    return app


def _routes(service: Service, in_development: bool) -> list[BaseRoute]:
    """The routes as they are: included as routers, each would be built a second time. In production without ``/dev``:
    not even these addresses are known there."""
    routers = [*service.routers, platform.router(service)]
    if in_development:
        routers.append(development.own_clock(service))
        if service.name == "orders":
            routers.append(development.router())
    found = [route for router in routers for route in router.routes]
    return [route for route in found if in_development or not getattr(route, "path", "").startswith("/dev/")]


def _describe_messages(app: FastAPI, service: Service) -> None:
    """The messages that the service sends, as OpenAPI's ``webhooks``: nobody calls these here."""
    for name, model in service.messages.items():

        async def take(body: Any) -> None: ...

        take.__annotations__["body"], take.__doc__ = model, model.__doc__
        app.webhooks.add_api_route(
            name,
            take,
            methods=["POST"],
            name=name,
            operation_id=name,
            summary=name,
            status_code=204,
            responses={"default": {"description": "Anything but 2xx is tried again; 410 ends the subscription."}},
        )


class _Nudge:
    """Tells the service's worker after a commit that there is something to relay. A convenience: the worker also
    looks by itself, so a broker that is away delays nothing but this."""

    def __init__(self, settings: Settings, service: str) -> None:
        self._subject = f"nudge.{service}"
        self._bus = Bus(settings.nats_url, service, user=settings.nats_user, password=settings.nats_password)
        self._connecting = asyncio.create_task(self._bus.connect()) if settings.nats_url else None

    async def send(self, word: bytes) -> None:
        if self._bus.connected:
            await self._bus.client.publish(self._subject, word)

    async def close(self) -> None:
        if self._connecting:
            self._connecting.cancel()
            await self._bus.close()


def _complete_openapi(app: FastAPI) -> None:
    make = app.openapi

    def openapi() -> dict[str, Any]:
        schema = make()
        problems.declare(schema)
        schemes = schema.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes["bearer"] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the schema


class _TooLarge(Exception):
    pass


class _Edge:
    """Around every request: trace context, the body limit (counted while streaming), HEAD as GET without a body, time
    taken."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app, self.service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        telemetry.enter_trace(headers.get(b"traceparent", b"").decode("latin-1"))
        limit = UPLOAD_LIMIT if headers.get(b"content-type", b"").startswith(b"multipart/") else BODY_LIMIT
        started, status, size = time.perf_counter(), 500, 0
        bodiless = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if bodiless else scope

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif bodiless:
                message = {**message, "body": b""}
            await send(message)

        try:
            if int(headers.get(b"content-length", b"0") or b"0") > limit:
                raise _TooLarge
            await self.app(inner, counted, noted)
        except _TooLarge:
            status = 413
            await _refuse_size(send, limit)
        finally:
            route = getattr(inner.get("route"), "path", "unknown")
            telemetry.REQUESTS.labels(self.service, scope["method"], route, status).observe(
                time.perf_counter() - started
            )


async def _refuse_size(send: Send, limit: int) -> None:
    text = f"内容超过 {limit >> 20} MiB / more than {limit >> 20} MiB"
    body = orjson.dumps(
        {
            "type": "about:blank",
            "title": text,
            "status": 413,
            "detail": text,
            "code": "request.too_large",
            "errors": [],
            "trace_id": telemetry.trace_id(),
        }
    )
    head = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": head})
    await send({"type": "http.response.body", "body": body})
