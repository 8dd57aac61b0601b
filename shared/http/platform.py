"""The routes that every service has: health, figures, the event door, the clock and the operator's status."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import Query, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, Response

from shared import clock, journal
from shared.http.transaction import Api, Db, Now, Who, allow
from shared.inbox import parked
from shared.service import Service

VERSION = "0.1.0"


class ClockOut(BaseModel):
    """Business time, the next thing that falls due, and how far events have come."""

    now: datetime
    next_due: datetime | None
    state: dict[str, Any]


class RetryIn(BaseModel):
    producer: str
    aggregate: str


class SkipIn(RetryIn):
    reason: str


async def clock_of(service: Service, session: AsyncSession) -> ClockOut:
    return ClockOut(
        now=await clock.now(session),
        next_due=await service.jobs.next_due(session),
        state=await journal.drained_state(session),
    )


def router(service: Service) -> Api:
    """The platform's routes for ``service``."""
    api = Api(tags=["platform"])

    @api.get("/livez", public=True, include_in_schema=False)
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @api.get("/readyz", public=True, include_in_schema=False)
    async def readyz(db: Db) -> Response:
        try:
            await db.execute(sa.text("select 1"))
        except (DBAPIError, OSError):
            return JSONResponse({"status": "unready", "database": "unreachable"}, 503)
        return JSONResponse({"status": "ready"})

    @api.get("/version", public=True, include_in_schema=False)
    async def version() -> dict[str, str]:
        return {"service": service.name, "version": VERSION}

    @api.get("/metrics", public=True, include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @api.get("/v1/events", dependencies=[allow("service", "operator", "department", scope="events:read")])
    async def read_events(
        request: Request,
        after: Annotated[int, Query(ge=0)] = 0,
        aggregate: Annotated[str | None, Query(max_length=200)] = None,
        after_sequence: Annotated[int, Query(ge=0)] = 0,
        incarnation: Annotated[int | None, Query(ge=1, description="of the database; default: the latest")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 200,
        wait: Annotated[float, Query(ge=0, le=30, description="seconds to wait for the next event")] = 0,
    ) -> dict[str, Any]:
        """The journal's door: the same events as on the bus, by position or by aggregate, for readers without it."""
        database = request.app.state.database
        if aggregate:
            events = await journal.read_aggregate(database, aggregate, after_sequence, limit, incarnation)
        else:
            events = await journal.read_after(database, after, limit, wait)
        return {"events": events, "next_after": events[-1]["position"] if events and not aggregate else after}

    @api.get("/v1/clock", response_model=ClockOut)
    async def read_clock(db: Db, who: Who) -> ClockOut:
        return await clock_of(service, db)

    @api.get("/v1/status", dependencies=[allow("operator", "service")])
    async def read_status(db: Db) -> dict[str, Any]:
        return {
            "service": service.name,
            "now": await clock.now(db),
            "next_due": await service.jobs.next_due(db),
            **await journal.drained_state(db),
        }

    @api.get("/v1/parked", dependencies=[allow("operator")])
    async def list_parked(
        db: Db,
        producer: Annotated[str, Query(max_length=50)] = "",
        aggregate: Annotated[str, Query(max_length=200)] = "",
    ) -> dict[str, Any]:
        """Everything that waits, parked first; with ``producer`` and ``aggregate`` its events with their content."""
        if producer and aggregate:
            return {"items": await parked.show(db, producer, aggregate)}
        return {"items": await parked.list_parked(db)}

    @api.post("/v1/parked/retry", dependencies=[allow("operator")])
    async def retry_parked(body: RetryIn, db: Db) -> dict[str, Any]:
        """Released for another try; the worker tries at once."""
        return {"released": await parked.retry(db, body.producer, body.aggregate)}

    @api.post("/v1/parked/skip", dependencies=[allow("operator")], status_code=201)
    async def request_skip(body: SkipIn, db: Db, who: Who) -> dict[str, Any]:
        """Ask to skip the first parked event of an aggregate; another person confirms it."""
        return {"id": await parked.request_skip(db, body.producer, body.aggregate, body.reason, who.id)}

    @api.post("/v1/parked/skip/{request_id}/confirm", dependencies=[allow("operator")])
    async def confirm_skip(request_id: UUID, db: Db, who: Who, now: Now) -> dict[str, Any]:
        return {"skipped": await parked.confirm_skip(db, request_id, who.id)}

    return api
