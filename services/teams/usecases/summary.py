"""Summaries: opened by the clock or the lead, written, submitted, accepted or returned."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Summary, Team
from services.teams.rules import attachment as attachment_rules
from services.teams.rules import rights
from services.teams.rules import summary as rules
from services.teams.rules.summary import Kind
from services.teams.usecases import policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.teams import SummaryAccepted, SummaryOpened, SummaryReturned, SummarySubmitted
from shared.db import load
from shared.errors import require
from shared.outbox import publish


async def open_half_year(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The clock: another half year of the term is over."""
    team = await load(session, Team, team_id, "team")
    if team.status not in rules.OWED_WHILE or team.starts_on is None:
        return
    written = sa.select(sa.func.count()).where(Summary.team_id == team.id, Summary.kind == "half_year")
    number = (await session.scalar(written) or 0) + 1
    await _open(session, team, "half_year", number, rules.half_year(team.starts_on, number), now)


async def open_final(session: AsyncSession, team_id: UUID, now: datetime) -> None:
    """The clock: the term is over, or the team was concluded before."""
    team = await load(session, Team, team_id, "team")
    if await queries.final_summary(session, team.id) is None and team.starts_on is not None:
        await _open(session, team, "final", 0, (team.starts_on, _ends(team, now)), now)


async def begin(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> Summary:
    """The lead begins the final summary before it is owed. Asked twice it is the same one."""
    team = await queries.locked_team(session, team_id, actor)
    rights.writer_only(await queries.team_facts(session, team), actor)
    known = await queries.final_summary(session, team.id)
    if known is not None:
        return known
    require(rules.begin_obstacles(team.status, team.starts_on))
    starts_on = team.starts_on or now.date()
    return await _open(session, team, "final", 0, (starts_on, _ends(team, now)), now)


def _ends(team: Team, now: datetime) -> date:
    """The end of the term; of a team concluded earlier the day on which it was."""
    ended = (team.status_since if team.status == "concluded" else now).astimezone(SHANGHAI).date()
    return min(team.ends_on or ended, ended) if team.status == "concluded" else team.ends_on or ended


async def _open(
    session: AsyncSession, team: Team, kind: Kind, number: int, period: tuple[date, date], now: datetime
) -> Summary:
    policy = (await policies.of(session, team.round_id)).teams
    due_at = rules.due(kind, period[1], now.astimezone(SHANGHAI), policy)
    summary = Summary(
        team_id=team.id,
        kind=kind,
        number=number,
        status=rules.opened(),
        period_from=period[0],
        period_to=period[1],
        due_at=due_at,
    )
    session.add(summary)
    await session.flush()
    publish(session, SummaryOpened(**_about(team, summary)))
    return summary


def _about(team: Team, summary: Summary) -> dict[str, Any]:
    return {**ids(team), "summary_id": summary.id, "kind": summary.kind, "period_to": summary.period_to}


async def locked(session: AsyncSession, summary_id: UUID, actor: Actor, now: datetime) -> Summary:
    """For a change by this actor."""
    await queries.summary(session, summary_id, actor, now)
    return await load(session, Summary, summary_id, "summary")


async def edit(
    session: AsyncSession,
    summary: Summary,
    sections: dict[str, str] | None,
    attachments: list[UUID] | None,
    actor: Actor,
) -> Summary:
    """Sections that are not named stay as they are; named files are these and no others."""
    team = await session.get_one(Team, summary.team_id)
    rights.writer_only(await queries.team_facts(session, team), actor)
    policy = (await policies.of(session, team.round_id)).teams
    unknown = await queries.strange_files(session, team.id, attachments or [])
    wrong = [
        *rules.edit_obstacles(summary.status, list(sections or {}), policy),
        *attachment_rules.named_obstacles(unknown),
    ]
    require(wrong)
    summary.sections = {**summary.sections, **(sections or {})}
    summary.attachments = summary.attachments if attachments is None else list(dict.fromkeys(attachments))
    return summary


async def submit(session: AsyncSession, summary_id: UUID, actor: Actor, now: datetime) -> Summary:
    summary = await locked(session, summary_id, actor, now)
    team = await session.get_one(Team, summary.team_id)
    rights.lead_only(await queries.team_facts(session, team), actor)
    policy = (await policies.of(session, team.round_id)).teams
    summary.status = rules.submit(summary.facts(team), policy, actor)
    summary.submitted_at, summary.submitted_by = summary.submitted_at or now, actor.id
    late = rules.is_late(summary.submitted_at, summary.due_at, now)
    publish(session, SummarySubmitted(**_about(team, summary), late=late))
    return summary


async def accept(session: AsyncSession, summary_id: UUID, actor: Actor, now: datetime) -> Summary:
    summary = await locked(session, summary_id, actor, now)
    team = await session.get_one(Team, summary.team_id)
    summary.status = rules.accept(summary.facts(team), actor)
    summary.judged_at, summary.judged_by, summary.reason = now, actor.id, ""
    publish(session, SummaryAccepted(**_about(team, summary)))
    return summary


async def return_(session: AsyncSession, summary_id: UUID, reason: str, actor: Actor, now: datetime) -> Summary:
    summary = await locked(session, summary_id, actor, now)
    team = await session.get_one(Team, summary.team_id)
    summary.status = rules.return_(summary.facts(team), reason, actor)
    summary.judged_at, summary.judged_by, summary.reason = now, actor.id, reason.strip()
    publish(session, SummaryReturned(**_about(team, summary)))
    return summary
