"""Orders, one function per verb."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.orders.models import Action, Order, OrderReturn, Round
from services.orders.queries.quotas import quota_of
from services.orders.rules import content, offer
from services.orders.rules import order as rules
from services.orders.rules.intake import months_between, term_faults
from services.orders.rules.policy import Policy
from services.orders.schemas import OrderIn, OrderPatch
from services.orders.usecases import late, quotas
from shared.actor import Actor, prefix
from shared.contracts.orders import (
    OrderCancelled,
    OrderCompleted,
    OrderEndorsed,
    OrderExtended,
    OrderMatched,
    OrderMerged,
    OrderPublished,
    OrderRecommended,
    OrderReopened,
    OrderRepublished,
    OrderReturned,
    OrderStarted,
    OrderSubmitted,
    OrderUnclaimed,
    OrderWithdrawn,
)
from shared.contracts.policy_document import policy_set
from shared.db import load
from shared.divisions import name_of, place_of, town_of
from shared.errors import Malformed, Reason, require
from shared.outbox import publish


async def get(session: AsyncSession, order_id: UUID) -> Order:
    """The order, locked, with its round."""
    return await load(session, Order, order_id, "order", joinedload(Order.round))


def policy_of(order: Order) -> Policy:
    return policy_set(order.round.policy).orders


async def draft(session: AsyncSession, body: OrderIn, actor: Actor, now: datetime) -> Order:
    """A new order of a host; written by the host itself or by an office above it. After the window only the bureau
    drafts one, and says why it may be late."""
    round = await load(session, Round, body.round_id, "round")
    require(offer.direction_obstacles(offer.DEMAND, round.direction))
    if body.late is None:
        require(rules.intake_obstacles(round.status))
    _check_place(body.division, round.division)
    _check_term(body.starts_on, body.ends_on)
    fields = body.model_dump(exclude={"late"})
    fields |= {"liaison_phone": body.liaison_phone or "", "term_months": _months(body.starts_on, body.ends_on)}
    order = Order(**fields, place=place_of(body.division), round=round)
    rules.check_drafts(order.facts, actor)
    require(await _content_obstacles(session, order))
    session.add(order)
    await session.flush()
    if body.late is not None:
        late.let(session, order, body.late.reason, body.late.until, actor, now)
    return order


def _check_place(division: str, round_division: str) -> None:
    if name_of(town_of(division)) is None:
        raise Malformed(Reason("division.unknown", f"未知的区划代码{division}", "Unknown division code", "/division"))
    if not division.startswith(prefix(round_division)):
        raise Malformed(
            Reason("order.outside_round", "不在本批次辖区内", "Outside the division of the round", "/division")
        )


def _check_term(starts_on: date | None, ends_on: date | None) -> None:
    if faults := tuple(term_faults(starts_on, ends_on)):
        raise Malformed(*faults)


def _months(starts_on: date | None, ends_on: date | None) -> int | None:
    return months_between(starts_on, ends_on) if starts_on and ends_on else None


async def _content_obstacles(session: AsyncSession, order: Order) -> list[Reason]:
    """Kind, tasks and action against what the round's mode and calendar offer; a draft may still lack its kind.
    Raises :class:`Malformed` for an action that is none of the round's."""
    action = await session.get(Action, order.action_id) if order.action_id else None
    if order.action_id and (action is None or action.round_id != order.round.id):
        raise Malformed(Reason("order.action_unknown", "本批次没有该行动", "No action of this round", "/action_id"))
    offered = action.offered if action else None
    return [*content.obstacles(order.division, order.kind, order.tasks, offered, policy_of(order), needed=False)]


