"""Indicators of a team: agreed while the claim is formed, reported while the team serves."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Indicator, Team
from services.teams.rules import indicator as rules
from services.teams.rules import rights
from services.teams.rules import team as team_rules
from services.teams.rules.indicator import IndicatorFacts
from services.teams.schemas import IndicatorIn, IndicatorReport
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.contracts.teams import IndicatorReported, TeamEdited
from shared.errors import require
from shared.outbox import publish


async def set_all(session: AsyncSession, team: Team, wanted: list[IndicatorIn], actor: Actor, now: datetime) -> Team:
    """The claim's indicators are these, in this order."""
    team_rules.edit(await queries.team_facts(session, team), actor, ["targets"], signing=False)
    require(rules.set_obstacles([IndicatorFacts(i.name, i.baseline, i.target) for i in wanted]))
    await session.execute(sa.delete(Indicator).where(Indicator.team_id == team.id))
    for position, indicator in enumerate(wanted):
        session.add(Indicator(team_id=team.id, position=position, **indicator.model_dump()))
    team.roster_changed_at = now
    publish(session, TeamEdited(**ids(team), fields=["indicators"]))
    return team


async def report(
    session: AsyncSession, team_id: UUID, reports: list[IndicatorReport], actor: Actor, now: datetime
) -> Team:
    """The lead says how far each indicator has come; the newest report counts."""
    team = await queries.locked_team(session, team_id, actor)
    rights.writer_only(await queries.team_facts(session, team), actor)
    statement = sa.select(Indicator).where(Indicator.team_id == team.id).with_for_update()
    known = {indicator.name: indicator for indicator in await session.scalars(statement)}
    require(rules.report_obstacles([report.name for report in reports], known, team.status))
    for reported in reports:
        indicator = known[reported.name]
        indicator.actual = reported.actual
        publish(
            session,
            IndicatorReported(
                **ids(team),
                indicator_id=indicator.id,
                name=indicator.name,
                unit=indicator.unit,
                baseline=indicator.baseline,
                target=indicator.target,
                actual=reported.actual,
            ),
        )
    return team
