"""Appeals of rejected claims: lodged by the lead, answered by someone who did not decide."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Appeal, Decision, KnownRound, Team
from services.teams.rules import appeal as rules
from services.teams.rules import rights
from services.teams.rules import team as team_rules
from services.teams.rules.appeal import Decided
from services.teams.usecases import policies
from services.teams.usecases.decision import ids
from shared.actor import Actor
from shared.contracts.teams import AppealDismissed, AppealLodged, AppealUpheld, AppealWithdrawn, TeamReadmitted
from shared.outbox import publish


async def lodge(session: AsyncSession, team_id: UUID, grounds: str, actor: Actor, now: datetime) -> Appeal:
    team = await queries.locked_team(session, team_id, actor)
    rights.lead_only(await queries.team_facts(session, team), actor)
    policy = await policies.of(session, team.round_id)
    decision = await queries.newest_decision(session, team.id)
    appealed = decision is not None and await queries.appealed(session, decision)
    decided = _decided(decision, appealed) if decision else None
    status = rules.lodge(team.status, decided, grounds, policy.teams, now)
    about = decision.id if decision else None  # the rule refuses without one
    appeal = Appeal(
        round_id=team.round_id, team_id=team.id, decision_id=about, status=status, grounds=grounds, lodged_at=now
    )
    session.add(appeal)
    await session.flush()
    publish(session, AppealLodged(**ids(team), appeal_id=appeal.id))
    return appeal


def _decided(decision: Decision, appealed: bool = False) -> Decided:
    return Decided(decision.decided_at, decision.decided_by, decision.outcome, appealed)


async def uphold(session: AsyncSession, appeal_id: UUID, reason: str, actor: Actor, now: datetime) -> Appeal:
    """The claim is shortlisted again, to be decided anew."""
    team, appeal, decision = await _loaded(session, appeal_id, actor)
    appeal.status = rules.uphold(appeal.status, _decided(decision), reason, actor)
    appeal.answer, appeal.answered_at, appeal.answered_by = reason, now, actor.id
    policy = await policies.of(session, team.round_id)
    round_ = await session.get_one(KnownRound, team.round_id)
    goes_on = round_.phase in queries.UNDECIDED or await queries.order_is_free(session, team)
    team.status = team_rules.readmit_upheld(team.status, policy, goes_on)
    team.reason = ""
    publish(session, AppealUpheld(**ids(team), appeal_id=appeal.id))
    publish(session, TeamReadmitted(**ids(team)))
    return appeal


async def dismiss(session: AsyncSession, appeal_id: UUID, reason: str, actor: Actor, now: datetime) -> Appeal:
    """The decision stands; the lead reads why."""
    team, appeal, decision = await _loaded(session, appeal_id, actor)
    appeal.status = rules.dismiss(appeal.status, _decided(decision), reason, actor)
    appeal.answer, appeal.answered_at, appeal.answered_by = reason, now, actor.id
    publish(session, AppealDismissed(**ids(team), appeal_id=appeal.id))
    return appeal


async def withdraw(session: AsyncSession, appeal_id: UUID, actor: Actor, now: datetime) -> Appeal:
    team, appeal, _ = await _loaded(session, appeal_id, actor)
    appeal.status = rules.withdraw(appeal.status, str(team.lead_id) == actor.person, actor)
    publish(session, AppealWithdrawn(**ids(team), appeal_id=appeal.id))
    return appeal


async def _loaded(session: AsyncSession, appeal_id: UUID, actor: Actor) -> tuple[Team, Appeal, Decision]:
    """The team is locked first, as everyone does."""
    seen = await queries.seen_appeal(session, appeal_id, actor)
    team = await queries.locked_team(session, seen.team_id, actor)
    appeal = await queries.seen_appeal(session, appeal_id, actor, lock=True)
    return team, appeal, await session.get_one(Decision, appeal.decision_id)
