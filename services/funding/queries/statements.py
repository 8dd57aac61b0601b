"""Statements of paying accounts."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import KnownRound, Statement, StatementLine
from services.funding.queries.base import rounds_of
from shared.actor import Actor
from shared.queries import filtered, find, within


def statements(actor: Actor, paying_account_id: UUID | None = None) -> sa.Select[Any]:
    seen = sa.select(Statement).where(within(Statement.division, actor.division))
    return filtered(seen, Statement, paying_account_id=paying_account_id)


async def statement_lines(session: AsyncSession, statement_id: UUID, actor: Actor) -> sa.Select[Any]:
    """The lines that a statement brought first."""
    found = await find(session, statements(actor), Statement, statement_id, "statement")
    return sa.select(StatementLine).where(StatementLine.statement_id == found.id)


async def overseen_round(session: AsyncSession, round_id: UUID, actor: Actor) -> KnownRound:
    seen = sa.select(KnownRound).where(KnownRound.id.in_(rounds_of(actor)))
    return await find(session, seen, KnownRound, round_id, "round")
