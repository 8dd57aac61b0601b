"""Summaries as a caller may see them, and the files that are named in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Attachment, Entry, KnownRound, Summary, Team
from services.teams.queries.sight import visible
from services.teams.rules import summary as rules
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.errors import NotFound
from shared.lifecycle import actions


def summaries(
    actor: Actor,
    now: datetime,
    *,
    round_id: UUID | None = None,
    team_id: UUID | None = None,
    kind: str | None = None,
    status: str | None = None,
    late: bool | None = None,
) -> sa.Select[Any]:
    """Those of the teams that this actor may see."""
    statement = sa.select(Summary).join(Team, Team.id == Summary.team_id).where(visible(actor))
    wanted = ((Team.round_id, round_id), (Summary.team_id, team_id), (Summary.kind, kind))
    statement = statement.where(*(column == value for column, value in wanted if value is not None))
    if status:
        statement = statement.where(Summary.status.in_(status.split(",")))
    if late is not None:
        statement = statement.where((sa.func.coalesce(Summary.submitted_at, now) >= Summary.due_at) == late)
    return statement


async def summary(session: AsyncSession, summary_id: UUID, actor: Actor, now: datetime) -> Summary:
    """The summary, or :class:`NotFound` when its team is not this actor's to see."""
    found = await session.execute(summaries(actor, now).where(Summary.id == summary_id))
    row: Summary | None = found.scalar_one_or_none()
    if row is None:
        raise NotFound("summary")
    return row


async def final_summary(session: AsyncSession, team_id: UUID) -> Summary | None:
    statement = sa.select(Summary).where(Summary.team_id == team_id, Summary.kind == "final")
    return (await session.execute(statement)).scalar_one_or_none()


async def strange_files(session: AsyncSession, team_id: UUID, named: Sequence[UUID]) -> list[UUID]:
    """Those of the named files that are not the team's or its entries'."""
    entries = sa.select(Entry.id).where(Entry.team_id == team_id)
    own = sa.or_(
        sa.and_(Attachment.noun == "team", Attachment.noun_id == team_id),
        sa.and_(Attachment.noun == "entry", Attachment.noun_id.in_(entries)),
    )
    known = sa.select(Attachment.id).where(Attachment.id.in_(named), Attachment.removed_at.is_(None), own)
    found = set(await session.scalars(known)) if named else set()
    return [key for key in named if key not in found]


async def summary_actions(session: AsyncSession, row: Summary, actor: Actor) -> list[dict[str, Any]]:
    """What this actor may do with it now, with what is in the way."""
    team = await session.get_one(Team, row.team_id)
    round_ = await session.get_one(KnownRound, team.round_id)
    policy = policy_set(round_.policy).teams
    roles = actor.roles if actor.person == str(team.lead_id) else actor.roles - {"expert"}
    obstacles = {"submit": lambda: rules.submit_obstacles(row.facts(team), policy)}
    return actions(rules.LIFECYCLE, row.status, replace(actor, roles=roles), obstacles)
