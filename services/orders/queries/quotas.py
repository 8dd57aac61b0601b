"""How many orders each district may recommend, and has."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order, Round
from services.orders.rules.quota import USED, Quota, limit_of
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.divisions import county_of, name_of
from shared.queries import within


async def quota_of(session: AsyncSession, order: Order) -> Quota:
    """The quota of the order's district; counted only where there is one."""
    county = county_of(order.division)
    limit = limit_of(order.round.quotas, county, policy_set(order.round.policy).orders)
    if limit is None:
        return Quota()
    used = sa.select(sa.func.count()).where(
        Order.round_id == order.round_id, Order.status.in_(USED), within(Order.division, county)
    )
    return Quota(limit, await session.scalar(used) or 0)


async def quotas(session: AsyncSession, round: Round, actor: Actor) -> list[dict[str, Any]]:
    """Every county with a number of its own or with orders, as far as the caller's division reaches."""
    county = sa.func.left(Order.division, 6).label("county")
    used = sa.func.count().filter(Order.status.in_(USED))
    mine = within(Order.division, actor.division)
    counted = sa.select(county, used).where(Order.round_id == round.id, mine).group_by(county)
    taken = {f"{code}000000": count for code, count in await session.execute(counted)}
    policy = policy_set(round.policy).orders
    found = []
    for code in sorted({*taken, *(code for code in round.quotas if actor.covers(code))}):
        quota = Quota(limit_of(round.quotas, code, policy), taken.get(code, 0))
        found.append(
            {
                "division": code,
                "name": name_of(code) or code,
                "quota": quota.limit,
                "used": quota.used,
                "left": quota.left,
            }
        )
    return found
