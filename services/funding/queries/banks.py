"""Bank file templates and paying accounts of an office."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import BankTemplate, PayingAccount
from services.funding.rules import paying_account as rules
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import within


async def own_templates(session: AsyncSession, actor: Actor) -> Sequence[BankTemplate]:
    """Every version that the actor's office wrote, the newest first."""
    statement = sa.select(BankTemplate).where(BankTemplate.division == actor.division)
    return (await session.scalars(statement.order_by(BankTemplate.code, BankTemplate.number.desc()))).all()


def paying_accounts(actor: Actor) -> sa.Select[Any]:
    return sa.select(PayingAccount).where(within(PayingAccount.division, actor.division))


def paying_account_actions(row: PayingAccount, actor: Actor) -> list[dict[str, Any]]:
    possible = {"confirm": lambda: rules.confirm_obstacles(row.facts, actor)}
    return actions(rules.LIFECYCLE, row.status, actor, possible)


async def paying_account(session: AsyncSession, division: str) -> PayingAccount | None:
    """The account that the office pays from: the one that a second person confirmed."""
    statement = sa.select(PayingAccount).where(PayingAccount.division == division, PayingAccount.status == "confirmed")
    found: PayingAccount | None = await session.scalar(statement)
    return found
