"""Outstanding items."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.funding.models import OutstandingItem
from services.funding.queries.base import OFFICES
from services.funding.rules import item as item_rules
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import filtered, within


def items(
    actor: Actor,
    now: datetime,
    round_id: UUID | None = None,
    status: str | None = None,
    queue: str | None = None,
    age: str | None = None,
) -> sa.Select[Any]:
    """The items of an office; ``age`` is a bucket of ``rules.item.AGES``."""
    seen = within(OutstandingItem.division, actor.division) if actor.has(*OFFICES) else sa.false()
    statement = filtered(
        sa.select(OutstandingItem).where(seen), OutstandingItem, round_id=round_id, status=status, queue=queue
    )
    if age:
        least, most = item_rules.AGES[age]
        statement = statement.where(
            OutstandingItem.since <= now - timedelta(days=least), OutstandingItem.since > now - timedelta(days=most + 1)
        )
    return statement


def item_shown(row: OutstandingItem, actor: Actor, now: datetime) -> dict[str, Any]:
    """How old it is, and what the caller may do with it."""
    days, age = item_rules.age(row.since, now)
    return {
        "days": days,
        "age": age,
        "actions": actions(
            item_rules.LIFECYCLE, row.status, actor, {"match": lambda: item_rules.alone_obstacles(row.facts)}
        ),
    }
