"""Offers of experts, until they are submitted like any order."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order, Round
from services.orders.rules import offer as rules
from services.orders.rules import order as order_rules
from services.orders.schemas import OfferIn
from shared.actor import Actor
from shared.db import load
from shared.divisions import county_of, name_of, place_of, town_of
from shared.errors import Malformed, Reason, require


async def draft(session: AsyncSession, body: OfferIn, actor: Actor, now: datetime) -> Order:
    """A new offer of the expert who writes it."""
    round = await load(session, Round, body.round_id, "round")
    status = rules.draft(round.direction, actor)
    require(order_rules.intake_obstacles(round.status))
    if name_of(town_of(body.division)) is None and name_of(county_of(body.division)) is None:
        unknown = Reason("division.unknown", f"未知的区划代码{body.division}", "Unknown division code", "/division")
        raise Malformed(unknown)
    order = Order(
        **body.model_dump(),
        direction=rules.SUPPLY,
        offered_by=actor.person_id,
        host_name="",
        host_code="",
        place=place_of(body.division),
        status=status,
        round=round,
    )
    session.add(order)
    await session.flush()
    return order


async def follow_merge(session: AsyncSession, person_id: UUID, into: UUID) -> None:
    """A second record of the offering expert was merged into the one that stands for both."""
    own = sa.update(Order).where(Order.offered_by == person_id)
    await session.execute(own.values(offered_by=into, version=Order.version + 1))
