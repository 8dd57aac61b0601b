"""Holds."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from services.funding.rules.hold import HoldFacts
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Hold(Row, Base):
    """Why an award's money, or one instalment's, waits: who said so, when, why, and perhaps until when. ``until`` is
    the last day, ``ends_at`` its midnight."""

    __tablename__ = "holds"
    __table_args__ = (
        sa.Index(
            "uq_holds_grade",
            "award_id",
            unique=True,
            postgresql_where=sa.text("source = 'grade' and status = 'standing'"),
        ),
        sa.Index("ix_holds_ends_at", "ends_at", postgresql_where=sa.text("status = 'standing'")),
    )

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"), index=True)
    instalment_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("instalments.id"))
    source: Mapped[str]
    reason: Mapped[str]
    until: Mapped[date | None]
    ends_at: Mapped[datetime | None]
    status: Mapped[str]
    placed_as: Mapped[str]
    placed_by: Mapped[str]
    placed_at: Mapped[datetime]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]

    @property
    def facts(self) -> HoldFacts:
        return HoldFacts(self.status, self.source, self.placed_as, str(self.instalment_id or ""))


constraint_reasons(
    {
        "uq_holds_grade": Reason("hold.grade_stands", "考核产生的暂缓已存在", "The grade holds this award already"),
    }
)
