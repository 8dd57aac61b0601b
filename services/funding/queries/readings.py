"""Who read out money data."""

from typing import Any

import sqlalchemy as sa

from services.funding.models import Reading
from shared.actor import Actor
from shared.queries import filtered, within


def readings(actor: Actor, reader: str | None, what: str | None) -> sa.Select[Any]:
    """Of readers within the actor's division."""
    statement = sa.select(Reading).where(within(Reading.division, actor.division))
    return filtered(statement, Reading, reader=reader, what=what)
