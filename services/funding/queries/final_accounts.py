"""Final accounts: who sees them, and what the rules look at."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Attachment, Award, FinalAccount, KnownRound, Recovery
from services.funding.queries.awards import instalments_of
from services.funding.queries.base import visible
from services.funding.queries.budget_lines import lines, received, spends
from services.funding.queries.recoveries import pending
from services.funding.rules import final_account as rules
from services.funding.rules.budget_line import LineFacts
from services.funding.rules.final_account import Accounted, Figures
from services.funding.rules.recovery import RecoveryFacts
from shared.actor import Actor
from shared.lifecycle import actions
from shared.queries import filtered, find


def final_accounts(
    actor: Actor, round_id: UUID | None = None, award_id: UUID | None = None, status: str | None = None
) -> sa.Select[Any]:
    """Whoever sees an award sees its final account."""
    statement = visible(sa.select(FinalAccount).join(Award, Award.id == FinalAccount.award_id), actor)
    return filtered(statement, FinalAccount, round_id=round_id, award_id=award_id, status=status)


async def final_account(session: AsyncSession, final_account_id: UUID, actor: Actor) -> FinalAccount:
    return await find(session, final_accounts(actor), FinalAccount, final_account_id, "final_account")


async def final_account_of(session: AsyncSession, award_id: UUID) -> FinalAccount | None:
    found: FinalAccount | None = await session.scalar(sa.select(FinalAccount).where(FinalAccount.award_id == award_id))
    return found


async def accounted_for(session: AsyncSession, award: Award) -> Accounted:
    """The award as it stands now."""
    figures = Figures(await received(session, award.id), tuple(await lines(session, award.id)))
    statuses = [part.status for part in await instalments_of(session, award.id)]
    return Accounted(award.status, award.concluded_at is not None, statuses, figures)


async def unspent(session: AsyncSession, row: FinalAccount) -> RecoveryFacts | None:
    """The claim for what was left, with repayments that wait."""
    recovery = await session.get(Recovery, row.recovery_id) if row.recovery_id else None
    return recovery.facts(await pending(session, recovery.id)) if recovery else None


async def kinds_of(session: AsyncSession, final_account_id: UUID) -> tuple[str, ...]:
    """The kinds of files that are attached."""
    statement = sa.select(Attachment.kind).distinct().order_by(Attachment.kind)
    own = (Attachment.noun == "final_account", Attachment.noun_id == final_account_id, Attachment.removed_at.is_(None))
    return tuple(await session.scalars(statement.where(*own)))


async def final_account_detail(session: AsyncSession, row: FinalAccount, actor: Actor) -> dict[str, Any]:
    """Its figures, what the caller may do with it, and what speaks against each step."""
    award = await session.get_one(Award, row.award_id)
    policy = (await session.get_one(KnownRound, award.round_id)).policy
    of, files = await accounted_for(session, award), await kinds_of(session, row.id)
    facts, recovery = row.facts(files), await unspent(session, row)
    obstacles = {
        "submit": lambda: rules.obstacles(facts, of, policy),
        "accept": lambda: rules.accept_obstacles(facts, of, policy, actor),
        "reopen": lambda: rules.reopen_obstacles(facts, award.status, recovery, actor),
    }
    possible = actions(rules.LIFECYCLE, row.status, actor, obstacles)
    own = await spends(session, award, actor)
    return {
        **stated(row, of.figures),
        "order_number": award.order_number,
        "team_name": award.team_name,
        "payee_unit_name": award.payee_unit_name or "",
        "files": files,
        "actions": [one for one in possible if own or actor.has(*rules.CHECKERS)],
    }


def stated(row: FinalAccount, figures: Figures) -> dict[str, Any]:
    """The figures as they are answered and printed: frozen once it is accepted."""
    if row.status == "accepted" and row.lines is not None:
        received_fen, known = row.received_fen or 0, row.lines
        accepted_fen = row.accepted_fen or 0
    else:
        received_fen, known = figures.received_fen, [line_of(line) for line in figures.lines]
        accepted_fen = figures.accepted_fen
    return {
        "received_fen": received_fen,
        "accepted_fen": accepted_fen,
        "unspent_fen": max(0, received_fen - accepted_fen),
        "overspent_fen": max(0, accepted_fen - received_fen),
        "budget_fen": sum(line["budget_fen"] for line in known),
        "pending_fen": sum(line["pending_fen"] for line in known),
        "lines": known,
    }


def line_of(line: LineFacts) -> dict[str, Any]:
    """One line as it is answered and frozen."""
    own = ("name", "budget_fen", "accepted_fen", "pending_fen", "remaining_fen", "overrun_fen")
    return {**{name: getattr(line, name) for name in own}, "percent": rules.percent(line)}


async def round_name(session: AsyncSession, row: FinalAccount) -> str:
    """As its papers head it."""
    return (await session.get_one(KnownRound, row.round_id)).name
