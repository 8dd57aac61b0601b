"""A round at a glance: who waits for whom, and which key places have a team."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from services.orders import queries, schemas
from shared.http import Api, Db, Who
from shared.http.exports import Format, exported
from shared.http.pagination import Top
from shared.http.shapes import MOST_FIRST

overview = Api(tags=["rounds"])


@overview.get("/v1/rounds/{round_id}/waiting", response_model=schemas.WaitingList)
async def list_waiting_orders(round_id: UUID, db: Db, who: Who, most: Top = MOST_FIRST) -> Any:
    """Who keeps the orders of this round waiting, with what and since when; the longest wait first."""
    return await queries.waiting_of(db, await queries.round(db, round_id), who, most)


@overview.get("/v1/rounds/{round_id}/coverage", response_model=schemas.Coverage)
async def read_coverage(round_id: UUID, db: Db, who: Who) -> Any:
    """Key places and their teams, those without one first."""
    return await queries.coverage(db, await queries.round(db, round_id), who)


_HEAD = ("区划代码", "重点乡镇", "订单数", "已发布", "无人接单", "团队数", "自何时起无团队")


@overview.get("/v1/rounds/{round_id}/coverage/export", response_class=Response)
async def export_coverage(round_id: UUID, db: Db, who: Who, format: Format = "csv") -> Response:
    """The same rows as a file."""
    found = await queries.coverage(db, await queries.round(db, round_id), who)
    lines = [
        (p.division, p.place, p.orders, p.published, p.unclaimed, p.teams, str(p.without_team_since or "")[:10])
        for p in found.items
    ]
    return await exported(format, "coverage", _HEAD, lines)
