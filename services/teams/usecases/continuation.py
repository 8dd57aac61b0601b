"""The right of an excellent team to go on: granted by a published grade, used by its lead, withdrawn by a corrected
edition together with the claim that rests on it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Continuation, Indicator, KnownRound, Member, Team
from services.teams.rules import continuation as rules
from services.teams.rules import rights
from services.teams.rules import team as team_rules
from services.teams.rules.continuation import ContinuedTeam
from services.teams.schemas import ContinueIn
from services.teams.usecases.team import ids, reject_others
from shared.actor import Actor
from shared.contracts.teams import (
    ContinuationApplied,
    ContinuationGranted,
    ContinuationRestored,
    ContinuationWithdrawn,
    TeamFormed,
)
from shared.errors import NotFound
from shared.outbox import publish


async def follow(session: AsyncSession, team: Team, assessment_id: UUID, grade: str, now: datetime) -> None:
    """Excellent grants the right, unless this assessment has granted it before; any other grade takes it away."""
    statement = sa.select(Continuation).where(
        Continuation.assessment_id == assessment_id, Continuation.status != "withdrawn"
    )
    standing = (await session.execute(statement.with_for_update())).scalar_one_or_none()
    if rules.due(grade) and standing is None:
        await _give(session, team, assessment_id)
    elif not rules.due(grade) and standing is not None:
        await withdraw(session, team, standing, now)


async def _give(session: AsyncSession, team: Team, assessment_id: UUID) -> None:
    """Anew, or as it had been used where its claim goes on or was concluded: one right gives one claim."""
    goes_on = sa.select(Team.id).where(Team.status.in_((*team_rules.ENDABLE, "concluded")))
    resting = sa.select(Continuation).where(
        Continuation.assessment_id == assessment_id, Continuation.claim_id.in_(goes_on)
    )
    right = await session.scalar(resting.order_by(Continuation.id.desc()).limit(1).with_for_update())
    if right is None:
        session.add(Continuation(assessment_id=assessment_id, team_id=team.id, status=rules.grant()))
        publish(session, ContinuationGranted(**ids(team)))
    else:
        restore(session, team, right)


def restore(session: AsyncSession, team: Team, right: Continuation) -> None:
    """Excellent after all: used, as before."""
    right.status = rules.restore(right.status)
    publish(session, ContinuationRestored(**ids(team)))


async def withdraw(session: AsyncSession, team: Team, right: Continuation, now: datetime) -> None:
    """A claim that rests on the right ends with it, unless it has gone on notice."""
    right.status = rules.withdraw(right.status)
    publish(session, ContinuationWithdrawn(**ids(team)))
    if right.claim_id is not None:
        resting = sa.select(Team.id).where(
            Team.id == right.claim_id, Team.status.in_((*team_rules.OPEN_CLAIMS, "proposed"))
        )
        await reject_others(session, list(await session.scalars(resting)), "team.continuation_withdrawn", now)


async def use(session: AsyncSession, team_id: UUID, body: ContinueIn, actor: Actor, now: datetime) -> Team:
    """A new claim in a later round on the same order, with the same people and text; the lead may change it before
    submitting. Its people have accepted and their units consented to the team that goes on."""
    team = await queries.locked_team(session, team_id, actor)
    rights.lead_only(await queries.team_facts(session, team), actor)
    round_ = await session.get(KnownRound, body.round_id)
    if round_ is None:
        raise NotFound("round")
    statement = sa.select(Continuation).where(Continuation.team_id == team.id)
    newest = statement.order_by(Continuation.id.desc()).limit(1).with_for_update()
    right = (await session.execute(newest)).scalar_one_or_none()
    status = rules.use(
        ContinuedTeam(right.status if right else None, team.status, round_.phase, round_.id == team.round_id)
    )
    claim = await _copy(session, team, body, now)
    if right is not None:
        right.status, right.claim_id = status, claim.id
    publish(session, TeamFormed(**ids(claim)))
    publish(session, ContinuationApplied(**ids(claim), continues=team.id, asked_fen=body.asked_fen))
    return claim


_COPIED = (
    "order_id",
    "order_number",
    "division",
    "host_code",
    "host_name",
    "name",
    "lead_id",
    "place",
    "content",
    "targets",
    "liaison_name",
    "liaison_phone",
    "agreed_days",
    "agreed_visits",
    "payee_unit_code",
    "payee_unit_name",
    "talent_plan",
)


async def _copy(session: AsyncSession, team: Team, body: ContinueIn, now: datetime) -> Team:
    """The claim as the lead finds it: everything but term and money, which are new."""
    claim = Team(
        round_id=body.round_id,
        status="forming",
        asked_fen=body.asked_fen,
        continues_id=team.id,
        **{name: getattr(team, name) for name in _COPIED},
    )
    session.add(claim)
    await session.flush()
    session.add_all(
        _place(claim, m, now) for m, _ in await queries.roster(session, team.id) if m.left_at is None and m.joined_at
    )
    indicators = sa.select(Indicator).where(Indicator.team_id == team.id)
    session.add_all(_measure(claim, indicator) for indicator in await session.scalars(indicators))
    return claim


def _place(claim: Team, member: Member, now: datetime) -> Member:
    """Whoever serves has accepted, and the unit has consented."""
    return Member(
        team_id=claim.id,
        person_id=member.person_id,
        role=member.role,
        status=member.status,
        position=member.position,
        invited_at=now,
        answered_at=now,
        unit_consented_at=now if member.unit_consented_at else None,
    )


def _measure(claim: Team, indicator: Indicator) -> Indicator:
    """What was reached is where the next term begins, unless the target was met exactly: the lead sets a new one."""
    reached = indicator.actual
    return Indicator(
        team_id=claim.id,
        position=indicator.position,
        name=indicator.name,
        unit=indicator.unit,
        baseline=indicator.baseline if reached is None or reached == indicator.target else reached,
        target=indicator.target,
    )
