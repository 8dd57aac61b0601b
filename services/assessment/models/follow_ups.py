"""Follow-up visits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.assessment.models.base import Base
from services.assessment.models.known import KnownTeam
from shared.db import Standing


class FollowUp(Standing, Base):
    """A visit so many months after a team's end. ``standing``: its indicators with their values then and now, as text;
    ``going_on``: local talents who go on with the work."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        sa.UniqueConstraint("team_id", "months"),
        sa.Index("ix_follow_ups_opens_at", "opens_at", postgresql_where=sa.text("status = 'planned'")),
    )

    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"))
    months: Mapped[int]
    opens_at: Mapped[datetime]
    due_on: Mapped[date]
    visited_on: Mapped[date | None]
    text: Mapped[str] = mapped_column(default="")
    going_on: Mapped[int | None]
    standing: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    recorded_by: Mapped[str] = mapped_column(default="")
    team: Mapped["KnownTeam"] = relationship(lazy="raise")
