"""Who keeps the orders of a round waiting, as far as the caller sees them: one grouped read."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order, Round
from services.orders.queries.orders import visible
from services.orders.rules import waiting as rules
from services.orders.schemas import WaitingList, WaitingOut
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.divisions import place_of
from shared.queries import first

_SIZES = {"town": 9, "district": 6}


async def waiting_of(session: AsyncSession, round: Round, actor: Actor, most: int) -> WaitingList:
    """A count for each who and what, the longest wait first."""
    policy = policy_set(round.policy)
    steps = {
        status: step
        for status in rules.STANDING
        if (step := rules.awaited(status, policy.orders.town_endorsement, policy.switches))
    }
    key = sa.case({status: _key(step.role, round) for status, step in steps.items()}, value=Order.status)
    person = sa.case((sa.and_(key == "", Order.offered_by.is_not(None)), Order.offered_by), else_=sa.null())
    name = sa.func.min(sa.func.coalesce(sa.func.nullif(Order.host_name, ""), Order.expert_name)).label("name")
    oldest = sa.func.min(Order.status_since).label("oldest_since")
    found = visible(
        sa.select(
            Order.status, key.label("key"), person.label("person_id"), name, sa.func.count().label("count"), oldest
        ),
        actor,
    ).where(Order.round_id == round.id, Order.status.in_(steps))
    rows, left = await first(session, found.group_by(Order.status, key, person).order_by(oldest), most)
    return WaitingList(items=[_out(row, steps[row.status], round) for row in rows], left=left)


def _key(role: str, round: Round) -> Any:
    """What identifies whom an order waits for: its host, the office of its town or county, or the round's bureau."""
    if role == "host":
        return Order.host_code
    if role in _SIZES:
        size = _SIZES[role]
        return sa.func.left(Order.division, size) + "0" * (12 - size)
    return sa.literal(round.division)


def _out(row: Any, step: rules.Awaited, round: Round) -> WaitingOut:
    host = step.role == "host"
    scope = f"host_code={row.key}" if host else f"division={row.key}"
    return WaitingOut(
        code=step.action,
        zh=step.zh,
        en=step.en,
        role="expert" if row.person_id else step.role,
        who=row.name if host else place_of(row.key) or row.key,
        person_id=row.person_id,
        unit=row.key if host and row.key else None,
        division=None if host else row.key,
        count=row.count,
        oldest_since=row.oldest_since,
        due=round.closes_at if row.status != "unclaimed" else None,
        link=f"/orders/v1/orders?round_id={round.id}&status={row.status}" + ("" if row.person_id else f"&{scope}"),
    )
