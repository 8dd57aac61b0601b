"""Reported values of indicators: kept with their evidence, confirmed or disputed by the host."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Indicator, Report, Team
from services.teams.rules import report as rules
from services.teams.schemas import IndicatorReport
from services.teams.usecases import policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.teams import IndicatorReported, ReportConfirmed, ReportDisputed
from shared.db import load
from shared.errors import NotFound
from shared.outbox import publish


def keep(
    session: AsyncSession, team: Team, indicator: Indicator, said: IndicatorReport, actor: Actor, now: datetime
) -> Report:
    """The value as it was reported, with note and evidence."""
    row = Report(
        team_id=team.id,
        status=rules.reported(),
        name=indicator.name,
        unit=indicator.unit,
        actual=said.actual,
        note=said.note,
        attachments=list(dict.fromkeys(said.attachments)),
        reported_at=now,
        reported_by=actor.id,
    )
    session.add(row)
    return row


def count(session: AsyncSession, team: Team, indicator: Indicator, row: Report) -> None:
    """From now on this is how far the indicator has come."""
    indicator.actual = row.actual
    publish(
        session,
        IndicatorReported(
            **ids(team),
            indicator_id=indicator.id,
            name=indicator.name,
            unit=indicator.unit,
            baseline=indicator.baseline,
            target=indicator.target,
            actual=row.actual,
            reported_on=row.reported_at.astimezone(SHANGHAI).date(),
        ),
    )


async def confirm(session: AsyncSession, report_id: UUID, actor: Actor, now: datetime) -> Report:
    """Where values count once confirmed, it counts now, unless a later one does already."""
    row, team = await _locked(session, report_id, actor)
    row.status = rules.confirm(row.status, actor, team.host_code)
    row.words, row.settled_at, row.settled_by = "", now, actor.id
    publish(session, ReportConfirmed(**ids(team), report_id=row.id, name=row.name))
    if not rules.counts_at_once((await policies.of(session, team.round_id)).teams):
        later = sa.select(Report.id).where(
            Report.team_id == team.id, Report.name == row.name, Report.id > row.id, Report.status == "confirmed"
        )
        named = sa.select(Indicator).where(Indicator.team_id == team.id, Indicator.name == row.name)
        indicator = (await session.execute(named.with_for_update())).scalar_one_or_none()
        if indicator is not None and (await session.scalar(later.limit(1))) is None:
            count(session, team, indicator, row)
    return row


async def dispute(session: AsyncSession, report_id: UUID, reason: str, actor: Actor, now: datetime) -> Report:
    row, team = await _locked(session, report_id, actor)
    row.status = rules.dispute(row.status, reason, actor, team.host_code)
    row.words, row.settled_at, row.settled_by = reason.strip(), now, actor.id
    publish(session, ReportDisputed(**ids(team), report_id=row.id, name=row.name))
    return row


async def _locked(session: AsyncSession, report_id: UUID, actor: Actor) -> tuple[Report, Team]:
    """The team is locked before its report."""
    found = await session.get(Report, report_id)
    if found is None:
        raise NotFound("report")
    try:
        team = await queries.locked_team(session, found.team_id, actor)
    except NotFound:
        raise NotFound("report") from None
    return await load(session, Report, report_id, "report"), team
