"""Rounds: draft, edit, open, close, decide, start, assess, archive."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import KnownClaim, Order, Round
from services.orders.rules import round as rules
from services.orders.schemas import RoundIn, RoundPatch
from services.orders.usecases import order as orders
from shared.actor import SYSTEM, Actor
from shared.contracts.orders import (
    RoundArchived,
    RoundAssessed,
    RoundClosed,
    RoundDecided,
    RoundOpened,
    RoundStarted,
)
from shared.contracts.policy_document import BadPolicy, policy_document, policy_hash
from shared.db import load
from shared.divisions import name_of
from shared.errors import Malformed, Reason, require
from shared.outbox import publish


def _policy(overrides: dict[str, Any]) -> dict[str, Any]:
    try:
        return policy_document(overrides)
    except BadPolicy as error:
        raise Malformed(
            *(Reason("round.policy", f"政策参数有误：{text}", f"Policy value: {text}", at) for at, text in error.faults)
        ) from None


async def draft(session: AsyncSession, body: RoundIn, actor: Actor, now: datetime) -> Round:
    """A new round with its policy set."""
    status = rules.draft(body.division, body.opens_at, body.closes_at, actor, now)
    document = _policy(body.policy)
    _check_key_places(body.division, body.key_places)
    fields = body.model_dump(exclude={"policy"})
    round = Round(**fields, status=status, policy=document, policy_hash=policy_hash(document))
    session.add(round)
    await session.flush()
    return round


def _check_key_places(division: str, codes: list[str]) -> None:
    """Counties and towns of the round's own division, each named once."""
    require(rules.key_place_obstacles(division, codes, [code for code in codes if name_of(code) is None]))


async def edit(session: AsyncSession, round: Round, body: RoundPatch, actor: Actor, now: datetime) -> Round:
    """A draft may change in everything but its division and prefix; an open round may only be extended."""
    rules.check_bureau(round.division, actor)
    changes = body.model_dump(exclude_none=True)
    require(rules.edit_obstacles(round.status, set(changes)))
    _check_key_places(round.division, changes.get("key_places", []))
    if "policy" in changes:
        round.policy = _policy(changes.pop("policy"))
        round.policy_hash = policy_hash(round.policy)
    for name, value in changes.items():
        setattr(round, name, value)
    if round.status == "draft":
        require(rules.draft_obstacles(round.opens_at, round.closes_at, now))
    await session.flush()
    return round


async def open(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> Round:
    round = await load(session, Round, round_id, "round")
    round.status = rules.open(round.facts, actor, now)
    publish(
        session,
        RoundOpened(
            round_id=round.id,
            name=round.name,
            year=round.year,
            prefix=round.prefix,
            division=round.division,
            mode=round.policy["mode"],
            direction=round.direction,
            opens_at=round.opens_at,
            closes_at=round.closes_at,
            policy=round.policy,
            policy_hash=round.policy_hash,
        ),
    )
    return round


async def close(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> Round:
    """Orders that nobody has claimed by now are unclaimed."""
    round = await load(session, Round, round_id, "round")
    round.status = rules.close(round.facts, actor, now)
    publish(session, RoundClosed(round_id=round.id))
    claimed = sa.select(KnownClaim.order_id).where(KnownClaim.live)
    await _unclaim(session, round, sa.select(Order.id).where(Order.round_id == round_id, Order.id.not_in(claimed)), now)
    return round


async def _unclaim(session: AsyncSession, round: Round, which: sa.Select[Any], now: datetime) -> None:
    """Published orders whose time is over; those that were late by exception or extended have a time of their own."""
    with_round = sa.and_(Order.late_until.is_(None), Order.closes_at <= round.closes_at)
    ended = which.where(Order.status == "published", sa.or_(with_round, Order.closes_at <= now))
    for order_id in await session.scalars(ended.order_by(Order.id)):
        await orders.go_unclaimed(session, order_id, SYSTEM, now)


async def decide(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> Round:
    """The selection is finished: orders without a team are unclaimed. A round whose teams serve already runs."""
    round = await load(session, Round, round_id, "round")
    round.status = rules.decide(round.facts, actor, now)
    publish(session, RoundDecided(round_id=round.id))
    await _unclaim(session, round, sa.select(Order.id).where(Order.round_id == round_id), now)
    served = sa.select(Order.id).where(Order.round_id == round_id, Order.status.in_(("in_service", "completed")))
    if (await session.scalar(served.limit(1))) is not None:
        await start(session, round_id, SYSTEM, now)
    return round


async def start(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> Round:
    round = await load(session, Round, round_id, "round")
    round.status = rules.start(round.facts, actor, now)
    publish(session, RoundStarted(round_id=round.id))
    return round


async def assess(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> Round:
    round = await load(session, Round, round_id, "round")
    round.status = rules.assess(round.facts, actor, now)
    publish(session, RoundAssessed(round_id=round.id))
    return round


async def archive(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> Round:
    round = await load(session, Round, round_id, "round")
    round.status = rules.archive(round.facts, actor, now)
    publish(session, RoundArchived(round_id=round.id))
    return round
