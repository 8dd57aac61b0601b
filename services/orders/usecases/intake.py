"""Excel intake: a district's or the bureau's summary becomes submitted orders, all of it or nothing.

Reading a row (``rows.py``) is apart from writing it: every row is read, every fault is collected, and only a sheet
without faults is written. The same sheet again changes nothing; a changed row updates its order until that is
published, and hands a returned one in again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.orders.models import Action, Order, Round
from services.orders.rules import offer
from services.orders.rules import order as rules
from services.orders.rules import round as round_rules
from services.orders.rules.columns import OPTIONAL, REQUIRED
from services.orders.rules.content import ActionOffered
from services.orders.schemas import ImportAnswer, ImportedRow, WarningOut
from services.orders.usecases.rows import Handed, Offered, Reading, RowOrder, required_with
from shared.actor import Actor, prefix
from shared.contracts.orders import OrderSubmitted
from shared.contracts.policy_document import policy_set
from shared.db import new_id
from shared.divisions import county_of
from shared.errors import Forbidden, Malformed, NotFound, Reason, require
from shared.outbox import publish
from shared.spreadsheet import Sheet

__all__ = ["OPTIONAL", "REQUIRED", "import_orders", "importable"]

PORTION = 500
"""Rows that are read at a time, beside the event loop."""
_FIELDS = tuple(field.name for field in fields(RowOrder))

Tell = Callable[[int], Awaitable[None]]
"""Hears how many rows have been read and checked."""


async def importable(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> Round:
    """The round, when this office may hand in a summary for it now."""
    round = await session.get(Round, round_id, populate_existing=True)
    if round is None:
        raise NotFound("round")
    round_rules.check_bureau(round.division, actor)
    if not actor.division.startswith(prefix(round.division)):
        raise Forbidden(Reason("round.division", "不在本机构辖区内", "Outside your division"))
    require([*rules.intake_obstacles(round.status), *offer.direction_obstacles(offer.DEMAND, round.direction)])
    return round


async def import_orders(
    session: AsyncSession, round_id: UUID, sheet: Sheet, actor: Actor, now: datetime, tell: Tell | None = None
) -> ImportAnswer:
    """Write the rows of ``sheet``. Raises :class:`Malformed` with all faults, and then nothing is written."""
    round = await importable(session, round_id, actor, now)
    policy = policy_set(round.policy)
    offered = Offered(policy.orders, await _actions(session, round_id))
    reading = Reading(sheet, required_with(policy), actor, offered)
    for portion in _portions(sheet.rows):
        await asyncio.to_thread(reading.read, portion)
        if tell:
            await tell(len(reading.rows))
    await _one_at_a_time(session, round_id)
    known = await _known(session, round_id, reading.rows)
    kept = [*_kept(reading.rows, known, actor)]
    _refuse(reading, kept)
    answer = ImportAnswer(
        rows=len(reading.rows),
        created=0,
        updated=0,
        unchanged=0,
        orders=[],
        warnings=[WarningOut.model_validate(warning) for warning in reading.warnings],
    )
    await _write(session, round_id, reading.rows, known, answer, actor, now)
    return answer


async def _actions(session: AsyncSession, round_id: UUID) -> dict[str, tuple[UUID, ActionOffered]]:
    """The round's calendar by name."""
    found = await session.scalars(sa.select(Action).where(Action.round_id == round_id))
    return {action.name: (action.id, action.offered) for action in found}


def _portions(rows: list[Any]) -> Iterator[list[Any]]:
    return (rows[start : start + PORTION] for start in range(0, len(rows), PORTION))


def _refuse(reading: Reading, kept: list[Reason]) -> None:
    if not reading.rows:
        reading.faults.append(Reason("file.empty", "表中没有数据行", "The sheet has no rows", "/file"))
    if reading.faults:
        raise Malformed(*reading.faults, *kept)
    require(kept)


