"""The host rates the service."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import HostRating, Team
from services.teams.rules import rating as rules
from services.teams.usecases import policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.contracts.teams import TeamRatedByHost
from shared.errors import require
from shared.outbox import publish


async def rate(
    session: AsyncSession, team: Team, satisfaction: int, comment: str, actor: Actor, now: datetime
) -> HostRating:
    """Of a locked team, while assessment waits for it. The same rating said twice in a row is one; another
    one takes its place from now on."""
    policy = (await policies.of(session, team.round_id)).teams
    due = await queries.rating_due(session, team.id)
    require(
        [
            *rules.open_obstacles(team.status, due.asked if due else None, now),
            *rules.word_obstacles(satisfaction, policy),
        ]
    )
    last = await queries.newest_rating(session, due)
    if last is not None and (last.satisfaction, last.comment) == (satisfaction, comment.strip()):
        return last
    rating = HostRating(
        team_id=team.id, satisfaction=satisfaction, comment=comment.strip(), rated_at=now, rated_by=actor.id
    )
    session.add(rating)
    await session.flush()
    said = {"satisfaction": rating.satisfaction, "comment": rating.comment}
    publish(session, TeamRatedByHost(**ids(team), rating_id=rating.id, **said))
    return rating
