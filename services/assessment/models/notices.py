"""Public notices, their entries, and objections. Who objects and what they write is ciphertext."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from services.assessment.models.base import Base
from services.assessment.rules.objection import ObjectionFacts
from shared.crypto import Encrypted
from shared.db import Row, Standing, constraint_reasons
from shared.errors import Reason


class Notice(Standing, Base):
    """A public notice. Posting freezes ``snapshot`` and its hash, and a trigger keeps both; ``closes_at`` is the
    midnight that ends ``last_day``."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.Index(
            "uq_notices_drafted",
            "round_id",
            "kind",
            "cycle_id",
            unique=True,
            postgresql_where=sa.text("status = 'drafted'"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.Index("ix_notices_posted", "closes_at", postgresql_where=sa.text("status = 'posted'")),
    )

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_rounds.id"), index=True)
    kind: Mapped[str]
    cycle_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("cycles.id"), index=True)
    posted_at: Mapped[datetime | None]
    last_day: Mapped[date | None]
    closes_at: Mapped[datetime | None]
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    snapshot_hash: Mapped[str | None]


class NoticeEntry(Standing, Base):
    """One team on one posted notice."""

    __tablename__ = "notice_entries"
    __table_args__ = (
        sa.UniqueConstraint("notice_id", "team_id"),
        sa.Index(
            "uq_notice_entries_open",
            "team_id",
            "kind",
            unique=True,
            postgresql_where=sa.text("status in ('listed', 'held')"),
        ),
    )

    notice_id: Mapped[UUID] = mapped_column(sa.ForeignKey("notices.id"))
    kind: Mapped[str]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"))
    order_id: Mapped[UUID]
    assessment_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("assessments.id"), index=True)


class Objection(Row, Base):
    """An objection to one entry. Only supervisors see the objector. ``overdue_at``: when the clock found it
    unanswered at ``due_at``; ``team`` and ``order_number`` say which team to whoever asks for it in a query."""

    __tablename__ = "objections"
    __table_args__ = (
        sa.UniqueConstraint("receipt"),
        sa.Index("ix_objections_due_at", "due_at", postgresql_where=sa.text("status <> 'answered'")),
    )

    notice_id: Mapped[UUID] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("notice_entries.id"), index=True)
    team_id: Mapped[UUID]
    receipt: Mapped[str]
    status: Mapped[str]
    text: Mapped[str] = mapped_column(Encrypted())
    name: Mapped[str] = mapped_column(Encrypted())
    phone: Mapped[str | None] = mapped_column(Encrypted())
    unit_code: Mapped[str | None] = mapped_column(Encrypted())
    raised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    overdue_at: Mapped[datetime | None]
    extensions: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    upheld: Mapped[bool | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    team: Mapped[str] = query_expression()
    order_number: Mapped[str] = query_expression()

    @property
    def facts(self) -> ObjectionFacts:
        return ObjectionFacts(self.status, self.due_at, self.extensions)


constraint_reasons(
    {
        "uq_notices_drafted": Reason("notice.drafted", "已有同类草拟公示", "Such a notice is drafted already"),
        "uq_notice_entries_open": Reason("notice.listed", "该团队正在公示", "The team stands on an open notice"),
    }
)
