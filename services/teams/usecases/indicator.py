"""Indicators of a team: agreed while the claim is formed, reported while the team serves."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Indicator, Team
from services.teams.rules import attachment as attachment_rules
from services.teams.rules import indicator as rules
from services.teams.rules import report as report_rules
from services.teams.rules import rights
from services.teams.rules import team as team_rules
from services.teams.rules.indicator import IndicatorFacts
from services.teams.schemas import IndicatorIn, IndicatorReport
from services.teams.usecases import policies
from services.teams.usecases import report as report_usecases
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.contracts.teams import TeamEdited
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
    """The lead says how far each indicator has come, with evidence; the newest report that counts stands."""
    team = await queries.locked_team(session, team_id, actor)
    rights.writer_only(await queries.team_facts(session, team), actor)
    statement = sa.select(Indicator).where(Indicator.team_id == team.id).with_for_update()
    known = {indicator.name: indicator for indicator in await session.scalars(statement)}
    named = [key for reported in reports for key in reported.attachments]
    unknown = await queries.strange_files(session, team.id, named)
    wrong = rules.report_obstacles([reported.name for reported in reports], known, team.status)
    require([*wrong, *attachment_rules.named_obstacles(unknown)])
    counts = report_rules.counts_at_once((await policies.of(session, team.round_id)).teams)
    for reported in reports:
        row = report_usecases.keep(session, team, known[reported.name], reported, actor, now)
        if counts:
            report_usecases.count(session, team, known[reported.name], row)
    return team
