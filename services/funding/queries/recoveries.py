"""Money that must come back."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, KnownRound, PayingAccount, Recovery, Repayment
from services.funding.queries.banks import paying_account
from services.funding.queries.base import visible
from services.funding.rules import recovery as rules
from services.funding.rules import repayment as repayment_rules
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import filtered, find


def recoveries(
    actor: Actor,
    round_id: UUID | None = None,
    award_id: UUID | None = None,
    status: str | None = None,
    overdue_on: date | None = None,
) -> sa.Select[Any]:
    """Whoever sees an award sees what must come back of it. ``overdue_on``: only what was due before this day."""
    statement = visible(sa.select(Recovery).join(Award, Award.id == Recovery.award_id), actor)
    if overdue_on:
        statement = statement.where(Recovery.next_due_on < overdue_on)
    return filtered(statement, Recovery, round_id=round_id, award_id=award_id, status=status)


async def recovery(session: AsyncSession, recovery_id: UUID, actor: Actor) -> Recovery:
    return await find(session, recoveries(actor), Recovery, recovery_id, "recovery")


@dataclass(frozen=True)
class Notice:
    """What the notice of a recovery is made of; ``account`` is the one that the office pays from and takes back to."""

    recovery: Recovery
    award: Award
    round: KnownRound
    account: PayingAccount | None


async def notice_of(session: AsyncSession, recovery_id: UUID, actor: Actor) -> Notice:
    row = await recovery(session, recovery_id, actor)
    award, known = await session.get_one(Award, row.award_id), await session.get_one(KnownRound, row.round_id)
    return Notice(row, award, known, await paying_account(session, known.division))


async def repayments(session: AsyncSession, recovery_id: UUID) -> list[Repayment]:
    statement = sa.select(Repayment).where(Repayment.recovery_id == recovery_id).order_by(Repayment.id)
    return list(await session.scalars(statement))


async def pending(session: AsyncSession, recovery_id: UUID) -> int:
    """Repayments that nobody has confirmed yet, in fen."""
    waiting = (Repayment.recovery_id == recovery_id, Repayment.status == "registered")
    total = sa.select(sa.func.coalesce(sa.func.sum(Repayment.amount_fen), 0)).where(*waiting)
    return int(await session.scalar(total) or 0)


def aged(row: Recovery, today: date) -> dict[str, Any]:
    """What is owed and since when, as it is answered."""
    facts = row.facts()
    found = rules.arrears(facts, today)
    return {"owed_fen": facts.owed_fen, "overdue_fen": found.overdue_fen, "overdue_days": found.overdue_days}


async def recovery_actions(session: AsyncSession, row: Recovery, actor: Actor) -> list[dict[str, Any]]:
    facts = row.facts(await pending(session, row.id))
    possible = {
        "write_off": lambda: rules.write_off_obstacles(facts, actor),
        "reverse": lambda: [*rules.alone_obstacles(facts), *rules.reverse_obstacles(facts, "-", actor)],
    }
    return actions(rules.LIFECYCLE, row.status, actor, possible)


def repayment_actions(row: Repayment, actor: Actor) -> list[dict[str, Any]]:
    possible = {"confirm": lambda: repayment_rules.confirm_obstacles(row.facts, actor)}
    return actions(repayment_rules.LIFECYCLE, row.status, actor, possible)
