"""The calendar of a round's actions, one function per verb."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.orders.models import Action, Order, Round
from services.orders.rules import action as rules
from services.orders.rules.order import ENDED
from services.orders.schemas import PlannedAction, PlannedActionPatch
from shared.actor import Actor
from shared.contracts.orders import ActionCancelled, ActionEdited, ActionFinished, ActionPlanned, ActionStarted
from shared.contracts.policy_document import policy_set
from shared.db import load
from shared.divisions import county_of, name_of
from shared.errors import Malformed, NotFound, Reason, require
from shared.outbox import publish


async def get(session: AsyncSession, action_id: UUID) -> Action:
    """The action, locked, with its round."""
    return await load(session, Action, action_id, "action", joinedload(Action.round))


async def of_round(session: AsyncSession, round_id: UUID, action_id: UUID) -> Action:
    """The same, when it belongs to this round."""
    action = await get(session, action_id)
    if action.round_id != round_id:
        raise NotFound("action")
    return action


async def plan(
    session: AsyncSession, round_id: UUID, planned: list[PlannedAction], actor: Actor, now: datetime
) -> list[Action]:
    """Some or all actions of the year, all of them or none. Raises :class:`Malformed` when a name stands twice."""
    round = await load(session, Round, round_id, "round")
    names = [one.name for one in planned]
    if len(set(names)) < len(names):
        raise Malformed(Reason("action.duplicate", "行动名称重复", "A name stands twice", "/actions"))
    policy, begun = policy_set(round.policy).orders, next(iter(rules.LIFECYCLE.statuses))
    made = [Action(**body.model_dump(), status=begun, round=round, round_id=round.id) for body in planned]
    facts = [action.facts(unknown(action.divisions)) for action in made]
    require(
        replace(reason, pointer=f"/actions/{at}{reason.pointer}")
        for at, one in enumerate(facts)
        for reason in rules.plan_obstacles(one, policy)
    )
    for action, one in zip(made, facts, strict=True):
        action.status = rules.plan(one, policy, actor)
    session.add_all(made)
    await session.flush()
    for action in made:
        publish(session, ActionPlanned(**_told(action)))
    return made


def unknown(divisions: list[str]) -> list[str]:
    """Codes that the table of divisions does not list."""
    return [code for code in divisions if name_of(code) is None]


def _told(action: Action) -> dict[str, Any]:
    return {
        "action_id": action.id,
        "round_id": action.round_id,
        "name": action.name,
        "kind": action.kind,
        "starts_on": action.starts_on,
        "ends_on": action.ends_on,
        "divisions": action.divisions,
    }


async def edit(session: AsyncSession, action: Action, body: PlannedActionPatch, actor: Actor, now: datetime) -> Action:
    """Other days, other counties: as long as none of its orders loses its county."""
    for name, value in body.model_dump(exclude_none=True).items():
        setattr(action, name, value)
    divisions = sa.select(Order.division).where(Order.action_id == action.id, Order.status.not_in(ENDED)).distinct()
    counties = {county_of(code) for code in await session.scalars(divisions)}
    without = sorted(counties - set(action.divisions))
    rules.edit(action.facts(unknown(action.divisions)), policy_set(action.round.policy).orders, actor, without)
    await session.flush()
    publish(session, ActionEdited(**_told(action)))
    return action


async def start(session: AsyncSession, action_id: UUID, actor: Actor, now: datetime) -> Action:
    action = await get(session, action_id)
    action.status = rules.start(action.facts(), actor)
    publish(session, ActionStarted(action_id=action.id, round_id=action.round_id))
    return action


async def finish(session: AsyncSession, action_id: UUID, actor: Actor, now: datetime) -> Action:
    action = await get(session, action_id)
    action.status = rules.finish(action.facts(), actor)
    publish(session, ActionFinished(action_id=action.id, round_id=action.round_id))
    return action


async def cancel(session: AsyncSession, action_id: UUID, reason: str, actor: Actor, now: datetime) -> Action:
    action = await get(session, action_id)
    left = sa.select(sa.func.count()).where(Order.action_id == action.id, Order.status.not_in(ENDED))
    action.status = rules.cancel(action.facts(open_orders=await session.scalar(left) or 0), reason, actor)
    action.status_reason = reason
    publish(session, ActionCancelled(action_id=action.id, round_id=action.round_id))
    return action
