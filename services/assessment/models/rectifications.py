"""Rectifications."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from services.assessment.rules.rectification import RectificationFacts
from shared.db import Row


class Rectification(Row, Base):
    """Opened by an unqualified grade. ``reason`` is of the last step (extension or finding); ``inspected``: what the newest
    inspection found; ``overdue_at``: when the clock found it undecided at ``due_at``."""

    __tablename__ = "rectifications"
    __table_args__ = (
        sa.Index(
            "uq_rectifications_one",
            "assessment_id",
            unique=True,
            postgresql_where=sa.text("status <> 'cancelled'"),
        ),
    )

    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessments.id"))
    round_id: Mapped[UUID] = mapped_column(index=True)
    order_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), index=True)
    status: Mapped[str]
    due_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    plan: Mapped[str] = mapped_column(default="", server_default="")
    planned_at: Mapped[datetime | None]
    planned_by: Mapped[str | None]
    inspected: Mapped[bool | None]
    overdue_at: Mapped[datetime | None]

    @property
    def facts(self) -> RectificationFacts:
        return RectificationFacts(self.status, self.due_at, self.inspected)


class Inspection(Row, Base):
    """Somebody looked on the spot."""

    __tablename__ = "inspections"
    __table_args__ = ({"info": {"rights": "select, insert"}},)

    rectification_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rectifications.id"), index=True)
    in_order: Mapped[bool]
    finding: Mapped[str]
    inspected_at: Mapped[datetime]
    inspected_by: Mapped[str]
