"""Which key places of a round have a team, and which still wait for one."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order, Round
from services.orders.queries.orders import visible
from services.orders.rules.order import SHOWN
from services.orders.schemas import Coverage, CoveredPlace
from shared.actor import Actor, prefix
from shared.divisions import place_of

_ENDED = ("merged", "cancelled", "withdrawn")


async def coverage(session: AsyncSession, round: Round, actor: Actor) -> Coverage:
    """Per key place, those without a team first, of the orders that the caller sees: one grouped read."""
    rows = {row.division: row for row in await session.execute(_counted(round, actor))}
    items = [_place(code, rows.get(code)) for code in dict.fromkeys([*round.key_places, *rows])]
    items.sort(key=lambda item: (item.teams > 0, str(item.without_team_since or "9"), item.division))
    return Coverage(
        declared=bool(round.key_places),
        places=len(items),
        with_team=sum(item.teams > 0 for item in items),
        without_team=sum(item.teams == 0 for item in items),
        without_orders=sum(item.orders == 0 for item in items),
        items=items,
    )


def _counted(round: Round, actor: Actor) -> sa.Select[Any]:
    place: Any
    counted: Any
    conditions: tuple[Any, ...]
    of_round = (Order.round_id == round.id, Order.status.not_in(_ENDED))
    if round.key_places:
        ranges = [(code, prefix(code).ljust(12, "0"), prefix(code).ljust(12, "9")) for code in round.key_places]
        names = (sa.column("division", sa.Text), sa.column("first", sa.Text), sa.column("last", sa.Text))
        places = sa.values(*names, name="places").data(ranges).alias("places")
        place = places.c.division
        counted = sa.join(Order, places, Order.division.between(places.c.first, places.c.last))
        conditions = of_round
    else:
        place, counted = sa.func.left(Order.division, 9) + "000", Order.__table__
        conditions = (*of_round, Order.key_place)
    has_team, shown = Order.team_id.is_not(None), Order.status.in_(SHOWN)
    teams = sa.func.array_agg(Order.team_id.distinct()).filter(has_team)
    statement = sa.select(
        place.label("division"),
        sa.func.count().label("orders"),
        sa.func.count().filter(shown).label("published"),
        sa.func.count().filter(Order.status == "unclaimed").label("unclaimed"),
        sa.func.coalesce(teams, sa.cast(sa.literal("{}"), sa.ARRAY(sa.Uuid))).label("team_ids"),
        sa.func.min(Order.published_at).filter(shown, ~has_team).label("waits_since"),
    ).select_from(counted)
    return visible(statement, actor).where(*conditions).group_by(place)


def _place(code: str, row: Any) -> CoveredPlace:
    team_ids = sorted(row.team_ids, key=str) if row else []
    return CoveredPlace(
        division=code,
        place=place_of(code) or code,
        orders=row.orders if row else 0,
        published=row.published if row else 0,
        unclaimed=row.unclaimed if row else 0,
        teams=len(team_ids),
        team_ids=team_ids,
        without_team_since=row.waits_since if row and not team_ids else None,
    )
