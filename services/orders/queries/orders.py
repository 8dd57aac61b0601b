"""Reads. What is not this caller's to see is not there."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.orders.models import Order, Round, TimelineEntry
from services.orders.rules import order as order_rules
from services.orders.rules import round as round_rules
from services.orders.rules.order import EVERYWHERE, OVERSEERS, SHOWN
from services.orders.rules.quota import Quota
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.errors import NotFound
from shared.files.attachments import KINDS
from shared.journal import journal
from shared.lifecycle import actions
from shared.outbox import outbox
from shared.queries import find, within

NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)
OFFICES = ("town", "district", "bureau", *OVERSEERS)
"""Who sees what nobody else sees yet, each within the token's division."""


def rounds(status: str | None = None, year: int | None = None) -> sa.Select[Any]:
    """Rounds are no secret once a bureau drafts them: every token sees them all."""
    statement = sa.select(Round)
    if status:
        statement = statement.where(Round.status.in_(status.split(",")))
    return statement.where(Round.year == year) if year else statement


async def round(session: AsyncSession, round_id: UUID) -> Round:
    found = await session.get(Round, round_id)
    if found is None:
        raise NotFound("round")
    return found


def round_actions(round: Round, actor: Actor, now: Any) -> list[dict[str, Any]]:
    return actions(
        round_rules.LIFECYCLE,
        round.status,
        actor,
        {"open": lambda: round_rules.open_obstacles(round.facts, now)},
        round.facts.switches,
    )


def visible(statement: sa.Select[Any], actor: Actor) -> sa.Select[Any]:
    """Published orders for everybody; others for their host or offering expert, their division's offices, and those
    who oversee."""
    if actor.has(*EVERYWHERE):
        return statement
    seen: list[sa.ColumnElement[bool]] = [Order.status.in_(SHOWN)]
    if actor.has("host") and actor.unit:
        seen.append(Order.host_code == actor.unit)
    if actor.has("expert") and (person := actor.person_id):
        seen.append(Order.offered_by == person)
    if actor.has(*OFFICES) and actor.division:
        seen.append(within(Order.division, actor.division))
    return statement.where(sa.or_(*seen))


async def order(session: AsyncSession, order_id: UUID, actor: Actor) -> Order:
    statement = visible(sa.select(Order), actor).options(joinedload(Order.round))
    return await find(session, statement, Order, order_id, "order")


def runs(order: Order, actor: Actor) -> bool:
    """Who may read the liaison's phone: the host (of an offer, its expert) and the offices of its division."""
    return order_rules.runs(order.division, order.host_code, str(order.offered_by or ""), actor)


def kinds_of_files(order: Order, actor: Actor) -> tuple[str, ...]:
    """All kinds for those who run the order or oversee its division, its photos for everybody who sees it."""
    oversees_it = actor.has(*EVERYWHERE, *OVERSEERS) and actor.covers(order.division)
    return KINDS if runs(order, actor) or oversees_it else ("photo",)


def close_to(order: Order, actor: Actor) -> bool:
    """Who may read why an order came back and who did what: those who run it or oversee its division."""
    return runs(order, actor) or order_rules.oversees(order.division, actor)


def order_actions(order: Order, actor: Actor, now: Any, quota: Quota) -> list[dict[str, Any]]:
    """The steps that the caller has from here, each with what stands in its way."""
    if not runs(order, actor):
        return []
    policy = policy_set(order.round.policy)
    facts = order.facts
    return actions(
        order_rules.LIFECYCLE,
        order.status,
        actor,
        {
            "submit": lambda: order_rules.submit_obstacles(facts, now, policy.orders),
            "endorse": lambda: order_rules.endorse_obstacles(facts, policy.orders, now),
            "recommend": lambda: order_rules.recommend_obstacles(facts, policy.orders, quota, now),
            "publish": lambda: order_rules.publish_obstacles(facts, policy.orders, now),
        },
        order_rules.switches(facts, actor),
    )


async def timeline(session: AsyncSession, order_id: UUID) -> list[TimelineEntry]:
    """What other services said about the order, oldest first."""
    statement = sa.select(TimelineEntry).where(TimelineEntry.order_id == order_id).order_by(TimelineEntry.at)
    return list(await session.scalars(statement))


async def public_order(session: AsyncSession, number: str) -> Order:
    statement = sa.select(Order).where(Order.status.in_(SHOWN), Order.number == number)
    found: Order | None = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound("order")
    return found


async def public_version(session: AsyncSession) -> tuple[str, Any]:
    """Changes whenever a public order may have. Everything that happens to one is an event, so the newest event of
    this service says it: two looks into an index, however many orders there are, and nobody waits for a counter."""
    newest = [
        sa.select(key, table.c.head).order_by(key.desc()).limit(1)
        for table, key in ((journal, journal.c.position), (outbox, outbox.c.id))
    ]
    told = [(await session.execute(statement)).first() for statement in newest]
    # Not yet carried into the journal: numbers are given before commits, so the newest alone could hide an older one.
    waiting = sa.select(sa.func.count()).select_from(sa.select(outbox.c.id).limit(100).subquery())
    heads = [orjson.loads(row.head)["time"] for row in told if row is not None]
    version = "-".join(str(row[0]) if row is not None else "0" for row in told)
    last = max(map(datetime.fromisoformat, heads), default=NOTHING_YET)
    return f"{version}-{await session.scalar(waiting)}", last
