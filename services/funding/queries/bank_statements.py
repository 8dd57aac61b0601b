"""Bank statements of paying accounts."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import BankStatement, BankStatementLine
from shared.actor import Actor
from shared.queries import filtered, find, within


def bank_statements(actor: Actor, paying_account_id: UUID | None = None) -> sa.Select[Any]:
    seen = sa.select(BankStatement).where(within(BankStatement.division, actor.division))
    return filtered(seen, BankStatement, paying_account_id=paying_account_id)


async def bank_statement_lines(session: AsyncSession, bank_statement_id: UUID, actor: Actor) -> sa.Select[Any]:
    """The lines that a statement brought first."""
    found = await find(session, bank_statements(actor), BankStatement, bank_statement_id, "bank_statement")
    return sa.select(BankStatementLine).where(BankStatementLine.bank_statement_id == found.id)
