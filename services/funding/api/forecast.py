"""What is due, and what will be."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.funding import queries, schemas
from services.funding.api.handing import money_file
from services.funding.api.roles import Office
from services.funding.api.wanted import Reader
from shared.amounts import in_yuan
from shared.http import MOST_EXPORTED, Api, Db, Format, Now, Who, require_fits
from shared.http.shapes import MOST_FIRST, First

forecast = Api(tags=["forecast"])
Mine = Annotated[bool, Query(description="only what waits for the caller's own roles")]
KINDS = {"due": "应付", "planned": "计划", "held": "暂缓", "unknown": "待定"}


@forecast.get("/v1/due", response_model=First[schemas.DueOut])
async def list_due(db: Db, who: Who, now: Now, round_id: UUID | None = None, mine: Mine = False) -> Any:
    """What waits, the oldest first: since when, what is missing, and who must act next."""
    return await queries.due(db, who, round_id, now, mine, MOST_FIRST)


@forecast.get("/v1/due/export", response_class=Response)
async def export_due(
    db: Db,
    who: Office,
    read: Reader,
    now: Now,
    round_id: UUID | None = None,
    mine: Mine = False,
    format: Format = "xlsx",
) -> Response:
    await require_fits(
        db, queries.duties(who, round_id, now.date(), mine).with_only_columns(queries.PART_ID), MOST_EXPORTED
    )
    found = await queries.due(db, who, round_id, now, mine, MOST_EXPORTED)
    head = (
        "待办",
        "责任角色",
        "订单号",
        "专家服务团",
        "期次",
        "金额（元）",
        "收款单位",
        "起始时间",
        "已等待天数",
        "尚缺",
    )
    lines = [
        (
            one.zh,
            one.role,
            one.order_number,
            one.team_name,
            one.number,
            in_yuan(one.amount_fen),
            one.payee_unit_name or "",
            f"{one.since:%Y-%m-%d}",
            one.age_days,
            "、".join(m.zh for m in one.missing),
        )
        for one in found.items
    ]
    return await money_file(db, "due", format, head, lines, {"round_id": round_id, "mine": mine}, who, now)


@forecast.get("/v1/forecast", response_model=schemas.ForecastOut)
async def read_forecast(round_id: UUID, db: Db, who: Office, now: Now) -> Any:
    """A round's promised money by the month in which it will probably be paid; held and unknown stand apart."""
    await queries.round(db, round_id, who)
    return await queries.forecast(db, round_id, now.date())


@forecast.get("/v1/forecast/export", response_class=Response)
async def export_forecast(
    round_id: UUID, db: Db, who: Office, read: Reader, now: Now, format: Format = "xlsx"
) -> Response:
    """One line for each unpaid instalment, and for each award without any yet."""
    await queries.round(db, round_id, who)
    head = ("月份", "类别", "订单号", "专家服务团", "期次", "金额（元）", "依据")
    lines = [
        (
            f"{one.month:%Y-%m}" if one.month else "",
            KINDS[one.kind],
            one.order_number,
            one.team_name,
            one.number or "",
            in_yuan(one.amount_fen),
            one.why,
        )
        for one in await queries.forecast_lines(db, round_id, now.date())
    ]
    return await money_file(db, "forecast", format, head, lines, {"round_id": round_id}, who, now)
