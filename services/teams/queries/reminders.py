"""Wishes to be reminded."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Reminder
from shared.actor import Actor


async def reminder(session: AsyncSession, actor: Actor) -> Reminder | None:
    found: Reminder | None = await session.scalar(sa.select(Reminder).where(Reminder.owner == actor.id))
    return found


async def reminder_of_calendar(session: AsyncSession, key: UUID) -> Reminder | None:
    found: Reminder | None = await session.scalar(sa.select(Reminder).where(Reminder.calendar_key == key))
    return found
