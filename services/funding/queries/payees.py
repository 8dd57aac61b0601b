"""Payee accounts."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Payee
from services.funding.queries.base import FINANCE, rounds_of
from services.funding.rules import award as award_rules
from services.funding.rules import payee as payee_rules
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import filtered, find, within


def payees(actor: Actor, unit_code: str | None) -> sa.Select[Any]:
    """Finance sees (masked) the accounts of the units that awards of its division pay, and those that an office of its
    division registered for units without any award yet; a unit sees its own. Decision 20."""
    return filtered(sa.select(Payee).where(sa.or_(_of_finance(actor), _own(actor))), Payee, unit_code=unit_code)


def paid_by(unit_code: Any, actor: Actor | None = None) -> Any:
    """Whether awards pay this unit: of the actor's rounds, or of any."""
    paid = sa.select(Award.id).where(Award.payee_unit_code == unit_code, Award.status.not_in(award_rules.ENDED))
    return (paid.where(Award.round_id.in_(rounds_of(actor))) if actor else paid).exists()


def _of_finance(actor: Actor) -> sa.ColumnElement[bool]:
    if not actor.has(*FINANCE):
        return sa.false()
    registered = sa.and_(within(Payee.division, actor.division), ~paid_by(Payee.unit_code))
    return sa.or_(paid_by(Payee.unit_code, actor), registered)


def _own(actor: Actor) -> sa.ColumnElement[bool]:
    own: sa.ColumnElement[bool] = Payee.unit_code == (actor.unit or None)
    return own


async def payee(session: AsyncSession, payee_id: UUID, actor: Actor) -> Payee:
    return await find(session, payees(actor, None), Payee, payee_id, "payee")


def payee_actions(payee: Payee, actor: Actor, now: Any) -> list[dict[str, Any]]:
    possible = {"verify": lambda: payee_rules.verify_obstacles(payee.facts, actor, now)}
    return actions(payee_rules.LIFECYCLE, payee.status, actor, possible)
