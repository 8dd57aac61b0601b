"""Who holds a place in which team: taken when the bureau proposes a team, given back when the team ends."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Agreement, Continuation, Member, Team
from services.teams.rules import continuation as continuation_rules


async def hold(session: AsyncSession, members: list[Member]) -> None:
    """Each person's lowest free place number; the unique index refuses when another transaction takes it first."""
    people = [member.person_id for member in members]
    rows = await session.execute(
        sa.select(Member.person_id, Member.live_place).where(
            Member.person_id.in_(people), Member.live_place.is_not(None)
        )
    )
    taken = {tuple(row) for row in rows}
    for member in members:
        place = 1
        while (member.person_id, place) in taken:
            place += 1
        member.live_place = place
    await session.flush()


async def free(session: AsyncSession, team: Team) -> None:
    """The team's people may lead or serve elsewhere again."""
    await session.execute(
        sa.update(Member)
        .where(Member.team_id == team.id, Member.live_place.is_not(None))
        .values(live_place=None, version=Member.version + 1)
    )


async def end(session: AsyncSession, team: Team, now: datetime) -> None:
    """What ends with a claim or team: places, an unsigned agreement, the use of a right to continue."""
    await free(session, team)
    await session.execute(
        sa.update(Agreement)
        .where(Agreement.team_id == team.id, Agreement.closed.is_(False))
        .values(closed=True, version=Agreement.version + 1)
    )
    await give_back(session, team)


async def give_back(session: AsyncSession, team: Team) -> None:
    """A continuing claim that came to nothing leaves the right as it was."""
    if team.continues_id is not None and team.agreed_on is None:
        used = sa.select(Continuation).where(Continuation.claim_id == team.id, Continuation.status == "used")
        for right in await session.scalars(used.with_for_update()):
            right.status = continuation_rules.give_back(right.status)
            right.claim_id = None
