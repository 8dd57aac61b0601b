"""Events in: what orders, teams and assessment say, and what it means for the money."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.usecases import award, budget_line, grade, reinstatement, round
from services.funding.usecases.award import Proposal
from shared.contracts.assessment import (
    AssessmentPublished,
    RectificationCancelled,
    RectificationFailed,
    RectificationOpened,
    RectificationPassed,
)
from shared.contracts.base import OfTeam
from shared.contracts.orders import RoundOpened
from shared.contracts.teams import (
    AgreementAmended,
    DelegateRemoved,
    MemberJoined,
    MemberReplaced,
    TeamAgreed,
    TeamConcluded,
    TeamConfirmed,
    TeamDelegated,
    TeamDissolved,
    TeamLapsed,
    TeamProposed,
    TeamPutOnNotice,
    TeamReinstated,
    TeamRejected,
    TeamReopened,
    TeamStarted,
    TeamWithdrawn,
)
from shared.inbox import Handlers

on = Handlers()


@on(RoundOpened)
async def know_round(session: AsyncSession, event: RoundOpened, now: datetime) -> None:
    await round.know(session, event.round_id, event.name, event.year, event.division, event.policy)


@on(TeamProposed)
async def propose_award(session: AsyncSession, event: TeamProposed, now: datetime) -> None:
    """A round whose mode awards nothing has no money to reserve: its teams go on by themselves."""
    if not await round.awards(session, event.round_id):
        return
    proposal = Proposal(
        event.round_id,
        event.order_id,
        event.team_id,
        event.proposal,
        event.amount_fen,
        event.lead_id,
        event.payee_unit_code,
        event.continues,
        event.continues_ground,
    )
    await award.propose(session, proposal)


@on(TeamPutOnNotice)
async def introduce_lead(session: AsyncSession, event: TeamPutOnNotice, now: datetime) -> None:
    await award.introduce(session, event.team_id, event.lead_id, shown=event)


@on(MemberReplaced)
async def replace_lead(session: AsyncSession, event: MemberReplaced, now: datetime) -> None:
    await award.introduce(session, event.team_id, event.joined_id, instead_of=event.left_id)
    await budget_line.know_people(session, event.team_id, [event.joined_id, *event.marks])


@on(MemberJoined)
async def know_member(session: AsyncSession, event: MemberJoined, now: datetime) -> None:
    await budget_line.know_people(session, event.team_id, [event.person_id, *event.marks])


@on(TeamDelegated)
async def know_accountant(session: AsyncSession, event: TeamDelegated, now: datetime) -> None:
    await budget_line.delegate(session, event.team_id, event.person_id, event.right == "finance")


@on(DelegateRemoved)
async def forget_accountant(session: AsyncSession, event: DelegateRemoved, now: datetime) -> None:
    await budget_line.delegate(session, event.team_id, event.person_id, keeps_accounts=False)


@on(TeamConfirmed)
async def commit_award(session: AsyncSession, event: TeamConfirmed, now: datetime) -> None:
    """Where the mode shows no notice, the lead is introduced only now."""
    if event.introduction:
        await award.introduce(session, event.team_id, event.introduction.lead_id, shown=event.introduction)
    await award.commit(session, event.team_id, event.amount_fen)
    await budget_line.know_people(session, event.team_id, [*event.person_ids, *event.marks])


@on(TeamAgreed)
async def activate_award(session: AsyncSession, event: TeamAgreed, now: datetime) -> None:
    payee_unit = (event.payee_unit_code, event.payee_unit_name)
    await award.activate(session, event.team_id, event.amount_fen, *payee_unit, now)
    await budget_line.agree(session, event.team_id, event.budget, event.starts_on, event.ends_on)


@on(AgreementAmended)
async def amend_budget(session: AsyncSession, event: AgreementAmended, now: datetime) -> None:
    await budget_line.amend(session, event.team_id, event.number, event.budget, event.ends_on)


@on(TeamStarted)
async def begin_award(session: AsyncSession, event: TeamStarted, now: datetime) -> None:
    await award.begin(session, event.team_id, now)


@on(TeamConcluded)
async def conclude_award(session: AsyncSession, event: TeamConcluded, now: datetime) -> None:
    await award.conclude(session, event.team_id, now)


@on(TeamWithdrawn, TeamLapsed, TeamRejected, TeamReopened)
async def end_award(session: AsyncSession, event: OfTeam, now: datetime) -> None:
    await award.end(session, event.team_id, f"team.{event.verb}", now)


@on(TeamDissolved)
async def dissolve_award(session: AsyncSession, event: TeamDissolved, now: datetime) -> None:
    await award.end(session, event.team_id, event.reason or f"team.{event.verb}", now)


@on(TeamReinstated)
async def rejoin_award(session: AsyncSession, event: TeamReinstated, now: datetime) -> None:
    await reinstatement.rejoin(session, event.team_id, now)


@on(AssessmentPublished)
async def publish_grade(session: AsyncSession, event: AssessmentPublished, now: datetime) -> None:
    await grade.publish_grade(session, event.team_id, event.assessment_id, event.edition, event.grade, now)


@on(RectificationOpened)
async def open_rectification(session: AsyncSession, event: RectificationOpened, now: datetime) -> None:
    await grade.rectify(session, event.team_id, event.assessment_id, passed=False, now=now)


@on(RectificationPassed)
async def pass_rectification(session: AsyncSession, event: RectificationPassed, now: datetime) -> None:
    await grade.rectify(session, event.team_id, event.assessment_id, passed=True, now=now)


@on(RectificationFailed)
async def fail_award(session: AsyncSession, event: RectificationFailed, now: datetime) -> None:
    await grade.fail(session, event.team_id, event.assessment_id, now)


@on(RectificationCancelled)
async def clear_award(session: AsyncSession, event: RectificationCancelled, now: datetime) -> None:
    await grade.cancel(session, event.team_id, event.assessment_id, now)
