"""What becomes of a nomination as claims and rounds go on: verbs of the system."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import KnownRound, Member, Nomination, Team
from services.teams.rules import nomination as rules
from services.teams.rules.member import LEAD
from services.teams.rules.team import HOLDING
from shared.contracts.policy_document import policy_set
from shared.contracts.teams import NominationMatched, NominationPlaced, NominationReleased, NominationUnplaced
from shared.outbox import publish


def of(row: Nomination) -> dict[str, UUID]:
    """What every event of a nomination carries."""
    return {"nomination_id": row.id, "round_id": row.round_id, "person_id": row.person_id}


async def follow(session: AsyncSession, team: Team, now: datetime) -> None:
    """The team of a nominated lead is confirmed, by their own claim or by the bureau's placement."""
    free = sa.select(Nomination).where(
        Nomination.round_id == team.round_id, Nomination.person_id == team.lead_id, Nomination.status.in_(rules.FREE)
    )
    row = await session.scalar(free.with_for_update())
    if row is not None:
        row.team_id = team.id
        (place if team.placed else match)(session, row, team)


def match(session: AsyncSession, row: Nomination, team: Team) -> None:
    """Their own claim came true."""
    row.status = rules.match(row.status)
    publish(session, NominationMatched(**of(row), team_id=team.id))


def place(session: AsyncSession, row: Nomination, team: Team) -> None:
    """The bureau's placement came true."""
    row.status = rules.place(row.status)
    publish(session, NominationPlaced(**of(row), team_id=team.id))


async def release(session: AsyncSession, team: Team, now: datetime) -> None:
    """The team ended before its time: whoever it had is free again, and left over if the round is decided."""
    round_ = await session.get(KnownRound, team.round_id)
    if round_ is None or team.status == "concluded" or rules.SWITCH not in policy_set(round_.policy).switches:
        return
    rows = sa.select(Nomination).where(Nomination.team_id == team.id, Nomination.status.in_(("matched", "placed")))
    for row in await session.scalars(rows.with_for_update()):
        row.status = rules.release(row.status)
        row.team_id = None
        publish(session, NominationReleased(**of(row)))
    if round_.phase not in ("open", "closed"):
        await unplace(session, team.round_id, now, Nomination.person_id == team.lead_id)


async def unplace(session: AsyncSession, round_id: UUID, now: datetime, *which: Any) -> None:
    """The round is decided: those whom no team holds are left over."""
    holding = (
        sa.select(Member.person_id)
        .join(Team, Team.id == Member.team_id)
        .where(Team.round_id == round_id, Team.status.in_(HOLDING), Member.role == LEAD, Member.left_at.is_(None))
    )
    rows = sa.select(Nomination).where(
        Nomination.round_id == round_id, Nomination.status == "nominated", Nomination.person_id.not_in(holding), *which
    )
    for row in await session.scalars(rows.order_by(Nomination.id).with_for_update()):
        row.status = rules.unplace(row.status)
        publish(session, NominationUnplaced(**of(row)))
