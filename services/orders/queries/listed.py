"""Lists of orders: who sees which, narrowed by one grammar, each walked in the order of an index.

A caller who sees everything reads one list. Others read what everybody sees together with the few orders before
publication that are theirs: one part each, so that every part has its index (``models.Order``) and the database merges
them in order.
"""

from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order, Round
from services.orders.models.orders import SEARCHED
from services.orders.queries.orders import OFFICES
from services.orders.queries.search import Searched, matching, words_in
from services.orders.queries.slices import in_slice, slices_with
from services.orders.rules.order import EVERYWHERE, LIFECYCLE, SHOWN
from services.orders.schemas import OrderFilter, OrderOut, PublicFilter
from shared.actor import Actor, prefix
from shared.http import Sliced

_LISTED = [getattr(Order, name) for name in OrderOut.model_fields]
_EQUAL = ("round_id", "number", "direction", "kind", "host_code", "industry", "key_place")
ORDERS = Searched(SEARCHED, Order.division, sa.func.order_words(SEARCHED, Order.division, Order.created_at))
_OWN_INDEX = ("round_id", "year", "number", "host_code", "division")
"""Filters that leave so few orders that these are read for the words, or such far from the newest."""

# Written out, not sent as values: only so does the planner know the partial indexes.
_SHOWN = Order.status.in_(sa.bindparam("shown", SHOWN, expanding=True, literal_execute=True))
_HIDDEN = Order.status.not_in(sa.bindparam("shown", SHOWN, expanding=True, literal_execute=True))


async def order_list(session: AsyncSession, actor: Actor, wanted: OrderFilter, *columns: Any) -> list[sa.Select[Any]]:
    """The orders that ``actor`` may see and asks for: these columns of them, those of the list when none are named.
    The parts have no order in common."""
    select = sa.select(*(columns or _LISTED)).where(*_conditions(wanted), *await _matching(session, wanted))
    shown, own = _parts(actor, wanted)
    return [select.where(part) for part in [*shown, *own] or [sa.false()]]


async def orders_by_time(session: AsyncSession, actor: Actor, wanted: OrderFilter) -> list[Any]:
    """:func:`order_list` for a page in the order of time: what words everybody's orders have is asked slice by slice.
    So are, together with these, the orders before publication of offices that have many; those of others, who have
    few, are read for the words."""
    if not wanted.q or any(getattr(wanted, name) is not None for name in _OWN_INDEX):
        return list(await order_list(session, actor, wanted))
    words = await words_in(session, wanted.q, places=True)
    select = sa.select(*_LISTED).where(*_conditions(wanted), *words.read(ORDERS.text, ORDERS.code))
    if not words.words:
        return [select]
    shown, own = _parts(actor, wanted)
    statuses = _statuses(wanted)
    if _sees_many(actor):
        shown, own = [sa.or_(*shown, *own)], []
    else:
        statuses &= set(SHOWN)
    hits, slices = in_slice(words, ORDERS), partial(slices_with, words, statuses)
    sliced = [Sliced(select.where(part), Order.__tablename__, hits, slices) for part in shown]
    return [*sliced, *(select.where(part) for part in own)] or [select.where(sa.false())]


def _sees_many(actor: Actor) -> bool:
    """Of orders before publication: the office of a province or a city does."""
    return actor.has(*EVERYWHERE) or (actor.has(*OFFICES) and len(prefix(actor.division)) in (2, 4))


def _parts(actor: Actor, wanted: OrderFilter) -> tuple[list[sa.ColumnElement[bool]], list[sa.ColumnElement[bool]]]:
    """What everybody sees of what is asked for, and what ``actor`` sees besides."""
    if actor.has(*EVERYWHERE):
        return [sa.true()], []
    statuses = _statuses(wanted)
    return [_SHOWN] if statuses & set(SHOWN) else [], _own(actor) if statuses - set(SHOWN) else []


def _statuses(wanted: OrderFilter) -> set[str]:
    return set(wanted.status.split(",")) if wanted.status else set(LIFECYCLE.statuses)


def _own(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """Orders that not everybody sees: their division's offices', their host's, and their expert's."""
    ways: list[sa.ColumnElement[bool]] = []
    if actor.has(*OFFICES) and actor.division:
        ways.append(_within(actor.division))
    if actor.has("host") and actor.unit:
        ways.append(Order.host_code == actor.unit)
    if actor.has("expert") and (person := actor.person_id):
        ways.append(sa.and_(Order.offered_by.is_not(None), Order.offered_by == person))
    # Whoever sees an order in two ways gets it once.
    return [sa.and_(_HIDDEN, way, *map(_is_not, ways[:number])) for number, way in enumerate(ways)]


def _is_not(way: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(way, sa.false()).is_(False)


def _within(division: str) -> sa.ColumnElement[bool]:
    code = prefix(division)
    if len(code) == 12:
        return sa.and_(_within(code[:9].ljust(12, "0")), Order.division == code)
    size: Any = sa.literal_column(str(len(code)))  # as the index has it
    return sa.func.left(Order.division, size) == code


def _division(division: str) -> sa.ColumnElement[bool]:
    """All within a division: cities and counties have an index in the order of the list, towns have few orders."""
    code = prefix(division)
    if len(code) in (4, 6):
        return _within(division)
    return Order.division.between(code.ljust(12, "0"), code.ljust(12, "9"))


async def _matching(session: AsyncSession, wanted: OrderFilter) -> list[sa.ColumnElement[bool]]:
    return await matching(session, await words_in(session, wanted.q, places=True), ORDERS) if wanted.q else []


def _conditions(wanted: OrderFilter) -> list[sa.ColumnElement[bool]]:
    asked = {name: getattr(wanted, name) for name in _EQUAL}
    found: list[sa.ColumnElement[bool]] = [
        getattr(Order, name) == value for name, value in asked.items() if value is not None
    ]
    if wanted.year is not None:
        found.append(Order.round_id.in_(sa.select(Round.id).where(Round.year == wanted.year)))
    if wanted.status:
        found.append(Order.status.in_(wanted.status.split(",")))
    if wanted.division:
        found.append(_division(wanted.division))
    if wanted.expertise:
        found.append(Order.expertise.contains([wanted.expertise]))
    if wanted.service_form:
        found.append(Order.service_forms.contains([wanted.service_form]))
    if wanted.asked_from is not None:
        found.append(Order.asked_fen >= wanted.asked_from)
    if wanted.asked_to is not None:
        found.append(Order.asked_fen <= wanted.asked_to)
    if wanted.published_since is not None:
        found.append(Order.published_at >= wanted.published_since)
    if wanted.has_team is not None:
        found.append(Order.team_id.is_not(None) if wanted.has_team else Order.team_id.is_(None))
    return found


async def public_list(session: AsyncSession, wanted: PublicFilter) -> sa.Select[Any]:
    """Published orders, as society asks for them."""
    fields = wanted.model_dump(exclude={"round"}, exclude_none=True)
    asked = OrderFilter(**fields)
    statement = sa.select(Order).where(_SHOWN, *_conditions(asked), *await _matching(session, asked))
    if wanted.round:
        statement = statement.where(
            Order.round_id == sa.select(Round.id).where(Round.prefix == wanted.round).scalar_subquery()
        )
    return statement
