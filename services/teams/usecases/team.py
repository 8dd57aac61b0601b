"""Claims and teams: one function per verb of their lifecycle. Verbs of the system take no actor."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Agreement, KnownOrder, Member, Person, Team
from services.teams.rules import agreement as agreement_rules
from services.teams.rules import team as rules
from services.teams.rules.member import ACCEPTED, LEAD, LOCAL_TALENT
from services.teams.schemas import TeamIn
from services.teams.usecases import policies, standing
from shared.actor import SYSTEM, Actor
from shared.contracts.teams import (
    TeamConcluded,
    TeamConfirmed,
    TeamDissolved,
    TeamEdited,
    TeamFormed,
    TeamLapsed,
    TeamProposed,
    TeamPutOnNotice,
    TeamRecommended,
    TeamRejected,
    TeamReopened,
    TeamSentBack,
    TeamShortlisted,
    TeamStarted,
    TeamSubmitted,
    TeamWithdrawn,
)
from shared.db import load
from shared.errors import NotFound
from shared.outbox import publish


def ids(team: Team) -> dict[str, UUID]:
    """What every event of a team carries."""
    return {"team_id": team.id, "order_id": team.order_id, "round_id": team.round_id}


async def form(session: AsyncSession, body: TeamIn, actor: Actor, now: datetime) -> Team:
    """接单: the actor leads; being the lead needs no invitation, only the unit's consent."""
    order = await session.get(KnownOrder, body.order_id)
    claimed = await queries.claimed_order(session, order.round_id, order.id) if order else None
    if order is None or claimed is None:
        raise NotFound("order")
    status = rules.form(claimed, actor, now)
    person_id = queries.as_id(actor.person)
    lead = await session.get(Person, person_id) if person_id else None
    if lead is None:
        raise NotFound("person")
    team = Team(
        round_id=order.round_id,
        order_id=order.id,
        order_number=order.number,
        division=order.division,
        host_code=order.host_code,
        name=body.name,
        lead_id=lead.id,
        status=status,
    )
    session.add(team)
    await session.flush()
    place = {"role": LEAD, "status": ACCEPTED, "position": 0, "invited_at": now, "answered_at": now}
    session.add(Member(team_id=team.id, person_id=lead.id, **place))
    publish(session, TeamFormed(**ids(team)))
    return team


async def edit(session: AsyncSession, team: Team, fields: dict[str, Any], actor: Actor, now: datetime) -> Team:
    """Write parts of the claim."""
    signing = (
        await session.execute(
            sa.select(Agreement.id).where(Agreement.team_id == team.id, Agreement.document.is_not(None))
        )
    ).first() is not None
    rules.edit(await queries.team_facts(session, team), actor, fields, signing)
    for name, value in fields.items():
        setattr(team, name, value)
    if fields:
        publish(session, TeamEdited(**ids(team), fields=sorted(fields)))
    return team


