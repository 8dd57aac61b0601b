"""One order with everything that this caller may read of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order, OrderReturn
from services.orders.queries.orders import close_to, order_actions, runs
from services.orders.queries.quotas import quota_of
from services.orders.rules.quota import Quota
from services.orders.schemas import MergedOut, OrderDetail, ReturnOut
from shared.actor import Actor
from shared.http.shapes import ActionOut


async def detail(session: AsyncSession, row: Order, actor: Actor, now: datetime) -> OrderDetail:
    """The order, what the caller can do with it, what was merged into it, and to whom it is theirs why it came back."""
    own = runs(row, actor)
    quota = await quota_of(session, row) if own and actor.has("district") else Quota()
    shown: dict[str, Any] = {
        "actions": [ActionOut.model_validate(action) for action in order_actions(row, actor, now, quota)],
        "liaison_phone": row.liaison_phone if own else None,
        "merged": [MergedOut.model_validate(one) for one in await _merged(session, row.id)],
        "returns": [],
        "late_reason": "",
        "late_until": None,
    }
    if close_to(row, actor):
        returns = [ReturnOut.model_validate(one) for one in await _returns(session, row.id)]
        shown |= {"returns": returns, "late_reason": row.late_reason, "late_until": row.late_until}
        shown["returned"] = returns[0] if returns and row.status == "returned" else None
    return OrderDetail.model_validate(row).model_copy(update=shown)


async def _returns(session: AsyncSession, order_id: UUID) -> list[OrderReturn]:
    """Newest first."""
    statement = sa.select(OrderReturn).where(OrderReturn.order_id == order_id)
    return list(await session.scalars(statement.order_by(OrderReturn.at.desc(), OrderReturn.id.desc())))


async def _merged(session: AsyncSession, order_id: UUID) -> list[Order]:
    statement = sa.select(Order).where(Order.merged_into == order_id).order_by(Order.id)
    return list(await session.scalars(statement))
