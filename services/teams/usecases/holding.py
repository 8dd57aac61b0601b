"""Who holds a place in which team: taken when the bureau proposes a team, given back when the team ends."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Agreement, Amendment, Continuation, Member, Person, Team
from services.teams.rules import amendment as amendment_rules
from services.teams.rules import continuation as continuation_rules
from services.teams.rules import roster as roster_rules
from services.teams.usecases import nomination
from shared.errors import Refused


async def hold(session: AsyncSession, team: Team, members: list[Member], limit: int) -> None:
    """Each person's lowest free place number, unless ``limit`` other teams hold them by now (a team that this one
    continues apart). Of two transactions that take the same number at once, the unique index refuses one."""
    people = [member.person_id for member in members]
    taken = sa.select(Member.person_id, Member.live_place, Member.team_id)
    held: dict[UUID, dict[int | None, UUID]] = {person: {} for person in people}
    for person, place, holder in await session.execute(
        taken.where(Member.person_id.in_(people), Member.live_place.is_not(None))
    ):
        held[person][place] = holder
    for member in members:
        places = held[member.person_id]
        others = [holder for holder in places.values() if holder != team.continues_id]
        if len(others) >= limit:
            name = (await session.get_one(Person, member.person_id)).name
            raise Refused(roster_rules.person_busy(name, limit))
        member.live_place = next(place for place in range(1, len(places) + 2) if place not in places)
    await session.flush()


async def free(session: AsyncSession, team: Team) -> None:
    """The team's people may lead or serve elsewhere again."""
    await session.execute(
        sa.update(Member)
        .where(Member.team_id == team.id, Member.live_place.is_not(None))
        .values(live_place=None, version=Member.version + 1)
    )


async def end(session: AsyncSession, team: Team, now: datetime) -> None:
    """What ends with a claim or team: places, the match of a nominated person, an unsigned agreement or change of one, the use of a right to continue."""
    await free(session, team)
    await nomination.release(session, team, now)
    await session.execute(
        sa.update(Agreement)
        .where(Agreement.team_id == team.id, Agreement.closed.is_(False))
        .values(closed=True, version=Agreement.version + 1)
    )
    await session.execute(
        sa.update(Amendment)
        .where(Amendment.team_id == team.id, Amendment.status == "signing")
        .values(status=amendment_rules.expire("signing"), version=Amendment.version + 1)
    )
    await give_back(session, team)


async def give_back(session: AsyncSession, team: Team) -> None:
    """A continuing claim that came to nothing leaves the right as it was."""
    if team.continues_id is not None and team.agreed_on is None:
        used = sa.select(Continuation).where(Continuation.claim_id == team.id, Continuation.status == "used")
        for right in await session.scalars(used.with_for_update()):
            right.status = continuation_rules.give_back(right.status)
            right.claim_id = None
