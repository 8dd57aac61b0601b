"""Expenses: who sees them, and what the rules look at."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Attachment, Award, Expense, KnownAgreement, KnownRound, OwnPerson
from services.funding.queries.base import visible
from services.funding.queries.budget_lines import accounted, lines, received, spends
from services.funding.rules import expense as rules
from services.funding.rules.expense import ExpenseFacts, Spending
from services.funding.rules.policy import Policy
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.lifecycle import actions
from shared.queries import filtered, find


def expenses(
    actor: Actor, round_id: UUID | None = None, award_id: UUID | None = None, status: str | None = None
) -> sa.Select[Any]:
    """Whoever sees an award sees its expenses."""
    statement = visible(sa.select(Expense).join(Award, Award.id == Expense.award_id), actor)
    return filtered(statement, Expense, round_id=round_id, award_id=award_id, status=status)


async def expense(session: AsyncSession, expense_id: UUID, actor: Actor) -> Expense:
    return await find(session, expenses(actor), Expense, expense_id, "expense")


@dataclass(frozen=True, slots=True)
class Weighed:
    """An expense with everything that the rules weigh it by."""

    facts: ExpenseFacts
    spending: Spending
    policy: Policy


async def weighed(session: AsyncSession, row: Expense, award: Award, now: datetime) -> Weighed:
    policy = (await session.get_one(KnownRound, award.round_id)).policy
    own = sa.exists().where(OwnPerson.team_id == award.team_id, OwnPerson.key.in_(row.recipient_keys))
    files = sa.select(sa.func.count()).where(
        Attachment.noun == "expense", Attachment.noun_id == row.id, Attachment.removed_at.is_(None)
    )
    facts = row.facts(
        await session.scalar(files) or 0,
        await _days_before(session, row, policy),
        bool(row.recipient_keys) and bool(await session.scalar(sa.select(own))),
    )
    return Weighed(facts, await spending(session, award, now.astimezone(SHANGHAI).date(), row.id), policy)


async def spending(session: AsyncSession, award: Award, today: date, without: UUID | None = None) -> Spending:
    known = await session.get(KnownAgreement, award.id)
    return Spending(
        award.status,
        known.starts_on if known else None,
        known.ends_on if known else None,
        await lines(session, award.id, without),
        award.amount_fen,
        await received(session, award.id),
        await accounted(session, award.id),
        today,
    )


async def _days_before(session: AsyncSession, row: Expense, policy: Policy) -> Decimal:
    """Days that other fees of this person on this award count already towards the same consultation."""
    if row.fee_level is None:
        return Decimal(0)
    run = timedelta(days=policy.fee_run_days)
    statement = sa.select(sa.func.coalesce(sa.func.sum(Expense.fee_days), 0)).where(
        Expense.award_id == row.award_id,
        Expense.id != row.id,
        Expense.status.in_(("submitted", "accepted")),
        Expense.recipient_keys.overlap(row.recipient_keys),
        Expense.spent_on.between(row.spent_on - run, row.spent_on + run),
    )
    return Decimal(await session.scalar(statement) or 0)


async def expense_detail(session: AsyncSession, row: Expense, actor: Actor, now: datetime) -> dict[str, Any]:
    """What the caller may do with it, what speaks against each step, and what whoever accepts it is asked."""
    award = await session.get_one(Award, row.award_id)
    found = await weighed(session, row, award, now)
    obstacles = {
        "submit": lambda: rules.obstacles(found.facts, found.spending, found.policy),
        "accept": lambda: rules.accept_obstacles(found.facts, found.spending, found.policy, "", actor),
    }
    takes_part = await spends(session, award, actor)
    possible = actions(rules.LIFECYCLE, row.status, actor, obstacles)
    return {
        "actions": [one for one in possible if takes_part or actor.has(*rules.CHECKERS)],
        "questions": rules.questions(found.facts, found.policy),
        "files": found.facts.files,
        "recipient_name": row.recipient_name if takes_part or actor.has(*rules.CHECKERS) else shown_name(row),
    }


def shown_name(row: Expense) -> str:
    """Whom it went to, as lists and exports say it: a person's name is masked."""
    return rules.masked(row.recipient_name) if row.recipient_kind == "person" else row.recipient_name
