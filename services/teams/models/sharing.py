"""Who else works on a claim, and what they have written but not saved."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from shared.db import Row


class Delegate(Row, Base):
    """A right that the lead gave to a person: ``deputy`` or ``finance``."""

    __tablename__ = "delegates"
    __table_args__ = (sa.Index("uq_delegates_person", "team_id", "person_id", unique=True),)

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"), index=True)
    right: Mapped[str]


class Draft(Base):
    """What one person has typed into a claim and not yet saved. Never checked, never refused, seen by nobody else.
    ``seen_version`` is the version of the team that it was typed into."""

    __tablename__ = "drafts"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), primary_key=True)
    owner: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seen_version: Mapped[int]
    saved_at: Mapped[datetime]
