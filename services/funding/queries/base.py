"""Who sees which money."""

from typing import Any

import sqlalchemy as sa

from services.funding.models import Award, KnownDelegate, KnownRound
from shared.actor import Actor
from shared.queries import within

OFFICES = ("bureau", "finance_maker", "finance_checker", "supervisor", "department")
"""Who sees the money of the rounds within their division."""
FINANCE = ("finance_maker", "finance_checker")


def rounds_of(actor: Actor) -> sa.Select[Any]:
    """The ids of the rounds whose money this actor oversees."""
    seen = within(KnownRound.division, actor.division) if actor.has(*OFFICES) else sa.false()
    return sa.select(KnownRound.id).where(seen)


def visible(statement: sa.Select[Any], actor: Actor) -> sa.Select[Any]:
    """Awards of the rounds that an office oversees, a unit's own, those of the team that an expert leads or keeps the
    accounts of, and those of the teams that serve in a district."""
    seen: sa.ColumnElement[bool] = Award.round_id.in_(rounds_of(actor))
    if actor.has("unit", "host") and actor.unit:
        seen = sa.or_(seen, Award.payee_unit_code == actor.unit)
    if actor.has("district"):
        seen = sa.or_(seen, within(Award.division, actor.division))
    if actor.has("expert") and actor.person:
        accounts = sa.select(KnownDelegate.team_id).where(sa.cast(KnownDelegate.person_id, sa.Text) == actor.person)
        seen = sa.or_(seen, sa.cast(Award.lead_id, sa.Text) == actor.person, Award.team_id.in_(accounts))
    return statement.where(seen)
