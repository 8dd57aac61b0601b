"""One person once: pairs that look like one person (``queries.sameness``), told apart or merged by the bureau."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import (
    Availability,
    Delegate,
    Employment,
    Entry,
    KnownOrder,
    KnownRound,
    Member,
    Nomination,
    Panelist,
    Person,
    Review,
    Suspension,
    Team,
    ToldApart,
)
from services.teams.rules import sameness as rules
from services.teams.rules.review import ACTIVE
from services.teams.rules.sameness import MergeFacts
from services.teams.rules.team import ENDED
from services.teams.usecases import credential
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.contracts.teams import PersonMerged, PersonToldApart
from shared.db import load
from shared.errors import require
from shared.outbox import publish


async def tell_apart(
    session: AsyncSession, person_id: UUID, other_id: UUID, reason: str, actor: Actor, now: datetime
) -> Person:
    """The two look alike and are two people."""
    first, second = sorted((person_id, other_id))
    rows = {key: await load(session, Person, key, "person") for key in dict.fromkeys((first, second))}
    require(rules.merge_obstacles(MergeFacts(same=first == second, merged=False, reason=reason)))
    session.add(ToldApart(first_id=first, second_id=second, reason=reason, told_by=actor.id))
    publish(session, PersonToldApart(person_id=person_id, other_id=other_id))
    return rows[person_id]


async def merge(session: AsyncSession, person_id: UUID, into: UUID, reason: str, actor: Actor, now: datetime) -> Person:
    """The record ``into`` stays and takes over everything; the other points to it. Both are locked in the order of
    their ids, so that two merges at once cannot wait for each other."""
    rows = {key: await load(session, Person, key, "person") for key in sorted({person_id, into})}
    gone, stays = rows[person_id], rows[into]
    require(rules.merge_obstacles(await _facts(session, gone, stays, reason)))
    await _move_places(session, gone.id, stays.id)
    await _move_credentials(session, gone, stays)
    shared_rights = sa.select(Delegate.team_id).where(Delegate.person_id == stays.id)
    await session.execute(sa.delete(Delegate).where(Delegate.person_id == gone.id, Delegate.team_id.in_(shared_rights)))
    for model in (Entry, Suspension, Availability, Delegate, Nomination, Panelist, Review):
        await session.execute(sa.update(model).where(model.person_id == gone.id).values(person_id=stays.id))
    offers = sa.update(KnownOrder).where(KnownOrder.offered_by == gone.id)
    await session.execute(offers.values(offered_by=stays.id))
    closed = {"person_id": stays.id, "ends_on": sa.func.coalesce(Employment.ends_on, now.date())}
    await session.execute(sa.update(Employment).where(Employment.person_id == gone.id).values(**closed))
    earlier = sa.update(Person).where(Person.merged_into_id == gone.id)
    await session.execute(earlier.values(merged_into_id=stays.id))
    gone.merged_into_id = stays.id
    stays.version += 1
    publish(session, PersonMerged(person_id=gone.id, into=stays.id))
    return stays


async def _facts(session: AsyncSession, gone: Person, stays: Person, reason: str) -> MergeFacts:
    both = (gone.id, stays.id)
    claims: dict[UUID, set[str]] = {key: set() for key in both}
    places: dict[UUID, set[str]] = {key: set() for key in both}
    limits = []
    statement = (
        sa.select(Member, Team, KnownRound.policy)
        .join(Team, Team.id == Member.team_id)
        .outerjoin(KnownRound, KnownRound.id == Team.round_id)
        .where(Member.person_id.in_(both))
    )
    for member, team, policy in await session.execute(statement):
        if member.status in ("invited", "accepted"):
            places[member.person_id].add(str(team.id))
        if team.lead_id == member.person_id and team.status not in ENDED:
            claims[member.person_id].add(f"{team.round_id}/{team.order_id}")
        if member.live_place is not None:
            limits.append(policy_set(policy).teams.live_teams_per_person)
    return MergeFacts(
        same=gone.id == stays.id,
        merged=bool(gone.merged_into_id or stays.merged_into_id),
        places=(places[gone.id], places[stays.id]),
        claims=(claims[gone.id], claims[stays.id]),
        nominated=await _held(session, both, Nomination, Nomination.round_id, Nomination.status != "withdrawn"),
        reviews=await _reviews(session, both),
        live=len(limits),
        limit=min(limits, default=1),
        reason=reason,
    )


async def _reviews(session: AsyncSession, both: tuple[UUID, UUID]) -> tuple[set[str], set[str]]:
    panels = await _held(session, both, Panelist, Panelist.panel_id, sa.true())
    claims = await _held(session, both, Review, Review.team_id, Review.status.in_(ACTIVE))
    return panels[0] | claims[0], panels[1] | claims[1]


async def _held(
    session: AsyncSession, both: tuple[UUID, UUID], model: Any, what: Any, which: Any
) -> tuple[set[str], set[str]]:
    """What each of the two has of a kind, by its id."""
    rows = list(await session.execute(sa.select(model.person_id, what).where(model.person_id.in_(both), which)))
    one, other = ({str(key) for person, key in rows if person == own} for own in both)
    return one, other


async def _move_places(session: AsyncSession, gone: UUID, stays: UUID) -> None:
    """Places in teams, the lead of teams or the offer of it; live places are numbered on from those that stay."""
    taken = sa.select(Member.live_place).where(Member.person_id == stays, Member.live_place.is_not(None))
    last = max([place for place in await session.scalars(taken) if place], default=0)
    await session.execute(
        sa.update(Member)
        .where(Member.person_id == gone)
        .values(person_id=stays, live_place=Member.live_place + last, version=Member.version + 1)
    )
    for place in (Team.lead_id, Team.lead_offered_to):
        await session.execute(
            sa.update(Team).where(place == gone).values({place.key: stays, "version": Team.version + 1})
        )


async def _move_credentials(session: AsyncSession, gone: Person, stays: Person) -> None:
    """What both claim stays once, verified when either is."""
    found = await credential.of(session, [gone.id, stays.id])
    kept = {(c.kind, c.name, c.level): c for c in found[stays.id]}
    for row in found[gone.id]:
        twin = kept.get((row.kind, row.name, row.level))
        if twin is not None and (twin.status == "verified" or row.status != "verified"):
            twin.evidence = list(dict.fromkeys([*twin.evidence, *row.evidence]))
            await session.delete(row)
            continue
        if twin is not None:
            await session.delete(twin)
            await session.flush()
        row.person_id = stays.id
    await session.flush()
    for person in (gone, stays):
        await credential.bring_in_step(session, person)
