"""Rectifications."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from services.assessment.rules.rectification import RectificationFacts
from shared.db import Row


class Rectification(Row, Base):
    """Opened by an unqualified grade. ``reason`` is of the last step (extension or finding)."""

    __tablename__ = "rectifications"
    __table_args__ = (
        sa.Index(
            "uq_rectifications_one",
            "assessment_id",
            unique=True,
            postgresql_where=sa.text("status <> 'cancelled'"),
        ),
    )  # fmt: skip

    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessments.id"))
    round_id: Mapped[UUID] = mapped_column(index=True)
    order_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), index=True)
    status: Mapped[str]
    due_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")

    @property
    def facts(self) -> RectificationFacts:
        return RectificationFacts(self.status, self.due_at)
