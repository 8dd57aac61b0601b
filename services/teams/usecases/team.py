"""Claims and teams: one function per verb of their lifecycle. Verbs of the system take no actor."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Agreement, Continuation, Indicator, KnownOrder, Member, Person, Team
from services.teams.rules import agreement as agreement_rules
from services.teams.rules import summary as summary_rules
from services.teams.rules import team as rules
from services.teams.rules.claim import term_end
from services.teams.rules.member import ACCEPTED, EXPERTS, LEAD, LOCAL_TALENT
from services.teams.rules.policy import PolicySet
from services.teams.schemas import TeamIn
from services.teams.usecases import decision, holding, nomination, policies
from services.teams.usecases.decision import ids as ids
from shared.actor import SYSTEM, Actor
from shared.clock import SHANGHAI
from shared.contracts.teams import (
    AgreedIndicator,
    Introduction,
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
    Terms,
)
from shared.db import load
from shared.errors import NotFound, require
from shared.outbox import publish


async def form(session: AsyncSession, body: TeamIn, actor: Actor, now: datetime) -> Team:
    """接单: the actor leads; being the lead needs no invitation, only the unit's consent (or its nomination)."""
    order = await session.get(KnownOrder, body.order_id)
    claimed = await queries.claimed_order(session, order.round_id, order.id) if order else None
    if order is None or claimed is None:
        raise NotFound("order")
    status = rules.form(claimed, actor, now)
    person_id = actor.person_id
    lead = (await queries.held_people(session, [person_id])).get(person_id) if person_id else None
    if lead is None or lead.merged_into_id is not None:
        raise NotFound("person")
    team = Team(
        round_id=order.round_id,
        order_id=order.id,
        order_number=order.number,
        division=order.division,
        host_code=order.host_code,
        host_name=order.host_name,
        name=body.name,
        lead_id=lead.id,
        status=status,
    )
    session.add(team)
    await session.flush()
    consented = await queries.nominated_since(session, team.round_id, lead.id)
    place = {"role": LEAD, "status": ACCEPTED, "position": 0, "invited_at": now, "answered_at": now}
    session.add(Member(team_id=team.id, person_id=lead.id, unit_consented_at=consented, **place))
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
    if "starts_on" in fields and not fields.get("ends_on"):
        policy = (await policies.of(session, team.round_id)).teams
        if due := term_end(fields["starts_on"], policy):
            fields["ends_on"] = due
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
    excepted = await queries.remarks(session, [team.id], "exception")
    team.status = rules.shortlist(facts, policy, actor, team.id in excepted, now)
    publish(session, TeamShortlisted(**ids(team)))
    return team