async def submit(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    team.status = rules.submit(facts, policy, actor, now)
    publish(session, TeamSubmitted(**ids(team), asked_fen=team.asked_fen))
    return team


async def recommend(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    team.status = rules.recommend(facts, policy, actor)
    publish(session, TeamRecommended(**ids(team)))
    return team


async def shortlist(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    team.status = rules.shortlist(facts, policy, actor)
    publish(session, TeamShortlisted(**ids(team)))
    return team


async def reject(session: AsyncSession, team_id: UUID, reason: str, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    team.status = rules.reject(team.status, actor, reason)
    team.reason = reason
    await standing.end(session, team, now)
    publish(session, TeamRejected(**ids(team)))
    return team


async def reject_others(session: AsyncSession, claims: list[UUID], code: str, now: datetime) -> None:
    """The system ends claims whose order or round was decided otherwise; ``code`` says why."""
    for team_id in sorted(claims):
        team = await load(session, Team, team_id, "team")
        team.status = rules.reject(team.status, SYSTEM, code)
        team.reason = code
        await standing.end(session, team, now)
        publish(session, TeamRejected(**ids(team), reason=code))


async def propose(session: AsyncSession, team_id: UUID, amount_fen: int, actor: Actor, now: datetime) -> Team:
    """The order and the people are held from now on; funding answers with reserved or refused money."""
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    team.status = rules.propose(facts, policy, actor, amount_fen, now)
    team.amount_fen, team.short_fen = amount_fen, 0
    team.proposal += 1
    await session.flush()
    await standing.hold(session, team, await _accepted(session, team), policy.teams.live_teams_per_person)
    publish(session, TeamProposed(**ids(team), amount_fen=amount_fen, proposal=team.proposal))
    return team


async def put_on_notice(session: AsyncSession, team_id: UUID, proposal: int, now: datetime) -> None:
    """The money is reserved: what the public notice shows goes out."""
    team = await load(session, Team, team_id, "team")
    if not rules.awaits("put_on_notice", team.status, team.proposal, proposal):
        return
    team.status = rules.put_on_notice(team.status)
    lead = await session.get_one(Person, team.lead_id)
    roles = [member.role for member in await _accepted(session, team)]
    publish(
        session,
        TeamPutOnNotice(
            **ids(team),
            order_number=team.order_number,
            name=team.name,
            lead_id=lead.id,
            lead_name=lead.name,
            unit_code=lead.unit_code,
            unit_name=lead.unit_name,
            division=team.division,
            place=team.place,
            amount_fen=team.amount_fen,
            members=len(roles),
            local_talents=roles.count(LOCAL_TALENT),
        ),
    )


async def send_back(session: AsyncSession, team_id: UUID, proposal: int, short_fen: int, now: datetime) -> None:
    """The round's money is short by this sum: shortlisted again, and its people are free."""
    team = await load(session, Team, team_id, "team")
    if not rules.awaits("send_back", team.status, team.proposal, proposal):
        return
    team.status = rules.send_back(team.status)
    team.short_fen = short_fen
    await standing.free(session, team)
    publish(session, TeamSentBack(**ids(team), short_fen=short_fen))


async def reopen(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """An objection was upheld: off the notice, decided anew."""
    team = await load(session, Team, team_id, "team")
    if not rules.possible("reopen", team.status):
        return
    team.status = rules.reopen(team.status)
    await standing.free(session, team)
    publish(session, TeamReopened(**ids(team)))


async def confirm(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The notice ended without an objection that stands: the agreement can be signed, the order's other claims
    end, and an excellent team that continues as this one is concluded."""
    team = await load(session, Team, team_id, "team")
    if not rules.possible("confirm", team.status):
        return
    team.status = rules.confirm(team.status)
    policy = await policies.of(session, team.round_id)
    for member in await _accepted(session, team):
        member.joined_at = now
    lead = await session.get_one(Person, team.lead_id)
    session.add(
        Agreement(
            team_id=team.id,
            lead_unit_code=lead.unit_code,
            lead_unit_name=lead.unit_name,
            due_at=agreement_rules.due(now, policy.teams),
        )
    )
    publish(session, TeamConfirmed(**ids(team), amount_fen=team.amount_fen))
    rivals = sa.select(Team.id).where(
        Team.round_id == team.round_id, Team.order_id == team.order_id, Team.status.in_(rules.OPEN_CLAIMS)
    )
    await reject_others(session, list(await session.scalars(rivals)), "team.order_taken", now)
    if team.continues_id is not None:
        before = await load(session, Team, team.continues_id, "team")
        if before.status == "serving":
            await _conclude(session, before, SYSTEM, now)


async def start(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The first confirmed entry, or the agreed start date."""
    team = await load(session, Team, team_id, "team")
    if not rules.possible("start", team.status):
        return
    team.status = rules.start(team.status)
    publish(session, TeamStarted(**ids(team)))


async def lapse(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The agreement was not signed in time: the order and the money are free again."""
    team = await load(session, Team, team_id, "team")
    if not rules.possible("lapse", team.status):
        return
    team.status = rules.lapse(team.status)
    team.reason = "team.agreement_unsigned"
    await standing.end(session, team, now)
    publish(session, TeamLapsed(**ids(team)))


async def withdraw(session: AsyncSession, team_id: UUID, reason: str, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    team.status = rules.withdraw(await queries.team_facts(session, team), actor, reason)
    team.reason = reason
    await standing.end(session, team, now)
    publish(session, TeamWithdrawn(**ids(team)))
    return team


async def dissolve(session: AsyncSession, team_id: UUID, reason: str, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    team.status = rules.dissolve(team.status, actor, reason)
    team.reason = reason
    await standing.end(session, team, now)
    publish(session, TeamDissolved(**ids(team)))
    return team


async def lose_award(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """An award revoked before service leaves nothing to serve with; during service the bureau decides."""
    team = await load(session, Team, team_id, "team")
    if team.status in rules.BEFORE_SERVICE:
        await dissolve(session, team_id, "team.award_revoked", SYSTEM, now)


async def conclude(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    return await _conclude(session, team, actor, now)


async def _conclude(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> Team:
    team.status = rules.conclude(team.status, actor)
    await standing.end(session, team, now)
    publish(session, TeamConcluded(**ids(team)))
    return team


async def _accepted(session: AsyncSession, team: Team) -> list[Member]:
    statement = sa.select(Member).where(Member.team_id == team.id, Member.status == "accepted")
    return list(await session.scalars(statement.order_by(Member.position)))
