"""Reminders: wishes, digests by mail, the address of a calendar."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Message, Reminder
from services.teams.rules import reminder as rules
from services.teams.schemas import ReminderIn, TodoList
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.crypto import sign_link
from shared.db import load
from shared.errors import require
from shared.messages import Letter, queue, require_channel

CALENDAR_DAYS = 400
"""That a calendar's address works: a year and a little."""


async def wish(session: AsyncSession, body: ReminderIn, actor: Actor, now: datetime) -> Reminder:
    """How often a digest is mailed to the actor, and where to."""
    require(rules.set_obstacles(body.every, body.email))
    if body.every in rules.EVERY:
        require_channel("mail")
    reminder = await _of(session, actor)
    reminder.every, reminder.email = body.every, body.email
    reminder.next_at = rules.next_digest(body.every, now.astimezone(SHANGHAI))
    await session.flush()
    return reminder


async def calendar_link(session: AsyncSession, public_url: str, actor: Actor, now: datetime) -> str:
    """A new address for the actor's calendar program; the one before opens nothing from now on."""
    reminder = await _of(session, actor)
    reminder.calendar_key = uuid4()
    return f"{public_url.rstrip('/')}/public/calendars/{sign_link(reminder.calendar_key.bytes, CALENDAR_DAYS)}.ics"


async def _of(session: AsyncSession, actor: Actor) -> Reminder:
    """The actor's row, with roles and scope as they are now."""
    statement = sa.select(Reminder).where(Reminder.owner == actor.id).with_for_update()
    reminder = (await session.execute(statement)).scalar_one_or_none() or Reminder(
        owner=actor.id, every="never", email=""
    )
    reminder.roles, reminder.division = sorted(actor.roles), actor.division
    reminder.unit, reminder.person = actor.unit, actor.person
    session.add(reminder)
    await session.flush()
    return reminder


async def hurry(session: AsyncSession, codes: Collection[str], round_id: UUID | None, now: datetime) -> None:
    """Whoever wants digests and owes one of these gets one now; the next follows at its hour."""
    wanted = sa.select(Reminder).where(Reminder.every.in_(rules.EVERY)).order_by(Reminder.id).with_for_update()
    for wish in (await session.scalars(wanted)).all():
        if await queries.owes(session, wish.actor, codes, round_id):
            wish.next_at = now


async def remind(session: AsyncSession, reminder_id: UUID, now: datetime) -> None:
    """The clock: one digest of everything that waits, or none when nothing does."""
    reminder = await load(session, Reminder, reminder_id, "reminder")
    owed = await queries.todo(session, reminder.actor)
    reminder.next_at = rules.next_digest(reminder.every, now.astimezone(SHANGHAI))
    if owed.items:
        total = len(owed.items) + owed.left
        subject = f"【接单】您有{total}项待办 {total} things wait for you"
        queue(
            session, Message, Letter("mail", reminder.email, _digest(owed), about=reminder.owner, subject=subject), now
        )


def _digest(owed: TodoList) -> str:
    """One line each, the most pressing first; the last says how many are not listed."""
    lines = []
    for item in owed.items:
        due = f"，{item.due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}前 (due)" if item.due else ""
        lines.append(f"· {item.zh} {item.en}：{f'{item.order_number} {item.team}'.strip()}{due}")
    if owed.left:
        lines.append(f"· 另有{owed.left}项未列出，请登录查看 and {owed.left} more: log in to see them")
    return "\n".join(lines)
