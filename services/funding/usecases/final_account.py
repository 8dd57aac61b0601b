"""Final accounts: drafted and submitted by the payee's side, sent back or accepted by a second person, reopened.

The award's lock comes first: while it is held no expense is booked and no money of the award moves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Award, FinalAccount
from services.funding.rules import final_account as rules
from services.funding.rules.final_account import Figures
from services.funding.usecases import award as awards
from services.funding.usecases import budget_line, recovery, round
from shared.actor import Actor
from shared.contracts.funding import (
    FinalAccountAccepted,
    FinalAccountDrafted,
    FinalAccountEdited,
    FinalAccountReopened,
    FinalAccountReturned,
    FinalAccountSubmitted,
    OfFinalAccount,
)
from shared.db import load, new_id
from shared.outbox import publish


async def draft(session: AsyncSession, award_id: UUID, summary: str, variance: str, actor: Actor) -> FinalAccount:
    """Begun by the payee's side; an award has one."""
    award = await budget_line.own(session, award_id, actor)
    exists = await queries.final_account_of(session, award.id) is not None
    row = FinalAccount(
        id=new_id(),
        award_id=award.id,
        round_id=award.round_id,
        team_id=award.team_id,
        status=rules.draft(award.status, exists),
        summary=summary,
        variance=variance,
        signed=[actor.id],
    )
    session.add(row)
    await session.flush()
    publish(session, _event(FinalAccountDrafted, row, award))
    return row


async def edit(session: AsyncSession, row: FinalAccount, summary: str, variance: str, actor: Actor) -> FinalAccount:
    """Its text is put right, until it is submitted."""
    award = await session.get_one(Award, row.award_id)
    row.status = rules.edit(row.facts(), actor)
    row.summary, row.variance = summary, variance
    _sign(row, actor)
    publish(session, _event(FinalAccountEdited, row, award))
    return row


async def submit(session: AsyncSession, final_account_id: UUID, actor: Actor, now: datetime) -> FinalAccount:
    """Handed in; every unmet condition is said at once."""
    row, award = await own(session, final_account_id, actor)
    policy = (await round.known(session, award.round_id)).policy
    of, files = await queries.accounted_for(session, award), await queries.kinds_of(session, row.id)
    row.status = rules.submit(row.facts(files), of, policy, actor)
    _sign(row, actor)
    row.submitted_by, row.submitted_at = actor.id, now
    row.decided_by = row.decided_at = row.decided_reason = None
    publish(session, _event(FinalAccountSubmitted, row, award))
    return row


async def return_(
    session: AsyncSession, final_account_id: UUID, reason: str, actor: Actor, now: datetime
) -> FinalAccount:
    """Sent back with a reason: expenses may be put right again."""
    row, award = await _checked(session, final_account_id, actor)
    row.status = rules.return_(row.facts(), reason, actor)
    row.decided_by, row.decided_at, row.decided_reason = actor.id, now, reason
    publish(session, _event(FinalAccountReturned, row, award))
    return row


async def accept(session: AsyncSession, final_account_id: UUID, actor: Actor, now: datetime) -> FinalAccount:
    """A second person accepts it: the figures are frozen, what is left must come back, and the award may close."""
    row, award = await _checked(session, final_account_id, actor)
    policy = (await round.known(session, award.round_id)).policy
    of, files = await queries.accounted_for(session, award), await queries.kinds_of(session, row.id)
    row.status = rules.accept(row.facts(files), of, policy, actor)
    row.decided_by, row.decided_at = actor.id, now
    award.accounted_at = now
    figures = of.figures
    _freeze(row, figures)
    if figures.unspent_fen:
        row.recovery_id = (await recovery.open_(session, award, figures.unspent_fen, "unspent", now)).id
    publish(
        session,
        FinalAccountAccepted(
            **award.ids,
            amount_fen=award.amount_fen,
            final_account_id=row.id,
            received_fen=figures.received_fen,
            accepted_fen=figures.accepted_fen,
            unspent_fen=figures.unspent_fen,
        ),
    )
    await awards.follow(session, award, now)
    return row


async def reopen(
    session: AsyncSession, final_account_id: UUID, reason: str, actor: Actor, now: datetime
) -> FinalAccount:
    """The bureau opens it again while nothing was paid back; an award that has closed stays closed."""
    row, award = await _checked(session, final_account_id, actor)
    claim = await queries.unspent(session, row)
    row.status = rules.reopen(row.facts(), award.status, claim, reason, actor)
    if row.recovery_id:
        await recovery.take_back(session, row.recovery_id, award, reason, actor)
    row.received_fen = row.accepted_fen = row.unspent_fen = row.lines = row.recovery_id = award.accounted_at = None
    row.decided_by, row.decided_at, row.decided_reason = actor.id, now, reason
    publish(session, _event(FinalAccountReopened, row, award))
    return row


async def own(session: AsyncSession, final_account_id: UUID, actor: Actor) -> tuple[FinalAccount, Award]:
    """The account for those who spend the award's money, locked after its award."""
    seen = await queries.final_account(session, final_account_id, actor)
    award = await budget_line.own(session, seen.award_id, actor)
    return await load(session, FinalAccount, final_account_id, "final_account"), award


async def _checked(session: AsyncSession, final_account_id: UUID, actor: Actor) -> tuple[FinalAccount, Award]:
    """The account for the office, locked after its award."""
    seen = await queries.final_account(session, final_account_id, actor)
    award = await load(session, Award, seen.award_id, "award")
    return await load(session, FinalAccount, final_account_id, "final_account"), award


def _freeze(row: FinalAccount, figures: Figures) -> None:
    row.received_fen, row.accepted_fen, row.unspent_fen = (
        figures.received_fen,
        figures.accepted_fen,
        figures.unspent_fen,
    )
    row.lines = [queries.line_of(line) for line in figures.lines]


def _sign(row: FinalAccount, actor: Actor) -> None:
    if actor.id not in row.signed:
        row.signed = [*row.signed, actor.id]


def _event(kind: type[OfFinalAccount], row: FinalAccount, award: Award) -> OfFinalAccount:
    return kind(**award.ids, amount_fen=award.amount_fen, final_account_id=row.id)
