"""The bureau places nominated people who matched nobody."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import KnownOrder, Member, Nomination, Person, Team
from services.teams.rules import member as member_rules
from services.teams.rules import placement as rules
from services.teams.rules.member import INVITED, LEAD
from services.teams.rules.placement import PlacementFacts
from services.teams.rules.team import HOLDING
from services.teams.schemas import PlacementIn
from services.teams.usecases import policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.contracts.teams import TeamFormed, TeamInvited, TeamPlaced
from shared.errors import NotFound
from shared.outbox import publish

CHOSEN = ("accepted", *HOLDING)


async def place(session: AsyncSession, body: PlacementIn, actor: Actor, now: datetime) -> Team:
    """A claim for this person on this post, which the person still has to accept."""
    order = await session.get(KnownOrder, body.order_id, with_for_update=True)
    person = await session.get(Person, body.person_id, with_for_update=True)  # placed on one post at a time
    if order is None or person is None:
        raise NotFound("order" if order is None else "person")
    round_ = await queries.nominated_round(session, order.round_id)
    status = rules.place(round_, await _facts(session, order, person), actor)
    team = Team(
        round_id=order.round_id,
        order_id=order.id,
        order_number=order.number,
        division=order.division,
        host_code=order.host_code,
        host_name=order.host_name,
        name=body.name or order.title,
        lead_id=person.id,
        status=status,
        placed=True,
        **(
            body.model_dump(include=_CLAIM)
            | {"place": body.place or order.place, "content": body.content or order.title}
        ),
    )
    session.add(team)
    await session.flush()
    await invite_lead(session, team, now)
    publish(session, TeamFormed(**ids(team)))
    publish(session, TeamInvited(**ids(team), person_ids=[person.id]))
    publish(session, TeamPlaced(**ids(team), person_id=person.id))
    return team


_CLAIM = {"starts_on", "ends_on", "liaison_name", "liaison_phone"}


async def invite_lead(session: AsyncSession, team: Team, now: datetime) -> None:
    """Whoever is to lead is asked; the unit consented when it nominated."""
    policy = await policies.of(session, team.round_id)
    session.add(
        Member(
            team_id=team.id,
            person_id=team.lead_id,
            role=LEAD,
            status=INVITED,
            position=0,
            invited_at=now,
            expires_at=member_rules.invitation_ends(policy.teams, now),
            unit_consented_at=await queries.nominated_since(session, team.round_id, team.lead_id),
        )
    )


async def _facts(session: AsyncSession, order: KnownOrder, person: Person) -> PlacementFacts:
    standing = sa.select(Nomination.status).where(
        Nomination.round_id == order.round_id, Nomination.person_id == person.id, Nomination.status != "withdrawn"
    )
    chosen = sa.select(Team.status).where(
        Team.round_id == order.round_id, Team.lead_id == person.id, Team.status.in_(CHOSEN)
    )
    taken = sa.select(Team.id).where(Team.order_id == order.id, Team.status.in_(CHOSEN)).limit(1)
    statuses = set(await session.scalars(chosen))
    return PlacementFacts(
        name=person.name,
        nomination=await session.scalar(standing.with_for_update()) or "",
        chosen="accepted" in statuses,
        held=bool(statuses & set(HOLDING)),
        post_open=order.published or order.unclaimed,
        post_taken=(await session.execute(taken)).first() is not None,
    )