async def edit(session: AsyncSession, order: Order, body: OrderPatch, actor: Actor, now: datetime) -> Order:
    """What was handed in stays complete; a draft or a returned order may be unfinished."""
    rules.check_scope(order.facts, actor)
    require(rules.edit_obstacles(order.facts, actor, now))
    changes = body.model_dump(exclude_unset=True)
    for name, value in changes.items():
        if value is not None or name not in ("title", "liaison_phone"):
            setattr(order, name, value)
    _check_term(order.starts_on, order.ends_on)
    if {"starts_on", "ends_on"} & set(changes):
        order.term_months = _months(order.starts_on, order.ends_on)
    if order.status not in ("draft", "returned"):
        require(rules.completeness(order.facts, policy_of(order)))
    with session.no_autoflush:  # an action that does not exist is answered here, not by the database
        require(await _content_obstacles(session, order))
    await session.flush()
    return order


async def submit(session: AsyncSession, order_id: UUID, actor: Actor, now: datetime) -> Order:
    order = await get(session, order_id)
    order.status = rules.submit(order.facts, policy_of(order), actor, now)
    order.status_reason = ""
    publish(session, OrderSubmitted(order_id=order.id, round_id=order.round_id))
    return order


async def endorse(session: AsyncSession, order_id: UUID, actor: Actor, now: datetime) -> Order:
    order = await get(session, order_id)
    order.status = rules.endorse(order.facts, policy_of(order), actor, now)
    publish(session, OrderEndorsed(order_id=order.id, round_id=order.round_id))
    return order


async def recommend(session: AsyncSession, order_id: UUID, actor: Actor, now: datetime) -> Order:
    """Two clerks of a district recommend one after the other, so that they never exceed its quota together."""
    await quotas.in_turn(session, order_id)
    order = await get(session, order_id)
    quota = await quota_of(session, order)
    order.status = rules.recommend(order.facts, policy_of(order), actor, now, quota)
    publish(session, OrderRecommended(order_id=order.id, round_id=order.round_id))
    return order


async def return_(session: AsyncSession, order_id: UUID, reason: str, actor: Actor, now: datetime) -> Order:
    """The reason is kept: the newest stands on the order until it is handed in again, all of them in its history."""
    order = await get(session, order_id)
    order.status = rules.return_(order.facts, reason, actor, now)
    order.status_reason = reason
    role = next(name for name in ("bureau", "district", "town") if actor.has(name))
    session.add(OrderReturn(order_id=order.id, at=now, by=actor.id, role=role, reason=reason))
    publish(session, OrderReturned(order_id=order.id, round_id=order.round_id))
    return order


async def merge(session: AsyncSession, order_id: UUID, into_id: UUID, actor: Actor, now: datetime) -> Order:
    """Both orders are locked in the order of their ids; what was merged into the one that ends follows it."""
    both = {key: await get(session, key) for key in sorted({order_id, into_id})}
    order, into = both[order_id], both[into_id]
    rules.check_scope(into.facts, actor)
    if into.id == order.id or into.round_id != order.round_id:
        raise Malformed(
            Reason("order.merge_target", "须并入同批次的另一订单", "Merge into another order of the round", "/into")
        )
    order.status = rules.merge(order.facts, into.facts, actor, now)
    order.merged_into = into.id
    await session.execute(sa.update(Order).where(Order.merged_into == order.id).values(merged_into=into.id))
    publish(session, OrderMerged(order_id=order.id, round_id=order.round_id, into=str(into.id)))
    return order


async def publish_(session: AsyncSession, order_id: UUID, actor: Actor, now: datetime) -> Order:
    """The order gets the round's next number; the round's row is locked so that no number is given twice."""
    order = await get(session, order_id)
    order.status = rules.publish(order.facts, policy_of(order), actor, now)
    if order.number is None:
        round = await load(session, Round, order.round_id, "round")
        round.numbers_given += 1
        order.number = f"{round.prefix}-{round.numbers_given:04d}"
    own = order.late_until if rules.is_late(order.facts, now) else None
    order.published_at, order.closes_at = now, own or order.round.closes_at
    publish(session, published(order).model_copy(update={"closes_at": own}))
    return order


