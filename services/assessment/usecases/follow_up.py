"""Follow-up visits: planned when a team ends, opened by the clock, recorded by the district."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import FollowUp, KnownIndicator, KnownTeam
from services.assessment.rules import follow_up as rules
from services.assessment.rules.follow_up import Finding, FollowUpFacts
from services.assessment.usecases import known
from shared.actor import Actor
from shared.amounts import plain
from shared.clock import SHANGHAI
from shared.contracts.assessment import FollowUpOpened, FollowUpRecorded
from shared.db import load, new_id
from shared.outbox import publish


async def plan(session: AsyncSession, team: KnownTeam, now: datetime) -> None:
    """A concluded team is visited as often as its round's policy says; told twice, planned once."""
    policy = known.policy_of(await known.round_of(session, team.round_id))
    local = now.astimezone(SHANGHAI)
    rows = [
        {
            "id": new_id(),
            "round_id": team.round_id,
            "order_id": team.order_id,
            "team_id": team.id,
            "months": months,
            "opens_at": opens_at,
            "due_on": due_on,
            "status": rules.plan(),
            "text": "",
            "recorded_by": "",
            "version": 1,
        }
        for months, opens_at, due_on in rules.planned(local.date(), local, policy)
    ]
    if rows:
        await session.execute(insert(FollowUp).values(rows).on_conflict_do_nothing())


async def open_(session: AsyncSession, follow_up_id: UUID, now: datetime) -> FollowUp:
    """Its day has come: the district owes it from now on."""
    row = await load(session, FollowUp, follow_up_id, "follow_up")
    team = await known.team(session, row.team_id)
    row.status = rules.open_(FollowUpFacts(row.status, team.division, known.day_of(row.opens_at), row.due_on))
    publish(session, FollowUpOpened(**_about(row)))
    return row


async def record(session: AsyncSession, follow_up_id: UUID, finding: Finding, actor: Actor, now: datetime) -> FollowUp:
    """What still stands: every agreed indicator with its value then and now."""
    await queries.follow_up(session, follow_up_id, actor)
    row = await load(session, FollowUp, follow_up_id, "follow_up")
    team = await known.team(session, row.team_id)
    agreed = sa.select(KnownIndicator).where(KnownIndicator.team_id == team.id).order_by(KnownIndicator.name)
    indicators = list(await session.scalars(agreed))
    facts = FollowUpFacts(
        row.status, team.division, known.day_of(row.opens_at), row.due_on, [one.name for one in indicators]
    )
    row.status = rules.record(facts, finding, known.day_of(now), actor)
    row.visited_on, row.text, row.going_on = finding.visited_on, finding.text.strip(), finding.going_on
    row.recorded_by = actor.id
    row.standing = [
        {
            "name": one.name,
            "unit": one.unit,
            "target": plain(one.target),
            "then": plain(one.baseline if one.actual is None else one.actual),
            "now": finding.standing[one.name],
        }
        for one in indicators
    ]
    publish(session, FollowUpRecorded(**_about(row)))
    return row


def _about(row: FollowUp) -> dict[str, object]:
    names = ("round_id", "order_id", "team_id", "months", "due_on")
    return {"follow_up_id": row.id, **{name: getattr(row, name) for name in names}}
