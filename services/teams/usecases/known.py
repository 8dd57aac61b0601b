"""Local copies of rounds and orders, and what their changes mean for claims."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import KnownGrade, KnownOrder, KnownRound, Team
from services.teams.rules.team import LIVE, OPEN_CLAIMS
from services.teams.usecases import continuation, nomination, suspension
from services.teams.usecases.team import dissolve, reject_others
from shared.actor import SYSTEM
from shared.contracts.assessment import AssessmentPublished
from shared.contracts.orders import OrderPublished, RoundOpened
from shared.db import load
from shared.errors import NotYet


async def open_round(session: AsyncSession, event: RoundOpened) -> None:
    """A round opens with its policy set. Opening again only moves its window."""
    row = {
        "name": event.name,
        "year": event.year,
        "division": event.division,
        "direction": event.direction,
        "opens_at": event.opens_at,
        "closes_at": event.closes_at,
        "phase": "open",
        "policy": event.policy,
    }
    statement = insert(KnownRound).values(id=event.round_id, **row)
    await session.execute(statement.on_conflict_do_update(index_elements=[KnownRound.id], set_=row))


async def move_round(session: AsyncSession, round_id: UUID, phase: str, now: datetime) -> None:
    """A round goes on. Once it is decided, claims that were not chosen end, and nominated people are left over."""
    known = await session.get(KnownRound, round_id)
    if known is None:
        raise NotYet("orders", f"round/{round_id}")
    known.phase = phase
    if phase == "decided":
        left = sa.select(Team.id).where(Team.round_id == round_id, Team.status.in_(OPEN_CLAIMS))
        await reject_others(session, list(await session.scalars(left)), "team.round_decided", now)
        await nomination.unplace(session, round_id, now)


async def publish_order(session: AsyncSession, event: OrderPublished) -> None:
    """An order is open to claims."""
    row = {
        "round_id": event.round_id,
        "number": event.number,
        "title": event.title,
        "division": event.division,
        "place": event.place,
        "host_name": event.host_name,
        "host_code": event.host_code,
        "industry": event.industry,
        "expertise": event.expertise,
        "key_place": event.key_place,
        "published": True,
        "unclaimed": False,
        "direction": event.direction,
        "offered_by": event.offered_by,
        "closes_at": event.closes_at,
        "service_forms": event.service_forms,
        "people_wanted": event.people_wanted,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "asked_fen": event.asked_fen,
    }
    statement = insert(KnownOrder).values(id=event.order_id, **row)
    await session.execute(statement.on_conflict_do_update(index_elements=[KnownOrder.id], set_=row))


async def reopen_order(session: AsyncSession, order_id: UUID, closes_at: datetime | None) -> None:
    """Open to claims again, perhaps until another time than its round."""
    order = await _order(session, order_id)
    if order is not None:
        order.published, order.unclaimed = True, False
        order.closes_at = closes_at or order.closes_at


async def close_order(session: AsyncSession, order_id: UUID, unclaimed: bool = False) -> None:
    """Not open to claims: matched, in service, completed or unclaimed."""
    order = await _order(session, order_id)
    if order is not None:
        order.published, order.unclaimed = False, unclaimed


async def end_order(session: AsyncSession, order_id: UUID, now: datetime) -> None:
    """Cancelled, withdrawn or merged: every claim on it ends, and a team that has it is dissolved."""
    await close_order(session, order_id)
    claims = sa.select(Team.id, Team.status).where(
        Team.order_id == order_id, Team.status.in_((*OPEN_CLAIMS, "proposed", "on_notice", *LIVE))
    )
    rows = list(await session.execute(claims))
    await reject_others(session, [key for key, status in rows if status not in LIVE], "team.order_ended", now)
    for team_id in (key for key, status in rows if status in LIVE):
        await dissolve(session, team_id, "team.order_ended", SYSTEM, now)


async def _order(session: AsyncSession, order_id: UUID) -> KnownOrder | None:
    """An order that was never published is nobody's to claim: nothing to follow."""
    return await session.get(KnownOrder, order_id)


async def follow_grade(session: AsyncSession, event: AssessmentPublished, now: datetime) -> None:
    """The consequences of a published grade. Only a newer edition than the last one counts."""
    team = await load(session, Team, event.team_id, "team")
    known = await session.get(KnownGrade, event.assessment_id)
    if known is not None and known.edition >= event.edition:
        return
    if known is None:
        known = KnownGrade(assessment_id=event.assessment_id)
        session.add(known)
    known.team_id, known.edition, known.grade = team.id, event.edition, event.grade
    known.published_at = event.published_at
    await suspension.follow(session, team, event, now)
    await continuation.follow(session, team, event.assessment_id, event.grade, now)
