"""Training before the post."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Team, Training
from services.teams.rules import training as rules
from services.teams.rules.training import TrainingFacts
from services.teams.schemas import TrainingIn
from services.teams.usecases import policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.teams import TeamTrained
from shared.outbox import publish


async def train(session: AsyncSession, team_id: UUID, body: TrainingIn, actor: Actor, now: datetime) -> Team:
    """The bureau records the course; a term that has begun by then starts at once, by the clock."""
    team = await queries.locked_team(session, team_id, actor)
    policy = await policies.of(session, team.round_id)
    held = TrainingFacts(body.trained_on, body.course, body.hours, body.place)
    team.status = rules.train(team.status, held, policy, actor, now.astimezone(SHANGHAI).date())
    team.training_due = False
    session.add(Training(team_id=team.id, **body.model_dump(include=set(TrainingIn.model_fields))))
    publish(session, TeamTrained(**ids(team), trained_on=body.trained_on, hours=body.hours))
    return team
