"""What a new award rests on: the earlier award that it continues, and that its lead and unit owe nothing."""

from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Instalment, KnownAssessment, KnownRound, LedgerAccount
from services.funding.rules import continuation as rules
from services.funding.rules.award import ENDED, TAKEN_BACK
from services.funding.rules.budget import BudgetFacts
from shared.errors import NotYet


@dataclass(frozen=True, slots=True)
class Proposal:
    """The bureau's proposal of an amount (fen) for a team; ``number`` counts a team's proposals. ``continues`` is the team
    that goes on as this one, by the right that the assessment ``ground`` gave it."""

    round_id: UUID
    order_id: UUID
    team_id: UUID
    number: int
    amount_fen: int
    lead_id: UUID | None = None
    payee_unit_code: str = ""
    continues: UUID | None = None
    ground: UUID | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks against the proposal whatever the budget (a code), and what an office should know."""

    code: str = ""
    award_id: UUID | None = None
    warnings: list[str] = field(default_factory=list)


async def weigh(session: AsyncSession, proposal: Proposal, known: KnownRound) -> Weighed:
    """Whether the team may be awarded at all. Raises NotYet while the grade that the right rests on has not come."""
    earlier, codes = await _earlier(session, proposal), []
    if earlier:
        facts = await _facts(session, earlier)
        codes = rules.continued_refusals(facts, proposal.amount_fen, known.policy)
    warnings = ["award.owing"] if await _owing(session, proposal) else []
    if known.policy.owing_blocks:
        codes += warnings
    return Weighed(codes[0] if codes else "", earlier.id if earlier else None, warnings)


async def _earlier(session: AsyncSession, proposal: Proposal) -> Award | None:
    """The award of the continued team, locked. A team that never had one has nothing to be compared with."""
    if proposal.continues is None:
        return None
    if proposal.ground and await session.get(KnownAssessment, proposal.ground) is None:
        raise NotYet("assessment", f"assessment/{proposal.ground}")
    statement = sa.select(Award).where(Award.team_id == proposal.continues, Award.status.not_in(ENDED))
    found: Award | None = await session.scalar(statement.with_for_update())
    return found


async def _facts(session: AsyncSession, earlier: Award) -> rules.EarlierAward:
    grade = await session.scalar(
        sa.select(KnownAssessment.grade)
        .where(KnownAssessment.team_id == earlier.team_id)
        .order_by(KnownAssessment.id.desc())  # ids follow the time of enrolment: the last cycle's counts
        .limit(1)
    )
    held = await session.scalar(
        sa.select(Instalment.id).where(Instalment.award_id == earlier.id, Instalment.status == "held").limit(1)
    )
    owing_fen = await session.scalar(
        sa.select(LedgerAccount.balance_fen).where(
            LedgerAccount.award_id == earlier.id, LedgerAccount.place == "recoverable"
        )
    )
    required = (await session.get_one(KnownRound, earlier.round_id)).policy.final_account_required
    return rules.EarlierAward(
        earlier.status,
        earlier.amount_fen,
        grade or "",
        bool(earlier.hold_reason or held),
        owing_fen or 0,
        unaccounted=required and earlier.accounted_at is None,
    )


async def _owing(session: AsyncSession, proposal: Proposal) -> bool:
    """Whether money of any award of this lead or this unit must still come back."""
    whose = [Award.lead_id == proposal.lead_id] if proposal.lead_id else []
    whose += [Award.payee_unit_code == proposal.payee_unit_code] if proposal.payee_unit_code else []
    if not whose:
        return False
    statement = (
        sa.select(LedgerAccount.id)
        .join(Award, Award.id == LedgerAccount.award_id)
        .where(sa.or_(*whose), LedgerAccount.place == "recoverable", LedgerAccount.balance_fen > 0)
    )
    return await session.scalar(statement.limit(1)) is not None


async def kept(session: AsyncSession, known: KnownRound, budget: BudgetFacts) -> int:
    """What of the round's budget other teams must leave to continued ones, in fen."""
    if not known.policy.continued_reserve_percent:
        return 0
    used = sa.select(sa.func.coalesce(sa.func.sum(Award.amount_fen), 0)).where(
        Award.round_id == known.id, Award.continues_team_id.is_not(None), Award.status.not_in((*ENDED, *TAKEN_BACK))
    )
    return rules.kept(budget, int(await session.scalar(used) or 0), known.policy)