async def _one_at_a_time(session: AsyncSession, round_id: UUID) -> None:
    """Two summaries of a round are written one after the other: the second finds what the first made."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"import/{round_id}", 0))))


async def _known(session: AsyncSession, round_id: UUID, rows: Sequence[Handed]) -> dict[tuple[str, str], Order]:
    """The orders that the rows are about, as far as there are any, locked in the order of their ids."""
    wanted = sa.select(
        sa.func.unnest(sa.bindparam("hosts", type_=sa.ARRAY(sa.Text))).label("host"),
        sa.func.unnest(sa.bindparam("titles", type_=sa.ARRAY(sa.Text))).label("title"),
    ).subquery()
    statement = (
        sa.select(Order)
        .join(wanted, sa.and_(Order.host_code == wanted.c.host, Order.title == wanted.c.title))
        .where(Order.round_id == round_id, Order.offered_by.is_(None))
        .order_by(Order.id)
        .options(joinedload(Order.round))
        .with_for_update(of=Order)
    )
    keys = [row.order.key for row in rows]
    found = await session.scalars(statement, {"hosts": [h for h, _ in keys], "titles": [t for _, t in keys]})
    return {(order.host_code, order.title): order for order in found}


def _kept(rows: Sequence[Handed], known: dict[tuple[str, str], Order], actor: Actor) -> Iterator[Reason]:
    """What a summary may not change: published or ended orders, orders of another district, the district of one
    that is recommended (each district has its quota)."""
    for row in rows:
        order = known.get(row.order.key)
        if order is None or not (different := _different(order, row.order)):
            continue
        at, n = f"/rows/{row.number}/需求名称", row.number
        if not actor.covers(order.division):
            yield Reason(
                "order.elsewhere",
                f"第{n}行：该单位的同名需求属于其他辖区",
                f"row {n}: another division has this order",
                at,
            )
        elif order.status not in rules.BEFORE_PUBLICATION:
            label = rules.LIFECYCLE.statuses[order.status]
            yield from (
                Reason(
                    "order.published",
                    f"第{n}行：{label}的订单不能修改“{name}”",
                    f"row {n}: the {name} of a {order.status} order cannot change",
                    at,
                )
                for name in different
            )
        elif order.status == "recommended" and county_of(order.division) != county_of(row.order.division):
            yield Reason(
                "order.moved",
                f"第{n}行：已推荐的订单不能改到其他区县",
                f"row {n}: a recommended order stays in its district",
                at,
            )


def _different(order: Order, row: RowOrder) -> list[str]:
    return [name for name in _FIELDS if getattr(order, name) != getattr(row, name)]


async def _write(
    session: AsyncSession,
    round_id: UUID,
    rows: Sequence[Handed],
    known: dict[tuple[str, str], Order],
    answer: ImportAnswer,
    actor: Actor,
    now: datetime,
) -> None:
    fresh: list[dict[str, Any]] = []
    for row in rows:
        order = known.get(row.order.key)
        if order is None:
            fresh.append({name: getattr(row.order, name) for name in _FIELDS})
            fresh[-1] |= {"id": new_id(), "round_id": round_id, "status": "submitted"}
            publish(session, OrderSubmitted(order_id=fresh[-1]["id"], round_id=round_id))
        elif different := _different(order, row.order):
            for name in different:
                setattr(order, name, getattr(row.order, name))
            _hand_in(session, order, actor, now)
            answer.updated += 1
        else:
            answer.unchanged += 1
        answer.orders.append(ImportedRow(row=row.number, order_id=order.id if order else fresh[-1]["id"]))
    for portion in _portions(fresh):
        await session.execute(sa.insert(Order), portion)
    answer.created = len(fresh)


def _hand_in(session: AsyncSession, order: Order, actor: Actor, now: datetime) -> None:
    """What a summary mends is handed in: a draft, or an order that was returned."""
    if order.status in ("draft", "returned"):
        order.status = rules.submit(order.facts, policy_set(order.round.policy).orders, actor, now)
        order.status_reason = ""
        publish(session, OrderSubmitted(order_id=order.id, round_id=order.round_id))
