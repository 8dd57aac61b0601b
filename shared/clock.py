"""Business time: wall time plus an offset that only development can move, and only forward.

The offset is a row of each service's database, read in the transaction that uses it, so that every process of a
service sees a moved clock at once. In production there is no row to read: business time is wall time.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.errors import Reason, Refused
from shared.tables import platform

SHANGHAI = ZoneInfo("Asia/Shanghai")

business_clock = sa.Table(
    "business_clock",
    platform,
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1", name="one_row"), primary_key=True),
    sa.Column("ahead", sa.Interval, nullable=False),
)

_movable = False


def make_movable(movable: bool) -> None:
    """Said once at start from the profile."""
    global _movable
    _movable = movable


def wall() -> datetime:
    """Wall time, for token expiry, ids, leases and retention."""
    return datetime.now(UTC)


async def now(session: AsyncSession | AsyncConnection) -> datetime:
    """Business time, aware, in Asia/Shanghai."""
    ahead = timedelta()
    if _movable:
        ahead = (await session.execute(sa.select(business_clock.c.ahead))).scalar() or ahead
    return (wall() + ahead).astimezone(SHANGHAI)


def first_instant(day: Any) -> Any:
    """When a day begins in Shanghai, of a column of dates."""
    return sa.func.timezone(SHANGHAI.key, sa.cast(day, sa.DateTime))


async def start(session: AsyncSession | AsyncConnection, at: datetime) -> None:
    """Start a new database's clock at ``at``; one that runs already is left alone."""
    row = {"id": 1, "ahead": at - wall()}
    await session.execute(
        sa.text("insert into business_clock (id, ahead) values (:id, :ahead) on conflict do nothing"), row
    )


async def move(session: AsyncSession, to: datetime) -> datetime:
    """Move the clock forward to ``to``. Raises :class:`Refused` when that would be backward or in production."""
    if not _movable:
        raise Refused(Reason("clock.fixed", "生产环境不能调整业务时钟", "The clock cannot be moved in production"))
    present = await now(session)
    if to < present:
        raise Refused(
            Reason("clock.backward", "业务时钟只能向前", f"The clock only moves forward; it is {present}", "/to")
        )
    await session.execute(
        sa.text(
            "insert into business_clock (id, ahead) values (1, :ahead) on conflict (id) do update set ahead = :ahead"
        ),
        {"ahead": to - wall()},
    )
    session.info["wake"] = b"clock"  # what fell due need not wait for the worker's next look
    return to.astimezone(SHANGHAI)
