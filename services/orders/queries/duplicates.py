"""Pairs of orders that look like one, suggested by likeness.

Comparing all with all would be fifty million pairs in a round of 10,000 orders. So only candidates are compared:
orders of one host, of one town, those that stand near each other in their county when sorted by title or by problem,
and those of a county that share a rare pair of characters in their titles.
"""

import asyncio
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import DismissedDuplicate, Order, Round
from services.orders.rules import duplicate as rules
from services.orders.rules.duplicate import Signs
from services.orders.rules.order import BEFORE_PUBLICATION
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.queries import within

COMPARED = (*BEFORE_PUBLICATION, "published", "unclaimed", "matched", "in_service")
"""A published order can be the one that stays, never the one that ends."""
_BLOCK = 40
"""Up to so many orders of one host or town are all compared with each other; more are sorted and compared within a
window."""
_WINDOW = 12
_RARE = 12
"""A pair of characters in so many titles of a county, or fewer, says something."""
_NOISE = re.compile(r"[\W_]+|的|和|与|及|技术|服务|需求|项目|指导|问题")


@dataclass(frozen=True, slots=True)
class Compared:
    """One order as it is compared."""

    id: UUID
    title: str
    problem: str
    host_code: str
    division: str
    status: str
    plain_title: str
    plain_problem: str


@dataclass(frozen=True, slots=True)
class Pair:
    one: UUID
    other: UUID
    score: int
    signs: Signs


async def duplicates(session: AsyncSession, round: Round, actor: Actor, limit: int) -> tuple[int, list[Pair]]:
    """How many pairs of the caller's division look like one, and the likeliest of them. Dismissed pairs are left
    out."""
    columns = (Order.id, Order.title, Order.problem, Order.host_code, Order.division, Order.status)
    wanted = sa.select(*columns).where(
        Order.round_id == round.id, Order.status.in_(COMPARED), within(Order.division, actor.division)
    )
    rows = (await session.execute(wanted)).all()
    of_round = DismissedDuplicate.round_id == round.id
    dismissed = {
        (one, other)
        for one, other in await session.execute(
            sa.select(DismissedDuplicate.one, DismissedDuplicate.other).where(of_round)
        )
    }
    least = policy_set(round.policy).orders.duplicate_score
    found = await asyncio.to_thread(likely, rows, least, dismissed)
    return len(found), found[:limit]


async def alike(session: AsyncSession, pairs: Sequence[Pair]) -> dict[UUID, Order]:
    """The orders of these pairs, to be shown."""
    wanted = {key for pair in pairs for key in (pair.one, pair.other)}
    return {order.id: order for order in await session.scalars(sa.select(Order).where(Order.id.in_(wanted)))}


def likely(rows: Sequence[Any], least: int, dismissed: set[tuple[UUID, UUID]]) -> list[Pair]:
    """The pairs of at least this score, likeliest first. Heavy: runs in a thread."""
    from rapidfuzz import fuzz

    orders = [
        Compared(
            row.id,
            row.title,
            row.problem,
            row.host_code,
            row.division,
            row.status,
            _plain(row.title),
            _plain(row.problem),
        )
        for row in rows
    ]
    found = []
    for one, other in _candidates(orders):
        if one.status not in BEFORE_PUBLICATION and other.status not in BEFORE_PUBLICATION:
            continue
        title = fuzz.ratio(one.plain_title, other.plain_title)
        # two orders without a described problem are not alike for that
        problem = fuzz.ratio(one.plain_problem, other.plain_problem) if one.plain_problem else 0.0
        signs = Signs(one.host_code == other.host_code, title, problem, _agreeing(one.division, other.division))
        points = rules.score(signs)
        if points >= least and (min(one.id, other.id), max(one.id, other.id)) not in dismissed:
            found.append(Pair(one.id, other.id, points, signs))
    return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))


def _plain(text: str) -> str:
    """What is left of a text without punctuation and the words that every order has."""
    shown = unicodedata.normalize("NFKC", text).lower()
    return _NOISE.sub("", shown)[:200] or shown[:200]


def _agreeing(one: str, other: str) -> int:
    """Digits of the two codes that agree, by whole levels; a town's own order is not in the same village as another."""
    for digits in (12, 9, 6):
        if one[:digits] == other[:digits] and one[digits - 3 : digits] != "000":
            return digits
    return 6 if one[:6] == other[:6] else 0


def _candidates(orders: list[Compared]) -> Iterator[tuple[Compared, Compared]]:
    """Pairs worth comparing, each once."""
    seen: set[tuple[UUID, UUID]] = set()
    for one, other in _near_each_other(orders):
        key = (one.id, other.id) if one.id < other.id else (other.id, one.id)
        if key not in seen:
            seen.add(key)
            yield one, other


def _near_each_other(orders: list[Compared]) -> Iterator[tuple[Compared, Compared]]:
    for block in _blocks(orders):
        if len(block) <= _BLOCK:
            yield from ((one, other) for at, one in enumerate(block) for other in block[at + 1 :])
        else:
            yield from _neighbours(sorted(block, key=lambda order: order.plain_title))
    for county in _grouped(orders, lambda order: order.division[:6]):
        yield from _neighbours(sorted(county, key=lambda order: order.plain_title))
        yield from _neighbours(sorted(county, key=lambda order: order.plain_problem))


def _blocks(orders: list[Compared]) -> Iterator[list[Compared]]:
    yield from _grouped(orders, lambda order: order.host_code)
    yield from _grouped(orders, lambda order: order.division[:9])
    for county in _grouped(orders, lambda order: order.division[:6]):
        sharing: defaultdict[str, list[Compared]] = defaultdict(list)
        for order in county:
            for pair in {order.plain_title[at : at + 2] for at in range(len(order.plain_title) - 1)}:
                sharing[pair].append(order)
        yield from (block for block in sharing.values() if 1 < len(block) <= _RARE)


def _grouped(orders: Iterable[Compared], by: Callable[[Compared], str]) -> Iterator[list[Compared]]:
    groups: defaultdict[str, list[Compared]] = defaultdict(list)
    for order in orders:
        groups[by(order)].append(order)
    yield from (group for group in groups.values() if len(group) > 1)


def _neighbours(ordered: list[Compared]) -> Iterator[tuple[Compared, Compared]]:
    for at, order in enumerate(ordered):
        yield from ((order, near) for near in ordered[at + 1 : at + 1 + _WINDOW])
