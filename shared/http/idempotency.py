"""Answers kept for repeated requests: the same ``Idempotency-Key`` and body get the stored answer, in the transaction
that did the work. Keys belong to their caller and route.
"""

import hashlib
import re
from datetime import timedelta

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from shared import clock
from shared.actor import Actor
from shared.crypto import seal, unseal
from shared.db import Database
from shared.errors import Malformed, Reason
from shared.http.problems import problem
from shared.tables import platform

kept_answers = sa.Table(
    "idempotency",
    platform,
    sa.Column("key", sa.Text, primary_key=True, comment="hash of caller, route and Idempotency-Key"),
    sa.Column("request", sa.Text, nullable=False, comment="hash of the body it came with"),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Index("ix_idempotency_created_at", "created_at"),
)
KEPT_DAYS = 90

_KEPT_HEADERS = ("content-type", "etag", "location", "link")


def slot_of(caller: Actor, request: Request, body: bytes) -> tuple[str, str] | None:
    """Under which key an answer is kept, and the hash of what was asked; None without an ``Idempotency-Key``."""
    key = request.headers.get("idempotency-key", "")
    if not key:
        return None
    if len(key) > 255:
        raise Malformed(Reason("idempotency.key", "Idempotency-Key 过长", "At most 255 characters", "/Idempotency-Key"))
    # multipart bodies carry a random boundary: the same file sent again is the same request
    boundary = re.search(r"boundary=\"?([^\";]+)", request.headers.get("content-type", ""))
    content = body.replace(boundary[1].encode(), b"") if boundary else body
    where = f"{caller.id}|{request.method} {request.url.path}?{request.url.query}|{key}"
    return hashlib.sha256(where.encode()).hexdigest(), hashlib.sha256(content).hexdigest()


async def replay(session: AsyncSession, slot: tuple[str, str], request: Request) -> Response | None:
    """The stored answer of this key, or None when it is new. Another request with it in progress is refused."""
    key, content = slot
    lock = sa.select(sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(key, 0)))
    if not (await session.execute(lock)).scalar():
        busy = Reason("request.in_progress", "同一请求正在处理", "The same request is in progress")
        return problem(request, 409, busy, (busy,), {"Retry-After": "1"})
    row = (await session.execute(sa.select(kept_answers).where(kept_answers.c.key == key))).one_or_none()
    if row is None:
        return None
    if row.request != content:
        raise Malformed(
            Reason(
                "idempotency.reused",
                "此 Idempotency-Key 已用于另一请求",
                "This key was used for another request",
                "/Idempotency-Key",
            )
        )
    return Response(unseal(row.body), row.status, {**row.headers, "Idempotency-Replayed": "true"})


async def store(session: AsyncSession, slot: tuple[str, str], response: Response) -> None:
    kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    row = {
        "key": slot[0],
        "request": slot[1],
        "status": response.status_code,
        "headers": kept,
        "body": seal(bytes(response.body)),
    }
    await session.execute(kept_answers.insert(), row)


async def forget_answers(database: Database) -> None:
    """Delete what was stored for repeated requests more than ``KEPT_DAYS`` of wall time ago."""
    before = clock.wall() - timedelta(days=KEPT_DAYS)
    async with database.transaction() as session:
        await session.execute(kept_answers.delete().where(kept_answers.c.created_at < before))