def published(order: Order) -> OrderPublished:
    """Everything public about an order, as others are told."""
    return OrderPublished(
        order_id=order.id,
        round_id=order.round_id,
        number=order.number or "",
        title=order.title,
        division=order.division,
        place=order.place,
        host_name=order.host_name,
        host_code=order.host_code,
        industry=order.industry,
        expertise=order.expertise,
        service_forms=order.service_forms,
        people_wanted=order.people_wanted,
        starts_on=order.starts_on,
        ends_on=order.ends_on,
        key_place=order.key_place,
        asked_fen=order.asked_fen or 0,
        direction=order.direction,
        offered_by=order.offered_by,
        kind=order.kind,
        tasks=order.tasks,
        action_id=order.action_id,
    )


async def match(
    session: AsyncSession, order_id: UUID, team_id: UUID, host: tuple[str, str], actor: Actor, now: datetime
) -> Order:
    """``host`` is code and name of the team's host: an offer has found its own."""
    order = await get(session, order_id)
    order.status = rules.match(order.facts, actor, now)
    order.team_id = team_id
    if order.direction == offer.SUPPLY:
        order.host_code, order.host_name = host
    publish(session, OrderMatched(order_id=order.id, round_id=order.round_id, team_id=str(team_id)))
    return order


async def start(session: AsyncSession, order_id: UUID, actor: Actor, now: datetime) -> Order:
    order = await get(session, order_id)
    order.status = rules.start(order.facts, actor, now)
    publish(session, OrderStarted(order_id=order.id, round_id=order.round_id))
    return order


async def complete(session: AsyncSession, order_id: UUID, actor: Actor, now: datetime) -> Order:
    order = await get(session, order_id)
    order.status = rules.complete(order.facts, actor, now)
    publish(session, OrderCompleted(order_id=order.id, round_id=order.round_id))
    return order


async def reopen(session: AsyncSession, order_id: UUID, actor: Actor, now: datetime) -> Order:
    order = await get(session, order_id)
    order.status = rules.reopen(order.facts, actor, now)
    if order.team_id is not None:  # freed by its team, not merely heard of late
        order.team_id, order.closes_at = None, rules.open_until(order.facts, policy_of(order), now)
    if order.direction == offer.SUPPLY:
        order.host_code = order.host_name = ""
    publish(session, OrderReopened(order_id=order.id, round_id=order.round_id, closes_at=order.closes_at))
    return order


async def go_unclaimed(session: AsyncSession, order_id: UUID, actor: Actor, now: datetime) -> Order:
    order = await get(session, order_id)
    order.status = rules.go_unclaimed(order.facts, actor, now)
    publish(session, OrderUnclaimed(order_id=order.id, round_id=order.round_id))
    return order


async def extend(session: AsyncSession, order_id: UUID, closes_at: datetime, actor: Actor, now: datetime) -> Order:
    order = await get(session, order_id)
    order.status = rules.extend(order.facts, policy_of(order), closes_at, actor, now)
    order.closes_at = closes_at
    publish(session, OrderExtended(order_id=order.id, round_id=order.round_id, closes_at=closes_at))
    return order


async def republish(
    session: AsyncSession, order_id: UUID, closes_at: datetime | None, actor: Actor, now: datetime
) -> Order:
    order = await get(session, order_id)
    policy = policy_of(order)
    order.status = rules.republish(order.facts, policy, closes_at, actor, now)
    order.closes_at = closes_at or rules.open_until(order.facts, policy, now)
    publish(session, OrderRepublished(order_id=order.id, round_id=order.round_id, closes_at=order.closes_at))
    return order


async def withdraw(session: AsyncSession, order_id: UUID, reason: str, actor: Actor, now: datetime) -> Order:
    order = await get(session, order_id)
    order.status = rules.withdraw(order.facts, reason, actor, now)
    order.status_reason = reason
    publish(session, OrderWithdrawn(order_id=order.id, round_id=order.round_id))
    return order


async def cancel(session: AsyncSession, order_id: UUID, reason: str, actor: Actor, now: datetime) -> Order:
    order = await get(session, order_id)
    order.status = rules.cancel(order.facts, reason, actor, now)
    order.status_reason = reason
    publish(session, OrderCancelled(order_id=order.id, round_id=order.round_id))
    return order
