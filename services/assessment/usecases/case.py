"""Exemplary cases, one function per verb."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Attachment, Case
from services.assessment.rules import case as rules
from services.assessment.usecases.known import day_of
from shared.actor import Actor
from shared.contracts.assessment import (
    CaseAttachmentAdded,
    CaseAttachmentRemoved,
    CaseDeclined,
    CaseHandedIn,
    CaseSelected,
    CaseWithdrawn,
)
from shared.db import load, new_id
from shared.files import attachments
from shared.files.examine import Received
from shared.files.store import Files
from shared.outbox import publish


async def hand_in(
    session: AsyncSession,
    year: int,
    division: str,
    team_id: UUID | None,
    words: tuple[str, str, str],
    actor: Actor,
    now: datetime,
) -> Case:
    """``words``: title, text, and how who is named or shown agreed."""
    title, text, consent = (one.strip() for one in words)
    unit = "" if actor.has("bureau", "district") and actor.covers(division) else actor.unit
    place = (await queries.own_team(session, team_id, actor)).division if team_id else division
    row = Case(
        id=new_id(),
        year=year,
        division=division,
        unit_code=unit,
        team_id=team_id,
        title=title,
        text=text,
        consent=consent,
        handed_in_by=actor.id,
        status="",
    )
    same = await _is_handed_in(session, row)
    row.status = rules.hand_in(row.facts, place, (year, day_of(now).year), same, actor)
    session.add(row)
    await session.flush()
    publish(session, CaseHandedIn(**about(row)))
    return row


async def _is_handed_in(session: AsyncSession, row: Case) -> bool:
    """Whether this very case stands already: of a team whoever hands it in, otherwise from the same office or unit. One
    at a time hands in for a division and a year."""
    key = f"cases of {row.division} in {row.year}"
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
    same = sa.select(Case.id).where(
        Case.year == row.year,
        Case.division == row.division,
        Case.title == row.title,
        Case.status.in_(rules.OPEN),
        Case.team_id == row.team_id
        if row.team_id
        else sa.and_(Case.team_id.is_(None), Case.unit_code == row.unit_code),
    )
    return await session.scalar(same.limit(1)) is not None


async def select(session: AsyncSession, case_id: UUID, actor: Actor) -> Case:
    row = await _get(session, case_id, actor)
    row.status = rules.select(row.facts, actor)
    row.reason = ""
    publish(session, CaseSelected(**about(row)))
    return row


async def decline(session: AsyncSession, case_id: UUID, reason: str, actor: Actor) -> Case:
    row = await _get(session, case_id, actor)
    row.status = rules.decline(row.facts, reason, actor)
    row.reason = reason.strip()
    publish(session, CaseDeclined(**about(row)))
    return row


async def withdraw(session: AsyncSession, case_id: UUID, reason: str, actor: Actor) -> Case:
    """No report that is issued from now on shows it."""
    row = await _get(session, case_id, actor)
    row.status = rules.withdraw(row.facts, reason, actor)
    row.reason = reason.strip()
    publish(session, CaseWithdrawn(**about(row)))
    return row


async def attach(
    session: AsyncSession, files: Files, sent: Received, row: Attachment, actor: Actor, now: datetime
) -> Attachment:
    """The same file twice is one row and is said once."""
    case = await session.get_one(Case, row.noun_id)
    rules.attach(case.facts, actor)
    row, new = await attachments.attach(session, Attachment, files, sent, row, now)
    if new:
        publish(session, CaseAttachmentAdded(**about(case), **attachments.about(row)))
    return row


async def remove(session: AsyncSession, row: Attachment, reason: str, actor: Actor, now: datetime) -> Attachment:
    case = await session.get_one(Case, row.noun_id)
    rules.attach(case.facts, actor)
    if await attachments.remove(session, row, reason, actor, now):
        publish(session, CaseAttachmentRemoved(**about(case), **attachments.about(row)))
    return row


async def _get(session: AsyncSession, case_id: UUID, actor: Actor) -> Case:
    await queries.case(session, case_id, actor)
    return await load(session, Case, case_id, "case")


def about(row: Case) -> dict[str, UUID | str | int]:
    """What every event of a case carries."""
    return {"case_id": row.id, "division": row.division, "year": row.year}
