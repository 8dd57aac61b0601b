"""Reads of a round's calendar of actions."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.orders.models import Action, Order, Round
from services.orders.queries.orders import NOTHING_YET
from services.orders.rules import action as action_rules
from services.orders.rules.order import ENDED
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.divisions import name_of
from shared.errors import NotFound
from shared.lifecycle import actions as possible_actions


def planned_actions(round_id: UUID, status: str | None = None) -> sa.Select[Any]:
    statement = sa.select(Action).where(Action.round_id == round_id)
    return statement.where(Action.status.in_(status.split(","))) if status else statement


async def planned_action(session: AsyncSession, round_id: UUID, action_id: UUID) -> Action:
    statement = planned_actions(round_id).where(Action.id == action_id).options(joinedload(Action.round))
    found: Action | None = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound("action")
    return found


async def action_actions(session: AsyncSession, action: Action, actor: Actor) -> list[dict[str, Any]]:
    """What this caller may do with an action now."""
    if not actor.covers(action.round.division):
        return []
    left = sa.select(sa.func.count()).where(Order.action_id == action.id, Order.status.not_in(ENDED))
    facts = action.facts(open_orders=await session.scalar(left) or 0)
    return possible_actions(
        action_rules.LIFECYCLE,
        action.status,
        actor,
        {"cancel": lambda: action_rules.cancel_obstacles(facts)},
        policy_set(action.round.policy).switches,
    )


def places(action: Action) -> list[str]:
    """Its counties by name."""
    return [name_of(code) or code for code in action.divisions]


async def public_actions(session: AsyncSession, prefix: str) -> tuple[Round, list[Action]]:
    """A round that has been opened, with its calendar."""
    round = await session.scalar(sa.select(Round).where(Round.prefix == prefix, Round.status != "draft"))
    if round is None:
        raise NotFound("round")
    calendar = planned_actions(round.id).order_by(Action.starts_on, Action.id)
    return round, list(await session.scalars(calendar))


async def actions_version(session: AsyncSession) -> tuple[str, Any]:
    """Changes whenever an action or a round's phase does."""
    of_actions = sa.select(sa.func.count(), sa.func.sum(Action.version), sa.func.max(Action.created_at))
    count, versions, last = (await session.execute(of_actions)).one()
    rounds = await session.scalar(sa.select(sa.func.sum(Round.version)))
    return f"{count}-{versions}-{rounds}", last or NOTHING_YET