async def reject(session: AsyncSession, team_id: UUID, reason: str, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    policy = await policies.of(session, team.round_id)
    team.status = rules.reject(team.status, policy, actor, reason)
    team.reason = reason
    await holding.end(session, team, now)
    await decision.refuse(session, team, reason, policy, actor, now)
    publish(session, TeamRejected(**ids(team)))
    return team


async def reject_others(session: AsyncSession, claims: list[UUID], code: str, now: datetime) -> None:
    """The system ends claims whose order or round was decided otherwise; ``code`` says why."""
    for team_id in sorted(claims):
        team = await load(session, Team, team_id, "team")
        before, policy = team.status, await policies.of(session, team.round_id)
        team.status = rules.reject(team.status, policy, SYSTEM, code)
        team.reason = code
        await holding.end(session, team, now)
        await decision.conclude_others(session, team, before, code, policy, now)
        publish(session, TeamRejected(**ids(team), reason=code))


async def reject_rivals(session: AsyncSession, team: Team, now: datetime) -> None:
    """The order has its team: its other claims end."""
    rivals = sa.select(Team.id).where(
        Team.round_id == team.round_id, Team.order_id == team.order_id, Team.status.in_(rules.OPEN_CLAIMS)
    )
    await reject_others(session, list(await session.scalars(rivals)), "team.order_taken", now)


async def propose(
    session: AsyncSession, team_id: UUID, amount_fen: int, actor: Actor, now: datetime, reason: str = ""
) -> Team:
    """The order and the people are held from now on; funding answers with reserved or refused money. Where the
    mode awards none, the team goes on at once. ``reason``: why the decision differs from the ranking."""
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    reviewed = await queries.reviewed(session, team, policy, lock=True)
    team.status = rules.propose(facts, policy, reviewed, actor, amount_fen, reason, now)
    team.amount_fen, team.short_fen, team.reason = amount_fen, 0, ""
    team.proposal += 1
    await session.flush()
    await holding.hold(session, team, await accepted(session, team), policy.teams.live_teams_per_person)
    await decision.select(session, team, reviewed, reason, policy, actor, now)
    publish(session, await _proposed(session, team))
    if "award" not in policy.switches:
        await _go_on(session, team, policy, now)
    return team


async def _proposed(session: AsyncSession, team: Team) -> TeamProposed:
    """The event, with the right that a continued team rests on."""
    ground = sa.select(Continuation.assessment_id).where(Continuation.claim_id == team.id)
    return TeamProposed(
        **ids(team),
        amount_fen=team.amount_fen,
        proposal=team.proposal,
        lead_id=team.lead_id,
        payee_unit_code=team.payee_unit_code,
        continues=team.continues_id,
        continues_ground=await session.scalar(ground) if team.continues_id else None,
    )


async def fund(session: AsyncSession, team_id: UUID, proposal: int, now: datetime) -> None:
    """The money is reserved."""
    team = await load(session, Team, team_id, "team")
    if rules.awaits(team.status, team.proposal, proposal):
        await _go_on(session, team, await policies.of(session, team.round_id), now)


async def _go_on(session: AsyncSession, team: Team, policy: PolicySet, now: datetime) -> None:
    """A proposed team is shown to the public, or confirmed where the mode shows nothing."""
    if rules.possible("put_on_notice", team.status, policy):
        await put_on_notice(session, team, policy)
    else:
        await confirm(session, team.id, now)


async def put_on_notice(session: AsyncSession, team: Team, policy: PolicySet) -> None:
    """What the public notice shows goes out."""
    team.status = rules.put_on_notice(team.status, policy)
    publish(session, TeamPutOnNotice(**ids(team), **(await _introduced(session, team)).model_dump()))


async def _introduced(session: AsyncSession, team: Team) -> Introduction:
    """What other services may know and show of a team."""
    lead = await session.get_one(Person, team.lead_id)
    roles = [member.role for member in await accepted(session, team)]
    return Introduction(
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
    )


async def send_back(
    session: AsyncSession, team_id: UUID, proposal: int, short_fen: int, reason: str, now: datetime
) -> None:
    """The round's money is short by this sum, or refused for another reason: shortlisted again, its people are
    free, and why stands with the claim until it is proposed anew."""
    team = await load(session, Team, team_id, "team")
    if not rules.awaits(team.status, team.proposal, proposal):
        return
    team.status = rules.send_back(team.status, await policies.of(session, team.round_id))
    team.short_fen, team.reason = short_fen, reason
    await holding.free(session, team)
    publish(session, TeamSentBack(**ids(team), short_fen=short_fen))


async def reopen(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """An objection was upheld: off the notice, decided anew."""
    team = await load(session, Team, team_id, "team")
    policy = await policies.of(session, team.round_id)
    if not rules.possible("reopen", team.status, policy):
        return
    team.status = rules.reopen(team.status, policy)
    await holding.free(session, team)
    publish(session, TeamReopened(**ids(team)))


async def confirm(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The notice ended without an objection that stands, or the mode shows none: the agreement can be signed (or
    service begin where none is signed), the order's other claims end, and an excellent team that continues as this
    one is concluded."""
    team = await load(session, Team, team_id, "team")
    policy = await policies.of(session, team.round_id)
    if not rules.possible("confirm", team.status, policy):
        return
    team.status = rules.confirm(team.status, policy)
    people = await accepted(session, team)
    for member in people:
        member.joined_at = now
    team.training_due = "training" in policy.switches
    await nomination.follow(session, team, now)
    publish(session, await _confirmed(session, team, policy, people, now))
    await reject_rivals(session, team, now)
    if team.continues_id is not None:
        before = await load(session, Team, team.continues_id, "team")
        if before.status == "serving":
            await _conclude(session, before, SYSTEM, now)


async def _confirmed(
    session: AsyncSession, team: Team, policy: PolicySet, people: list[Member], now: datetime
) -> TeamConfirmed:
    """The event, and what follows for the agreement: to be signed, or none, and then the claim's terms hold."""
    host = {"host_code": team.host_code, "host_name": team.host_name}
    confirmed = TeamConfirmed(
        **ids(team),
        **host,
        amount_fen=team.amount_fen,
        person_ids=[member.person_id for member in people],
        expert_ids=[member.person_id for member in people if member.role in EXPERTS],
        marks=await queries.marks(session, [member.person_id for member in people]),
        people=await queries.serving(session, team.id, [member.person_id for member in people]),
        introduction=await _introduced(session, team),
    )
    if "agreement" not in policy.switches:
        team.agreed_on = now.astimezone(SHANGHAI).date()
        return confirmed.model_copy(update={"terms": await _terms(session, team)})
    lead = await session.get_one(Person, team.lead_id)
    due_at = agreement_rules.due(now, policy.teams)
    unit = {"lead_unit_code": lead.unit_code, "lead_unit_name": lead.unit_name}
    session.add(Agreement(team_id=team.id, due_at=due_at, **unit))
    return confirmed


async def _terms(session: AsyncSession, team: Team) -> Terms:
    """What service is measured against where no agreement is signed: the claim as it was confirmed."""
    indicators = sa.select(Indicator).where(Indicator.team_id == team.id).order_by(Indicator.position)
    return Terms(
        host_code=team.host_code,
        starts_on=team.starts_on,
        ends_on=team.ends_on,
        agreed_days=team.agreed_days,
        agreed_visits=team.agreed_visits,
        indicators=tuple(
            AgreedIndicator.model_validate(one, from_attributes=True) for one in await session.scalars(indicators)
        ),
    )


async def start(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The first confirmed entry, or the agreed start date."""
    team = await load(session, Team, team_id, "team")
    policy = await policies.of(session, team.round_id)
    if not rules.possible("start", team.status, policy):
        return
    team.status = rules.start(team.status, policy)
    publish(session, TeamStarted(**ids(team)))


async def lapse(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The agreement was not signed in time: the order and the money are free again."""
    team = await load(session, Team, team_id, "team")
    policy = await policies.of(session, team.round_id)
    if not rules.possible("lapse", team.status, policy):
        return
    team.status = rules.lapse(team.status, policy)
    team.reason = "team.agreement_unsigned"
    await holding.end(session, team, now)
    publish(session, TeamLapsed(**ids(team)))


async def withdraw(session: AsyncSession, team_id: UUID, reason: str, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    facts, policy = await queries.team_facts(session, team), await policies.of(session, team.round_id)
    team.status = rules.withdraw(facts, policy, actor, reason)
    team.reason = reason
    await holding.end(session, team, now)
    publish(session, TeamWithdrawn(**ids(team)))
    return team


async def dissolve(session: AsyncSession, team_id: UUID, reason: str, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    policy = await policies.of(session, team.round_id)
    team.status = rules.dissolve(team.status, policy, actor, reason, cleared=team.cleared_at is not None)
    team.reason, team.cleared_at = reason, None
    await holding.end(session, team, now)
    publish(session, TeamDissolved(**ids(team), reason=reason if actor is SYSTEM else ""))
    return team


async def lose_award(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """An award revoked before service leaves nothing to serve with; during service the bureau decides."""
    team = await load(session, Team, team_id, "team")
    if team.status in rules.BEFORE_SERVICE:
        await dissolve(session, team_id, rules.AWARD_REVOKED, SYSTEM, now)


async def conclude(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Team:
    team = await queries.locked_team(session, team_id, actor)
    if actor is not SYSTEM:
        final, policy = await queries.final_summary(session, team.id), await policies.of(session, team.round_id)
        accepted = final is not None and final.status == "accepted"
        rules.conclude(team.status, policy, actor)
        require(summary_rules.conclude_obstacles(accepted, policy.teams))
    return await _conclude(session, team, actor, now)


async def _conclude(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> Team:
    team.status = rules.conclude(team.status, await policies.of(session, team.round_id), actor)
    await holding.end(session, team, now)
    publish(session, TeamConcluded(**ids(team)))
    return team


async def accepted(session: AsyncSession, team: Team) -> list[Member]:
    statement = sa.select(Member).where(Member.team_id == team.id, Member.status == "accepted")
    return list(await session.scalars(statement.order_by(Member.position)))
