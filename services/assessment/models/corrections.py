"""Corrections of published ratings, by two people."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from services.assessment.rules.assessment import Part
from services.assessment.rules.correction import CorrectionFacts, Wanted
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Correction(Row, Base):
    """What one person proposed and another decided. ``parts`` and ``grade`` are what is wanted, ``lines`` what was shown to
    change; ``edition``: the one that it made; ``decided_…``: confirmed, rejected or withdrawn."""

    __tablename__ = "corrections"
    __table_args__ = (
        sa.CheckConstraint(
            "status <> 'confirmed' or decided_by is not null and decided_by <> proposed_by", name="two_people"
        ),
        sa.Index(
            "uq_corrections_proposed", "assessment_id", unique=True, postgresql_where=sa.text("status = 'proposed'")
        ),
    )

    cycle_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cycles.id"), index=True)
    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessments.id"), index=True)
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_rounds.id"))
    order_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"))
    status: Mapped[str]
    reason: Mapped[str]
    evidence: Mapped[str]
    objection_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("objections.id"))
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    grade: Mapped[str | None]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    edition: Mapped[int | None]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_reason: Mapped[str] = mapped_column(default="")

    @property
    def facts(self) -> CorrectionFacts:
        return CorrectionFacts(self.status, self.proposed_by)

    @property
    def wanted(self) -> Wanted:
        parts = tuple(
            Part(p["part"], None if p["score"] is None else Decimal(p["score"]), p["text"], p["answer"])
            for p in self.parts
        )
        return Wanted(self.assessment_id, parts, self.grade, self.reason, self.evidence, self.objection_id)


constraint_reasons(
    {
        "uq_corrections_proposed": Reason(
            "correction.pending",
            "该团队已有待确认的更正",
            "A correction of this rating waits to be confirmed already",
            "/assessment_id",
        ),
    }
)
