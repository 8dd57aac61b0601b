"""How many orders each district may recommend."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order, Round
from services.orders.rules import round as round_rules
from services.orders.rules.quota import quota_faults
from shared.actor import Actor, prefix
from shared.contracts.orders import RoundQuotasSet
from shared.divisions import counties, county_of
from shared.errors import Malformed
from shared.outbox import publish


async def set_quotas(session: AsyncSession, round: Round, quotas: dict[str, int], actor: Actor, now: datetime) -> Round:
    """The whole list anew. A number below what is used already takes nothing back; it only lets no more through."""
    round_rules.check_bureau(round.division, actor)
    if faults := tuple(quota_faults(quotas, counties(prefix(round.division)))):
        raise Malformed(*faults)
    round.quotas = quotas
    publish(session, RoundQuotasSet(round_id=round.id, quotas=quotas))
    await session.flush()
    return round


async def in_turn(session: AsyncSession, order_id: UUID) -> None:
    """Whoever recommends in a district waits for the one before. Taken before the order itself is locked, so that
    no two wait for each other."""
    place = sa.select(Order.round_id, Order.division).where(Order.id == order_id)
    if (row := (await session.execute(place)).one_or_none()) is not None:
        key = f"quota/{row.round_id}/{county_of(row.division)}"
        await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
