"""Who wants to be reminded of what they owe."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from shared.actor import Actor
from shared.crypto import Encrypted
from shared.db import Row


class Reminder(Row, Base):
    """One person's wish: a digest by mail, and an address for a calendar program. Roles and scope are those of the
    token with which it was made: what the digest shows is what that token would have seen. ``calendar_key`` is the
    nonce of the calendar's address; a new one makes the old address open nothing."""

    __tablename__ = "reminders"
    __table_args__ = (
        sa.Index("uq_reminders_owner", "owner", unique=True),
        sa.Index("uq_reminders_calendar", "calendar_key", unique=True),
        sa.Index("ix_reminders_due", "next_at", postgresql_where=sa.column("next_at").is_not(None)),
    )

    owner: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    division: Mapped[str]
    unit: Mapped[str]
    person: Mapped[str]
    email: Mapped[str] = mapped_column(Encrypted())
    every: Mapped[str]
    next_at: Mapped[datetime | None]
    calendar_key: Mapped[UUID | None]

    @property
    def actor(self) -> Actor:
        """Whose duties these are."""
        return Actor(self.owner, frozenset(self.roles), self.unit, self.division, self.person)
