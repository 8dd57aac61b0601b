"""What tests of orders begin with."""

from datetime import timedelta
from typing import Any

import httpx

from shared.testing import START

HOST = "N2500101053181942A"


def round_body(**changes: Any) -> dict[str, Any]:
    body = {
        "name": "2020年专家服务团",
        "year": 2020,
        "prefix": "CQ-2020",
        "division": "500000000000",
        "opens_at": START.isoformat(),
        "closes_at": (START + timedelta(days=10)).isoformat(),
    }
    return body | changes


def order_body(round_id: str, **changes: Any) -> dict[str, Any]:
    body = {
        "round_id": round_id,
        "title": "茶园病虫害防治",
        "division": "500101151002",
        "host_name": "信义社区股份经济合作联合社",
        "host_code": HOST,
        "liaison_name": "联络员",
        "liaison_phone": "13800000000",
        "industry": "茶叶",
        "problem": "病虫害多",
        "expected": "亩产提高一成",
        "asked_fen": 15_000_000,
    }
    return body | changes


async def done(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


async def open_round(api: Any, actors: Any, **changes: Any) -> dict[str, Any]:
    created = await done(await api(actors.bureau).post("/v1/rounds", json=round_body(**changes)), 201)
    opened: dict[str, Any] = await done(await api(actors.bureau).post(f"/v1/rounds/{created['id']}/open"))
    return opened


async def published_order(api: Any, actors: Any, round_id: str, **changes: Any) -> dict[str, Any]:
    bureau = api(actors.bureau)
    created = await done(await bureau.post("/v1/orders", json=order_body(round_id, **changes)), 201)
    await done(await bureau.post(f"/v1/orders/{created['id']}/submit"))
    await done(await api(actors.district).post(f"/v1/orders/{created['id']}/recommend"))
    found: dict[str, Any] = await done(await bureau.post(f"/v1/orders/{created['id']}/publish"))
    return found
