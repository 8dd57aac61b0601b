"""What an operator can do with events that wait: list, show, retry, skip (two persons), replay a range."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from uuid6 import uuid7

from shared.envelope import Envelope
from shared.errors import Forbidden, NotFound, Reason, Refused
from shared.inbox.tables import (
    HELD,
    PARKED,
    Key,
    inbox_waiting,
    lock_marks,
    move_marks,
    skip_request,
)
from shared.inbox.waiting import Inbox

_SHOWN = [column for column in inbox_waiting.c if column.name != "envelope"]


async def list_parked(session: AsyncSession, limit: int = 200) -> list[dict[str, Any]]:
    """Everything that waits, parked aggregates first, each with its reason, oldest first."""
    statement = (
        sa.select(*_SHOWN)
        .order_by(inbox_waiting.c.state.desc(), inbox_waiting.c.since, inbox_waiting.c.sequence)
        .limit(limit)
    )
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def show(session: AsyncSession, producer: str, aggregate: str) -> list[dict[str, Any]]:
    """The waiting events of one aggregate with their content and the skip that somebody asked for."""
    of = (inbox_waiting.c.producer == producer, inbox_waiting.c.aggregate == aggregate)
    rows = await session.execute(sa.select(inbox_waiting).where(*of).order_by(inbox_waiting.c.sequence))
    return [dict(row) | {"envelope": orjson.loads(row["envelope"])} for row in rows.mappings()]


async def retry(session: AsyncSession, producer: str, aggregate: str) -> int:
    """Let the worker try an aggregate's parked events at its next look; how many."""
    released = await session.execute(
        inbox_waiting.update()
        .where(
            inbox_waiting.c.producer == producer,
            inbox_waiting.c.aggregate == aggregate,
            inbox_waiting.c.state.in_((PARKED, HELD)),
        )
        .values(state=HELD, attempts=0, tries=0, retry_at=sa.func.now())
        .returning(inbox_waiting.c.sequence)
    )
    return len(released.all())


async def request_skip(session: AsyncSession, producer: str, aggregate: str, reason: str, person: str) -> UUID:
    """Ask to pass over the first parked event of an aggregate. Another person confirms it."""
    if not reason.strip():
        raise Refused(Reason("skip.reason", "请说明理由", "Say why", "/reason"))
    first = (
        sa.select(inbox_waiting)
        .where(
            inbox_waiting.c.producer == producer,
            inbox_waiting.c.aggregate == aggregate,
            inbox_waiting.c.state == PARKED,
        )
        .order_by(inbox_waiting.c.incarnation, inbox_waiting.c.sequence)
        .limit(1)
    )
    parked = (await session.execute(first)).mappings().first()
    if parked is None:
        raise NotFound("parked")
    request = UUID(int=uuid7().int)
    await session.execute(
        skip_request.insert().values(
            id=request,
            producer=producer,
            incarnation=parked["incarnation"],
            aggregate=aggregate,
            sequence=parked["sequence"],
            event_id=parked["event_id"],
            reason=reason,
            requested_by=person,
        )
    )
    return request


async def confirm_skip(session: AsyncSession, request: UUID, person: str) -> str:
    """Pass over it: its mark moves without effects, what waits behind it is tried. The event's type."""
    statement = sa.select(skip_request).where(skip_request.c.id == request).with_for_update()
    asked = (await session.execute(statement)).mappings().first()
    if asked is None:
        raise NotFound("skip")
    if asked["requested_by"] == person:
        raise Forbidden(Reason("skip.same_person", "须由另一人确认", "Another person has to confirm it"))
    key = Key(asked["producer"], asked["incarnation"], asked["aggregate"])
    mark = (await lock_marks(session, [key]))[key]
    of = sa.and_(
        inbox_waiting.c.producer == key.producer,
        inbox_waiting.c.incarnation == key.incarnation,
        inbox_waiting.c.aggregate == key.aggregate,
    )
    skipped = await session.scalar(
        inbox_waiting.delete()
        .where(of, inbox_waiting.c.event_id == asked["event_id"], inbox_waiting.c.state == PARKED)
        .returning(inbox_waiting.c.type)
    )
    if asked["confirmed_by"] is not None or skipped is None:
        raise Refused(Reason("skip.gone", "该事件已不在搁置中", "That event is not parked any more"))
    if asked["sequence"] == mark.sequence + 1:
        mark.sequence, mark.event_id, mark.moved = asked["sequence"], asked["event_id"], True
        await move_marks(session, {key: mark}, {})
    await session.execute(
        skip_request.update()
        .where(skip_request.c.id == request)
        .values(confirmed_by=person, confirmed_at=sa.func.now())
    )
    behind = sa.select(sa.func.min(inbox_waiting.c.sequence)).where(of).scalar_subquery()
    await session.execute(
        inbox_waiting.update()
        .where(of, inbox_waiting.c.sequence == behind, inbox_waiting.c.state != PARKED)
        .values(state=HELD, retry_at=sa.func.now())
    )
    return str(skipped)


async def replay(inbox: Inbox, read: Callable[[int, int], Awaitable[Sequence[Envelope]]], first: int, last: int) -> int:
    """Take the producer's positions ``first`` to ``last`` in again, as if the bus had brought them: what was missed
    is applied, what was handled is known. ``read(after, limit)`` asks the door. How many were read."""
    after, count = first - 1, 0
    while after < last:
        envelopes = [found for found in await read(after, min(200, last - after)) if found.position <= last]
        if not envelopes:
            break
        await inbox.process(envelopes)
        after, count = envelopes[-1].position, count + len(envelopes)
    return count
